"""What a caller hears at each node of the published menu, and where each key leads: read from the book as the hall does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from careline.catalogue import error_prompts
from careline.dialogue.book import READS, Book, Menu, Verb
from careline.dialogue.keypad.menu import choices_of, label, menu_of, verb_of
from careline.dialogue.keypad.ways import key_of
from careline.dialogue.talk import Event, Heard, Subscriber
from careline.dialogue.turning import Turning
from careline.insight.rates import APPLICATIONS

Goal = tuple[str, Verb]
NOT_WANTED = frozenset({"leave"})  # behaviours that no rehearsed customer wishes: nobody gives up a number
_DOABLE = frozenset({"toggle", "package", "plan"})  # behaviours that ask for a yes and perhaps a tier, and no more


@dataclass(frozen=True, slots=True)
class Sign:
    """One option of a node: what is said, by which keys it is chosen, and what can be reached behind it."""

    said: str
    key: str  # of the page that it stands on
    page: int
    node: str
    leads: frozenset[Goal]
    trade: bool  # it uses a word of the glossary of trade words
    chance: float  # 0 to 1, of this very text: whether its recording is an odd one


@dataclass(frozen=True, slots=True)
class Signposts:
    first: str
    nodes: Mapping[str, tuple[Sign, ...]]

    @property
    def goals(self) -> frozenset[Goal]:
        return frozenset().union(*(sign.leads for sign in self.nodes[self.first]))

    def leads(self, node: str, goal: Goal) -> bool:
        return any(goal in sign.leads for sign in self.nodes.get(node, ()))


@dataclass(slots=True)
class Atlas:
    """The menus of one version for every kind of customer; worked out once for each."""

    book: Book
    _known: dict[tuple[str, str, str, int], Signposts] = field(default_factory=dict)
    _trade: dict[str, bool] = field(default_factory=dict)
    sound: frozenset[str] = field(init=False)  # keys of errors that have words of their own

    def __post_init__(self) -> None:
        found = error_prompts.prompts(self.book)
        self.sound = frozenset(one.key for one in found if one.sound)

    def signposts(self, subscriber: Subscriber, now: datetime) -> Signposts:
        where = (subscriber.region, subscriber.brand, subscriber.language, now.toordinal())
        if where not in self._known:
            self._known[where] = self._read(subscriber, now)
        return self._known[where]

    def doable(self, goal: Goal) -> bool:
        """Whether a caller needs nothing but a yes, and perhaps a tier, for it."""
        service = self.book.services[goal[0]]
        action = service.actions.get(goal[1])
        if action is None or action.assurance > 1 or service.behaviour in NOT_WANTED:
            return False
        if goal[1] in READS:
            return not any(one.required for one in action.parameters)
        plain = all(one.kind == "tier" or not one.required for one in action.parameters)
        return (
            goal[1] in APPLICATIONS
            and service.behaviour in _DOABLE
            and plain
            and not (action.closed and goal[1] is not Verb.CANCEL)
        )

    def trade(self, text: str) -> bool:
        """Whether a word of the glossary is in it: an English one must stand alone."""
        found = self._trade.get(text)
        if found is None:
            found = self._trade[text] = any(
                re.search(rf"(?<![A-Za-z]){re.escape(term)}(?![A-Za-z])", text) for term in self.book.glossary
            )
        return found

    def _read(self, subscriber: Subscriber, now: datetime) -> Signposts:
        turning = Turning({}, Heard("", "", "voice", event=Event.HELLO), self.book, subscriber, now)
        menu = menu_of(turning, senior=subscriber.senior)
        reached: dict[str, frozenset[Goal]] = {}
        nodes = {node: self._signs(turning, menu, node, reached) for node in menu.nodes}
        return Signposts(menu.first, nodes)

    def _signs(self, turning: Turning, menu: Menu, node: str, reached: dict[str, frozenset[Goal]]) -> tuple[Sign, ...]:
        choices = choices_of(turning, menu, menu.nodes[node])
        signs = []
        for index, choice in enumerate(choices):
            said = label(turning, menu, choice).read(turning.language)
            if choice.service:
                leads = frozenset({(choice.service, verb_of(self.book.services[choice.service], choice))})
            else:
                leads = _behind(turning, menu, choice.node, reached, frozenset()) if choice.node else frozenset()
            keys = key_of(index, len(choices))
            chance = int.from_bytes(blake2b(said.encode(), digest_size=4).digest()) / 2**32
            signs.append(Sign(said, keys[-1], len(keys) - 1, choice.node, leads, self.trade(said), chance))
        return tuple(signs)


def _behind(
    turning: Turning, menu: Menu, node: str, reached: dict[str, frozenset[Goal]], above: frozenset[str]
) -> frozenset[Goal]:
    """Everything that can be chosen below a node."""
    if node in reached:
        return reached[node]
    if node in above or node not in menu.nodes:
        return frozenset()
    found: set[Goal] = set()
    for choice in choices_of(turning, menu, menu.nodes[node]):
        if choice.service:
            found.add((choice.service, verb_of(turning.book.services[choice.service], choice)))
        elif choice.node:
            found |= _behind(turning, menu, choice.node, reached, above | {node})
    if not above:
        reached[node] = frozenset(found)
    return frozenset(found)
