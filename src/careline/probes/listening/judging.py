"""Judging what was read (texts, screens, pages): whether it is what was wanted, and if not, which error it tells of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from careline.catalogue import error_prompts
from careline.dialogue.book import Book
from careline.dialogue.rendering import text_of
from careline.probes.deriving.rehearsal import template
from careline.probes.listening.ears import AFTER, cause_of, stretches
from careline.probes.probe import Wanted
from careline.values.cause import Cause
from careline.values.language import Text

PAGED = frozenset({"web", "app"})
ERROR_SIGNS_MIN = 4  # fixed signs that an error prompt needs to be told by
_OTHER_NAMES = {"short_of_money": Cause.NOT_ENOUGH_MONEY}  # words with the balance in them, where it is known
_BLANK = re.compile(r"\s+")


@dataclass(slots=True)
class Judge:
    """Compares by the words, not by the line breaks; values stand where a template has placeholders."""

    book: Book
    _errors: dict[tuple[str, str], list[tuple[str, str, list[str]]]] = field(default_factory=dict)

    def found(self, wanted: Wanted, text: str, language: str) -> str:
        """The name of what is in this text: text, a key, words or after; "" where nothing of what was wanted is."""
        read = bare(text)
        if wanted.text and bare(wanted.text) in read:
            return "text"
        for key in wanted.keys:
            known = template(self.book, key)
            if known is not None and in_order(stretches(known.read(language)), read):
                return key
        if wanted.words and all(bare(word) in read for word in wanted.words):
            return "words"
        if wanted.after and bare(wanted.after) in read:
            return AFTER
        return ""

    def error(self, text: str, language: str, channel: str) -> tuple[str, Cause | None]:
        """Which error this text tells: its kind and cause; nothing where it tells none. The longest that fits."""
        read, best = bare(text), ("", "", 0)
        for kind, group, parts in self._prompts(language, "page" if channel in PAGED else channel):
            signs = sum(map(len, parts))
            if signs > best[2] and in_order(parts, read):
                best = (kind, group, signs)
        kind, group, _signs = best
        return (kind, cause_of(kind, group)) if kind else ("", None)

    def _prompts(self, language: str, medium: str) -> list[tuple[str, str, list[str]]]:
        if (language, medium) not in self._errors:
            made = []
            for one in error_prompts.prompts(self.book):
                text = text_of(self.book.words, one.key, medium)
                parts = [bare(part) for part in stretches(text.read(language))] if text else []
                made.append((one.kind, one.cause_class, parts))
            for cause in Cause:  # what kinds of service say of it in words of their own
                names = {cause.value, *(name for name, meant in _OTHER_NAMES.items() if meant is cause)}
                own = [text for key, text in self._words() if key.rsplit(".", 1)[-1] in names]
                made += [
                    (cause.value, cause.kind.value, [bare(part) for part in stretches(text.read(language))])
                    for text in own
                ]
            made = [one for one in made if sum(map(len, one[2])) >= ERROR_SIGNS_MIN]
            self._errors[language, medium] = made
        return self._errors[language, medium]

    def _words(self) -> Iterator[tuple[str, Text]]:
        yield from self.book.words.items()
        for service in self.book.services.values():
            yield from service.words.items()


def bare(text: str) -> str:
    return _BLANK.sub("", text).lower()


def in_order(parts: list[str], read: str) -> bool:
    """Whether all of these stand in what was read, one after the other; nothing is in no text."""
    at = 0
    for part in map(bare, parts):
        place = read.find(part, at)
        if place < 0:
            return False
        at = place + len(part)
    return bool(parts)
