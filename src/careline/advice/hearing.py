"""What a caller hears at a node before the key is pressed: the title, the options before, and the option itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from careline.advice.lengths import Lengths
from careline.advice.walks import place_of
from careline.catalogue import menu_paths
from careline.dialogue.book import Book, Choice, Menu, MenuNode, Service
from careline.dialogue.rendering import KEYS_MAX, page_of, pages_of, render, say_option, text_of
from careline.values.language import Text

NONE = Text("", "")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One node as it is said to somebody: seconds until the end of each option, and the keys that choose it."""

    lead: float  # the title, before the first option
    until: Mapping[str, float]  # by place; the first of two choices with one place
    keys: Mapping[str, str]  # 8 is the next page
    whole: float


class Ear:
    """One menu in one language. Callers differ by region and brand; "" for both is whoever is offered most."""

    def __init__(self, book: Book, menu: Menu, lengths: Lengths, day: date) -> None:
        self.book, self.menu, self.lengths, self.day = book, menu, lengths, day
        self._services: dict[tuple[str, str], Mapping[str, Service]] = {}
        self._leads: dict[tuple[int, str, str], bool] = {}
        self._said: dict[tuple[str, str, str], Spoken] = {}
        more = text_of(book.words, "talk.more", "voice") or Text("更多", "More")
        self._more = lengths.seconds(say_option(book, more, str(KEYS_MAX), lengths.language, "voice"))
        greeting = menu.greeting or book.words.get("voice.talk.greeting")
        self.greeting = lengths.seconds(greeting.read(lengths.language)) if greeting else 0.0

    def other(self, menu: Menu) -> "Ear":
        """The same callers at another layout of the menu."""
        made = Ear.__new__(Ear)
        made.__dict__.update(self.__dict__)
        made.menu, made._said = menu, {}
        return made

    def at(self, node: str, region: str = "", brand: str = "") -> Spoken:
        """A node of the menu as it stands."""
        asked = (node, region, brand)
        if (known := self._said.get(asked)) is None:
            known = self._said[asked] = self.say(self.menu.nodes[node], region, brand)
        return known

    def say(self, node: MenuNode, region: str = "", brand: str = "") -> Spoken:
        """A node as it would be said, whether or not it stands so in the menu; nothing of it is kept."""
        choices = self.offered(node.choices, region, brand)
        lead = at = self._lead(node)
        until: dict[str, float] = {}
        keys: dict[str, str] = {}
        pages = pages_of(len(choices))
        for page in range(pages):
            for key, index in enumerate(page_of(len(choices), page), 1):
                at += self._option(choices[index], key)
                place = place_of(choices[index])
                if place not in until:
                    until[place], keys[place] = at, str(KEYS_MAX) * page + str(key)
            if page + 1 < pages:
                at += self._more + lead
        return Spoken(lead, until, keys, at)

    def offered(self, choices: Iterable[Choice], region: str, brand: str) -> list[Choice]:
        """The choices that these callers hear."""
        return [choice for choice in choices if self._offers(choice, region, brand)]

    def alike(self, node: MenuNode, callers: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
        """Each of these callers (region, brand) with one who hears the same at this node."""
        first: dict[tuple[bool, ...], tuple[str, str]] = {}
        return {
            who: first.setdefault(tuple(self._offers(choice, *who) for choice in node.choices), who) for who in callers
        }

    def _offers(self, choice: Choice, region: str, brand: str) -> bool:
        asked = (id(choice), region, brand)
        if (known := self._leads.get(asked)) is None:
            node = MenuNode("", NONE, (choice,))
            services = self._services_of(region, brand)
            known = bool(menu_paths.offered(self.menu, node, services, self.lengths.language))
            self._leads[asked] = known
        return known

    def _services_of(self, region: str, brand: str) -> Mapping[str, Service]:
        if (known := self._services.get((region, brand))) is None:
            if region or brand:
                known = menu_paths.services_of(self.book, region, brand, self.day)
            else:
                audiences: Sequence[Mapping[str, Service]] = menu_paths.audiences(self.book, self.menu, self.day)
                known = max(audiences, key=len, default={})
            self._services[region, brand] = known
        return known

    def _lead(self, node: MenuNode) -> float:
        language = self.lengths.language
        title = node.title
        if node.intro is not None:
            title = Text(f"{title.zh}，{node.intro.zh}", f"{title.en}. {node.intro.en}")
        key = "talk.menu_senior" if self.menu.senior else "talk.menu"
        return self.lengths.seconds(render(self.book, key, {"label": title, "options": NONE}, language, "voice"))

    def _option(self, choice: Choice, key: int) -> float:
        label = menu_paths.label(self.book, self.menu, choice)
        return self.lengths.seconds(say_option(self.book, label, str(key), self.lengths.language, "voice"))
