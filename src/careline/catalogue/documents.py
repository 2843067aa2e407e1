"""The catalogue as documents, one for each service, code row, table, text or setting: held, compared and edited singly."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = ("settings", "service", "table", "code", "menu", "words")
COLUMNS = ("spelling", "service", "verb", "parameters", "certainty", "brands", "note")  # of a code row


@dataclass(frozen=True, slots=True)
class Document:
    """One piece of the catalogue; `body` is JSON (strings, whole numbers, true/false, lists, objects).

    Keys: settings `limits`; service `caller_id`; table `T5`; code `T5/3031` (table, slash, first spelling); menu
    `gotone`; words `toggle.subscribe.done`, and as calls say it `voice.toggle.subscribe.done`. A body of settings is
    `{name: …}`, of words `{zh, en}`, of a code its COLUMNS as strings with `spelling` holding the alternatives joined by
    `|`; of services, tables and menus what their TOML file holds.
    """

    kind: str
    key: str
    body: Mapping[str, Any]
    origin: str = field(default="", compare=False)  # the file (and line) it was read from

    @property
    def where(self) -> str:
        """How to name it to people: where it was read, else what it is."""
        return self.origin or f"{self.kind} {self.key}"

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "key": self.key, "body": dict(self.body)}

    @classmethod
    def from_json(cls, written: Mapping[str, Any], origin: str = "") -> "Document":
        return cls(str(written["kind"]), str(written["key"]), dict(written["body"]), origin)


Documents = tuple[Document, ...]
Bodies = Mapping[tuple[str, str], Any]  # bodies by kind and key: the form in which the database gives them


def ordered(documents: Iterable[Document] | Bodies) -> Documents:
    """The one order in which documents are kept and written: by kind, then key. Kinds that are not ours are left out."""
    if isinstance(documents, Mapping):
        documents = (Document(kind, key, body) for (kind, key), body in documents.items())
    known = (document for document in documents if document.kind in KINDS)
    return tuple(sorted(known, key=lambda document: (KINDS.index(document.kind), document.key)))


def bodies(documents: Iterable[Document]) -> dict[tuple[str, str], Any]:
    """The documents' bodies by kind and key."""
    return {(document.kind, document.key): dict(document.body) for document in documents}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a catalogue: where, and what to do about it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class PackError(Exception):
    """The catalogue cannot be read or compiled; `problems` says everything that is wrong, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
