"""What each visit came to: the attempt in the ledger that stands for it, with what the customer had wanted.

The hall cannot know what a caller wanted who chose nothing: it records such a call as an attempt of the hotline, which no figure
of opening and closing counts. Whoever rehearses knows it, as whoever makes a dial test does. So there are two rates: the
hall's own (source `hall`: applications that were begun), and that of all wishes (source `rehearsal`: one record for each visit,
whose key is the ledger's attempt). The same reports read both.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from careline.demo.month.signposts import Goal
from careline.dialogue.keypad.hotline import ID as HOTLINE
from careline.insight import clock, folding
from careline.insight.asking import Period
from careline.insight.importing import Line, insert
from careline.insight.models import Import, Mark
from careline.insight.rates import APPLICATIONS, fails
from careline.postgres import sql

SOURCE = "rehearsal"
HAND = 5_000


@dataclass(frozen=True, slots=True)
class Visit:
    """One call or conversation of somebody who wanted something opened or closed."""

    name: str
    number: str  # the line's digits
    goal: Goal
    began: datetime
    ended: datetime


class Found(NamedTuple):
    """An attempt as the ledger has it."""

    id: str
    msisdn: str
    service: str
    verb: str
    outcome: str
    cause: str
    begun_at: datetime
    ended_at: datetime
    channel: str
    region: str
    brand: str
    version: int
    node: str


def write(visits: Sequence[Visit], phases: Mapping[str, Period], now: datetime) -> tuple[int, int]:
    """Keep a record for each visit, counted by days; returns how many visits of each phase left no attempt behind."""
    periods = list(phases.values())
    attempts = _attempts(min(one.began for one in visits), now)
    lines: list[Line] = []
    lost = [0, 0]
    for visit in visits:
        of_line = attempts.get(visit.number, [])
        stands = standing(visit.goal, [one for one in of_line if visit.began <= one.begun_at <= visit.ended])
        if stands is None:
            lost[visit.began >= clock.begin(periods[1].since, clock.zone())] += 1
            continue
        lines.append(
            Line(
                stands.id, stands.msisdn, stands.channel, stands.region, stands.brand, visit.goal[0], visit.goal[1].value,
                stands.version, stands.node, stands.outcome, stands.cause, stands.ended_at,
            )
        )  # fmt: skip
    for at in range(0, len(lines), HAND):
        insert(SOURCE, lines[at : at + HAND])
    for period in periods:
        folding.fold_import(SOURCE, period.since, period.until)
    hour = clock.begin(periods[-1].until + timedelta(days=1), clock.zone())
    Mark.objects.update_or_create(source=SOURCE, defaults={"hour": hour, "zone": str(clock.zone())})
    Import.objects.create(
        source=SOURCE, name=SOURCE, digest="", lines=len(visits), added=len(lines), by="system", at=now
    )
    return lost[0], lost[1]


def standing(goal: Goal, attempts: Sequence[Found]) -> Found | None:
    """The attempt that a visit is judged by: the best at what was wanted; else that nothing was reached; else what failed instead."""
    wanted = [one for one in attempts if (one.service, one.verb) == goal]
    if wanted:
        return min(wanted, key=lambda one: (fails(one.outcome), one.outcome != "done", one.begun_at))
    nowhere = [one for one in attempts if one.service == HOTLINE and fails(one.outcome)]
    instead = [one for one in attempts if one.verb in APPLICATIONS and fails(one.outcome)]
    last = nowhere or instead
    return last[-1] if last else None


def _attempts(since: datetime, until: datetime) -> dict[str, list[Found]]:
    """Every attempt of the time, by line, in the order in which they began."""
    rows = sql.run(
        "SELECT id::text, msisdn, service, verb, outcome, cause, begun_at, ended_at, channel, region, brand, version, node"
        " FROM ledger_attempt WHERE begun_at >= %s AND begun_at < %s ORDER BY begun_at, id",
        [since, until],
    )
    found: dict[str, list[Found]] = defaultdict(list)
    for row in rows:
        found[row[1]].append(Found(*row))
    return found
