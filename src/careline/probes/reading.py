"""Reading results: the latest run of each probe, what passed lately, counts by hour, class and cause."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count

from careline.postgres import sql
from careline.probes import leaving_out
from careline.probes.models import Alarm, Planned, Run, Wanted, ended
from careline.values.language import Text

RECENT = timedelta(days=7)
WORST = ("failed", "unjudged", "warned", "passed")  # how runs end, what needs people first


@dataclass(frozen=True, slots=True)
class Last:
    """How a probe ended last at a vantage point."""

    run: UUID
    probe: str
    vantage: str
    channel: str
    passed: bool
    kind: str
    cause: str
    begun_at: datetime
    ended_at: datetime
    warned: bool
    judged: bool

    @property
    def state(self) -> str:
        return ended(self.passed, self.judged, self.warned)

    @property
    def seconds(self) -> float:
        return (self.ended_at - self.begun_at).total_seconds()


def newest() -> list[Last]:
    """How each probe ended last at each vantage point, as put down when runs were kept; what lists show."""
    rows = sql.run(
        "SELECT run, probe, vantage, channel, passed, kind, cause, begun_at, ended_at, warned, judged FROM probes_newest"
        " ORDER BY probe, vantage"
    )
    return [Last(*row) for row in rows]


def lasts() -> list[Last]:
    """The same from the runs themselves: from one index entry to the next, however many runs there are."""
    rows = sql.run(
        "WITH RECURSIVE newest AS ("
        " (SELECT id, probe, vantage FROM probes_run ORDER BY probe, vantage, ended_at DESC LIMIT 1)"
        " UNION ALL SELECT n.* FROM newest, LATERAL (SELECT r.id, r.probe, r.vantage FROM probes_run r"
        " WHERE (r.probe, r.vantage) > (newest.probe, newest.vantage)"
        " ORDER BY r.probe, r.vantage, r.ended_at DESC LIMIT 1) n)"
        " SELECT r.id, r.probe, r.vantage, r.channel, r.passed, r.kind, r.cause, r.begun_at, r.ended_at,"
        " r.warnings <> '[]'::jsonb, r.judged FROM newest JOIN probes_run r ON r.id = newest.id"
    )
    return [Last(*row) for row in rows]


def latest(*, since: datetime | None = None, batch: str = "") -> list[Run]:
    """The newest run of each probe at each vantage point, whole."""
    if batch:
        runs = Run.objects.filter(batch=batch).order_by("probe", "vantage", "-ended_at").distinct("probe", "vantage")
        return [run for run in runs if since is None or run.ended_at >= since]
    ids = [one.run for one in lasts() if since is None or one.ended_at >= since]
    return list(Run.objects.filter(id__in=ids).order_by("probe", "vantage"))


def passed_tokens(runs: Sequence[Run]) -> set[str]:
    """What the latest runs covered."""
    return {token for run in runs if run.passed for token in run.covers}


def failures(since: datetime) -> list[tuple[str, str, int]]:
    """Class, cause and number of runs that failed; the commonest first."""
    failed = Run.objects.filter(ended_at__gte=since, passed=False, judged=True)
    rows = failed.values_list("kind", "cause").annotate(n=Count("id"))
    return sorted(((kind, cause, number) for kind, cause, number in rows), key=lambda row: (-row[2], row[1]))


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of one kind of token: how many ought to be tried, for how many there is a probe, how many passed lately."""

    kind: str
    wanted: int
    covered: int
    passed: int
    missing: Sequence[tuple[str, str]]  # token and why
    left_out: Sequence[tuple[str, Text]] = ()  # nobody tries them, on purpose; not among the wanted


def coverage(found: Collection[Last], now: datetime) -> list[Coverage]:
    """By the plan that was written down last, and the runs of the last week; two statements."""
    good = {one.probe for one in found if one.passed and one.ended_at >= now - RECENT}
    covers = Planned.objects.values_list("id", "covers")
    passed = {token for probe, tokens in covers if probe in good for token in tokens}
    rows: dict[str, list[tuple[str, bool, str]]] = {}
    left: dict[str, list[tuple[str, Text]]] = {}
    listed = leaving_out.left_out()
    for token, covered, why in Wanted.objects.order_by("token").values_list("token", "covered", "why"):
        kind = token.split(":", 1)[0]
        if because := leaving_out.why(token, listed):
            left.setdefault(kind, []).append((token, because))
        else:
            rows.setdefault(kind, []).append((token, covered, why))
    return [
        Coverage(
            kind, len(own), sum(covered for _, covered, _ in own), sum(token in passed for token, _, _ in own),
            [(token, why) for token, covered, why in own if not covered], left.get(kind, ()),
        )
        for kind, own in rows.items()
    ]  # fmt: skip


def by_hour(since: datetime, until: datetime) -> list[tuple[datetime, int, int]]:
    """Each hour of this time: passed and failed."""
    rows = sql.run(
        "SELECT h, coalesce(sum(t.passed), 0), coalesce(sum(t.failed), 0)"
        " FROM generate_series(%s::timestamptz, %s::timestamptz, '1 hour') h LEFT JOIN probes_tally t ON t.hour = h"
        " GROUP BY h ORDER BY h",
        [_hour(since), _hour(until)],
    )
    return [(hour, int(passed), int(failed)) for hour, passed, failed in rows]


def note(row: Run) -> None:
    """Count a run in its hour, and put it down as the newest of its probe; two statements, in the transaction that keeps it."""
    sql.execute(
        "INSERT INTO probes_tally (hour, channel, vantage, passed, failed) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (hour, channel, vantage) DO UPDATE SET passed = probes_tally.passed + EXCLUDED.passed,"
        " failed = probes_tally.failed + EXCLUDED.failed",
        [_hour(row.ended_at), row.channel, row.vantage, int(row.passed), int(row.judged and not row.passed)],
    )
    sql.execute(
        "INSERT INTO probes_newest (probe, vantage, run, channel, passed, kind, cause, begun_at, ended_at, warned,"
        " judged) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (probe, vantage) DO UPDATE SET run = EXCLUDED.run,"
        " channel = EXCLUDED.channel, passed = EXCLUDED.passed, kind = EXCLUDED.kind, cause = EXCLUDED.cause,"
        " begun_at = EXCLUDED.begun_at, ended_at = EXCLUDED.ended_at, warned = EXCLUDED.warned,"
        " judged = EXCLUDED.judged"
        " WHERE probes_newest.ended_at <= EXCLUDED.ended_at",
        [
            row.probe,
            row.vantage,
            str(row.id),
            row.channel,
            row.passed,
            row.kind,
            row.cause,
            row.begun_at,
            row.ended_at,
            bool(row.warnings),
            row.judged,
        ],
    )


def alarms_open() -> int:
    return Alarm.objects.filter(cleared_at=None).count()


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
