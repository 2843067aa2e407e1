"""Places of menus by local day: what an hour changed is added to its day, and days can be made anew from their hours.

Hours of visits are never deleted, so that every day can be made anew, whatever its records came to.
"""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from collections.abc import Iterable
from datetime import date
from typing import Any, LiteralString
from zoneinfo import ZoneInfo

from careline.insight import clock
from careline.insight.question import Filters, Period
from careline.postgres import sql

# What an hour changed ("changed": places with what their figures rose by) is added to its day.
ADD: LiteralString = (
    " places AS (INSERT INTO insight_place AS p (day, source, channel, version, menu, node, sessions, visits, done, person,"
    " left_here) SELECT %(day)s::date, %(source)s, channel, version, menu, node, sessions, visits, done, person, left_here"
    " FROM changed ON CONFLICT (source, menu, day, channel, version, node) DO UPDATE SET"
    " sessions = p.sessions + excluded.sessions, visits = p.visits + excluded.visits, done = p.done + excluded.done,"
    " person = p.person + excluded.person, left_here = p.left_here + excluded.left_here)"
)

_FILTERED: LiteralString = (
    "source = ANY(%(sources)s::text[]) AND (%(all_channels)s OR channel = ANY(%(channels)s::text[]))"
    " AND (%(all_versions)s OR version = ANY(%(versions)s::int[]))"
)
_BY_DAY: LiteralString = (
    f"(SELECT * FROM insight_place WHERE day BETWEEN %(since)s::date AND %(until)s::date AND {_FILTERED}) AS p"
)
_BY_HOUR: LiteralString = (
    "(SELECT (hour AT TIME ZONE %(zone)s)::date AS day, * FROM insight_node WHERE hour = ANY(%(hours)s::timestamptz[])"
    f" AND {_FILTERED}) AS p"
)


def of(period: Period, filters: Filters) -> tuple[LiteralString, dict[str, Any]]:
    """Rows (day, channel, version, menu, node and their figures) to select from, with values by name.

    Days are read, unless some hours of the day are asked about; both come to the same.
    """
    values: dict[str, Any] = {
        "sources": list(filters.sources),
        "all_channels": not filters.channels,
        "channels": list(filters.channels),
        "all_versions": not filters.versions,
        "versions": list(filters.versions),
    }
    if not filters.hours:
        return _BY_DAY, values | {"since": period.since, "until": period.until}
    where = clock.zone()
    hour, end, chosen = clock.begin(period.since, where), clock.end(period.until, where), []
    while hour < end:  # named one by one they are found by the key; a condition on the clock would read them all
        if clock.slot_of(hour, where).hour in filters.hours:
            chosen.append(hour)
        hour += clock.HOUR
    return _BY_HOUR, values | {"zone": str(where), "hours": chosen}


_MAKE: LiteralString = (
    "INSERT INTO insight_place (day, source, channel, version, menu, node, sessions, visits, done, person, left_here)"
    " SELECT (hour AT TIME ZONE %(zone)s)::date AS day, source, channel, version, menu, node, sum(sessions), sum(visits),"
    " sum(done), sum(person), sum(left_here) FROM insight_node"
)
_SORTED: LiteralString = " GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY source, menu, day"


def rebuild(source: str, days: Iterable[date]) -> None:
    """Make these days anew from their hours; two statements, in the caller's transaction."""
    chosen = sorted(days)
    if not chosen:
        return
    where = clock.zone()
    values = {
        "zone": str(where), "source": source, "days": chosen,
        "begin": clock.begin(chosen[0], where), "end": clock.end(chosen[-1], where),
    }  # fmt: skip
    sql.execute("DELETE FROM insight_place WHERE source = %s AND day = ANY(%s::date[])", [source, chosen])
    sql.execute(
        f"{_MAKE} WHERE hour >= %(begin)s AND hour < %(end)s AND source = %(source)s"
        f" AND (hour AT TIME ZONE %(zone)s)::date = ANY(%(days)s::date[]){_SORTED}",
        values,
    )


def rebuild_all(where: ZoneInfo) -> None:
    """Make all days of all sources anew, by the clock of a zone; two statements, in the caller's transaction."""
    sql.execute("DELETE FROM insight_place", [])
    sql.execute(f"{_MAKE}{_SORTED}", {"zone": str(where)})
