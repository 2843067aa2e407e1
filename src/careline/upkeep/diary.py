"""The diary of the voice flow: who or what maintained it on each day, with proof; a missing day stays missing.

Nothing is entered here: publications, renderings, notices, audits, dial tests and rounds are read where they were written,
and people sign (`signing`). What is written afterwards is an explanation with its own time, never an entry of that day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from careline.insight import clock
from careline.postgres import sql
from careline.promises import calendars
from careline.upkeep.duties import Kind, duties
from careline.upkeep.models import Explained, Noted, Round, Signed

DAYS_MAX = 1_100
_WORK = {
    "publish": Kind.RENDER,  # the studio's word for "the prompts of a version are complete"
    "render": Kind.RENDER,
    "record": Kind.RECORD,
    "choose": Kind.RECORD,
    "audit": Kind.AUDIT,
    "notice": Kind.NOTICE,
}


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that somebody or something worked on a day. `ref`: what it is found by, such as work:12, version:3."""

    kind: Kind
    by: str
    at: datetime  # the first of them
    last_at: datetime
    count: int = 1
    about: str = ""
    step: str = ""  # of what was signed
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the diary. `due`: it had to be maintained; days before the house began, and closed ones, had not."""

    day: date
    due: bool
    proofs: Sequence[Proof]
    maintained: bool
    explained: Sequence[Explained] = ()

    @property
    def missing(self) -> bool:
        return self.due and not self.maintained

    @property
    def by(self) -> list[str]:
        """Who or what maintained it."""
        counts = duties().counts
        return sorted({one.by for one in self.proofs if one.kind in counts})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether every day was maintained: None where none was due. `missing` names the days that were not."""

    met: bool | None
    done: int
    due: int
    missing: Sequence[date]


def days(since: date, until: date) -> dict[date, Day]:
    """Every day from `since` to `until`, both included, with its proofs; seven statements however many days.

    Raises ValueError beyond DAYS_MAX days.
    """
    if (until - since).days >= DAYS_MAX:
        raise ValueError(f"more than {DAYS_MAX} days")
    held = duties()
    began, open_days = beginning(), calendars.running(held.diary_calendar)
    found: defaultdict[date, list[Proof]] = defaultdict(list)
    for day, proof in _proofs(since, until):
        found[day].append(proof)
    told: defaultdict[str, list[Explained]] = defaultdict(list)
    for one in Explained.objects.filter(kind="day", key__gte=str(since), key__lte=str(until)).order_by("at"):
        told[one.key].append(one)
    made = {}
    for number in range((until - since).days + 1):
        day = since + timedelta(days=number)
        proofs = sorted(found[day], key=lambda one: (one.at, one.kind))
        due = began is not None and day >= began and bool(open_days.hours_of(day))
        maintained = any(one.kind in held.counts for one in proofs)
        made[day] = Day(day, due, proofs, maintained, told[str(day)])
    return made


def verdict(found: Mapping[date, Day], today: date) -> Verdict:
    """At least one maintenance a day (IVR-16); today counts once it is maintained, days to come do not count."""
    due = [one for one in found.values() if one.due and (one.day < today or (one.day == today and one.maintained))]
    missing = [one.day for one in due if not one.maintained]
    return Verdict(not missing if due else None, len(due) - len(missing), len(due), missing)


def beginning() -> date | None:
    """The day of the first record there is of the voice flow; nothing was due before. None in an empty house."""
    # When did the first maintenance leave a trace?
    [(at, day)] = sql.run(
        "SELECT least((SELECT min(at) FROM prompts_work),"
        " (SELECT min(at) FROM journal_entry WHERE what = 'version' AND did IN ('publish', 'publish_unreviewed', 'roll_back')),"
        " (SELECT min(at) FROM upkeep_signed), (SELECT min(at) FROM upkeep_round)),"
        " (SELECT min(day) FROM upkeep_noted WHERE kind = 'probe')"
    )
    first = at.astimezone(clock.zone()).date() if at else None
    known = [one for one in (first, day) if one is not None]
    return min(known) if known else None


def _proofs(since: date, until: date) -> Iterable[tuple[date, Proof]]:
    where = clock.zone()
    span = [str(where), clock.begin(since, where), clock.end(until, where)]
    # What the studio did on each local day, by what it did and who.
    for day, did, by, count, first, last, number, about in sql.run(
        "SELECT (at AT TIME ZONE %s)::date, did, by, count(*), min(at), max(at), min(id), (array_agg(about ORDER BY at))[1]"
        " FROM prompts_work WHERE at >= %s AND at < %s AND did = ANY(%s::text[]) GROUP BY 1, 2, 3",
        [*span, list(_WORK)],
    ):
        yield day, Proof(_WORK[did], by, first, last, int(count), about, ref=f"work:{number}")
    # Which versions were published on each local day?
    for day, by, at, record in sql.run(
        "SELECT (at AT TIME ZONE %s)::date, who, at, record FROM journal_entry"
        " WHERE at >= %s AND at < %s AND what = 'version' AND did IN ('publish', 'publish_unreviewed', 'roll_back')",
        span,
    ):
        yield day, Proof(Kind.PUBLISH, by, at, at, ref=f"version:{record}")
    yield from _tested(since, until, span)
    for signed in Signed.objects.filter(day__gte=since, day__lte=until):
        at = signed.at
        yield (
            signed.day,
            Proof(Kind.SIGNED, signed.by, at, at, about=signed.note, step=signed.step, ref=f"signed:{signed.pk}"),
        )
    for made in Round.objects.filter(day__gte=since, day__lte=until):
        yield made.day, Proof(Kind.ROUND, made.by, made.at, made.at, about=made.slot, ref=f"round:{made.pk}")


def _tested(since: date, until: date, span: Sequence[Any]) -> Iterable[tuple[date, Proof]]:
    """Dial tests of each day: as they are recorded, or as they were noted if that was more."""
    best: dict[tuple[date, str], tuple[int, datetime, datetime, Kind]] = {}
    for one in Noted.objects.filter(day__gte=since, day__lte=until):
        kind = Kind(one.kind)
        best[one.day, one.by] = max(
            best.get((one.day, one.by), (0, one.first_at, one.last_at, kind)),
            (one.count, one.first_at, one.last_at, kind),
        )
    for day, by, count, first, last in tested(span):
        if count >= best.get((day, by), (0,))[0]:
            best[day, by] = (count, first, last, Kind.PROBE)
    for (day, by), (count, first, last, kind) in best.items():
        ref = "probes" if kind is Kind.PROBE else "health"
        yield day, Proof(kind, by, first, last, count, ref=ref)


def tested(span: Sequence[Any]) -> list[tuple[date, str, int, datetime, datetime]]:
    """Dial tests by local day and vantage point; `span`: zone, from, until."""
    return [
        (day, f"probes@{vantage}", int(count), first, last)
        for day, vantage, count, first, last in sql.run(
            "SELECT (ended_at AT TIME ZONE %s)::date, vantage, count(*), min(ended_at), max(ended_at) FROM probes_run"
            " WHERE ended_at >= %s AND ended_at < %s GROUP BY 1, 2",
            span,
        )
    ]
