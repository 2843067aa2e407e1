"""Walking through a menu: what callers of a region and brand find in it, how many keys away, and how each node sounds."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from careline.catalogue.samples import fill
from careline.catalogue.spoken_length import seconds
from careline.dialogue.book import Book, Choice, Menu, MenuNode, Service, Verb
from careline.dialogue.rendering import KEYS_MAX, render
from careline.values.language import LANGUAGES, Text

_OWN = {"zh": "chinese", "en": "english"}  # the word of the language that is spoken already


@dataclass(frozen=True, slots=True)
class Found:
    """A choice, at which node it stands and how many keys lead to it."""

    node: str
    choice: Choice
    keys: int


def services_of(book: Book, region: str, brand: str, day: date) -> Mapping[str, Service]:
    """The services that exist for callers of a region and brand, by id, as the dialogue finds them."""
    listed = {code.service for table in book.chain(region, brand, day) for code in table.codes.values()}
    return {
        service.id: service
        for service in book.services.values()
        if (service.everywhere or service.id in listed)
        and (not service.regions or region in service.regions)
        and set(service.actions) != {Verb.HELP}
    }


def walk(menu: Menu) -> Iterator[Found]:
    """Every choice that can be reached, nearest first; a node that lists itself is gone through once."""
    seen = {menu.first}
    waiting = deque([(menu.first, 1)])
    while waiting:
        name, keys = waiting.popleft()
        for choice in menu.nodes[name].choices if name in menu.nodes else ():
            yield Found(name, choice, keys)
            if choice.node and choice.node not in seen:
                seen.add(choice.node)
                waiting.append((choice.node, keys + 1))


def unreached(menu: Menu) -> list[str]:
    """Nodes that no choice leads to."""
    led = {menu.first} | {found.choice.node for found in walk(menu)}
    return sorted(menu.nodes.keys() - led)


def loop(menu: Menu) -> tuple[str, ...]:
    """A way that leads back to where it began, as node ids; nothing when there is none."""
    done: set[str] = set()

    def along(trail: tuple[str, ...]) -> tuple[str, ...]:
        node = menu.nodes.get(trail[-1])
        for choice in node.choices if node else ():
            if choice.node in trail:
                return (*trail[trail.index(choice.node) :], choice.node)
            if choice.node and choice.node not in done and (found := along((*trail, choice.node))):
                return found
        done.add(trail[-1])
        return ()

    return along((menu.first,))


def offered(menu: Menu, node: MenuNode, services: Mapping[str, Service], language: str) -> list[Choice]:
    """The choices that a caller with these services hears, as the dialogue offers them; the own menu counts as on."""
    return [choice for choice in node.choices if _leads(menu, choice, services, language, frozenset())]


def _leads(menu: Menu, choice: Choice, services: Mapping[str, Service], language: str, above: frozenset[str]) -> bool:
    if choice.word:
        return choice.word != _OWN.get(language)
    if choice.service:
        return choice.service in services
    node = menu.nodes.get(choice.node)
    within = above | {choice.node}
    return (
        node is not None
        and choice.node not in above
        and any(_leads(menu, one, services, language, within) for one in node.choices)
    )


def label(book: Book, menu: Menu, choice: Choice) -> Text:
    """What a choice is called: its own label, its node's title, or verb and name."""
    if choice.label is not None:
        return choice.label
    if choice.node:
        node = menu.nodes.get(choice.node)
        return node.title if node else Text(choice.node, choice.node)
    service = book.services.get(choice.service)
    if service is None:
        return Text(choice.word, choice.word)
    tier = service.tiers.get(choice.tier)
    name = tier.name if tier else service.name
    verb = book.words.get(f"talk.verb.{choice.verb}")
    return Text(f"{verb.zh}{name.zh}", f"{verb.en} {name.en}") if verb else name


def sounds(book: Book, menu: Menu, node: MenuNode, choices: list[Choice], language: str) -> str:
    """What is said at a node with these choices; at the first one with the greeting, and the keys that always work."""
    shown = choices[:KEYS_MAX]
    options = [
        render(book, "talk.option", {"label": label(book, menu, choice), "key": str(key)}, language, "voice")
        for key, choice in enumerate(shown, 1)
    ]
    title = node.title
    if node.intro is not None:
        title = Text(f"{title.zh}，{node.intro.zh}", f"{title.en}. {node.intro.en}")
    space = " " if language == "en" else ""
    values = {"label": title, "options": Text(*(space.join(options),) * 2)}
    said = [render(book, "talk.menu_senior" if menu.senior else "talk.menu", values, language, "voice")]
    if node.id == menu.first:
        greeting = menu.greeting or book.words.get("voice.talk.greeting")
        said.insert(0, greeting.read(language) if greeting else "")
        said.append(render(book, "talk.keys", {}, language, "voice"))
    return fill(space.join(part for part in said if part), language)


def audiences(book: Book, menu: Menu, day: date) -> list[Mapping[str, Service]]:
    """The services of each kind of caller that the menu is for; callers with the same services once."""
    found = {}
    for region in [menu.region] if menu.region else sorted(book.regions) or [""]:
        for brand in [menu.brand] if menu.brand else sorted(book.brands) or [""]:
            services = services_of(book, region, brand, day)
            found[frozenset(services)] = services
    return list(found.values())


def longest(
    book: Book, menu: Menu, node: MenuNode, language: str, heard_by: list[Mapping[str, Service]]
) -> tuple[float, list[Choice]]:
    """The most seconds that any of these callers hears at a node, and the choices then."""
    heard = {}
    for services in heard_by:
        choices = offered(menu, node, services, language)
        heard[tuple(id(choice) for choice in choices)] = choices
    timed = [(seconds(sounds(book, menu, node, choices, language), language), choices) for choices in heard.values()]
    return max(timed, key=lambda one: one[0], default=(0.0, []))


def languages(menu: Menu) -> tuple[str, ...]:
    """The languages that the menu is spoken in."""
    return (menu.language,) if menu.language else LANGUAGES
