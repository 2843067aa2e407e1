"""What lint finds, and what a rule is given to look at."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from careline.dialogue.book import Book, Verb
from careline.values.language import Text


class Severity(StrEnum):
    ERROR = "error"  # such a version is not published
    WARNING = "warning"  # customers are served, but worse than they should be
    NOTE = "note"  # to be known, nothing to mend

    @property
    def rank(self) -> int:
        return ("error", "warning", "note").index(self.value)


class Where(NamedTuple):
    """An item of the catalogue, and the place in it."""

    kind: str
    key: str
    path: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.key}" + (f" · {self.path}" if self.path else "")


@dataclass(frozen=True, slots=True)
class Finding:
    severity: Severity
    rule: str
    where: Where
    what: Text
    mend: Text

    def as_json(self) -> dict[str, Any]:
        return {
            "severity": self.severity.value,
            "rule": self.rule,
            "kind": self.where.kind,
            "key": self.where.key,
            "path": self.where.path,
            "what": self.what._asdict(),
            "mend": self.mend._asdict(),
        }


class Manifest(Protocol):
    """What lint must know of a behaviour; behaviours stand on a higher floor and are handed in."""

    @property
    def name(self) -> str: ...
    @property
    def verbs(self) -> Set[Verb]: ...
    @property
    def words(self) -> Set[str]: ...  # tails of word keys: `<verb>.<end>`


@dataclass(frozen=True, slots=True)
class Subject:
    """A compiled catalogue and the behaviours that will perform it, by name (none: rules about behaviours are left out)."""

    book: Book
    manifests: Mapping[str, Manifest]


class Rule(Protocol):
    def __call__(self, subject: Subject) -> Iterator[Finding]: ...


def error(rule: str, where: Where, what: tuple[str, str], mend: tuple[str, str]) -> Finding:
    return Finding(Severity.ERROR, rule, where, Text(*what), Text(*mend))


def warning(rule: str, where: Where, what: tuple[str, str], mend: tuple[str, str]) -> Finding:
    return Finding(Severity.WARNING, rule, where, Text(*what), Text(*mend))


def note(rule: str, where: Where, what: tuple[str, str], mend: tuple[str, str]) -> Finding:
    return Finding(Severity.NOTE, rule, where, Text(*what), Text(*mend))
