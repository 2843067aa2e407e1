"""Replaying a time's ways over another menu: keys, seconds heard, who finds what they wanted, and who presses by heart.

What cannot be known is left out of the gain: those who know their keys by heart gain nothing, and err at first. That
somebody who listens presses as soon as the own option was heard is assumed for the old menu and for the new one alike.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf

from careline.advice.hearing import Ear
from careline.advice.rules import Rules
from careline.advice.walks import Step, Walks, Way


@dataclass(frozen=True, slots=True)
class Total:
    keys: int
    seconds: float  # of prompts of menus that were heard
    found: int  # sessions that came to all that they had chosen


@dataclass(frozen=True, slots=True)
class Replayed:
    """`leaves` are the sessions that chose an action; the others are replayed as far as they went."""

    sessions: int
    leaves: int
    before: Total
    after: Total
    steps: int
    steps_by_heart: int
    at_risk: Mapping[Step, int] | None  # people who know by heart a key that is another one now
    wrong_turns: int  # that these will take once, until they know better
    seconds_lost: float  # by these, once

    @property
    def seconds_saved(self) -> float:
        """For each 1,000 calls, by those who listen."""
        return (self.before.seconds - self.after.seconds) * 1000 / self.sessions if self.sessions else 0.0

    @property
    def keys_saved(self) -> float:
        """For each 1,000 calls."""
        return (self.before.keys - self.after.keys) * 1000 / self.sessions if self.sessions else 0.0


def replay(old: Ear, new: Ear, walks: Walks, rules: Rules) -> Replayed:
    """Every way over both menus; a node that the new one has not, or a choice that is not offered there, is not found."""
    totals = [[0, 0.0, 0], [0, 0.0, 0]]
    steps = by_heart = leaves = 0
    for way, times in walks.ways.items():
        steps += times * len(way.steps)
        by_heart += times * sum(way.by_heart)
        leaves += times * way.leaf
        for total, ear in zip(totals, (old, new), strict=True):
            keys, seconds, found = walk(ear, way)
            total[0] += keys * times
            total[1] += seconds * times
            total[2] += times * (found and way.leaf)
    before, after = (Total(int(keys), seconds, int(found)) for keys, seconds, found in totals)
    risk = at_risk(old, new, walks)
    turns = rules.relearn_times * sum(risk.values()) if risk else 0
    return Replayed(
        walks.sessions, leaves, before, after, steps, by_heart,
        risk, turns, lost(new, risk or {}, rules),
    )  # fmt: skip


def walk(ear: Ear, way: Way) -> tuple[int, float, bool]:
    """One way over one menu: keys pressed, seconds heard, and whether all that was chosen is there."""
    keys, seconds = 0, 0.0
    for at, (step, listens) in enumerate(taken(ear, way)):
        if step.node not in ear.menu.nodes:
            return keys, seconds, False
        said = ear.at(step.node, way.region, way.brand)
        if step.place not in said.until:
            return keys, seconds, False
        keys += len(said.keys[step.place])
        if listens:
            seconds += said.until[step.place] + (0.0 if at or step.node != ear.menu.first else ear.greeting)
    return keys, seconds, True


def taken(ear: Ear, way: Way) -> Iterator[tuple[Step, bool]]:
    """The steps of a way in this menu, each with whether it is listened for.

    Where what was chosen a node below stands in front of that node's own option, whoever listens takes it at once.
    """
    at = 0
    while at < len(way.steps):
        step, listens = way.steps[at], not way.by_heart[at]
        following = way.steps[at + 1] if at + 1 < len(way.steps) else None
        if following is not None and following.node == step.place and listens and not way.by_heart[at + 1]:
            until = ear.at(step.node, way.region, way.brand).until if step.node in ear.menu.nodes else {}
            if until.get(following.place, inf) < until.get(step.place, inf):
                step, at = Step(step.node, following.place), at + 1
        yield step, listens
        at += 1


def at_risk(old: Ear, new: Ear, walks: Walks) -> dict[Step, int] | None:
    """People who know by heart a key that means something else in the new menu; None where nobody's habits are known."""
    if walks.regulars is None:
        return None
    return {
        step: people
        for step, people in walks.regulars.items()
        if step.node in new.menu.nodes and _key(old, step) not in ("", _key(new, step))
    }


def lost(new: Ear, risk: Mapping[Step, int], rules: Rules) -> float:
    """Seconds that errors of habit cost, once: to notice, to go back, and to listen to the node this time."""
    return sum(
        people * rules.relearn_times * (rules.wrong_turn_seconds + new.at(step.node).until.get(step.place, 0.0))
        for step, people in risk.items()
    )


def _key(ear: Ear, step: Step) -> str:
    return ear.at(step.node).keys.get(step.place, "")
