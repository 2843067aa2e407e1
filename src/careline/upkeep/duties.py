"""The duties as data: steps with what proves them, slots and checklist of rounds, thresholds, questions; packs/common/upkeep.toml."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from careline.catalogue.packs import packs_folder
from careline.promises import calendars
from careline.values.language import Text

FILE = "upkeep.toml"


class Kind(StrEnum):
    """What can prove that a step was done."""

    PUBLISH = "publish"  # a version of the catalogue
    RENDER = "render"  # prompts made from texts
    RECORD = "record"  # a recording taken or chosen
    AUDIT = "audit"
    NOTICE = "notice"  # a step of a business notice
    PROBE = "probe"  # dial tests
    ROUND = "round"
    HEARTBEAT = "heartbeat"
    ASSESSMENT = "assessment"
    SIGNED = "signed"  # a person's signature, with a note


class Every(StrEnum):
    DAY = "day"
    ROUND = "round"  # as often a day as there are rounds
    WEEK = "week"  # Monday to Sunday
    MONTH = "month"


class NotDuties(ValueError):
    """The file does not say what the duties are; the message names the place."""


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    name: Text
    why: Text
    who: str  # maintainer, supervisor, system
    every: Every
    proof: tuple[Kind, ...]

    @property
    def signed(self) -> bool:
        return Kind.SIGNED in self.proof


@dataclass(frozen=True, slots=True)
class Slot:
    """When one round of a day is made; from `opens` until before `closes`, by the clock of the house."""

    key: str
    name: Text
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    step: str
    words: Text
    options: tuple[Text, ...]
    right: int  # from 1


@dataclass(frozen=True, slots=True)
class Duties:
    steps: Sequence[Step]
    slots: Sequence[Slot]
    checks: Sequence[tuple[str, Text]]
    questions: Sequence[Question]
    counts: frozenset[Kind]  # what makes a day a maintained one
    diary_calendar: str
    rounds_calendar: str
    alarm_at: time
    warn_minutes: int
    old_years: int
    old_percent_max: int
    pass_percent: int
    valid_days: int
    tries_a_day: int
    assessment: Mapping[str, int]
    health: Mapping[str, int]

    def step(self, key: str) -> Step | None:
        return next((one for one in self.steps if one.key == key), None)

    def slot(self, key: str) -> Slot | None:
        return next((one for one in self.slots if one.key == key), None)


def duties() -> Duties:
    """Those of the packs in use. Raises NotDuties."""
    return _read(packs_folder() / "common" / FILE)


def parse(written: str, known: frozenset[str] | None = None) -> Duties:
    """`known`: the calendars that there are; those of the packs without it. Raises NotDuties."""
    try:
        return _duties(tomllib.loads(written), known)
    except tomllib.TOMLDecodeError as error:
        raise NotDuties(str(error)) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, NotDuties):
            raise
        raise NotDuties(f"{type(error).__name__}: {error}") from error


@lru_cache(maxsize=4)
def _read(path: Path) -> Duties:
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise NotDuties(f"{path.name} cannot be read") from error


def _duties(raw: Mapping[str, Any], known: frozenset[str] | None) -> Duties:
    slots = [
        Slot(str(one["key"]), _text(one), time.fromisoformat(one["from"]), time.fromisoformat(one["to"]))
        for one in raw["rounds"]["slots"]
    ]
    steps = [_step(one) for one in raw["steps"]]
    made = Duties(
        steps=steps,
        slots=slots,
        checks=[(str(one["key"]), _text(one)) for one in raw["rounds"]["checks"]],
        questions=[_question(one) for one in raw["questions"]],
        counts=frozenset(Kind(one) for one in raw["diary"]["counts"]),
        diary_calendar=str(raw["diary"]["calendar"]),
        rounds_calendar=str(raw["rounds"]["calendar"]),
        alarm_at=time.fromisoformat(raw["diary"]["alarm_at"]),
        warn_minutes=int(raw["notices"]["warn_minutes"]),
        old_years=int(raw["machines"]["old_years"]),
        old_percent_max=int(raw["machines"]["old_percent_max"]),
        pass_percent=int(raw["quiz"]["pass_percent"]),
        valid_days=int(raw["quiz"]["valid_days"]),
        tries_a_day=int(raw["quiz"]["tries_a_day"]),
        assessment={name: int(value) for name, value in raw["assessment"].items()},
        health={name: int(value) for name, value in raw["health"].items()},
    )
    _must_hold(made, known)
    return made


def _must_hold(made: Duties, known: frozenset[str] | None) -> None:
    keys = [one.key for one in made.steps]
    for what, names in (
        ("steps", keys),
        ("rounds.slots", [one.key for one in made.slots]),
        ("rounds.checks", [key for key, _ in made.checks]),
        ("questions", [one.key for one in made.questions]),
    ):
        if not names or len(set(names)) != len(names):
            raise NotDuties(f"{what}: at least one, each with a key of its own")
    for slot in made.slots:
        if slot.opens >= slot.closes:
            raise NotDuties(f"rounds.slots {slot.key}: it must open before it closes")
    for question in made.questions:
        if question.step not in keys:
            raise NotDuties(f"questions {question.key}: there is no step {question.step}")
        if len(question.options) < 2 or not 1 <= question.right <= len(question.options):
            raise NotDuties(f"questions {question.key}: two options or more, and `right` is one of them")
    if not 0 < made.pass_percent <= 100:
        raise NotDuties("quiz.pass_percent: 1 to 100")
    known = frozenset(calendars.calendars()) if known is None else known
    for name in (made.diary_calendar, made.rounds_calendar):
        if name not in known:
            raise NotDuties(f"there is no calendar {name}")


def _step(one: Mapping[str, Any]) -> Step:
    proof = tuple(Kind(kind) for kind in one["proof"])
    if not proof:
        raise NotDuties(f"steps {one['key']}: what proves it?")
    why = Text(str(one["why_zh"]), str(one["why_en"]))
    return Step(str(one["key"]), _text(one), why, str(one["who"]), Every(one["every"]), proof)


def _question(one: Mapping[str, Any]) -> Question:
    options = tuple(_text(option) for option in one["options"])
    return Question(str(one["key"]), str(one["step"]), _text(one), options, int(one["right"]))


def _text(one: Mapping[str, Any]) -> Text:
    made = Text(str(one["zh"]), str(one["en"]))
    if not all(part.strip() for part in made):
        raise NotDuties("a text is empty")
    return made
