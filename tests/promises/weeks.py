"""Calendars and times for the tests of clocks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from careline.promises.calendar import Calendar, Hours, week

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def local(text: str, zone: ZoneInfo = SHANGHAI, fold: int = 0) -> datetime:
    """`2026-02-13 16:00` as a clock on the wall there shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def shifts(*spans: str) -> Hours:
    """`09:00-12:00` …; what ends before it begins ends the next day."""
    found = []
    for span in spans:
        (opens, closes) = (int(time[:2]) * 60 + int(time[3:]) for time in span.split("-"))
        found.append((opens, closes if closes > opens else closes + 1440))
    return tuple(found)


def every_day(*spans: str, zone: ZoneInfo = SHANGHAI) -> Calendar:
    return Calendar("every day", zone, week(dict.fromkeys(range(7), shifts(*spans))))


def weekdays(*spans: str, zone: ZoneInfo = SHANGHAI, country: str = "") -> Calendar:
    return Calendar("weekdays", zone, week(dict.fromkeys(range(5), shifts(*spans))), country, makeup=shifts(*spans))
