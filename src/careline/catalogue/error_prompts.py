"""The errors that a caller can hear of, each with the words that tell it: which kinds lack words, which share them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from careline.catalogue.spoken_texts import call_text
from careline.dialogue.book import Book
from careline.dialogue.keypad.words import CALL_WORDS
from careline.dialogue.words import OF_PAGES, OF_TEXTS, WORDS
from careline.values.assurance import Assurance
from careline.values.cause import Cause
from careline.values.language import Text

NOTHING = Text("", "")
_SOUND, _CAUSE = Text("非要因", "not a root cause"), Text("是要因", "root cause")
FAULTS = ("call.fault", "call.fault_person", "call.fault_goodbye")  # the line's own, where a pack has them
_CHECKS = ("password.status.wrong_password", "password.status.too_many_tries", "password.status.not_on")
_SIGNS = re.compile(r"[\s，。！？；：、“”,.!?;:'\"-]+")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One kind of error. `cause_class`: system (a fault of ours), operation (the caller's keys), business (a rule)."""

    kind: str
    cause_class: str
    key: str  # of the words, without a prefix
    text: Text
    shared_with: tuple[str, ...]  # other kinds that are told in the same words, in either language

    @property
    def missing(self) -> bool:
        return not all(self.text)

    @property
    def sound(self) -> bool:
        return not self.missing and not self.shared_with

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "class": self.cause_class,
            "key": self.key,
            "zh": self.text.zh,
            "en": self.text.en,
            "missing": self.missing,
            "shared_with": list(self.shared_with),
        }


def verdict(found: Sequence[Prompt]) -> Text:
    """Whether error prompts are a cause of failed self-service: they are as soon as one is missing or shared."""
    return _SOUND if all(prompt.sound for prompt in found) else _CAUSE


def prompts(book: Book) -> list[Prompt]:
    """Every kind of error that calls can tell: causes, ways of keying wrongly, and how the check of a password fails."""
    own = [key for key in FAULTS if f"voice.{key}" in book.words]
    texts = {key: call_text(book, key) or NOTHING for key in (*_keys(), *own)}
    tellers: dict[str, set[str]] = {}
    for key, text in texts.items():
        for said in filter(None, map(_bare, text)):
            tellers.setdefault(said, set()).add(key)
    found = [
        Prompt(
            kind=_kind(key),
            cause_class=_class(key),
            key=key,
            text=text,
            shared_with=tuple(
                sorted({_kind(other) for said in map(_bare, text) for other in tellers.get(said, ())} - {_kind(key)})
            ),
        )
        for key, text in texts.items()
    ]
    return sorted(
        found, key=lambda prompt: (("system", "operation", "business").index(prompt.cause_class), prompt.kind)
    )


def by_text(book: Book) -> list[str]:
    """The kinds of error that texts can tell; those of the service password where something asks for it by text."""
    asked = any(one.assurance == Assurance.PASSWORD for each in book.services.values() for one in each.actions.values())
    kinds = [_kind(key) for key in _errors(book) if key != OF_PAGES]
    return [kind for kind in kinds if asked or not kind.startswith("password_check.")]


def on_pages(book: Book) -> list[str]:
    """The kinds of error that pages and apps can tell: whoever has no line of ours gets no further than signing in."""
    return [_kind(key) for key in _errors(book) if key not in OF_TEXTS and key != "error.stranger"]


def _errors(book: Book) -> Iterator[str]:
    return (key for key in WORDS if key.startswith("error.") and key in book.words)


def _keys() -> Iterator[str]:
    said = {key.removeprefix("voice.") for key in CALL_WORDS}
    causes = [key for cause in Cause if (key := f"error.{cause.value}") in said]
    yield from dict.fromkeys((*causes, *sorted(key for key in said if key.startswith("error.")), *_CHECKS))


def _kind(key: str) -> str:
    return key.removeprefix("error.").replace("password.status.", "password_check.")


def _class(key: str) -> str:
    name = key.removeprefix("error.")
    if name in FAULTS:
        return "system"
    if name in Cause.__members__.values():
        return Cause(name).kind.value
    return (
        "business"
        if name in ("stranger", "not_here", "inactive", "no_such_action", "password.status.not_on")
        else "operation"
    )


def _bare(text: str) -> str:
    return _SIGNS.sub("", text).lower()
