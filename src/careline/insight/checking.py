"""Is the rollup exact? A day is counted again from its records and compared, kind by kind; its sums are added up again."""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from dataclasses import dataclass
from datetime import date
from typing import LiteralString

from careline.insight import clock
from careline.insight.models import Kept
from careline.insight.recorded import NOT_PRETENDED_ENDED, OWN, PROBES
from careline.insight.summing import VALUES
from careline.postgres import sql

DIFFERENCES_MAX = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """A kind of attempts that the records count otherwise than the rollup."""

    kind: tuple[str, ...]  # channel, region, brand, version, service, verb, outcome, cause
    recorded: int
    folded: int


@dataclass(frozen=True, slots=True)
class Recount:
    day: date
    source: str
    recorded: int
    folded: int
    differences: tuple[Difference, ...]  # the first hundred
    wrong_sums: tuple[str, ...] = ()  # rollups that do not add up to the day
    deleted: bool = False  # its records were deleted by age: only the sums could be checked

    @property
    def exact(self) -> bool:
        return not self.differences and not self.wrong_sums


def recount(day: date, source: str = OWN) -> Recount:
    """Count this local day from the records; four statements. Open attempts are in neither: they have not ended.

    What pretend customers did is no record of customers; their runs are those of the source `probes`.
    """
    where = clock.zone()
    begin, end = clock.begin(day, where), clock.end(day, where)
    folded, sums = _folded(day, source), _sums(day, source)
    if (kept := _kept(source)) is not None and begin < kept.before:
        return Recount(day, source, 0, sum(folded.values()), (), sums, deleted=True)
    if source == PROBES:
        recorded = _run(begin, end)
    else:
        recorded = _recorded(begin, end) if source == OWN else _imported(begin, end, source)
    kinds = sorted(kind for kind in folded.keys() | recorded.keys() if folded.get(kind, 0) != recorded.get(kind, 0))
    found = tuple(Difference(kind, recorded.get(kind, 0), folded.get(kind, 0)) for kind in kinds[:DIFFERENCES_MAX])
    return Recount(day, source, sum(recorded.values()), sum(folded.values()), found, sums)


def _kept(source: str) -> Kept | None:
    return Kept.objects.filter(kind={OWN: "attempts", PROBES: "probes"}.get(source, "")).first()


Kinds = dict[tuple[str, ...], int]


def _folded(day: date, source: str) -> Kinds:
    # What does the rollup say, and do its hours sum to its days?
    rows = sql.run(
        "SELECT channel, region, brand, version::text, service, verb, outcome, cause,"
        " (SELECT sum(n) FROM unnest(hours) AS h (n))::bigint, attempts FROM insight_day WHERE day = %s AND source = %s",
        [day, source],
    )
    return {tuple(row[:8]): row[9] if row[8] == row[9] else -1 for row in rows if row[8] or row[9]}


# What each sum of a day adds up to, beside what the day's rows say; of rollups that leave the outside out, so do the rows.
_SUMS: LiteralString = (
    "WITH d AS (SELECT coalesce(sum(attempts), 0) AS everything,"
    " coalesce(sum(attempts) FILTER (WHERE service <> %(outside)s), 0) AS inside,"
    " coalesce(sum(attempts) FILTER (WHERE service <> %(outside)s AND verb = ANY(%(applications)s::text[])"
    " AND outcome = ANY(%(failures)s::text[])), 0) AS failed FROM insight_day WHERE day = %(day)s::date"
    " AND source = %(source)s), a AS (SELECT coalesce(sum(attempts), 0) AS everything, coalesce(sum((SELECT sum(n)"
    " FROM unnest(hours) AS h (n))), 0) AS hours, coalesce(sum(attempts) FILTER (WHERE kind = 'application'"
    " AND outcome = ANY(%(failures)s::text[])), 0) AS failed FROM insight_area WHERE day = %(day)s::date"
    " AND source = %(source)s)"
    " SELECT 'area' FROM a, d WHERE (a.everything, a.hours, a.failed) <> (d.everything, d.everything, d.failed)"
    " UNION ALL SELECT 'margin ' || dimension FROM d, (SELECT dimension, sum(attempts) AS inside, sum(failed) AS failed,"
    " sum((SELECT sum(n) FROM unnest(attempts_at) AS h (n))) AS hours FROM insight_margin WHERE day = %(day)s::date"
    " AND source = %(source)s GROUP BY dimension) AS m WHERE (m.inside, m.hours, m.failed) <> (d.inside, d.inside, d.failed)"
    " UNION ALL SELECT 'pair ' || dimension FROM d, (SELECT dimension, sum(attempts) AS inside, sum(failed) AS failed"
    " FROM insight_pair WHERE day = %(day)s::date AND source = %(source)s GROUP BY dimension) AS p"
    " WHERE (p.inside, p.failed) <> (d.inside, d.failed)"
    " UNION ALL SELECT 'margin' FROM d WHERE d.inside <> 0 AND NOT EXISTS (SELECT FROM insight_margin"
    " WHERE day = %(day)s::date AND source = %(source)s)"
    " UNION ALL SELECT DISTINCT 'place ' || menu FROM (SELECT channel, version, menu, node, sessions, visits, done, person,"
    " left_here, 1 AS sign FROM insight_place WHERE day = %(day)s::date AND source = %(source)s UNION ALL SELECT channel,"
    " version, menu, node, sessions, visits, done, person, left_here, -1 FROM insight_node WHERE hour >= %(begin)s"
    " AND hour < %(end)s AND source = %(source)s) AS two GROUP BY channel, version, menu, node"
    " HAVING (sum(sign * sessions), sum(sign * visits), sum(sign * done), sum(sign * person), sum(sign * left_here))"
    " <> (0, 0, 0, 0, 0)"
)


def _sums(day: date, source: str) -> tuple[str, ...]:
    where = clock.zone()
    # Do the sums of the day add up to its rows, and the places of menus to their hours?
    rows = sql.run(
        _SUMS,
        VALUES | {"day": day, "source": source, "begin": clock.begin(day, where), "end": clock.end(day, where)},
    )
    return tuple(row[0] for row in rows)


def _run(begin: object, end: object) -> Kinds:
    # What do the runs of dial tests say?
    rows = sql.run(
        "SELECT channel, region, brand, version::text, service, verb, CASE WHEN passed THEN 'done' ELSE 'failed' END, cause,"
        " count(*) FROM probes_run WHERE judged AND ended_at >= %s::timestamptz AND ended_at < %s::timestamptz"
        " GROUP BY 1, 2, 3, 4, 5, 6, 7, 8",
        [begin, end],
    )
    return {tuple(row[:8]): row[8] for row in rows}


def _recorded(begin: object, end: object) -> Kinds:
    # What do the hall's records say?
    rows = sql.run(
        "SELECT channel, region, brand, version::text, service, verb, outcome, cause, count(*) FROM ledger_attempt r"
        f" WHERE ended_at >= %s::timestamptz AND ended_at < %s::timestamptz AND {NOT_PRETENDED_ENDED} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8",
        [begin, end],
    )
    return {tuple(row[:8]): row[8] for row in rows}


def _imported(begin: object, end: object, source: str) -> Kinds:
    # What do the records of another system say?
    rows = sql.run(
        "SELECT channel, region, brand, version::text, service, verb, outcome, cause, count(*) FROM insight_record"
        " WHERE ended_at >= %s::timestamptz AND ended_at < %s::timestamptz AND source = %s GROUP BY 1, 2, 3, 4, 5, 6, 7, 8",
        [begin, end, source],
    )
    return {tuple(row[:8]): row[8] for row in rows}
