"""A menu's changed nodes before and after, side by side: keys, names, seconds until each was said, and how often it is chosen."""

from collections import Counter
from typing import NamedTuple

from careline.advice import layouts
from careline.advice.hearing import Ear
from careline.advice.lengths import Clips, Lengths
from careline.advice.orders import Advice
from careline.advice.replaying import taken
from careline.advice.walks import place_of
from careline.catalogue import menu_paths
from careline.dialogue.book import Book, Choice
from careline.values.language import Text


class Line(NamedTuple):
    """One choice as a caller hears it who is offered everything."""

    key: str
    name: Text
    seconds: float
    chosen: int
    moved: bool


class Sides(NamedTuple):
    node: str
    title: Text
    before: tuple[Line, ...]
    after: tuple[Line, ...]


def sides(book: Book, advice: Advice, clips: Clips | None) -> list[Sides]:
    """Each node that the moves change."""
    lengths = Lengths(clips, advice.language, advice.menu.senior)
    old = Ear(book, advice.menu, lengths, advice.period.until)
    new = old.other(layouts.menu_with(advice.menu, advice.layout))
    found = []
    for name in advice.layout:
        before = _lines(old, name, advice, {})
        keys = {
            place_of(one): line.key for one, line in zip(old.offered(_choices(old, name), "", ""), before, strict=True)
        }
        after = _lines(new, name, advice, keys)
        moved = {line.name for line in after if line.moved}
        before = tuple(line._replace(moved=line.name in moved) for line in before)
        found.append(Sides(name, advice.menu.nodes[name].title, before, after))
    return found


def _choices(ear: Ear, node: str) -> tuple[Choice, ...]:
    return ear.menu.nodes[node].choices


def _lines(ear: Ear, node: str, advice: Advice, keys: dict[str, str]) -> tuple[Line, ...]:
    said = ear.at(node)
    chosen: Counter[str] = Counter()
    for way, times in advice.walks.ways.items():
        for step, _listens in taken(ear, way):
            if step.node == node:
                chosen[step.place] += times
    lines = []
    for choice in ear.offered(_choices(ear, node), "", ""):
        place = place_of(choice)
        key = said.keys[place]
        name = menu_paths.label(ear.book, ear.menu, choice)
        lines.append(Line(key, name, said.until[place], chosen[place], bool(keys) and keys.get(place) != key))
    return tuple(lines)
