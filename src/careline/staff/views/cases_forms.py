"""What a step of a case is made of: a deed with its form, filled and ready to be shown."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

from careline.cases.states import State
from careline.cases.subjects.categories import Question
from careline.identity.gates import Gate
from careline.staff.views.cases_shown import said

Label = str | Promise


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a step. `shape`: area, line, choice, money, when, month, day, flag; `of`: where its choices or value come from;
    `draft`: the purpose under which what is being written is kept."""

    name: str
    label: Label
    shape: str = "area"
    required: bool = True
    hint: Label = ""
    of: str = ""
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that staff do with a case; `to` is where it leads, None where the state stays."""

    name: str
    label: Label
    fields: tuple[Field, ...]
    at: frozenset[State]
    to: State | None = None
    gate: Gate = Gate.HANDLE_CASES
    about: Label = ""
    side: str = ""  # "", clock, side: in which group it stands
    grave: bool = False


ANSWER = "answer-"  # before the id of a question, in the name of its field
_SHAPES = {"month": "month", "day": "day", "amount": "money", "choice": "choice"}  # of a question's kind, else a line
_TYPED = {"month": re.compile(r"\d{4}-\d{2}"), "day": re.compile(r"\d{4}-\d{2}-\d{2}")}
LETTERS = frozenset({"record", "reply", "progress", "confirm", "close", "reopen", "urge", "escalate"})


@dataclass(slots=True)
class Filled:
    """A field with its value and choices, as the template shows it."""

    name: str
    label: Label
    shape: str
    required: bool
    hint: Label
    draft: str
    value: object = ""
    choices: Sequence[tuple[str, Label]] = ()


@dataclass(slots=True)
class Step:
    """A deed with its form."""

    deed: Deed
    fields: list[Filled] = field(default_factory=list)
    first: bool = False
    open: bool = False
    preview: str | None = None
    parts: int = 0

    @property
    def letter(self) -> bool:
        """Whether the customer gets a message by it, which can be read beforehand."""
        return self.deed.name in LETTERS


def step_of(
    deed: Deed,
    values: Mapping[str, object],
    choices: Mapping[str, Sequence[tuple[str, Label]]],
    drafts: Mapping[str, str],
    typed: Mapping[str, str] | None,
) -> Step:
    """The form of a deed: what was typed last, else the draft, else what the case says already."""
    fields: list[Filled] = []
    for one in deed.fields:
        value: object = drafts.get(one.draft, "") or values.get(one.of, "")
        if typed is not None:
            value = typed.get(one.name, "") if one.shape != "flag" else one.name in typed
        fields.append(
            Filled(one.name, one.label, one.shape, one.required, one.hint, one.draft, value, choices.get(one.of, ()))
        )
    return Step(deed, fields)


def questions_of(asked: Sequence[tuple[Question, str]], typed: Mapping[str, str] | None) -> list[Filled]:
    """A field for each question of the category; what was answered in other words than the field takes stays a line."""
    fields = []
    for question, answer in asked:
        name = ANSWER + question.id
        value = answer if typed is None else typed.get(name, "")
        shape = _SHAPES.get(question.kind, "line")
        if value and shape in _TYPED and not _TYPED[shape].fullmatch(value):
            shape = "line"
        choices: list[tuple[str, Label]] = [("", "–"), *((said(one), said(one)) for one in question.options)]
        known = next((said(one) for one in question.options if value in (one.zh, one.en)), value)
        fields.append(Filled(name, said(question.label), shape, False, "", "", known, choices))
    return fields
