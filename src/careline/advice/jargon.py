"""Words of the trade in what calls say, each with the plain words of the glossary, and the text as it would be then."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from careline.advice.drafting import Change
from careline.advice.layouts import Bodies
from careline.dialogue.book import Book
from careline.prompts import phrases
from careline.values.language import Text


@dataclass(frozen=True, slots=True)
class Jargon:
    """One text of calls with words that customers may not know. `kind` and `item` name the document that it stands in."""

    key: str  # as the prompt studio names it
    kind: str
    item: str
    text: Text
    words: tuple[str, ...]
    plain: tuple[Text, ...]
    suggested: Text

    @property
    def can_be_drafted(self) -> bool:
        """A text of its own can be written anew as a whole; what stands in a service or a menu is mended there."""
        return self.kind == "words"


def jargon(book: Book) -> list[Jargon]:
    """Every spoken text with a word of the glossary, by key. Printed names of services are what customers know them by."""
    longest = sorted(book.glossary, key=lambda one: (-len(one), one))  # 资费产品 before 资费
    terms = [(one, _term(one), book.glossary[one]) for one in longest]
    any_term = re.compile("|".join(map(re.escape, longest)) or r"(?!)")
    found = []
    for prompt in phrases.prompts(book):
        if prompt.key.endswith("/name") or prompt.key.startswith(("region/", "brand/")):
            continue
        if not any(map(any_term.search, prompt.text)):
            continue
        words, zh, en = [], prompt.text.zh, prompt.text.en
        for term, pattern, plain in terms:
            of_zh, of_en = pattern.sub(plain.zh, zh), pattern.sub(plain.en, en)
            if (of_zh, of_en) != (zh, en):
                words.append((term, plain))
                zh, en = of_zh, of_en
        if words:
            kind, item = _document(prompt.key)
            names, plain_words = tuple(one for one, _ in words), tuple(one for _, one in words)
            found.append(Jargon(prompt.key, kind, item, prompt.text, names, plain_words, Text(zh, en)))
    return found


def changed(one: Jargon, bodies: Bodies) -> Change | None:
    """The text's document with plain words; None where it is no text of its own."""
    body = bodies.get((one.kind, one.item))
    if not one.can_be_drafted or not isinstance(body, Mapping):
        return None
    return Change(one.kind, one.item, body, {**body, "zh": one.suggested.zh, "en": one.suggested.en})


def _term(term: str) -> re.Pattern[str]:
    """Letters stand for themselves as a word alone: SP is no part of SPRING; placeholders are none of ours."""
    if term.isascii():
        return re.compile(rf"(?<![A-Za-z{{_]){re.escape(term)}(?![A-Za-z}}_])")
    return re.compile(re.escape(term))


def _document(key: str) -> tuple[str, str]:
    if key.startswith(("service/", "menu/")):
        kind, item, _rest = key.split("/", 2)
        return kind, item
    return "words", key
