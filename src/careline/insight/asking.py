"""Asking the rollups: how many attempts, applications and failures, by whatever they are asked by, through filters that compose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db import connection

from careline.dialogue.book import READS
from careline.insight import clock
from careline.insight.folding import OUTSIDE, OWN
from careline.insight.rates import APPLICATIONS, FAILURES, Rate

BY = (
    "month",
    "day",
    "hour",
    "weekday",
    "channel",
    "service",
    "region",
    "brand",
    "version",
    "verb",
    "outcome",
    "cause",
    "source",
)
_COARSE = {"month", "day", "hour", "weekday", "channel", "outcome", "cause", "source"}
_COLUMNS = {name: name for name in ("channel", "outcome", "cause", "source")}
_DAY = _COLUMNS | {name: name for name in ("day", "service", "region", "brand", "version", "verb")} | {
    "weekday": "extract(isodow FROM day)::int",
    "month": "to_char(day, 'YYYY-MM')",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both included."""

    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    def before(self) -> "Period":
        """As many days, ending the day before."""
        return Period(self.since - timedelta(days=self.days), self.since - timedelta(days=1))

    def all_days(self) -> list[date]:
        return [self.since + timedelta(days=at) for at in range(self.days)]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked about; an empty one asks about all. `hours` are those of the local clock."""

    sources: tuple[str, ...] = (OWN,)
    channels: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    versions: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()

    def only(self, **changes: Any) -> "Filters":
        return replace(self, **changes)

    @property
    def _coarse(self) -> bool:
        return not (self.regions or self.brands or self.services or self.versions)


OURS = Filters()


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted under one key."""

    key: tuple[Any, ...]
    attempts: int  # of everything, queries included
    applications: int
    failed: int  # of these
    queries: int = 0
    rate: Rate = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rate", Rate(self.failed, self.applications))


def count(by: Sequence[str], period: Period, filters: Filters = OURS) -> list[Counted]:
    """One row for each key that occurs, in the order of the keys; one statement. Raises KeyError for an unknown `by`.

    What asks for nothing of ours (`non_business`) is left out of everything.
    """
    if unknown := set(by) - set(BY):
        raise KeyError(*unknown)
    if set(by) <= _COARSE and filters._coarse:
        statement, values = _from_hours(by, period, filters)
    elif (dimension := _alone(by, filters)) is not None:
        statement, values = _from_margins(by, period, filters, dimension)
    elif "hour" in by or filters.hours:
        statement, values = _from_day_hours(by, period, filters)
    else:
        statement, values = _from_days(by, period, filters)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall()
    wide = len(by)
    return [Counted(tuple(row[:wide]), *(int(number or 0) for number in row[wide:])) for row in found]


def total(period: Period, filters: Filters = OURS) -> Counted:
    """Everything of the period in one row, of noughts where there is nothing."""
    rows = count((), period, filters)
    return rows[0] if rows else Counted((), 0, 0, 0)


_APPLIES = "verb = ANY(%(applications)s::text[])"
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


_MARGINS = {"service": "services", "region": "regions", "brand": "brands", "version": "versions"}


def _alone(by: Sequence[str], filters: Filters) -> str | None:
    """The one dimension that is asked by or filtered by, besides days; None where there are others or none."""
    used = {one for one in by if one not in ("month", "day", "weekday", "source")}
    used |= {name for name, many in _MARGINS.items() if getattr(filters, many)}
    found = next(iter(used), "")
    return found if len(used) == 1 and found in _MARGINS and not (filters.channels or filters.hours) else None


def _from_margins(by: Sequence[str], period: Period, filters: Filters, dimension: str) -> tuple[str, dict[str, Any]]:
    key = "key::int" if dimension == "version" else "key"
    names = _DAY | {dimension: key}
    chosen = list(getattr(filters, _MARGINS[dimension]))
    where = ["day BETWEEN %(since)s::date AND %(until)s::date", "dimension = %(dimension)s", *_common(filters)]
    if chosen:
        where.append("key = ANY(%(keys)s::text[])")
    sums = "sum(attempts), sum(applications), sum(failed), sum(queries)"
    values = _values(period, filters) | {"dimension": dimension, "keys": [str(one) for one in chosen]}
    return _select("insight_margin", [names[one] for one in by], sums, where), values


def _from_days(by: Sequence[str], period: Period, filters: Filters) -> tuple[str, dict[str, Any]]:
    sums = (
        f"sum(attempts), sum(attempts) FILTER (WHERE {_APPLIES}), sum(attempts) FILTER (WHERE {_APPLIES} AND {_FAILS}),"
        " sum(attempts) FILTER (WHERE verb = ANY(%(reads)s::text[]))"
    )
    return _select("insight_day", [_DAY[one] for one in by], sums, _where(filters)), _values(period, filters)


def _from_day_hours(by: Sequence[str], period: Period, filters: Filters) -> tuple[str, dict[str, Any]]:
    """The 24 hours are summed by place first and taken apart then: a thousandth of the rows."""
    keys = [one for one in by if one != "hour"]
    inner = ", ".join([*(f"{_DAY[one]} AS {one}" for one in keys), f"{_APPLIES} AS applies", f"{_FAILS} AS fails"])
    inner += ", verb = ANY(%(reads)s::text[]) AS reads"
    slots = ", ".join(f"sum(hours[{at}])" for at in range(1, 25))
    grouped = ", ".join(str(at + 1) for at in range(len(keys) + 3))
    summed = f"(SELECT {inner}, ARRAY[{slots}] AS hours FROM insight_day WHERE {' AND '.join(_where(filters))} GROUP BY {grouped}) d"  # noqa: S608
    source = f"{summed} CROSS JOIN LATERAL unnest(d.hours) WITH ORDINALITY AS slot (n, at)"
    columns = ["(at - 1)::int" if one == "hour" else one for one in by]
    where = ["n > 0", *(["at - 1 = ANY(%(hours)s::int[])"] if filters.hours else [])]
    sums = "sum(n), sum(n) FILTER (WHERE applies), sum(n) FILTER (WHERE applies AND fails), sum(n) FILTER (WHERE reads)"
    return _select(source, columns, sums, where), _values(period, filters)


def _select(source: str, columns: Sequence[str], sums: str, where: Sequence[str]) -> str:
    places = ", ".join(str(at + 1) for at in range(len(columns)))
    end = f" GROUP BY {places} ORDER BY {places}" if columns else ""
    return f"SELECT {', '.join([*columns, sums])} FROM {source} WHERE {' AND '.join(where)}{end}"  # noqa: S608


def _where(filters: Filters) -> list[str]:
    chosen = {"region": filters.regions, "brand": filters.brands, "service": filters.services}
    return [
        "day BETWEEN %(since)s::date AND %(until)s::date",
        "service <> %(outside)s",
        *_common(filters),
        *(f"{name} = ANY(%({name}s)s::text[])" for name, values in chosen.items() if values),
        *(["version = ANY(%(versions)s::int[])"] if filters.versions else []),
    ]


def _common(filters: Filters) -> list[str]:
    channels = ["channel = ANY(%(channels)s::text[])"] if filters.channels else []
    return ["source = ANY(%(sources)s::text[])", *channels]


def _values(period: Period, filters: Filters) -> dict[str, Any]:
    where = clock.zone()
    return {
        "since": period.since,
        "until": period.until,
        "begin": clock.begin(period.since, where),
        "end": clock.end(period.until, where),
        "zone": str(where),
        "applications": sorted(APPLICATIONS),
        "failures": sorted(FAILURES),
        "reads": sorted(READS),
        "outside": OUTSIDE,
        "sources": list(filters.sources),
        "channels": list(filters.channels),
        "regions": list(filters.regions),
        "brands": list(filters.brands),
        "services": list(filters.services),
        "versions": list(filters.versions),
        "hours": list(filters.hours),
    }


def failures(period: Period, filters: Filters = OURS) -> Mapping[str, int]:
    """How many applications failed, by cause; one statement."""
    return {str(one.key[0]): one.failed for one in count(("cause",), period, filters) if one.failed}
