"""Everything that a published catalogue can say on calls, as the fragments that are rendered beforehand."""

from collections.abc import Iterator
from dataclasses import dataclass

from careline.dialogue.book import Book, Menu
from careline.dialogue.saying import both, say_fee, say_per
from careline.prompts import speaking_chinese, speaking_english
from careline.prompts.numerals import every_fragment
from careline.prompts.speaking import parts, pieces
from careline.values.language import LANGUAGES, Text

# Texts that no call says: reminders leave as messages, dial menus are read.
_ELSEWHERE = ("notice.", "ussd.")
# What stands between the numbers of an answer without being part of any text.
_JOINTS = {
    "zh": [
        "立即生效",
        "不收月费",
        "免费",
        "一次性",
        "尾号",
        "号码已隐去",
        "百分之",
        "星号",
        "井号",
        "星号键",
        "井号键",
        "您本人",
    ],
    "en": [
        "effective now",
        "no monthly fee",
        "free",
        "a month",
        "a year",
        "each",
        "once",
        "from",
        "hundred hours",
        "percent",
    ],
}


@dataclass(frozen=True, slots=True)
class Prompt:
    """One text of the catalogue that calls may say, with where it stands."""

    key: str  # voice.talk.greeting, service/ringback/name, menu/standard/top/title
    text: Text

    def parts(self, language: str) -> list[str]:
        """Its fixed stretches as they are spoken, in order: each is one clip."""
        return parts(self.text.read(language), language)


def prompts(book: Book) -> list[Prompt]:
    """All texts that calls can say, by key; a text made for calls hides the one that messages use."""
    found = {prompt.key: prompt for prompt in (*_words(book), *_services(book), *_menus(book), *_places(book))}
    return [found[key] for key in sorted(found)]


def phrases(book: Book) -> dict[str, frozenset[str]]:
    """Every fragment by language: the parts of all texts, numbers, units and what stands between them."""
    said: dict[str, set[str]] = {language: {*every_fragment(language), *_JOINTS[language]} for language in LANGUAGES}
    said["zh"] |= set(speaking_chinese.UNITS)
    said["en"] |= set(speaking_english.UNITS)
    for language in LANGUAGES:
        for prompt in prompts(book):
            for part in prompt.parts(language):
                said[language].add(part)
                for piece in pieces(part, language):  # words of the other language inside it are clips of that one
                    if piece.language != language and len(piece.say) > 1:
                        said[piece.language].add(piece.say)
        said[language].discard("")
    return {language: frozenset(texts) for language, texts in said.items()}


def opening(book: Book) -> dict[str, frozenset[str]]:
    """What every call begins with, by language: greetings, first nodes, and the words around all menus."""
    keys = {f"menu/{menu.id}/greeting" for menu in book.menus.values()}
    nodes = tuple(f"menu/{menu.id}/{menu.first}/" for menu in book.menus.values())
    heard = [one for one in prompts(book) if one.key in keys or one.key.startswith(("voice.talk.", *nodes))]
    said = {language: {part for one in heard for part in one.parts(language)} for language in LANGUAGES}
    for language in LANGUAGES:
        said[language] |= {piece.say for key in "0123456789" for piece in pieces(key, language)}
    return {language: frozenset(texts) for language, texts in said.items()}


def needs_slow(book: Book) -> bool:
    """Whether any menu is a senior one, which is spoken slowly."""
    return any(menu.senior for menu in book.menus.values())


def _words(book: Book) -> Iterator[Prompt]:
    for key, text in book.words.items():
        if not key.startswith(_ELSEWHERE) and (key.startswith("voice.") or f"voice.{key}" not in book.words):
            yield Prompt(key, text)
    for service in book.services.values():
        for key, text in service.words.items():
            if not key.startswith(_ELSEWHERE) and (key.startswith("voice.") or f"voice.{key}" not in service.words):
                yield Prompt(f"service/{service.id}/words/{key}", text)


def _services(book: Book) -> Iterator[Prompt]:
    for service in book.services.values():
        here = f"service/{service.id}"
        yield Prompt(f"{here}/name", service.name)
        yield Prompt(f"{here}/about", service.about)
        if service.price:
            yield Prompt(f"{here}/price", _price(service.price, service.per))
        for tier in service.tiers.values():
            yield Prompt(f"{here}/tier/{tier.id}", tier.name)
            if tier.about is not None:
                yield Prompt(f"{here}/tier/{tier.id}/about", tier.about)
            if tier.quota is not None:
                yield Prompt(f"{here}/tier/{tier.id}/quota", tier.quota)
        for action in service.actions.values():
            for parameter in action.parameters:
                yield Prompt(f"{here}/{action.verb.value}/{parameter.name}", parameter.label)


def _price(price: int, per: str) -> Text:
    """The whole price as one phrase: it is said each time that the service is offered."""
    fee, each = both(say_fee, price, per), both(say_per, per)
    return Text(fee.zh + each.zh, fee.en + each.en)


def _menus(book: Book) -> Iterator[Prompt]:
    for menu in book.menus.values():
        if menu.greeting is not None:
            yield Prompt(f"menu/{menu.id}/greeting", menu.greeting)
        yield from _nodes(menu)


def _nodes(menu: Menu) -> Iterator[Prompt]:
    for node in menu.nodes.values():
        here = f"menu/{menu.id}/{node.id}"
        yield Prompt(f"{here}/title", node.title)
        if node.intro is not None:
            yield Prompt(f"{here}/intro", node.intro)
        for key, choice in enumerate(node.choices, 1):
            if choice.label is not None:
                yield Prompt(f"{here}/{key}", choice.label)


def _places(book: Book) -> Iterator[Prompt]:
    for key, text in book.regions.items():
        yield Prompt(f"region/{key}", text)
    for key, text in book.brands.items():
        yield Prompt(f"brand/{key}", text)
