"""Which rollup answers a question, and by which statement: the smallest one that knows all it asks about.

by hours alone          insight_hour     nothing but channel, outcome and cause
one dimension           insight_margin   service, region, brand or version alone; by hours too
a service and one more  insight_pair     which services a region asks for; a service by cause
no service              insight_area     everything else that names no service and no verb
else                    insight_day      all there is; a service is found by an index
"""

from collections.abc import Sequence
from typing import Any

from careline.insight import clock
from careline.insight.question import Filters, Period
from careline.insight.summing import VALUES

_COARSE = {"month", "day", "hour", "weekday", "channel", "outcome", "cause", "source"}
_COLUMNS = {name: name for name in ("channel", "outcome", "cause", "source")}
_DAY = _COLUMNS | {name: name for name in ("day", "service", "region", "brand", "version", "verb")} | {
    "weekday": "extract(isodow FROM day)::int",
    "month": "to_char(day, 'YYYY-MM')",
}  # fmt: skip
_WHEN = {"month", "day", "weekday", "source"}  # every rollup knows these
_FILTERED = {
    "channel": "channels",
    "service": "services",
    "region": "regions",
    "brand": "brands",
    "version": "versions",
}
_MARGINS = {"service", "region", "brand", "version"}
_PAIRS = {"channel", "region", "brand", "version", "cause"}
_TOTALS = "sum(attempts), sum(applications), sum(failed), sum(queries)"


def statement(by: Sequence[str], period: Period, filters: Filters) -> tuple[str, dict[str, Any]]:
    """The statement and its values; rows are the keys, then attempts, applications, failed and queries."""
    used = {one for one in by if one not in _WHEN}
    used |= {name for name, many in _FILTERED.items() if getattr(filters, many)}
    dimensions, hourly = used - {"hour"}, "hour" in used or bool(filters.hours)
    if used <= _COARSE:
        return _from_hours(by, period, filters)
    if len(dimensions) == 1 and dimensions <= _MARGINS:
        return _from_margins(by, period, filters, next(iter(dimensions)), hourly)
    other = dimensions - {"service"}
    if "service" in dimensions and len(other) == 1 and other <= _PAIRS and not hourly:
        return _from_pairs(by, period, filters, next(iter(other)))
    if dimensions & {"service", "verb"}:
        applies, reads = "verb = ANY(%(applications)s::text[])", "verb = ANY(%(reads)s::text[])"
        return _from_rows(by, period, filters, "insight_day", "service <> %(outside)s", applies, reads)
    return _from_rows(
        by, period, filters, "insight_area", "kind <> 'outside'", "kind = 'application'", "kind = 'query'"
    )


_FAILS = "outcome = ANY(%(failures)s::text[])"


def _from_hours(by: Sequence[str], period: Period, filters: Filters) -> tuple[str, dict[str, Any]]:
    local = "hour AT TIME ZONE %(zone)s"
    names = _COLUMNS | {
        "day": f"({local})::date",
        "hour": f"extract(hour FROM {local})::int",
        "weekday": f"extract(isodow FROM {local})::int",
        "month": f"to_char({local}, 'YYYY-MM')",
    }
    where = ["hour >= %(begin)s::timestamptz", "hour < %(end)s::timestamptz", "kind <> 'outside'", *_common(filters)]
    if filters.hours:
        where.append(f"{names['hour']} = ANY(%(hours)s::int[])")
    sums = (
        "sum(attempts), sum(attempts) FILTER (WHERE kind = 'application'),"
        f" sum(attempts) FILTER (WHERE kind = 'application' AND {_FAILS}), sum(attempts) FILTER (WHERE kind = 'query')"
    )
    return _select("insight_hour", [names[one] for one in by], sums, where), _values(period, filters)


def _from_margins(
    by: Sequence[str], period: Period, filters: Filters, dimension: str, hourly: bool
) -> tuple[str, dict[str, Any]]:
    names = _DAY | {dimension: "key::int" if dimension == "version" else "key", "hour": "(at - 1)::int"}
    chosen = list(getattr(filters, _FILTERED[dimension]))
    where = ["day BETWEEN %(since)s::date AND %(until)s::date", "dimension = %(dimension)s", *_common(filters)]
    if chosen:
        where.append("key = ANY(%(keys)s::text[])")
    values = _values(period, filters) | {"dimension": dimension, "keys": [str(one) for one in chosen]}
    if not hourly:
        return _select("insight_margin", [names[one] for one in by], _TOTALS, where), values
    arrays = "unnest(attempts_at, applications_at, failed_at, queries_at) WITH ORDINALITY AS slot (a, p, f, q, at)"
    where += ["a > 0", *(["at - 1 = ANY(%(hours)s::int[])"] if filters.hours else [])]
    columns = [names[one] for one in by]
    source = f"insight_margin CROSS JOIN LATERAL {arrays}"
    return _select(source, columns, "sum(a), sum(p), sum(f), sum(q)", where), values


def _from_pairs(by: Sequence[str], period: Period, filters: Filters, other: str) -> tuple[str, dict[str, Any]]:
    names = _DAY | {other: "key::int" if other == "version" else "key"}
    chosen = [str(one) for one in getattr(filters, _FILTERED.get(other, ""), ())]
    where = [
        "day BETWEEN %(since)s::date AND %(until)s::date", "dimension = %(dimension)s", "source = ANY(%(sources)s::text[])",
        *(["key = ANY(%(keys)s::text[])"] if chosen else []),
        *(["service = ANY(%(service)s::text[])"] if filters.services else []),
    ]  # fmt: skip
    values = _values(period, filters) | {"dimension": other, "keys": chosen}
    return _select("insight_pair", [names[one] for one in by], _TOTALS, where), values


def _from_rows(
    by: Sequence[str], period: Period, filters: Filters, table: str, inside: str, applies: str, reads: str
) -> tuple[str, dict[str, Any]]:
    """From the rows of a day; its 24 hours are summed by place first and taken apart then: a thousandth of the rows."""
    where, values = _where(filters, inside), _values(period, filters)
    if "hour" not in by and not filters.hours:
        sums = (
            f"sum(attempts), sum(attempts) FILTER (WHERE {applies}), sum(attempts) FILTER (WHERE {applies} AND {_FAILS}),"
            f" sum(attempts) FILTER (WHERE {reads})"
        )
        return _select(table, [_DAY[one] for one in by], sums, where), values
    keys = [one for one in by if one != "hour"]
    inner = ", ".join([*(f"{_DAY[one]} AS {one}" for one in keys), f"{applies} AS applies", f"{_FAILS} AS fails"])
    inner += f", {reads} AS reads"
    slots = ", ".join(f"sum(hours[{at}])" for at in range(1, 25))
    grouped = ", ".join(str(at + 1) for at in range(len(keys) + 3))
    summed = f"(SELECT {inner}, ARRAY[{slots}] AS hours FROM {table} WHERE {' AND '.join(where)} GROUP BY {grouped}) d"  # noqa: S608
    source = f"{summed} CROSS JOIN LATERAL unnest(d.hours) WITH ORDINALITY AS slot (n, at)"
    columns = ["(at - 1)::int" if one == "hour" else one for one in by]
    outer = ["n > 0", *(["at - 1 = ANY(%(hours)s::int[])"] if filters.hours else [])]
    sums = "sum(n), sum(n) FILTER (WHERE applies), sum(n) FILTER (WHERE applies AND fails), sum(n) FILTER (WHERE reads)"
    return _select(source, columns, sums, outer), values


def _select(source: str, columns: Sequence[str], sums: str, where: Sequence[str]) -> str:
    places = ", ".join(str(at + 1) for at in range(len(columns)))
    some = f" HAVING {sums.split(',', 1)[0]} <> 0"  # what was counted and taken off again is no key
    end = f" GROUP BY {places}{some} ORDER BY {places}" if columns else some
    # Sums of large numbers are numeric, and those take ten times as long to read.
    whole = [f"{one}::bigint" for one in sums.split(", ")]
    return f"SELECT {', '.join([*columns, *whole])} FROM {source} WHERE {' AND '.join(where)}{end}"  # noqa: S608


def _where(filters: Filters, inside: str) -> list[str]:
    chosen = {"region": filters.regions, "brand": filters.brands, "service": filters.services}
    return [
        "day BETWEEN %(since)s::date AND %(until)s::date",
        inside,
        *_common(filters),
        *(f"{name} = ANY(%({name})s::text[])" for name, values in chosen.items() if values),
        *(["version = ANY(%(versions)s::int[])"] if filters.versions else []),
    ]


def _common(filters: Filters) -> list[str]:
    channels = ["channel = ANY(%(channels)s::text[])"] if filters.channels else []
    return ["source = ANY(%(sources)s::text[])", *channels]


def _values(period: Period, filters: Filters) -> dict[str, Any]:
    where = clock.zone()
    return VALUES | {
        "since": period.since,
        "until": period.until,
        "begin": clock.begin(period.since, where),
        "end": clock.end(period.until, where),
        "zone": str(where),
        "sources": list(filters.sources),
        "channels": list(filters.channels),
        "region": list(filters.regions),
        "brand": list(filters.brands),
        "service": list(filters.services),
        "versions": list(filters.versions),
        "hours": list(filters.hours),
    }
