"""The categories of complaints: one TOML file each in packs/common/complaints, read once a process."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from careline.cases.states import Severity
from careline.cases.subjects import standard
from careline.catalogue.pack_files import Mistake, PackFileError, read_toml
from careline.catalogue.packs import packs_folder
from careline.promises import calendars
from careline.values.language import LANGUAGES, Text

REFUNDS = ("none", "dispute")  # dispute: a bill item may be verified, and refunded by rule
ANSWERS = ("words", "month", "day", "amount", "number", "choice")
PROMISES = ("progress", "solution")
_LONGEST_MINUTES = 60 * 24 * 60
_ID = re.compile(r"[a-z][a-z0-9_]{1,39}")
_TEXTS = frozenset({"name", "about", "calm", "spoken"})
_FIELDS = _TEXTS | {"id", "aliases", "order", "severity", "department", "refund", "promises", "questions"}


class Allowance(NamedTuple):
    """How long something may take: minutes of the working time of a calendar."""

    minutes: int
    calendar: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a complaint of a category, in the order of the file."""

    id: str
    label: Text
    kind: str  # one of ANSWERS
    required: bool = False
    options: tuple[Text, ...] = ()  # of a choice


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of complaint: what is said first, what is asked, what is promised, who helps, and whether money may return."""

    id: str
    name: Text
    about: Text
    calm: Text  # said before anything is asked
    spoken: Text  # as a menu of those who press keys names it
    aliases: tuple[str, ...]
    order: int  # in lists and on keypads
    severity: str
    department: str  # that helps first; "" none
    refund: str  # one of REFUNDS
    promises: Mapping[str, Allowance] = field(default_factory=lambda: MappingProxyType({}))
    questions: tuple[Question, ...] = ()


class CategoryError(PackFileError):
    """Categories cannot be served; the message says every mistake, one a line."""


def categories(folder: Path | None = None) -> Mapping[str, Category]:
    """Every category by its id, in their order. Raises CategoryError when any file is wrong."""
    return _categories(folder or complaints_folder())


def complaints_folder() -> Path:
    return packs_folder() / "common" / "complaints"


def lint(folder: Path | None = None) -> list[Mistake]:
    """Everything that is wrong with the files, in their order; nothing when all is well."""
    return _read(folder or complaints_folder())[1]


def by_name(said: str) -> Category | None:
    """The category that is called so, by its id, name or alias; None when there is none. Capitals and spaces do not count."""
    wanted = _plain(said)
    for category in categories().values():
        if wanted in {_plain(name) for name in (category.id, *category.name, *category.spoken, *category.aliases)}:
            return category
    return None


@lru_cache(maxsize=8)
def _categories(folder: Path) -> Mapping[str, Category]:
    found, mistakes = _read(folder)
    if mistakes:
        raise CategoryError(mistakes)
    return MappingProxyType({one.id: one for one in sorted(found, key=lambda one: (one.order, one.id))})


def _read(folder: Path) -> tuple[list[Category], list[Mistake]]:
    found: list[Category] = []
    mistakes: list[Mistake] = []
    files = sorted(folder.glob("*.toml"))
    if not files:
        mistakes.append(Mistake(str(folder), "", "there is no category: write at least one file"))
    for path in files:
        reader = _Reader(path.name, standard.longest(folder))
        if (body := read_toml(path, reader.mistakes)) is not None:
            category = reader.category(path.stem, body)
            if not reader.mistakes:
                found.append(category)
        mistakes += reader.mistakes
    return found, mistakes + _clashes(found)


def _clashes(found: list[Category]) -> list[Mistake]:
    """Two that are called the same, or stand in the same place."""
    mistakes = []
    taken: dict[str, Category] = {}
    for one in found:
        for what, sign in [
            ("order", str(one.order)),
            *(("aliases", _plain(name)) for name in (*one.name, *one.spoken, *one.aliases)),
        ]:
            other = taken.setdefault(sign, one)
            if other is not one:
                mistakes.append(Mistake(f"{one.id}.toml", what, f"{sign} is taken by {other.id}.toml: choose another"))
    return mistakes


class _Reader:
    """One file, field by field; what is wrong is gathered, so that one reading tells all of it."""

    def __init__(self, file: str, longest: Mapping[str, tuple[int, str]]) -> None:
        self.file = file
        self.longest = longest
        self.mistakes: list[Mistake] = []

    def wrong(self, name: str, what: str) -> None:
        self.mistakes.append(Mistake(self.file, name, what))

    def category(self, stem: str, body: Mapping[str, Any]) -> Category:
        for name in sorted(body.keys() - _FIELDS):
            self.wrong(name, f"no such field; there are: {', '.join(sorted(_FIELDS))}")
        if not _ID.fullmatch(stem) or body.get("id") != stem:
            self.wrong("id", f'write id = "{stem}", the name of the file, in small letters, digits and underscores')
        called = self.text(body, "name")
        return Category(
            id=stem,
            name=called,
            about=self.text(body, "about"),
            calm=self.text(body, "calm"),
            spoken=self.text(body, "spoken") if "spoken" in body else called,
            aliases=tuple(self.strings(body, "aliases")),
            order=self.whole(body, "order", 1, 999),
            severity=self.one_of(body, "severity", [one.value for one in Severity], Severity.NORMAL.value),
            department=self.slug(body, "department"),
            refund=self.one_of(body, "refund", REFUNDS, "none"),
            promises=self.promises(body.get("promises")),
            questions=tuple(self.questions(body.get("questions", []))),
        )

    def text(self, body: Mapping[str, Any], name: str, path: str = "") -> Text:
        held = body.get(name)
        path = path or name
        if not isinstance(held, dict) or set(held) != set(LANGUAGES):
            self.wrong(path, 'write it in both languages: { zh = "…", en = "…" }')
            return Text("", "")
        for language in LANGUAGES:
            if not isinstance(held[language], str) or not held[language].strip():
                self.wrong(f"{path}.{language}", "is empty; write a text")
        return Text(str(held["zh"]), str(held["en"]))

    def strings(self, body: Mapping[str, Any], name: str) -> list[str]:
        held = body.get(name, [])
        if not isinstance(held, list) or not all(isinstance(one, str) and one.strip() for one in held):
            self.wrong(name, 'write a list of texts: ["…", "…"]')
            return []
        return held

    def whole(self, body: Mapping[str, Any], name: str, least: int, most: int, path: str = "") -> int:
        held = body.get(name)
        if isinstance(held, bool) or not isinstance(held, int) or not least <= held <= most:
            self.wrong(path or name, f"write a whole number, {least} to {most}")
            return least
        return held

    def one_of(self, body: Mapping[str, Any], name: str, known: Iterable[str], fallback: str, path: str = "") -> str:
        held = body.get(name, fallback)
        if held not in tuple(known):
            self.wrong(path or name, f"write one of: {', '.join(known)}")
        return str(held)

    def slug(self, body: Mapping[str, Any], name: str) -> str:
        held = body.get(name, "")
        if held != "" and (not isinstance(held, str) or not _ID.fullmatch(held)):
            self.wrong(name, "write the name of a department in small letters, or leave it out")
        return str(held)

    def promises(self, held: Any) -> Mapping[str, Allowance]:
        if not isinstance(held, dict) or set(held) != set(PROMISES):
            self.wrong("promises", f"promise each of: {', '.join(PROMISES)}, and nothing else")
            return MappingProxyType({})
        allowed = {}
        for what, body in held.items():
            path = f"promises.{what}"
            if not isinstance(body, dict) or set(body) != {"minutes", "calendar"}:
                self.wrong(path, 'write { minutes = 480, calendar = "office" }')
                continue
            minutes = self.whole(body, "minutes", 1, _LONGEST_MINUTES, f"{path}.minutes")
            calendar = body["calendar"]
            if calendar not in calendars.calendars():
                self.wrong(f"{path}.calendar", f"write one of: {', '.join(sorted(calendars.calendars()))}")
            elif what in self.longest and standard.looser(minutes, str(calendar), *self.longest[what]):
                most, by = self.longest[what]
                self.wrong(path, f"is looser than the base standard ({most} minutes of {by}): promise that or less")
            allowed[what] = Allowance(minutes, str(calendar))
        return MappingProxyType(allowed)

    def questions(self, held: Any) -> Iterable[Question]:
        if not isinstance(held, list) or not all(isinstance(one, dict) for one in held):
            self.wrong("questions", "write each as a section of its own: [[questions]]")
            return
        seen = set()
        for number, body in enumerate(held, 1):
            path = f"questions[{number}]"
            known = str(body.get("id", ""))
            if not _ID.fullmatch(known) or known in seen:
                self.wrong(f"{path}.id", "write a name in small letters that no other question has")
            seen.add(known)
            kind = self.one_of(body, "kind", ANSWERS, "words", f"{path}.kind")
            options = body.get("options", [])
            if (kind == "choice") != bool(options) or not isinstance(options, list):
                self.wrong(f"{path}.options", "a choice has a list of options, nothing else has one")
                options = []
            required = body.get("required", False)
            if not isinstance(required, bool):
                self.wrong(f"{path}.required", "write true or false")
            yield Question(
                id=known,
                label=self.text(body, "label", f"{path}.label"),
                kind=kind,
                required=bool(required),
                options=tuple(
                    self.text({"option": one}, "option", f"{path}.options[{place}]")
                    for place, one in enumerate(options, 1)
                ),
            )


def _plain(name: str) -> str:
    return "".join(name.casefold().replace("_", "").split())
