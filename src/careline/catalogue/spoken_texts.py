"""Which text a call says in each situation, and where it stands: its own words, or the ones of the SMS."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from careline.catalogue.linting.finding import Manifest, Where
from careline.dialogue.book import Book, Service, Verb
from careline.dialogue.keypad.words import CALL_WORDS
from careline.values.language import Text

# Menus have words of their own, and a second published code cannot be keyed.
_NEVER = (Verb.HELP, Verb.CONFIRM)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text that calls may say; `own` tells whether it was written for calls, `for_key` what it stands in for."""

    where: Where
    for_key: str  # the key without its prefix
    text: Text
    own: bool
    behaviour: str = ""  # whose answer it is


def own_words(book: Book) -> Iterator[Spoken]:
    """The texts that were written for calls."""
    for key, text in book.words.items():
        if key.startswith("voice."):
            yield Spoken(Where("words", key), key.removeprefix("voice."), text, True)
    for service in book.services.values():
        for tail, text in service.words.items():
            if tail.startswith("voice."):
                key = tail.removeprefix("voice.")
                yield Spoken(Where("service", service.id, f"words.{tail}"), key, text, True, service.behaviour)


def borrowed(book: Book, manifests: Mapping[str, Manifest]) -> Iterator[Spoken]:
    """The texts of SMS that calls say for want of their own."""
    for key in CALL_WORDS:
        bare = key.removeprefix("voice.")
        if key not in book.words and bare in book.words:
            yield Spoken(Where("words", key), bare, book.words[bare], False)
    seen: set[str] = set()
    for service in book.services.values():
        for spoken in answers(book, service, manifests.get(service.behaviour)):
            if not spoken.own and str(spoken.where) not in seen:
                seen.add(str(spoken.where))
                yield spoken


def answers(book: Book, service: Service, manifest: Manifest | None) -> Iterator[Spoken]:
    """What calls say of each end of the service's actions; an end without any words is left out (lint says so)."""
    for tail in sorted(manifest.words) if manifest else ():
        verb = tail.partition(".")[0]
        if any(one.value == verb for one in service.actions if one not in _NEVER):
            found = _answer(book, service, tail)
            if found is not None:
                yield found


def _answer(book: Book, service: Service, tail: str) -> Spoken | None:
    for prefix, own in (("voice.", True), ("", False)):
        if f"{prefix}{tail}" in service.words:
            where = Where("service", service.id, f"words.voice.{tail}")
            return Spoken(where, tail, service.words[f"{prefix}{tail}"], own, service.behaviour)
    end = tail.partition(".")[2]
    for key in (f"{service.behaviour}.{tail}", f"any.{tail}", f"any.{end}", f"error.{end}"):
        for prefix, own in (("voice.", True), ("", False)):
            if f"{prefix}{key}" in book.words:
                return Spoken(Where("words", f"voice.{key}"), key, book.words[f"{prefix}{key}"], own, service.behaviour)
    return None


def call_text(book: Book, key: str) -> Text | None:
    """What a call says for a key without its prefix."""
    return book.words.get(f"voice.{key}") or book.words.get(key)


def missing(book: Book) -> Iterable[str]:
    """Keys that a call needs and that no text answers."""
    return (key for key in CALL_WORDS if key not in book.words and key.removeprefix("voice.") not in book.words)
