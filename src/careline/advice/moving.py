"""Changes that are possible in a menu, and what each saves: two keys exchanged, or a choice lifted a level to a free key."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

from careline.advice import layouts
from careline.advice.hearing import Ear, Spoken
from careline.advice.layouts import Layout, Spot
from careline.advice.replaying import taken
from careline.advice.walks import Step, Walks, place_of
from careline.dialogue.book import Choice, MenuNode
from careline.dialogue.rendering import KEYS_MAX

LIFTED_MOST = 3  # of the choices below a node, by demand: a fourth is not wanted more than what stands there

Who = tuple[str, str]  # region and brand


class Kind(StrEnum):
    SWAP = "swap"
    LIFT = "lift"


class Change(NamedTuple):
    """Two choices of a node exchanged; or one of a node below set before it, on a key whose holder goes to the first free one."""

    kind: Kind
    node: str
    first: str  # the place that stood on the key nearer to the front
    comes: str  # the place that comes there
    spots: tuple[Spot, ...]  # the node's choices afterwards
    below: str = ""  # the node that a lifted choice stands in as well

    @property
    def key(self) -> str:
        """By this a change is the same one tomorrow; without colons of its own but those between its parts."""
        parts = [self.kind, self.node, self.first.replace(":", "."), self.comes.replace(":", ".")]
        return ":".join([*parts, self.below] if self.below else parts)

    def on(self, layout: Layout) -> Layout:
        return {**layout, self.node: self.spots}


class Worth(NamedTuple):
    """What a change saves for each 1,000 calls."""

    change: Change
    seconds: float
    keys: float


def moved(change: Change, before: Ear, after: Ear) -> Iterator[tuple[str, Choice, str, str]]:
    """The choices whose key is another afterwards: place, choice, key before ("" for none), key after."""
    old, new = before.at(change.node).keys, after.at(change.node).keys
    for choice in after.menu.nodes[change.node].choices:
        place = place_of(choice)
        if not choice.word and new.get(place, "") != old.get(place, ""):
            yield place, choice, old.get(place, ""), new.get(place, "")


@dataclass(slots=True)
class Candidates:
    """All changes of one layout of a menu; only nodes that a document holds can change. `ear` hears that layout."""

    base: Ear
    ear: Ear
    walks: Walks
    movable: Set[str]
    layout: Layout
    _chosen: dict[str, dict[Who, Counter[str]]] = field(default_factory=dict)
    _pairs: dict[str, dict[tuple[str, str], Counter[Who]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chosen: dict[str, dict[Who, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        pairs: dict[str, dict[tuple[str, str], Counter[Who]]] = defaultdict(lambda: defaultdict(Counter))
        for way, times in self.walks.ways.items():
            who = (way.region, way.brand)
            last: Step | None = None
            for step, listens in taken(self.ear, way):
                if listens:
                    chosen[step.node][who][step.place] += times
                    if last is not None and last.place == step.node:
                        pairs[last.node][last.place, step.place][who] += times
                last = step if listens else None
        self._chosen, self._pairs = chosen, pairs

    def ranked(self) -> list[Worth]:
        """Every change that saves something, the best first; ties by key."""
        found = [
            worth
            for name in sorted(self.movable & self._chosen.keys() & self.ear.menu.nodes.keys())
            for worth in (*self._swaps(name), *self._lifts(name))
            if worth.seconds > 0
        ]
        return sorted(found, key=lambda one: (-one.seconds, one.change.key))

    def _swaps(self, name: str) -> Iterator[Worth]:
        """Words (a person, another language) keep their keys; two choices of one place cannot be told apart, and stay too."""
        node, spots = self.ear.menu.nodes[name], self._spots(name)
        if any(spot.node != name for spot in spots):
            return  # what was lifted into it was put there by this very advice
        places = [place_of(choice) for choice in node.choices]
        free = [at for at, choice in enumerate(node.choices) if not choice.word and places.count(places[at]) == 1]
        groups = self._groups(node)
        before = self._cost(node, groups)
        for one, other in combinations(free, 2):
            changed = list(spots)
            changed[one], changed[other] = spots[other], spots[one]
            change = Change(Kind.SWAP, name, places[one], places[other], tuple(changed))
            after = self._cost(self._node(change), groups)
            yield self._worth(change, before, after)

    def _lifts(self, name: str) -> Iterator[Worth]:
        """A choice of a node below, set at or before that node's own key, so that it is heard first; it stays below as well."""
        node, spots = self.ear.menu.nodes[name], self._spots(name)
        if len(node.choices) >= KEYS_MAX or any(spot.node != name for spot in spots):
            return
        places = [place_of(choice) for choice in node.choices]
        wanted = sorted(
            ((sum(who.values()), below, leaf, who) for (below, leaf), who in self._pairs.get(name, {}).items()),
            key=lambda one: (-one[0], one[1], one[2]),
        )
        for _times, below, leaf, who in wanted[:LIFTED_MOST]:
            lender = self.base.menu.nodes[below]
            at = [place_of(choice) for choice in lender.choices]
            if leaf in places or at.count(leaf) != 1 or below not in self.movable or places.count(below) != 1:
                continue
            spot = Spot(below, at.index(leaf))
            yield from self._lifted(node, spots, places, below, leaf, spot, who)

    def _lifted(
        self,
        node: MenuNode,
        spots: tuple[Spot, ...],
        places: list[str],
        below: str,
        leaf: str,
        spot: Spot,
        who: Counter[Who],
    ) -> Iterator[Worth]:
        groups = self._groups(node)
        seconds, keys = self._cost(node, groups)
        moving = {whose: dict(many) for whose, many in groups.items()}
        alike = self.ear.alike(node, who)
        for one, times in who.items():
            said = self.ear.at(below, *one)
            seconds += times * said.until.get(leaf, 0.0)
            keys += times * len(said.keys.get(leaf, ""))
            whose = moving[self._group_of(groups, alike[one], node)]
            whose[below] = whose.get(below, 0) - times
            whose[leaf] = whose.get(leaf, 0) + times
        for place in range(places.index(below) + 1):
            if node.choices[place].word or places.count(places[place]) != 1:
                continue
            changed = [*spots, spots[place]]
            changed[place] = spot
            change = Change(Kind.LIFT, node.id, places[place], leaf, tuple(changed), below)
            yield self._worth(change, (seconds, keys), self._cost(self._node(change), moving))

    def _spots(self, name: str) -> tuple[Spot, ...]:
        return self.layout.get(name) or layouts.standing(self.base.menu.nodes[name])

    def _node(self, change: Change) -> MenuNode:
        return layouts.node_with(self.base.menu, change.node, change.spots)

    def _groups(self, node: MenuNode) -> dict[Who, dict[str, int]]:
        """What was chosen at the node by those who hear the same there, under one of them."""
        chosen = self._chosen[node.id]
        alike = self.ear.alike(node, chosen)
        groups: dict[Who, dict[str, int]] = {}
        for who, places in chosen.items():
            sums = groups.setdefault(alike[who], {})
            for place, times in places.items():
                sums[place] = sums.get(place, 0) + times
        return groups

    def _group_of(self, groups: dict[Who, dict[str, int]], who: Who, node: MenuNode) -> Who:
        """Under whom a caller's choices are summed: the one of the groups who hears the same."""
        if who in groups:
            return who
        return next(one for one in groups if len(set(self.ear.alike(node, (one, who)).values())) == 1)

    def _cost(self, node: MenuNode, groups: dict[Who, dict[str, int]]) -> tuple[float, int]:
        """Seconds and keys of all who chose something there after listening; what they are not offered costs nothing."""
        seconds, keys = 0.0, 0
        for who, places in groups.items():
            said: Spoken = self.ear.say(node, *who)
            for place, times in places.items():
                seconds += times * said.until.get(place, 0.0)
                keys += times * len(said.keys.get(place, ""))
        return seconds, keys

    def _worth(self, change: Change, before: tuple[float, int], after: tuple[float, int]) -> Worth:
        of = 1000 / self.walks.sessions if self.walks.sessions else 0.0
        return Worth(change, (before[0] - after[0]) * of, (before[1] - after[1]) * of)
