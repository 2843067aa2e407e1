"""Who turns to the hall in a rehearsed month, and what for: drawn from the lines of the crowd and the services of the book."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from careline.demo.month.assumptions import HOT, Assumptions
from careline.demo.month.signposts import NOT_WANTED, Atlas, Goal
from careline.dialogue.book import READS, Verb
from careline.dialogue.talk import Subscriber
from careline.insight.rates import APPLICATIONS
from careline.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class Person:
    """One customer with one wish; `keys` is what they know by heart of the menu as it once was, node -> key."""

    name: str  # unique within a run: sessions are called by it
    subscriber: Subscriber
    goal: Goal
    tier: str
    writes: bool
    dice: random.Random
    assumed: Assumptions
    trade_words: bool
    patience_seconds: float
    keys: Mapping[str, str]

    @property
    def applies(self) -> bool:
        return self.goal[1] in APPLICATIONS


def person(
    name: str, seed: str, subscriber: Subscriber, held: frozenset[str], atlas: Atlas, old: Atlas, now: datetime, assumed: Assumptions,
    *, asks: bool,
) -> Person | None:  # fmt: skip
    """Someone with a wish that their menu can fulfil; None where it has none."""
    dice = random.Random(f"{seed} {name}")
    goal = _goal(dice, subscriber, held, atlas, now, assumed, asks=asks)
    if goal is None:
        return None
    service = atlas.book.services[goal[0]]
    tiers = sorted(service.tiers)
    regular = dice.random() < assumed.regulars
    return Person(
        name=name,
        subscriber=subscriber,
        goal=goal,
        tier=dice.choice(tiers) if tiers and goal[1] is not Verb.CANCEL else "",
        writes=dice.random() < assumed.texts,
        dice=dice,
        assumed=assumed,
        trade_words=dice.random() < assumed.trade_words,
        patience_seconds=assumed.patience_seconds * dice.lognormvariate(0.0, assumed.patience_spread),
        keys=by_heart(old, subscriber, goal, now) if regular else {},
    )


def by_heart(atlas: Atlas, subscriber: Subscriber, goal: Goal, now: datetime) -> dict[str, str]:
    """The key at each node on the way to the goal, as somebody remembers it; options on later pages nobody knows by heart."""
    posts = atlas.signposts(subscriber, now)
    keys: dict[str, str] = {}
    node = posts.first
    while node and node not in keys:
        sign = next((one for one in posts.nodes.get(node, ()) if goal in one.leads), None)
        if sign is None or sign.page:
            return {}
        keys[node] = sign.key
        node = sign.node
    return keys


def _goal(
    dice: random.Random,
    subscriber: Subscriber,
    held: frozenset[str],
    atlas: Atlas,
    now: datetime,
    assumed: Assumptions,
    *,
    asks: bool,
) -> Goal | None:
    goals = [goal for goal in sorted(atlas.signposts(subscriber, now).goals) if atlas.doable(goal)]
    book = atlas.book
    if asks:
        chosen = [goal for goal in goals if goal[1] in READS]
    else:
        closes = bool(held) and dice.random() < assumed.cancels
        has = {goal for goal in goals if book.services[goal[0]].product in held}
        chosen = [
            goal
            for goal in goals
            if goal[1] in APPLICATIONS and (goal[1] is Verb.CANCEL) is closes and (goal in has) is closes
        ]
    if not chosen:
        return None
    order = ranks(tuple(sorted(one.id for one in book.services.values() if one.behaviour not in NOT_WANTED)))
    chosen.sort(key=lambda goal: (order[goal[0]], goal[1].value))
    weights = [1 / (at + 1) ** assumed.steepness for at in range(len(chosen))]
    return dice.choices(chosen, weights)[0]


@cache
def ranks(services: Sequence[str]) -> Mapping[str, int]:
    """How much each service is wanted, 0 the most: the hot ones first, the others by a shuffle that is always the same."""
    others = [one for one in services if one not in HOT]
    random.Random("what customers want").shuffle(others)
    return {service: at for at, service in enumerate([*HOT, *others])}


def subscribers_of(rows: Sequence[tuple[str, str, str, str, str]]) -> list[tuple[Subscriber, frozenset[str]]]:
    """From (number, brand, region, language, products held, parted by spaces)."""
    return [
        (Subscriber(Msisdn(number), brand, region, language), frozenset(held.split()))
        for number, brand, region, language, held in rows
    ]
