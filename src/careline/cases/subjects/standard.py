"""The base standard of promises: what a category of complaints allows may be stricter, never looser (CONS-04)."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from careline.catalogue.packs import packs_folder
from careline.promises import calendars, clock

FILE = "promises.toml"  # beside the folder of complaints
# A week without holidays, looked at every hour: calendars differ by when one begins.
_MONDAY = datetime(2026, 3, 9, tzinfo=UTC)
_HOURS = 7 * 24


def longest(complaints: Path) -> Mapping[str, tuple[int, str]]:
    """What is promised -> minutes and calendar that no category may go beyond; the house's own where the folder has none."""
    own = complaints.parent / FILE
    return _longest(own if own.is_file() else packs_folder() / "common" / FILE)


@lru_cache(maxsize=64)
def looser(minutes: int, calendar: str, most: int, by: str) -> bool:
    """Whether a customer who is promised the first would ever wait longer than with the second."""
    if calendar == by:
        return minutes > most
    ours, theirs = calendars.named(calendar), calendars.named(by)
    starts = (_MONDAY + timedelta(hours=hour) for hour in range(_HOURS))
    return any(
        clock.due(ours, start, timedelta(minutes=minutes)) > clock.due(theirs, start, timedelta(minutes=most))
        for start in starts
    )


@lru_cache(maxsize=8)
def _longest(path: Path) -> Mapping[str, tuple[int, str]]:
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    return {what: (int(body["minutes"]), str(body["calendar"])) for what, body in read.items()}
