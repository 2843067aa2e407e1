"""Orders: which few keys of a menu should move, by what that saves its callers; what nobody touches; what has to wait."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from types import MappingProxyType

from careline.advice import layouts
from careline.advice.hearing import Ear
from careline.advice.layouts import Bodies, Layout, Spot
from careline.advice.lengths import Clips, Lengths
from careline.advice.moving import Candidates, Change, Kind, Worth, moved
from careline.advice.replaying import Replayed, lost, replay
from careline.advice.resting import moved_lately
from careline.advice.rules import Rules
from careline.advice.untouched import Untouched, untouched
from careline.advice.verdicts import stays_away
from careline.advice.walks import Step, Walks, walks
from careline.catalogue import menu_paths
from careline.catalogue.version import Version
from careline.dialogue.book import Book, Menu
from careline.insight import menus
from careline.insight.asking import OURS, Filters, Period
from careline.values.language import Text

HELD_MAX = 8  # changes that have to wait and are told nevertheless


class Why(StrEnum):
    """Why a change has to wait."""

    RESTS = "rests"  # one of its keys was moved lately
    LITTLE = "little"  # it saves less than the least
    DEAR = "dear"  # errors of habit cost more than it saves in the time allowed
    MANY = "many"  # the version has its share of changes


@dataclass(frozen=True, slots=True)
class Moved:
    """One choice that gets another key, or a second place."""

    node: str
    place: str
    name: Text
    before: str  # key; "" where it did not stand
    after: str
    by_heart: int | None  # people who know the old key by heart


@dataclass(frozen=True, slots=True)
class Move:
    """One exchange of two keys, or a choice lifted a level; figures are reckoned on top of the moves before it."""

    key: str  # by which verdicts know it
    change: Change
    title: Text  # of the node
    moved: tuple[Moved, ...]
    seconds: float  # saved for each 1,000 calls, by those who listen
    keys: float
    seconds_lost: float  # by those who press by heart, once
    earned_back_days: float | None  # None where nothing is lost, or no calls come

    @property
    def kind(self) -> Kind:
        return self.change.kind


@dataclass(frozen=True, slots=True)
class Held:
    move: Move
    why: Why


@dataclass(frozen=True, slots=True)
class Advice:
    """All advice on one menu; `replayed` compares the menu with all `moves` to the one that is served."""

    menu: Menu
    version: int
    period: Period
    language: str
    rules: Rules
    sessions: int  # that were looked at
    of: int  # sessions in the time
    calls_a_day: float
    moves: tuple[Move, ...]
    held: tuple[Held, ...]
    layout: Layout
    replayed: Replayed
    untouched: tuple[Untouched, ...]
    walks: Walks
    measured: float  # share of the prompts looked up whose length is that of clips

    def a_day(self, for_1000: float) -> float:
        return for_1000 * self.calls_a_day / 1000


def advise(
    book: Book,
    menu: Menu,
    period: Period,
    *,
    now: datetime,
    filters: Filters = OURS,
    rules: Rules | None = None,
    clips: Clips | None = None,
    language: str = "",
    without: Mapping[str, float] = MappingProxyType({}),
) -> Advice:
    """What to change in a menu; `without` are keys of changes that stay away, each until it saves
    more seconds a day than this. Six statements at most.

    `language` is the one whose prompts are timed: the menu's own, else Chinese, in which the line answers.
    """
    rules = rules or Rules.of(book)
    language = menu.language or language or "zh"
    calls = filters.only(channels=("voice",))
    used = menus.usage(menu.id, period, calls)
    walked = walks(menu, period, calls, used, by_heart_times=rules.by_heart_times)
    lengths = Lengths(clips, language, menu.senior)
    ear = Ear(book, menu, lengths, min(period.until, now.date()))
    bodies = published_menus()
    movable = {name for name in menu.nodes if layouts.written(bodies, menu.id, name) is not None}
    rested = moved_lately(menu.id, now, rules.rest_days)
    days = max(1, (min(period.until, now.date()) - period.since).days + 1)
    search = _Search(ear, walked, rules, movable, rested, walked.of / days, without)
    moves, held, layout = search.run()
    result = replay(ear, ear.other(layouts.menu_with(menu, layout)), walked, rules)
    asked = menus.demand(period, filters)
    unused = untouched(ear, used, asked, period, filters, days)
    looked = lengths.measured + lengths.estimated
    return Advice(
        menu, book.version, period, language, rules, walked.sessions, walked.of, walked.of / days, moves, held, layout,
        result, unused, walked, lengths.measured / looked if looked else 0.0,
    )  # fmt: skip


@dataclass(slots=True)
class _Search:
    """The best change first, the next on top of it, until what is left saves too little or too many have moved."""

    ear: Ear
    walks: Walks
    rules: Rules
    movable: Set[str]
    rested: Mapping[Step, datetime]
    calls_a_day: float
    without: Mapping[str, float]

    def run(self) -> tuple[tuple[Move, ...], tuple[Held, ...], Layout]:
        moves: list[Move] = []
        held: dict[str, Held] = {}
        layout: Layout = {}
        ear = self.ear
        while True:
            best = None
            full = len(moves) >= self.rules.moves_most
            ranked = self._worthy(Candidates(self.ear, ear, self.walks, self.movable, layout))
            for worth in islice(ranked, HELD_MAX if full else None):
                move = self._move(ear, layout, worth)
                why = self._why(move, len(moves))
                if why is None:
                    best = move
                    break
                held.setdefault(move.key, Held(move, why))
            if best is None:
                break
            moves.append(best)
            layout = best.change.on(layout)
            ear = self._hearing(layout)
        done = {one.key for one in moves}
        waiting = sorted((one for one in held.values() if one.move.key not in done), key=lambda one: -one.move.seconds)
        return tuple(moves), tuple(waiting[:HELD_MAX]), layout

    def _hearing(self, layout: Layout) -> Ear:
        return self.ear.other(layouts.menu_with(self.ear.menu, layout))

    def _worthy(self, candidates: Candidates) -> Iterator[Worth]:
        """The best first; of those below the least only so many as are told of."""
        little = 0
        for worth in candidates.ranked():
            a_day = worth.seconds * self.calls_a_day / 1000
            if not stays_away(self.menu_key(worth.change), a_day, self.without):
                yield worth
                little += worth.seconds < self.rules.least_seconds
            if little >= HELD_MAX:
                return

    def _why(self, move: Move, moves: int) -> Why | None:
        if move.seconds < self.rules.least_seconds:
            return Why.LITTLE
        if any(Step(one.node, one.place) in self.rested for one in move.moved if one.before):
            return Why.RESTS
        if move.seconds_lost and (move.earned_back_days or 0) > self.rules.earned_back_days:
            return Why.DEAR
        return Why.MANY if moves >= self.rules.moves_most else None

    def menu_key(self, change: Change) -> str:
        kind, _, rest = change.key.partition(":")
        return f"{kind}:{self.ear.menu.id}:{rest}"

    def _move(self, before: Ear, layout: Layout, worth: Worth) -> Move:
        change, seconds, keys = worth
        after = self._hearing(change.on(layout))
        regulars = self.walks.regulars
        changed = []
        for place, choice, was, becomes in moved(change, before, after):
            people = None if regulars is None else regulars.get(Step(change.node, place), 0) if was else 0
            name = menu_paths.label(before.book, after.menu, choice)
            changed.append(Moved(change.node, place, name, was, becomes, people))
        risk = {Step(change.node, one.place): one.by_heart for one in changed if one.before and one.by_heart}
        seconds_lost = lost(after, risk, self.rules)
        a_day = seconds * self.calls_a_day / 1000
        back = seconds_lost / a_day if seconds_lost and a_day else None
        title = before.menu.nodes[change.node].title
        return Move(self.menu_key(change), change, title, tuple(changed), seconds, keys, seconds_lost, back)


def published_menus() -> Bodies:
    """The documents of the menus that are served; two statements."""
    version = Version.published()
    rows = version.items.filter(kind="menu").values_list("key", "body") if version else ()
    return {("menu", key): body for key, body in rows}


def whole_order(book: Book, menu: Menu, asked: Mapping[str, int]) -> Layout:
    """Every node in the order of the hot topics, whatever that costs those who know it by heart: no inversion is left."""
    layout: dict[str, tuple[Spot, ...]] = {}
    for found in menus.order(book, menu, asked):
        if not found.inversions:
            continue
        spots = list(layouts.standing(menu.nodes[found.node]))
        standing = tuple(spots)
        for one in found.choices:
            spots[one.proposed - 1] = standing[one.place - 1]
        layout[found.node] = tuple(spots)
    return layout
