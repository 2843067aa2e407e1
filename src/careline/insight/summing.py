"""Sums of a day's rollup: by everything but the service, by one dimension alone, and by service and one more.

`add` takes what an hour changed and adds it to the sums, in the statement that sets the hour; `rebuild` counts whole days
anew from their rows. Both come to the same, which `checking` proves.
"""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from collections.abc import Iterable
from datetime import date
from typing import Any, LiteralString

from careline.dialogue.book import READS
from careline.insight.rates import APPLICATIONS, FAILURES
from careline.postgres import sql

OUTSIDE = (
    "non_business"  # the service of contacts that ask for nothing of ours: never in rates, nor in counts of contacts
)
KIND: LiteralString = (
    "CASE WHEN service = %(outside)s THEN 'outside' WHEN verb = ANY(%(applications)s::text[]) THEN 'application'"
    " WHEN verb = ANY(%(reads)s::text[]) THEN 'query' ELSE 'other' END"
)
VALUES: dict[str, Any] = {
    "applications": sorted(APPLICATIONS),
    "failures": sorted(FAILURES),
    "reads": sorted(READS),
    "outside": OUTSIDE,
}
_FAILS: LiteralString = "kind = 'application' AND outcome = ANY(%(failures)s::text[])"
_NAMES: LiteralString = "attempts, applications, failed, queries"
_ONE: LiteralString = (
    "CASE WHEN service IS NOT NULL THEN 'service' WHEN region IS NOT NULL THEN 'region' WHEN brand IS NOT NULL THEN 'brand'"
    " ELSE 'version' END, coalesce(service, region, brand, version::text)"
)
_OTHER: LiteralString = (
    "CASE WHEN channel IS NOT NULL THEN 'channel' WHEN region IS NOT NULL THEN 'region' WHEN brand IS NOT NULL THEN 'brand'"
    " WHEN cause IS NOT NULL THEN 'cause' ELSE 'version' END, coalesce(channel, region, brand, cause, version::text)"
)


def _sums(of: LiteralString) -> LiteralString:
    """Attempts, applications, failed ones and queries, of a column."""
    return (
        f"sum({of}), coalesce(sum({of}) FILTER (WHERE kind = 'application'), 0),"
        f" coalesce(sum({of}) FILTER (WHERE {_FAILS}), 0), coalesce(sum({of}) FILTER (WHERE kind = 'query'), 0)"
    )


_NOUGHTS: LiteralString = "array_fill(0::bigint, ARRAY[%(slot)s::int])"
_REST: LiteralString = "array_fill(0::bigint, ARRAY[23 - %(slot)s::int])"


def _at(column: LiteralString) -> LiteralString:
    return f"{_NOUGHTS} || {column}::bigint || {_REST}"


def _raise(name: LiteralString) -> LiteralString:
    """The conflict clause for one figure and its hour."""
    return (
        f"{name} = m.{name} + excluded.{name},"
        f" {name}_at[%(slot)s::int + 1] = m.{name}_at[%(slot)s::int + 1] + excluded.{name}_at[%(slot)s::int + 1]"
    )


# What an hour changed ("changed": kinds of attempts with `more`) is added to the sums of its day.
ADD: LiteralString = (
    " areas AS (INSERT INTO insight_area AS m (day, source, channel, region, brand, version, kind, outcome, cause, attempts,"
    " hours) SELECT %(day)s::date, %(source)s, channel, region, brand, version, kind, outcome, cause, sum(more),"
    " array_fill(0, ARRAY[%(slot)s::int]) || sum(more)::int || array_fill(0, ARRAY[23 - %(slot)s::int])"
    " FROM changed GROUP BY channel, region, brand, version, kind, outcome, cause"
    " ON CONFLICT (day, source, channel, region, brand, version, kind, outcome, cause) DO UPDATE SET"
    " attempts = m.attempts + excluded.attempts,"
    " hours[%(slot)s::int + 1] = m.hours[%(slot)s::int + 1] + excluded.hours[%(slot)s::int + 1]),"
    " margins AS (INSERT INTO insight_margin AS m (day, source, dimension, key, attempts, applications, failed, queries,"
    " attempts_at, applications_at, failed_at, queries_at)"
    f" SELECT %(day)s::date, %(source)s, of, key, a, p, f, q, {_at('a')}, {_at('p')}, {_at('f')}, {_at('q')}"
    f" FROM (SELECT {_ONE}, {_sums('more')} FROM changed WHERE kind <> 'outside'"
    " GROUP BY GROUPING SETS ((service), (region), (brand), (version))) AS s (of, key, a, p, f, q)"
    f" ON CONFLICT (day, source, dimension, key) DO UPDATE SET {_raise('attempts')}, {_raise('applications')},"
    f" {_raise('failed')}, {_raise('queries')}),"
    f" pairs AS (INSERT INTO insight_pair AS m (source, dimension, key, day, service, {_NAMES})"
    f" SELECT %(source)s, {_OTHER}, %(day)s::date, service, {_sums('more')} FROM changed WHERE kind <> 'outside'"
    " GROUP BY GROUPING SETS ((service, channel), (service, region), (service, brand), (service, cause), (service, version))"
    " ON CONFLICT (source, dimension, key, day, service) DO UPDATE SET attempts = m.attempts + excluded.attempts,"
    " applications = m.applications + excluded.applications, failed = m.failed + excluded.failed,"
    " queries = m.queries + excluded.queries)"
)


def rebuild(source: str, days: Iterable[date]) -> None:
    """Count the sums of these days anew from their rows; six statements, in the caller's transaction."""
    chosen = sorted(days)
    values = VALUES | {"source": source, "days": chosen}
    forget(source, chosen)
    # Everything but the service, hours summed one by one.
    sql.execute(
        "INSERT INTO insight_area (day, source, channel, region, brand, version, kind, outcome, cause, attempts, hours)"
        f" SELECT day, source, channel, region, brand, version, {KIND} AS kind, outcome, cause, sum(attempts), {_HOURS}"
        " FROM insight_day WHERE source = %(source)s AND day = ANY(%(days)s::date[])"
        " GROUP BY day, source, channel, region, brand, version, kind, outcome, cause",
        values,
    )
    # One dimension alone.
    sql.execute(
        f"INSERT INTO insight_margin (day, source, dimension, key, {_NAMES}, attempts_at, applications_at, failed_at, queries_at)"
        f" SELECT day, source, {_ONE}, {_sums('attempts')}, {_HOURS}, {_HOURS_OF_APPLICATIONS}, {_HOURS_OF_FAILED},"
        f" {_HOURS_OF_QUERIES} FROM (SELECT *, {KIND} AS kind FROM insight_day WHERE source = %(source)s"
        " AND day = ANY(%(days)s::date[]) AND service <> %(outside)s) AS d"
        " GROUP BY day, source, GROUPING SETS ((service), (region), (brand), (version))",
        values,
    )
    # The service and one more.
    sql.execute(
        f"INSERT INTO insight_pair (source, dimension, key, day, service, {_NAMES})"
        f" SELECT source, {_OTHER}, day, service, {_sums('attempts')} FROM (SELECT *, {KIND} AS kind FROM insight_day"
        " WHERE source = %(source)s AND day = ANY(%(days)s::date[]) AND service <> %(outside)s) AS d"
        " GROUP BY day, source, GROUPING SETS ((service, channel), (service, region), (service, brand), (service, cause),"
        " (service, version))",
        values,
    )


def forget(source: str, days: Iterable[date]) -> None:
    """The sums of these days go."""
    for statement in _FORGET:
        sql.execute(statement, [source, list(days)])


_FORGET: tuple[LiteralString, ...] = (
    "DELETE FROM insight_area WHERE source = %s AND day = ANY(%s::date[])",
    "DELETE FROM insight_margin WHERE source = %s AND day = ANY(%s::date[])",
    "DELETE FROM insight_pair WHERE source = %s AND day = ANY(%s::date[])",
)


def _each(condition: LiteralString) -> LiteralString:
    """An array of the 24 sums of `hours`, of the rows that fit."""
    sums: list[LiteralString] = []
    for at in _PLACES:
        sums.append("coalesce(sum(hours[" + at + "])" + condition + ", 0)")
    return "ARRAY[" + ", ".join(sums) + "]"


_PLACES: tuple[LiteralString, ...] = (
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22",
    "23", "24",
)  # fmt: skip
_HOURS = _each("")
_HOURS_OF_APPLICATIONS = _each(" FILTER (WHERE kind = 'application')")
_HOURS_OF_FAILED = _each(" FILTER (WHERE " + _FAILS + ")")
_HOURS_OF_QUERIES = _each(" FILTER (WHERE kind = 'query')")
