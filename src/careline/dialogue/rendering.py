"""From a key and values to a text; a missing text is said in other words, never raised."""

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


class _Values:
    """Values as templates ask for them: read in one language when they are named, nothing where there is none."""

    __slots__ = ("_language", "_values")

    def __init__(self, values: Mapping[str, str | Text], language: str) -> None:
        self._values = values
        self._language = language

    def __getitem__(self, name: str) -> str:
        value = self._values.get(name)
        return "" if value is None else read(value, self._language)


def render(book: Book, key: str, values: Mapping[str, str | Text], language: str) -> str:
    """The text of `key` with its placeholders filled; a plain one made of the values where the book has none."""
    text = book.words.get(key)
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


def key_of(book: Book, job: Job, telling: Telling) -> tuple[str, Text | None]:
    """Which text says how an attempt ended, most special first, and the text; None when the book has none."""
    verb, tail = job.verb.value, telling.key
    own = job.service.words.get(f"{verb}.{tail}")
    key = f"{job.service.behaviour}.{verb}.{tail}"
    if own is not None:
        return key, own
    keys = [key, f"any.{verb}.{tail}", f"any.{tail}"]
    if telling.cause is not None:
        keys.append(f"error.{telling.cause.value}")
    keys.append(f"any.{telling.outcome.value}")
    for candidate in keys:
        text = book.words.get(candidate)
        if text is not None:
            return candidate, text
    return key, None


def verb_word(book: Book, verb: Verb) -> Text:
    return book.words.get(f"talk.verb.{verb.value}") or _VERBS[verb]


def name_of(book: Book, service: str, tier: str = "") -> Text:
    """What customers are told a service is called: its tier's name where one is chosen."""
    known = book.services.get(service)
    if known is None:
        return Text(service, service)
    chosen: Tier | None = known.tiers.get(tier)
    return chosen.name if chosen else known.name


def label_of(book: Book, option: Mapping[str, Any]) -> Text:
    """How an option is said in a numbered list."""
    if "node" in option:
        table = book.tables.get(option.get("table", ""))
        node = table.nodes.get(option["node"]) if table else None
        title = node.title if node else Text(option["node"], option["node"])
        return Text(f"{title.zh} {option['node']}", f"{title.en} {option['node']}")
    if "value" in option:
        chinese = str(option.get("zh") or option["value"])
        return Text(chinese, str(option.get("en") or chinese))
    verb = verb_word(book, Verb(option["verb"]))
    name = name_of(book, option["service"], option.get("tier", ""))
    code = f" {option['spelling']}" if option.get("spelling") else ""
    own = "talk.is_on" if option["verb"] == Verb.STATUS.value else "talk.reset" if option.get("what") == "reset" else ""
    if own in book.words:
        return Text(*(f"{render(book, own, {'service': name}, language)}{code}" for language in ("zh", "en")))
    return Text(f"{verb.zh}{name.zh}{code}", f"{verb.en} {name.en}{code}")


def list_of(labels: list[Text]) -> Text:
    """Numbered lines."""
    return Text(
        "\n".join(f"{number}.{label.zh}" for number, label in enumerate(labels, 1)),
        "\n".join(f"{number}.{label.en}" for number, label in enumerate(labels, 1)),
    )
