"""Live signals that a prompt is not understood: it is asked for again, turned back from, or answered by wrong keys."""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from careline.advice.hearing import Ear
from careline.advice.walks import Walks
from careline.insight import clock
from careline.insight.asking import Period
from careline.insight.menus import Usage
from careline.insight.recorded import NOT_PRETENDED
from careline.postgres import sql
from careline.values.language import Text

MESSAGES_MAX = 50_000  # of the inbox, the newest: fixed work
MANY = Fraction(1, 10)  # of the visits to a node: one in ten had trouble
LEAST_VISITS = 30  # below these one clumsy caller would make the share


@dataclass(frozen=True, slots=True)
class Signal:
    """One node. `repeats` are presses of 9, `backs` turnings from it at once, `missed` sessions with wrong keys that ended there."""

    node: str
    title: Text
    visits: int
    repeats: int
    backs: int
    missed: int
    seconds_a_day: float  # heard once more, or in vain

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.repeats + self.backs + self.missed, self.visits) if self.visits else None

    @property
    def many(self) -> bool:
        return self.visits >= LEAST_VISITS and self.share is not None and self.share >= MANY


def signals(ear: Ear, walks: Walks, used: Usage, period: Period, days: int) -> list[Signal]:
    """Each node of the menu that has any trouble, the most seconds first; one statement."""
    again = repeats(ear.menu.id, period)
    backs: dict[str, int] = {}
    for back, times in walks.backs.items():
        backs[back.place] = backs.get(back.place, 0) + times
    found = []
    for node in ear.menu.nodes.values():
        repeated, turned, missed = again.get(node.id, 0), backs.get(node.id, 0), walks.missed.get(node.id, 0)
        if repeated or turned or missed:
            said = ear.at(node.id)
            visits = max(used.get(node.id, (0, 0, 0, 0, 0))[1], repeated, turned, missed)
            seconds = (repeated * said.whole + turned * said.lead) / days
            found.append(Signal(node.id, node.title, visits, repeated, turned, missed, seconds))
    return sorted(found, key=lambda one: (-one.seconds_a_day, -(one.share or 0), one.node))


def repeats(menu: str, period: Period) -> Mapping[str, int]:
    """How often 9 was pressed at each node of a menu, in the newest messages of customers in the time."""
    where = clock.zone()
    # At which nodes was the key pressed that says everything once more?
    rows = sql.run(
        "WITH newest AS MATERIALIZED (SELECT channel, said, steps FROM ledger_inbox r WHERE received_at >= %s"
        f" AND received_at < %s AND {NOT_PRETENDED.replace('{at}', 'received_at')} ORDER BY received_at DESC LIMIT %s)"
        " SELECT step->>'node', count(*) FROM newest, jsonb_array_elements(newest.steps::jsonb) AS step"
        " WHERE channel = 'voice' AND said = '9' AND step->>'rule' = 'moment' AND step->>'mode' = 'menu' GROUP BY 1",
        [clock.begin(period.since, where), clock.end(period.until, where), MESSAGES_MAX],
    )
    del menu  # moments do not name their menu; a node of the same name in another one is counted with it
    return {row[0]: int(row[1]) for row in rows if row[0]}
