"""Is the rollup exact? A day is counted again from its records and compared, kind by kind."""

from dataclasses import dataclass
from datetime import date

from careline.insight import clock
from careline.insight.folding import OWN
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

    @property
    def exact(self) -> bool:
        return not self.differences


def recount(day: date, source: str = OWN) -> Recount:
    """Count this local day from the records; two statements. Open attempts are in neither: they have not ended."""
    where = clock.zone()
    begin, end = clock.begin(day, where), clock.end(day, where)
    folded = _folded(day, source)
    recorded = _recorded(begin, end) if source == OWN else _imported(begin, end, source)
    kinds = sorted(kind for kind in folded.keys() | recorded.keys() if folded.get(kind, 0) != recorded.get(kind, 0))
    found = tuple(Difference(kind, recorded.get(kind, 0), folded.get(kind, 0)) for kind in kinds[:DIFFERENCES_MAX])
    return Recount(day, source, sum(recorded.values()), sum(folded.values()), found)


Kinds = dict[tuple[str, ...], int]


def _folded(day: date, source: str) -> Kinds:
    # What does the rollup say, and do its hours sum to its days?
    rows = sql.run(
        "SELECT channel, region, brand, version::text, service, verb, outcome, cause,"
        " (SELECT sum(n) FROM unnest(hours) AS h (n))::bigint, attempts FROM insight_day WHERE day = %s AND source = %s",
        [day, source],
    )
    return {tuple(row[:8]): row[9] if row[8] == row[9] else -1 for row in rows}


def _recorded(begin: object, end: object) -> Kinds:
    # What do the hall's records say?
    rows = sql.run(
        "SELECT channel, region, brand, version::text, service, verb, outcome, cause, count(*) FROM ledger_attempt"
        " WHERE ended_at >= %s::timestamptz AND ended_at < %s::timestamptz GROUP BY 1, 2, 3, 4, 5, 6, 7, 8",
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
