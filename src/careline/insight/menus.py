"""Menus as they are used: nodes that nobody touches, order against demand, what the machine takes off people, ways and exits."""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from careline.catalogue import menu_paths
from careline.charts import Step
from careline.dialogue.book import Book, Choice, Menu
from careline.dialogue.rendering import name_of
from careline.insight import asking, clock, placing
from careline.insight.asking import OURS, Filters, Period
from careline.insight.recorded import NOT_PRETENDED_ENDED
from careline.postgres import sql
from careline.values.language import Text

PATHS_OF = 20_000  # the newest sessions whose ways are told
PATH_PLACES = 6


@dataclass(frozen=True, slots=True)
class Touched:
    """A node or an action of a menu, and how it was used in the time."""

    place: str  # node id, or service:verb
    name: Text
    visits: int
    sessions: int
    done: int
    person: int
    left_here: int

    @property
    def diversion(self) -> Fraction | None:
        """Sessions that came by and ended with something done by the machine."""
        return Fraction(self.done, self.sessions) if self.sessions else None


@dataclass(frozen=True, slots=True)
class ContactRate:
    """How many of a menu's leaves (its actions) were chosen by anybody; the goal is all of them."""

    menu: str
    leaves: tuple[Touched, ...]

    @property
    def touched(self) -> int:
        return sum(one.visits > 0 for one in self.leaves)

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.touched, len(self.leaves)) if self.leaves else None

    @property
    def untouched(self) -> tuple[Touched, ...]:
        return tuple(one for one in self.leaves if not one.visits)

    @property
    def met(self) -> bool | None:
        return None if self.share is None else self.share == 1


def contact_rate(book: Book, menu: Menu, period: Period, filters: Filters = OURS) -> ContactRate:
    """One statement. A leaf that stands at several nodes counts once."""
    return rate_of(book, menu, usage(menu.id, period, filters))


def rate_of(book: Book, menu: Menu, used: "Usage") -> ContactRate:
    return ContactRate(menu.id, tuple(_touched(leaves(book, menu), used)))


def nodes(book: Book, menu: Menu, period: Period, filters: Filters = OURS) -> list[Touched]:
    """The menu's nodes and leaves, those of most sessions first; one statement."""
    return nodes_of(book, menu, usage(menu.id, period, filters))


def nodes_of(book: Book, menu: Menu, used: "Usage") -> list[Touched]:
    names = {node.id: node.title for node in menu.nodes.values()} | leaves(book, menu)
    found = _touched(names, used)
    return sorted(found, key=lambda one: (-one.sessions, one.place))


def leaves(book: Book, menu: Menu) -> dict[str, Text]:
    """The actions that can be chosen in a menu, as service:verb, each with what it is called there, and of which service."""
    found: dict[str, Text] = {}
    for node in menu.nodes.values():
        for choice in node.choices:
            if choice.service and choice.verb:
                said = menu_paths.label(book, menu, choice)
                found.setdefault(f"{choice.service}:{choice.verb}", _of(name_of(book, choice.service), said))
    return found


def _of(service: Text, said: Text) -> Text:
    """“Cancel” says nothing in a table: the service stands before it, unless the words name it already."""
    named = service.zh in said.zh and service.en.casefold() in said.en.casefold()
    return said if named else Text(f"{service.zh}：{said.zh}", f"{service.en}: {said.en}")


Usage = Mapping[str, tuple[int, int, int, int, int]]  # sessions, visits, done, person, left_here


def usage(menu: str, period: Period, filters: Filters = OURS) -> Usage:
    """How each place of a menu was used: "" is the menu as a whole, "*" what chose any action; one statement."""
    places, values = placing.of(period, filters)
    rows = sql.run(
        "SELECT node, sum(sessions)::bigint, sum(visits)::bigint, sum(done)::bigint, sum(person)::bigint,"
        f" sum(left_here)::bigint FROM {places} WHERE menu = %(menu)s GROUP BY node",
        values | {"menu": menu},
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def _touched(names: Mapping[str, Text], used: Usage) -> list[Touched]:
    found = []
    for place, name in names.items():
        sessions, visits, done, person, left = used.get(place, (0, 0, 0, 0, 0))
        found.append(Touched(place, name, visits, sessions, done, person, left))
    return found


@dataclass(frozen=True, slots=True)
class Accesses:
    """Sessions of a day (or of a time), and what became of them: the machine did it, or a person was asked for."""

    day: object
    sessions: int
    done: int
    person: int

    @property
    def diversion(self) -> Fraction | None:
        return Fraction(self.done, self.sessions) if self.sessions else None


def diversion(period: Period, filters: Filters = OURS, menu: str = "") -> list[Accesses]:
    """What self-service took off people, by local day: sessions in which something was done, of all; one statement."""
    places, values = placing.of(period, filters)
    rows = sql.run(
        f"SELECT day, sum(sessions)::bigint, sum(done)::bigint, sum(person)::bigint FROM {places}"
        " WHERE node = '' AND (%(menu)s = '' OR menu = %(menu)s) GROUP BY day ORDER BY day",
        values | {"menu": menu},
    )
    return [Accesses(*row) for row in rows]


def funnel(used: Usage, names: tuple[str, str, str]) -> list[Step]:
    """Entered, chose something, done; `names` are what the steps are called."""
    entered, chose = used.get("", (0, 0, 0, 0, 0)), used.get("*", (0, 0, 0, 0, 0))
    reached = (entered[0], chose[0], entered[2])
    further = (chose[0], entered[2], entered[2])
    return [Step(name, at, max(0, at - on)) for name, at, on in zip(names, reached, further, strict=True)]


def paths(menu: str, period: Period, limit: int = 15) -> tuple[int, list[tuple[str, str, int]]]:
    """The most frequent ways (places, how it ended, sessions) of the newest sessions in the time, and of how many these are.

    Our own sessions only, without those of pretend customers; one statement, whose work does not grow with the time asked for.
    """
    where = clock.zone()
    # Which ways did the newest sessions take?
    rows = sql.run(
        "WITH newest AS MATERIALIZED (SELECT array_to_string(visits[1:%s::int], ' > ') AS way, ended FROM ledger_journey"
        f" r WHERE menu = %s AND ended_at >= %s AND ended_at < %s AND {NOT_PRETENDED_ENDED} ORDER BY ended_at DESC LIMIT %s)"
        " SELECT way, ended, count(*), (SELECT count(*) FROM newest) FROM newest GROUP BY way, ended"
        " ORDER BY count(*) DESC, way, ended LIMIT %s",
        [PATH_PLACES, menu, clock.begin(period.since, where), clock.end(period.until, where), PATHS_OF, limit],
    )
    return (rows[0][3] if rows else 0), [(row[0], row[1], row[2]) for row in rows]


@dataclass(frozen=True, slots=True)
class Ordered:
    """One choice: where it stands now, how it ranks by demand (both from 1), and where it is proposed to stand."""

    name: Text
    place: int
    demand: int
    rank: int
    proposed: int


@dataclass(frozen=True, slots=True)
class NodeOrder:
    node: str
    title: Text
    choices: tuple[Ordered, ...]

    @property
    def inversions(self) -> int:
        """Pairs of which the one further behind is asked for more."""
        return inversions([one.demand for one in self.choices])

    @property
    def inversions_after(self) -> int:
        return inversions([one.demand for one in sorted(self.choices, key=lambda one: one.proposed)])


def inversions(demands: Sequence[int]) -> int:
    return sum(later > earlier for at, earlier in enumerate(demands) for later in demands[at + 1 :])


def demand(period: Period, filters: Filters = OURS) -> dict[str, int]:
    """How often each action was asked for on all channels, as service:verb: the hot topics; one statement."""
    rows = asking.count(("service", "verb"), period, filters.only(channels=()))
    return {f"{row.key[0]}:{row.key[1]}": row.attempts for row in rows}


def order(book: Book, menu: Menu, asked: Mapping[str, int]) -> list[NodeOrder]:
    """Each node's choices against their demand; a choice of a node has the demand of everything below it.

    Words (a person, another language) stay where they are: they are not asked for as topics.
    """
    found = []
    for node in menu.nodes.values():
        movable = [choice for choice in node.choices if not choice.word]
        demands = [_demand(menu, choice, asked, frozenset({node.id})) for choice in movable]
        ranked = sorted(range(len(movable)), key=lambda at: (-demands[at], at))
        rank = {at: place for place, at in enumerate(ranked, 1)}
        places = [at for at, choice in enumerate(node.choices, 1) if not choice.word]
        choices = tuple(
            Ordered(menu_paths.label(book, menu, choice), places[at], demands[at], rank[at], places[rank[at] - 1])
            for at, choice in enumerate(movable)
        )
        found.append(NodeOrder(node.id, node.title, choices))
    return found


def _demand(menu: Menu, choice: Choice, asked: Mapping[str, int], above: frozenset[str]) -> int:
    if choice.service:
        return asked.get(f"{choice.service}:{choice.verb}", 0)
    node = menu.nodes.get(choice.node)
    if node is None or node.id in above:
        return 0
    return sum(_demand(menu, one, asked, above | {node.id}) for one in node.choices)
