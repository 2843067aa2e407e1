"""Busy and idle hours of the local clock: as the installation defines them, and as the records show them."""

import os
from collections.abc import Sequence

from careline.insight.asking import Counted

BUSY_HOURS = "9-11,15-17,19-21"  # the hours that begin then; CARELINE_BUSY_HOURS says otherwise


def busy_hours(written: str | None = None) -> tuple[int, ...]:
    """The hours that count as busy, of "9-11,20": from nine to twelve, and from eight to nine in the evening.

    Raises ValueError for anything that is not hours from 0 to 23.
    """
    found: set[int] = set()
    for part in (written or os.environ.get("CARELINE_BUSY_HOURS", BUSY_HOURS)).split(","):
        first, _, last = part.strip().partition("-")
        low, high = int(first), int(last or first)
        if not 0 <= low <= high <= 23:
            raise ValueError(f"no hours of a day: {part}")
        found.update(range(low, high + 1))
    return tuple(sorted(found))


def idle_hours(written: str | None = None) -> tuple[int, ...]:
    """All others."""
    busy = set(busy_hours(written))
    return tuple(hour for hour in range(24) if hour not in busy)


def busiest(hours: Sequence[Counted]) -> int | None:
    """The hour with the most attempts, of rows by hour; the earliest of equals, None of none."""
    return min(hours, key=lambda one: (-one.attempts, one.key[0])).key[0] if hours else None
