"""The records behind a figure, found by the rollup: the newest hour that has some is read, never the whole time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from careline.insight import clock
from careline.insight.asking import Filters, Period
from careline.insight.clock import Slot
from careline.insight.folding import OUTSIDE, OWN
from careline.insight.rates import APPLICATIONS, FAILURES
from careline.insight.recorded import NOT_PRETENDED_ENDED

ROWS_MAX = 100


@dataclass(frozen=True, slots=True)
class Found:
    source: str
    ended_at: datetime
    msisdn: str
    channel: str
    region: str
    brand: str
    service: str
    verb: str
    version: int
    node: str
    outcome: str
    cause: str


@dataclass(frozen=True, slots=True)
class Hour:
    """The records of one local hour, the newest hundred; `before` asks for an earlier hour."""

    day: date | None = None
    hour: int = 0
    counted: int = 0
    before: str = ""
    rows: Sequence[Found] = field(default=())


def newest(period: Period, filters: Filters, *, cause: str = "", failed: bool = True, before: str = "") -> Hour:
    """The newest hour with failed applications (or any attempts) that fit; two statements at most.

    `before` is "2026-11-10T09": only hours before that one; anything else is as if it were not there.
    """
    where, values = _where(period, filters, cause, failed)
    slot, counted = _slot(where, values, filters, before)
    if slot is None:
        return Hour()
    midnight = datetime(slot.day.year, slot.day.month, slot.day.day, tzinfo=clock.zone())
    hours = clock.hours_of(slot, clock.whole(midnight + timedelta(hours=slot.hour)), clock.zone())
    values |= {"first": min(hours), "last": max(hours) + clock.HOUR, "limit": ROWS_MAX}
    columns = "ended_at, msisdn, channel, region, brand, service, verb, version, node, outcome, cause"
    within = f"ended_at >= %(first)s AND ended_at < %(last)s AND {' AND '.join(where)}"
    own = (
        f"SELECT %(own)s AS source, {columns} FROM ledger_attempt r WHERE %(own)s = ANY(%(sources)s::text[]) AND {within}"  # noqa: S608
        f" AND {NOT_PRETENDED_ENDED}"
    )
    theirs = f"SELECT source, {columns} FROM insight_record WHERE source = ANY(%(sources)s::text[]) AND {within}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{own} UNION ALL {theirs} ORDER BY ended_at DESC, msisdn LIMIT %(limit)s", values)
        rows = [Found(*row) for row in cursor.fetchall()]
    return Hour(slot.day, slot.hour, counted, f"{slot.day}T{slot.hour:02}", rows)


def _slot(where: Sequence[str], values: dict[str, Any], filters: Filters, before: str) -> tuple[Slot | None, int]:
    """The newest local hour that has some, by the smallest rollup that knows, and how many."""
    upto = _before(before)
    values |= {"day": upto.day if upto else date.max, "hour": upto.hour if upto else 0, "hours": list(filters.hours)}
    table, fits = (
        ("insight_day", where) if filters.services else ("insight_area", [_KINDS.get(one, one) for one in where])
    )
    some = (
        "(day < %(day)s OR (day = %(day)s AND 0 < (SELECT sum(n) FROM unnest(hours[1:%(hour)s]) AS e (n))))"
        " AND (%(any)s OR EXISTS (SELECT FROM unnest(hours) WITH ORDINALITY AS e (n, at)"
        " WHERE n > 0 AND at - 1 = ANY(%(hours)s::int[]) AND (day < %(day)s OR at - 1 < %(hour)s)))"
    )
    within = f"source = ANY(%(sources)s::text[]) AND attempts > 0 AND {' AND '.join(fits)}"
    statement = (
        f"SELECT day, (at - 1)::int, sum(n)::bigint FROM {table} CROSS JOIN LATERAL unnest(hours) WITH ORDINALITY AS s (n, at)"  # noqa: S608
        f" WHERE day = (SELECT day FROM {table} WHERE day BETWEEN %(since)s AND %(until)s AND {within} AND {some}"
        f" ORDER BY day DESC LIMIT 1) AND {within} AND n > 0 AND (day < %(day)s OR at - 1 < %(hour)s)"
        " AND (%(any)s OR at - 1 = ANY(%(hours)s::int[])) GROUP BY day, at ORDER BY at DESC LIMIT 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values | {"any": not filters.hours})
        row = cursor.fetchone()
    return (Slot(row[0], row[1]), int(row[2])) if row else (None, 0)


_APPLIES, _INSIDE = "verb = ANY(%(verbs)s::text[])", "service <> %(outside)s"
_KINDS = {_APPLIES: "kind = 'application'", _INSIDE: "kind <> 'outside'"}  # as the rollup without services says it


def _where(period: Period, filters: Filters, cause: str, failed: bool) -> tuple[list[str], dict[str, Any]]:
    chosen: dict[str, tuple[str, Any, str]] = {
        "channels": ("channel", list(filters.channels), "text[]"),
        "regions": ("region", list(filters.regions), "text[]"),
        "brands": ("brand", list(filters.brands), "text[]"),
        "services": ("service", list(filters.services), "text[]"),
        "versions": ("version", list(filters.versions), "int[]"),
        "causes": ("cause", [cause] if cause else [], "text[]"),
        "verbs": ("verb", sorted(APPLICATIONS) if failed else [], "text[]"),
        "outcomes": ("outcome", sorted(FAILURES) if failed else [], "text[]"),
    }
    where = [f"{column} = ANY(%({name})s::{kind})" for name, (column, values, kind) in chosen.items() if values]
    values = {name: wanted for name, (_column, wanted, _kind) in chosen.items()}
    values |= {
        "since": period.since,
        "until": period.until,
        "sources": list(filters.sources),
        "own": OWN,
        "outside": OUTSIDE,
    }
    return [_INSIDE, *where], values


def _before(written: str) -> Slot | None:
    day, _, hour = written.partition("T")
    try:
        return Slot(date.fromisoformat(day), min(24, max(0, int(hour))))
    except ValueError:
        return None
