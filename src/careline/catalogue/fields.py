"""Reads the fields of a document's body, and notes every one that is wrong instead of stopping at the first."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from careline.catalogue.documents import Problem
from careline.values.language import Text

Name = TypeVar("Name", bound=StrEnum)
NO_TEXT = Text("", "")


class Fields:
    """The fields of one object of a document.

    Each reader gives a usable value whatever it finds, and appends to `problems` what is wrong; `finish` does so for fields
    that nobody asked for, which are mostly slips of the pen.
    """

    def __init__(self, body: Any, where: str, problems: list[Problem], path: str = "") -> None:
        self.where, self.problems, self.path = where, problems, path
        self._asked: set[str] = set()
        if not isinstance(body, Mapping):
            self.wrong("", "must be a section with fields of its own")
            body = {}
        self._body: Mapping[str, Any] = body

    def wrong(self, key: str, what: str) -> None:
        name = ".".join(part for part in (self.path, key) if part)
        self.problems.append(Problem(self.where, f"{name}: {what}" if name else what))

    def word(self, key: str, default: str | None = None) -> str:
        """A text of one language, an id or a date; without a default it must be there."""
        value = self._take(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.wrong(
                key,
                "is missing; write a text in double quotes" if value is None else "must be a text that is not empty",
            )
            return default or ""
        return value

    def text(self, key: str, required: bool = True) -> Text | None:
        """A text in both languages."""
        value = self._take(key)
        if value is None and not required:
            return None
        return both_languages(value, lambda what: self.wrong(key, what))

    def name(self, key: str, kind: type[Name], default: Name) -> Name:
        value = self.word(key, default.value)
        try:
            return kind(value)
        except ValueError:
            self.wrong(key, f'"{value}" is not one of {", ".join(member.value for member in kind)}')
            return default

    def one_of(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self.word(key, default)
        if value not in choices:
            self.wrong(key, f'"{value}" is not one of {", ".join(choices)}')
            return default
        return value

    def number(self, key: str, default: int) -> int:
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self.wrong(key, "must be a whole number, zero or more (money in fen)")
            return default
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(key, "must be true or false")
            return default
        return value

    def words(self, key: str) -> tuple[str, ...]:
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.wrong(key, 'must be a list of texts, ["…", "…"]')
            return ()
        return tuple(value)

    def day(self, key: str) -> date | None:
        value = self.word(key, "")
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.wrong(key, f'"{value}" is not a day; write it as "2010-01-31"')
            return None

    def section(self, key: str) -> "Fields":
        return Fields(self._take(key) or {}, self.where, self.problems, self._at(key))

    def sections(self, key: str) -> Iterator[tuple[str, "Fields"]]:
        """Each named part of a section: `[tiers.5]`, `[tiers.20]`."""
        value = self._take(key)
        if value is not None and not isinstance(value, Mapping):
            self.wrong(key, f"must be a section, [{self._at(key)}.…]")
            return
        for name, body in (value or {}).items():
            yield name, Fields(body, self.where, self.problems, self._at(f"{key}.{name}"))

    def list(self, key: str) -> Iterator["Fields"]:
        """Each item of a list of sections: `[[rests]]`."""
        value = self._take(key)
        if value is not None and not isinstance(value, list):
            self.wrong(key, f"must be a list of sections, [[{self._at(key)}]]")
            return
        for number, body in enumerate(value or (), start=1):
            yield Fields(body, self.where, self.problems, self._at(f"{key}[{number}]"))

    def rest(self) -> Iterator[str]:
        """The fields that nobody has asked for yet."""
        yield from (key for key in self._body if key not in self._asked)

    def finish(self) -> None:
        for key in list(self.rest()):
            self.wrong(key, "is not a field of this; correct its spelling or take it out")

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _take(self, key: str) -> Any:
        self._asked.add(key)
        return self._body.get(key)


def both_languages(value: Any, wrong: Callable[[str], None]) -> Text:
    """A `{ zh, en }` body as a text; `wrong(what)` is told what is amiss."""
    if not isinstance(value, Mapping):
        wrong('is missing; write { zh = "…", en = "…" }')
        return NO_TEXT
    for language in ("zh", "en"):
        if not isinstance(value.get(language), str) or not value[language].strip():
            wrong(f'has no text in {"Chinese" if language == "zh" else "English"}; write {language} = "…"')
    for extra in sorted(set(value) - {"zh", "en"}):
        wrong(f'"{extra}" is no language of ours; keep zh and en')
    return Text(str(value.get("zh", "")), str(value.get("en", "")))
