"""The local clock: which day and hour an hour of UTC belongs to, and which hours of UTC make a local one.

Zones whose offset is not whole hours are served to the hour: an hour of UTC belongs to the local hour in which it begins.
"""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

HOUR = timedelta(hours=1)


class Slot(NamedTuple):
    day: date
    hour: int  # 0 to 23


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def whole(at: datetime) -> datetime:
    """The hour of UTC that this moment lies in."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def slot_of(hour: datetime, where: ZoneInfo) -> Slot:
    local = hour.astimezone(where)
    return Slot(local.date(), local.hour)


def running(now: datetime) -> Slot:
    """The local day and hour that are not over."""
    return slot_of(whole(now), zone())


def hours_of(slot: Slot, near: datetime, where: ZoneInfo) -> list[datetime]:
    """The hours of UTC that make this local hour: one, or two when clocks were put back. `near` is one of them."""
    return [hour for hour in (near - HOUR, near, near + HOUR) if slot_of(hour, where) == slot]


def begin(day: date, where: ZoneInfo) -> datetime:
    """The first hour of UTC of a local day."""
    hour = whole(datetime(day.year, day.month, day.day, tzinfo=where)) - 2 * HOUR
    while slot_of(hour, where).day < day:
        hour += HOUR
    return hour


def end(day: date, where: ZoneInfo) -> datetime:
    """The first hour of UTC after a local day."""
    return begin(day + timedelta(days=1), where)
