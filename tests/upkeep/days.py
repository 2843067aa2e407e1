"""Days and hours of the carrier's clock, for the tests of this room."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)


def at(day: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """That day of March 2026."""
    return datetime(2026, 3, day, hour, minute, second, tzinfo=SHANGHAI)
