"""The calendars of this installation: the files of packs/common/calendars, read once."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from careline import settings
from careline.promises.calendar import ALWAYS as ALWAYS
from careline.promises.calendar import Calendar as Calendar
from careline.promises.calendar import CalendarError as CalendarError
from careline.promises.reading import read

SOON_MONTHS = 2  # a promise of fifteen days that is made in December is due in January

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A calendar whose days off of a year are not announced yet: until then only the statutory ones count."""

    calendar: str
    year: int
    country: str


def folder() -> Path:
    return settings.PACKS / "common" / "calendars"


@lru_cache(maxsize=8)
def calendars(place: Path | None = None) -> Mapping[str, Calendar]:
    """All calendars by name; `always` is there whatever the folder holds. Raises CalendarError for the first bad file."""
    found = {path.stem: read(path, settings.TIME_ZONE) for path in sorted((place or folder()).glob("*.toml"))}
    return MappingProxyType({ALWAYS.name: ALWAYS} | found)


def named(name: str) -> Calendar:
    """The calendar of that name. Raises CalendarError."""
    found = calendars()
    if name not in found:
        raise CalendarError(f"there is no calendar {name}; there are {', '.join(found)} (in {folder()})")
    return found[name]


def running(name: str) -> Calendar:
    """The calendar of a promise that was made: should its file have gone since, time runs on the wall, never not at all."""
    try:
        return named(name)
    except CalendarError as error:
        log.error("a promise runs on the wall clock: %s", error)
        return ALWAYS


def doubts(today: date) -> list[Doubt]:
    """Which calendars reckon with a year that is not announced, though it has begun or soon will."""
    years = range(today.year, today.year + (2 if today.month > 12 - SOON_MONTHS else 1))
    return [
        Doubt(calendar.name, year, calendar.country)
        for calendar in calendars().values()
        for year in years
        if not calendar.is_announced(year)
    ]
