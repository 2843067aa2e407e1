"""From a key and values to a text; a missing text is said in other words, never raised."""

import re
from collections.abc import Mapping
from typing import Any

from careline.dialogue.book import Book, Tier, Verb
from careline.dialogue.talk import Job, Telling
from careline.values.language import Text

# Said when a pack lacks a text: whatever is known, and nothing untrue. Lint finds the lack before it is published.
_PLAIN = "{label} {service} {code} {price}{per} {effect} {given} {about}\n{options}"
_NOTHING_KNOWN = Text("请回复“帮助”查看可以办理的业务。", "Reply HELP to see what can be done here.")
_VERBS: Mapping[Verb, Text] = {
    Verb.QUERY: Text("查询", "Check"),
    Verb.STATUS: Text("状态", "status"),
    Verb.DESCRIBE: Text("介绍", "About"),
    Verb.SUBSCRIBE: Text("开通", "Subscribe to"),
    Verb.ORDER: Text("办理", "Order"),
    Verb.REGISTER: Text("申请", "Apply for"),
    Verb.CANCEL: Text("取消", "Cancel"),
    Verb.CONFIRM: Text("确认", "Confirm"),
    Verb.CONFIGURE: Text("修改", "Change"),
    Verb.REDEEM: Text("兑换", "Redeem"),
    Verb.HELP: Text("目录", "Menu"),
    Verb.OTHER: Text("办理", "Go to"),
}

# Attempts that no catalogue lists: money that was brought or returned. Nobody asks for them by a code, and they count all the same.
_MONEY: Mapping[str, Text] = {"top_up": Text("话费充值", "Top-up"), "refund": Text("退费", "Refund")}


class _Values:
    """Values as templates ask for them: read in one language when they are named, nothing where there is none."""

    __slots__ = ("_language", "_values")

    def __init__(self, values: Mapping[str, str | Text], language: str) -> None:
        self._values = values
        self._language = language

    def __getitem__(self, name: str) -> str:
        value = self._values.get(name)
        return "" if value is None else read(value, self._language)


# Where a channel's texts are looked for before the one of the SMS: what is short enough for USSD may be said on calls too.
MEDIA: Mapping[str, tuple[str, ...]] = {"voice": ("voice.", ""), "ussd": ("ussd.", "voice.", "")}
_MANNERS: Mapping[str, tuple[str, ...]] = {**MEDIA, "page": ("page.", "")}  # what is read on pages has no session
_ONE: tuple[str, ...] = ("",)


def text_of(words: Mapping[str, Text], key: str, medium: str = "") -> Text | None:
    """The text of a key for a medium: voice, ussd, page, or "" for all that is written as an SMS is."""
    for prefix in _MANNERS.get(medium, _ONE):
        text = words.get(f"{prefix}{key}")
        if text is not None:
            return text
    return None


def render(book: Book, key: str, values: Mapping[str, str | Text], language: str, medium: str = "") -> str:
    """The text of `key` with its placeholders filled; a plain one made of the values where the book has none."""
    text = text_of(book.words, key, medium) if medium else book.words.get(key)
    return fill(text, values, language) if text is not None else _without_text(values, language)


def fill(template: Text, values: Mapping[str, str | Text], language: str) -> str:
    said = _Values(values, language)
    try:
        return template.read(language).format_map(said).strip() or _without_text(values, language)
    except (ValueError, LookupError, AttributeError):  # a brace too many: the sentence is still worth saying
        bare = template.read(language).replace("{", "").replace("}", "").strip()
        return bare or _without_text(values, language)


def read(value: str | Text, language: str) -> str:
    return value.read(language) if isinstance(value, Text) else format(value)


def _without_text(values: Mapping[str, str | Text], language: str) -> str:
    said = _Values(values, language)
    lines = (" ".join(line.split()) for line in _PLAIN.format_map(said).split("\n"))
    return "\n".join(line for line in lines if line) or _NOTHING_KNOWN.read(language)


def key_of(book: Book, job: Job, telling: Telling, medium: str = "") -> tuple[str, Text | None]:
    """Which text says how an attempt ended, most special first, and the text; None when the book has none."""
    verb, tail = job.verb.value, telling.key
    own = text_of(job.service.words, f"{verb}.{tail}", medium)
    key = f"{job.service.behaviour}.{verb}.{tail}"
    if own is not None:
        return key, own
    keys = [key, f"any.{verb}.{tail}", f"any.{tail}"]
    if telling.cause is not None:
        keys.append(f"error.{telling.cause.value}")
    keys.append(f"any.{telling.outcome.value}")
    for candidate in keys:
        text = text_of(book.words, candidate, medium)
        if text is not None:
            return candidate, text
    return key, None


def verb_word(book: Book, verb: Verb, medium: str = "") -> Text:
    """What is done, in one word: for an SMS as it begins a line, for calls as it stands in a sentence."""
    return text_of(book.words, f"talk.verb.{verb.value}", medium) or _VERBS[verb]


def name_of(book: Book, service: str, tier: str = "") -> Text:
    """What customers are told a service is called: its tier's name where one is chosen; its id where nobody named it."""
    known = book.services.get(service)
    if known is None:
        return _MONEY.get(service) or Text(service, service)
    chosen: Tier | None = known.tiers.get(tier)
    return chosen.name if chosen else known.name


def label_of(book: Book, option: Mapping[str, Any], medium: str = "") -> Text:
    """How an option is said in a list; for whoever writes, with the code that would have done it at once."""
    if "node" in option:
        table = book.tables.get(option.get("table", ""))
        node = table.nodes.get(option["node"]) if table else None
        title = node.title if node else Text(option["node"], option["node"])
        return title if medium else Text(f"{title.zh} {option['node']}", f"{title.en} {option['node']}")
    if "value" in option:
        chinese = str(option.get("zh") or option["value"])
        return Text(chinese, str(option.get("en") or chinese))
    service = book.services.get(option["service"])
    said = text_of(service.words, f"{option['verb']}.label") if service and not medium else None
    if said is not None:
        return said
    verb = verb_word(book, Verb(option["verb"]), medium)
    name = name_of(book, option["service"], option.get("tier", ""))
    code = f" {option['spelling']}" if option.get("spelling") and not medium else ""
    own = "talk.is_on" if option["verb"] == Verb.STATUS.value else "talk.reset" if option.get("what") == "reset" else ""
    if own in book.words:
        return Text(*(f"{render(book, own, {'service': name}, language, medium)}{code}" for language in ("zh", "en")))
    deed = text_of(book.words, "talk.deed", medium) if medium else None
    if deed is not None:
        values = {"label": verb, "service": name}
        return Text(*(fill(deed, values, language) for language in ("zh", "en")))
    return Text(f"{verb.zh}{name.zh}{code}", f"{verb.en} {name.en}{code}")


KEYS_MAX = 8  # options on the keys 1 to 8; 9, 0, * and # mean the same everywhere
_OPTION = {"": Text("{key}.{label}", "{key}.{label}"), "voice": Text("{label}，请按{key}。", "{label}: press {key}.")}
_MORE = Text("更多", "More")
_SAID_ENGLISH = re.compile(r"^(?:To hear about(?= electronic| data)|To hear|For|To) ")
_SAID_CHINESE = re.compile(r"^听")


def pages_of(count: int) -> int:
    """How many pages a list of so many options has on a keypad; a long one keeps its last key for the next page."""
    return 1 if count <= KEYS_MAX else -(-count // (KEYS_MAX - 1))


def page_of(count: int, page: int) -> range:
    """Which options stand on a page; pages follow each other in a circle."""
    pages = pages_of(count)
    if pages == 1:
        return range(count)
    first = (page % pages) * (KEYS_MAX - 1)
    return range(first, min(first + KEYS_MAX - 1, count))


def options_of_page(book: Book, labels: list[Text], medium: str, page: int = 0) -> Text:
    """One page of a list as it is said to those who press keys: each option before its key, the way to more at the end."""
    shown = [(labels[index], str(place)) for place, index in enumerate(page_of(len(labels), page), 1)]
    if pages_of(len(labels)) > 1:
        shown.append((text_of(book.words, "talk.more", medium) or _MORE, str(KEYS_MAX)))
    return Text(*("\n".join(say_option(book, *one, language, medium) for one in shown) for language in ("zh", "en")))


def say_option(book: Book, label: Text, key: str, language: str, medium: str) -> str:
    template = text_of(book.words, "talk.option", medium) or _OPTION.get(medium, _OPTION[""])
    if medium == "ussd":
        label = _written(label)
        if "ussd.talk.option" not in book.words:
            template = _OPTION[""]  # on a screen a number before its line reads best
    return fill(template, {"label": label, "key": key}, language)


def _written(label: Text) -> Text:
    """What is said before its key ("to hear your points, press 1"), as an entry of a list: "Your points"."""
    english = _SAID_ENGLISH.sub("", label.en)
    return Text(_SAID_CHINESE.sub("看", label.zh), english[:1].upper() + english[1:])


def list_of(labels: list[Text]) -> Text:
    """Numbered lines."""
    return Text(
        "\n".join(f"{number}.{label.zh}" for number, label in enumerate(labels, 1)),
        "\n".join(f"{number}.{label.en}" for number, label in enumerate(labels, 1)),
    )
