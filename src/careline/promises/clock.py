"""Three questions about a promise in working time: when is it due, how much has gone by, how much stood still.

A pause is (since, until), until None while it lasts; pauses may come in any order and overlap. Times are aware, answers in
UTC; nothing here reads a clock. Days are never walked minute by minute: a year's openings are summed up once and searched.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from careline.promises.calendar import Calendar, instant, moment

Pause = tuple[datetime, datetime | None]

NEVER = datetime.max.replace(tzinfo=UTC)  # due while a pause lasts
HORIZON_YEARS = 30

_ZERO = timedelta()


class TooFar(ValueError):
    """So much working time does not go by within HORIZON_YEARS."""


def due(calendar: Calendar, start: datetime, working: timedelta, pauses: Sequence[Pause] = ()) -> datetime:
    """The first moment by which so much working time has gone by since `start`, pauses left out; NEVER while one lasts.

    No working time at all is due at once, open or not. Raises TooFar.
    """
    for since, until in _in_order(pauses, start, NEVER):
        span = _working(calendar, start, since)
        if span >= working:
            break
        if until == NEVER:
            return NEVER
        working -= span
        start = until
    return _reached(calendar, start, working)


def elapsed(calendar: Calendar, start: datetime, until: datetime, pauses: Sequence[Pause] = ()) -> timedelta:
    """The working time that has gone by from `start` to `until`, pauses left out; none when `until` is earlier."""
    return _working(calendar, start, until) - paused(calendar, pauses, start, until)


def paused(calendar: Calendar, pauses: Sequence[Pause], start: datetime, until: datetime) -> timedelta:
    """The working time between `start` and `until` that stood still."""
    still = (_working(calendar, *pause) for pause in _in_order(pauses, start, until))
    return sum(still, _ZERO)


def next_open(calendar: Calendar, at: datetime) -> datetime:
    """The first moment from `at` on at which it is open: `at` itself, or the next opening. Raises TooFar."""
    return _reached(calendar, at, timedelta.resolution) - timedelta.resolution


def last_open(calendar: Calendar, at: datetime) -> datetime | None:
    """The last moment up to `at` at which it was open: `at` itself, or the closing before it; None long after the last."""
    point = instant(at)
    for year in (at.year + 1, at.year, at.year - 1):
        table = calendar.year(year)
        if before := table.before(point):
            return moment(min(point, table.reached(before)))
    return None


def _reached(calendar: Calendar, start: datetime, working: timedelta) -> datetime:
    if working <= _ZERO or calendar.round_the_clock:
        return (start + max(working, _ZERO)).astimezone(UTC)
    start = start.astimezone(UTC)
    point, left = instant(start), working // timedelta.resolution
    # The year of the zone may be the one before, and the night of its last day reaches into ours.
    for year in range(start.year - 1, start.year + HORIZON_YEARS):
        table = calendar.year(year)
        before = table.before(point)
        if left <= table.total - before:
            return moment(table.reached(before + left))
        left -= table.total - before
    raise TooFar(f"{working} of {calendar.name} do not go by within {HORIZON_YEARS} years")


def _working(calendar: Calendar, start: datetime, until: datetime) -> timedelta:
    if until <= start:
        return _ZERO
    if calendar.round_the_clock:
        return until - start
    start, until = start.astimezone(UTC), until.astimezone(UTC)
    first, last = instant(start), instant(until)
    total = 0
    for year in range(start.year - 1, until.year + 2):
        table = calendar.year(year)
        total += table.before(last) - table.before(first)
    return timedelta(microseconds=total)


def _in_order(pauses: Sequence[Pause], start: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Pauses in order, cut to the time between, those that touch made one; one that lasts ends at `until`."""
    clipped = sorted((max(since, start), until if end is None else min(end, until)) for since, end in pauses)
    merged: list[tuple[datetime, datetime]] = []
    for since, end in clipped:
        if end <= since:
            continue
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((since, end))
    return iter(merged)
