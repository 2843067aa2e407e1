"""Rules about texts: placeholders, plain words, length, and none missing. That both languages are there is seen to by the compiler."""

from collections.abc import Iterator, Set
from typing import NamedTuple

from careline.catalogue.linting.finding import Finding, Manifest, Subject, Where, error, warning
from careline.catalogue.samples import KNOWN, fill, placeholders
from careline.dialogue.book import Book, Menu, Service
from careline.dialogue.keypad.words import CALL_WORDS
from careline.dialogue.words import WORDS
from careline.protocols.smstext import count_parts
from careline.values.language import LANGUAGES, Text

PARTS_MAX = 3  # parts of one answer, where the catalogue's limit `parts_max` says nothing else


class Written(NamedTuple):
    """A text that customers read or hear, where it stands, and whether it is a whole answer by SMS."""

    where: Where
    text: Text
    answer: bool


def written(book: Book) -> Iterator[Written]:
    """Every text of the catalogue."""
    for key, text in book.words.items():
        yield Written(Where("words", key), text, not key.startswith(("voice.", "ussd.")))
    for region, text in book.regions.items():
        yield Written(Where("settings", "regions", region), text, False)
    for brand, text in book.brands.items():
        yield Written(Where("settings", "brands", brand), text, False)
    for service in book.services.values():
        yield from _of_service(service)
    for table in book.tables.values():
        yield Written(Where("table", table.id, "name"), table.name, False)
        for node in table.nodes.values():
            yield Written(Where("table", table.id, f"nodes.{node.spelling}.title"), node.title, False)
    for menu in book.menus.values():
        yield from _of_menu(menu)


def _of_menu(menu: Menu) -> Iterator[Written]:
    yield Written(Where("menu", menu.id, "name"), menu.name, False)
    if menu.greeting is not None:
        yield Written(Where("menu", menu.id, "greeting"), menu.greeting, False)
    for node in menu.nodes.values():
        for name, text in (("title", node.title), ("intro", node.intro)):
            if text is not None:
                yield Written(Where("menu", menu.id, f"nodes.{node.id}.{name}"), text, False)
        for key, choice in enumerate(node.choices, 1):
            if choice.label is not None:
                yield Written(Where("menu", menu.id, f"nodes.{node.id}.choices[{key}].label"), choice.label, False)


def _of_service(service: Service) -> Iterator[Written]:
    yield Written(Where("service", service.id, "name"), service.name, False)
    yield Written(Where("service", service.id, "about"), service.about, True)
    for verb, action in service.actions.items():
        for parameter in action.parameters:
            path = f"actions.{verb.value}.parameters.{parameter.name}.label"
            yield Written(Where("service", service.id, path), parameter.label, False)
    for tier in service.tiers.values():
        for name in ("name", "quota", "about"):
            text = getattr(tier, name)
            if text is not None:
                yield Written(Where("service", service.id, f"tiers.{tier.id}.{name}"), text, False)
    for tail, text in service.words.items():
        yield Written(Where("service", service.id, f"words.{tail}"), text, not tail.startswith("voice."))


def unknown_placeholder(subject: Subject) -> Iterator[Finding]:
    """Braces that cannot be filled, placeholders that differ between the languages, and such as nobody fills."""
    for where, text, _ in written(subject.book):
        try:
            names = {language: placeholders(text.read(language)) for language in LANGUAGES}
        except ValueError as wrong:
            yield error(
                "broken_placeholder",
                where,
                (f"花括号写法有误：{wrong}", f"the braces are wrong: {wrong}"),
                ("占位符写成 {名称}，成对出现", "write a placeholder as {name}, with both braces"),
            )
            continue
        yield from _unfilled(where, names["zh"] | names["en"])
        if all(text) and names["zh"] != names["en"]:
            odd = ", ".join(sorted(names["zh"] ^ names["en"]))
            yield warning(
                "uneven_placeholders",
                where,
                (f"只有一种语言用到：{odd}", f"only one language says: {odd}"),
                ("让两种语言说同样的内容", "let both languages say the same"),
            )


def _unfilled(where: Where, names: Set[str]) -> Iterator[Finding]:
    of_dialogue = _of_dialogue(where.key) if where.kind == "words" else None
    fillable = KNOWN if of_dialogue is None else of_dialogue
    if names - fillable:
        odd = ", ".join(sorted(names - fillable))
        offered = ", ".join(sorted(fillable)) or "–"
        # What the dialogue fills is known for each of its texts; of behaviours only which placeholders there are at all.
        yield error(
            "unknown_placeholder",
            where,
            (f"没有内容可填入：{odd}", f"nothing fills: {odd}"),
            (f"可用：{offered}", f"it may use: {offered}"),
        )


def _of_dialogue(key: str) -> Set[str] | None:
    """What the dialogue fills in a text of its own; a dial menu's text is filled like the call's."""
    bare = key.removeprefix("ussd.")
    called = bare if bare.startswith("voice.") else f"voice.{bare}"
    return CALL_WORDS.get(called, WORDS.get(bare)) if bare != key or bare.startswith("voice.") else WORDS.get(key)


def jargon(subject: Subject) -> Iterator[Finding]:
    for where, text, _ in written(subject.book):
        if where.path == "name":
            continue  # the printed names of services are what customers know them by
        for word, plain in subject.book.glossary.items():
            if word in text.zh or (word.isascii() and word.lower() in text.en.lower().split()):
                yield warning(
                    "jargon",
                    where,
                    (f"客户未必明白“{word}”", f"customers may not know “{word}”"),
                    (f"改用“{plain.zh}”", f"say “{plain.en}”"),
                )


def overlong(subject: Subject) -> Iterator[Finding]:
    most = subject.book.limits.get("parts_max", PARTS_MAX)
    for where, text, answer in written(subject.book):
        if not answer:
            continue
        for language in LANGUAGES:
            parts = count_parts(fill(text.read(language), language))
            if parts > most:
                yield warning(
                    "overlong",
                    where,
                    (
                        f"{'中文' if language == 'zh' else '英文'}文本约需 {parts} 条短信，上限 {most} 条",
                        f"the {'Chinese' if language == 'zh' else 'English'} text needs about {parts} messages, {most} is the limit",
                    ),
                    ("缩短文本，或拆成两步", "shorten it, or tell it in two steps"),
                )


def missing_words(subject: Subject) -> Iterator[Finding]:
    """Every text that the dialogue or a behaviour in use may say exists."""
    book = subject.book
    for key in sorted(WORDS.keys() - book.words.keys()):
        if key.startswith("error.bad."):
            continue  # error.wrong_parameter says it where one of these has no text
        yield error(
            "missing_words",
            Where("words", key),
            ("对话需要这条文本", "the dialogue needs this text"),
            ("新增这条文本，中英文都写", "add it, in both languages"),
        )
    used = {(service.behaviour, verb) for service in book.services.values() for verb in service.actions}
    for behaviour, verb in sorted(used):
        manifest = subject.manifests.get(behaviour)
        for tail in sorted(manifest.words) if manifest else ():
            if tail.split(".", 1)[0] == verb.value and not _has_words(book, behaviour, tail):
                yield from _missing(book, behaviour, tail, manifest)


def _missing(book: Book, behaviour: str, tail: str, manifest: Manifest | None) -> Iterator[Finding]:
    verb = tail.split(".", 1)[0]
    bare = [
        service.id
        for service in book.services.values()
        if service.behaviour == behaviour
        and any(action.value == verb for action in service.actions)
        and tail not in service.words
    ]
    if bare:
        few = ", ".join(bare[:5]) + ("…" if len(bare) > 5 else "")
        yield error(
            "missing_words",
            Where("words", f"{behaviour}.{tail}"),
            (f"这种结果没有文本可说（用于：{few}）", f"this end has no words (used by: {few})"),
            (f"新增 {behaviour}.{tail}，或通用的 any.{tail}", f"add {behaviour}.{tail}, or any.{tail} for all"),
        )


def _has_words(book: Book, behaviour: str, tail: str) -> bool:
    end = tail.split(".", 1)[-1]
    return any(key in book.words for key in (f"{behaviour}.{tail}", f"any.{tail}", f"any.{end}", f"error.{end}"))


RULES = (unknown_placeholder, jargon, overlong, missing_words)
