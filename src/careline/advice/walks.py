"""The ways that callers took through one menu: which choice at which node, who knew it by heart, where they turned back."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from careline.catalogue import menu_paths
from careline.dialogue.book import Choice, Menu
from careline.insight import clock
from careline.insight.asking import Filters, Period
from careline.insight.folding import OWN
from careline.insight.menus import Usage
from careline.postgres import sql

SESSIONS_MAX = 20_000  # the newest of the time: enough for tenths of a per cent, and a page waits for them


class Step(NamedTuple):
    """One choice: at which node, and what was chosen (a node, or service:verb)."""

    node: str
    place: str


class Way(NamedTuple):
    """Who took it (as far as menus differ for them) and what was chosen, in order, each by heart or after listening."""

    region: str
    brand: str
    steps: tuple[Step, ...]
    by_heart: tuple[bool, ...]
    leaf: bool  # whether an action was chosen at last


class Back(NamedTuple):
    """Into a node and straight back to the one above: what was said there led wrong."""

    node: str
    place: str


@dataclass(frozen=True, slots=True)
class Walks:
    """The ways of a time. `regulars` counts people, not sessions, who know a step by heart; None: not to be known."""

    sessions: int
    of: int  # sessions in the time; more than `sessions` when only the newest were read
    ways: Mapping[Way, int]
    regulars: Mapping[Step, int] | None
    backs: Mapping[Back, int] = field(default_factory=dict)
    missed: Mapping[str, int] = field(default_factory=dict)  # sessions with wrong keys, by the node where they ended


def place_of(choice: Choice) -> str:
    """How journeys name what a choice leads to; words have no place there, and get a name of their own."""
    return choice.node or (f"{choice.service}:{choice.verb}" if choice.service else f"word:{choice.word}")


def walks(
    menu: Menu, period: Period, filters: Filters, used: Usage, *, by_heart_times: int, channel: str = "voice"
) -> Walks:
    """From our own journeys where these are most of what was counted, else from the rollups, which know no habits.

    Pretend customers of dial tests are left out: they try every key. One statement.
    """
    if OWN not in filters.sources:
        return from_usage(menu, used)
    where = clock.zone()
    # Which ways did the newest sessions take, and whose were they?
    rows = sql.run(
        "SELECT j.msisdn, j.region, j.brand, array_to_string(j.visits, E'\\n'), j.node, j.misses FROM ledger_journey j"
        " WHERE j.menu = %s AND j.channel = %s AND j.ended_at >= %s AND j.ended_at < %s"
        " AND (%s OR j.version = ANY(%s::int[])) AND (%s OR j.region = ANY(%s::text[]))"
        " AND (%s OR j.brand = ANY(%s::text[]))"
        " AND NOT EXISTS (SELECT FROM probes_line l WHERE l.msisdn = j.msisdn)"
        " ORDER BY j.ended_at DESC LIMIT %s",
        [
            menu.id, channel, clock.begin(period.since, where), clock.end(period.until, where),
            not filters.versions, list(filters.versions), not filters.regions, list(filters.regions),
            not filters.brands, list(filters.brands), SESSIONS_MAX,
        ],
    )  # fmt: skip
    journeys = [Taken(row[0], row[1], row[2], tuple(row[3].split("\n")), row[4], row[5]) for row in rows]
    found = from_journeys(menu, journeys, by_heart_times)
    counted = used.get("", (0,))[0]
    if found.sessions * 2 < min(counted, SESSIONS_MAX):  # others' sessions, or journeys that were let go by age
        return from_usage(menu, used)
    return Walks(found.sessions, max(found.sessions, counted), found.ways, found.regulars, found.backs, found.missed)


class Taken(NamedTuple):
    """One journey, as the hall wrote it down."""

    msisdn: str
    region: str
    brand: str
    visits: Sequence[str]
    node: str = ""
    misses: int = 0


def from_journeys(menu: Menu, journeys: Iterable[Taken], by_heart_times: int) -> Walks:
    """A step is by heart for a number that took it at least so often in these journeys. Pure."""
    known = {node.id: {place_of(one) for one in node.choices} for node in menu.nodes.values()}
    walked, habits = [], defaultdict[tuple[str, Step], int](int)
    backs: Counter[Back] = Counter()
    missed: Counter[str] = Counter()
    for one in journeys:
        steps, turned = _steps(menu, known, one.visits)
        backs.update(turned)
        if one.misses:
            missed[one.node] += 1
        for step in set(steps):
            habits[one.msisdn, step] += 1
        walked.append((one, steps))
    ways: Counter[Way] = Counter()
    for one, steps in walked:
        heart = tuple(habits[one.msisdn, step] >= by_heart_times for step in steps)
        ways[Way(one.region, one.brand, steps, heart, bool(steps) and ":" in steps[-1].place)] += 1
    regulars = Counter(step for (_number, step), times in habits.items() if times >= by_heart_times)
    return Walks(len(walked), len(walked), ways, regulars, backs, missed)


def _steps(menu: Menu, known: Mapping[str, set[str]], visits: Sequence[str]) -> tuple[tuple[Step, ...], list[Back]]:
    """The choices behind the places visited; what no choice explains (a second order after an answer) is passed over."""
    trail, steps, backs = [menu.first], list[Step](), list[Back]()
    for place in visits:
        here = trail[-1]
        if place == here:
            continue  # the first node, or back at it after an answer
        if len(trail) > 1 and place == trail[-2] and place not in known.get(here, ()):
            trail.pop()
            if steps and steps[-1].place == here:
                backs.append(Back(trail[-1], here))
        elif place in known.get(here, ()):
            steps.append(Step(here, place))
            if ":" not in place:
                trail.append(place)
        elif place in menu.nodes:
            trail = [menu.first, place] if place != menu.first else [menu.first]
    return tuple(steps), backs


def from_usage(menu: Menu, used: Usage) -> Walks:
    """The likeliest ways behind counted visits: to each action by the shortest way; of several places in equal parts."""
    ways_to: dict[str, list[tuple[Step, ...]]] = defaultdict(list)
    ways_in: dict[str, tuple[Step, ...]] = {menu.first: ()}
    for found in menu_paths.walk(menu):
        place, led = place_of(found.choice), ways_in.get(found.node)
        if led is None or found.choice.word:
            continue
        way = (*led, Step(found.node, place))
        if found.choice.node:
            ways_in.setdefault(place, way)
        elif way not in ways_to[place]:
            ways_to[place].append(way)
    ways: Counter[Way] = Counter()
    for place, many in ways_to.items():
        visits = used.get(place, (0, 0, 0, 0, 0))[1]
        for at, way in enumerate(many):
            share = visits // len(many) + (at < visits % len(many))
            if share:
                ways[Way("", "", way, (False,) * len(way), True)] += share
    sessions = used.get("", (0, 0, 0, 0, 0))[0]
    return Walks(sessions, sessions, ways, None)
