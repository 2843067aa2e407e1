"""A story as it is printed: sections with exhibits; one model for pages, paper and programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from careline.insight.rates import told

Form = Literal["count", "percent"]


@dataclass(frozen=True, slots=True)
class Figure:
    """What is drawn: `series` are as long as `labels`; a control chart has limits, and tests that points failed."""

    kind: Literal["line", "pareto", "bars", "control", "phases", "tree", "affinity"]
    labels: Sequence[str]
    series: Mapping[str, Sequence[float | None]]
    form: Form = "count"
    goals: Mapping[str, float] = field(default_factory=dict)
    centre: float = 0.0
    lower: Sequence[float] = ()
    upper: Sequence[float] = ()
    signals: Mapping[int, str] = field(default_factory=dict)
    running: Mapping[str, int] = field(default_factory=dict)  # of a line: which place of which series is not over
    centres: Sequence[float] = ()  # of phases: one for each label
    root: str = ""  # of a tree: what it explains
    groups: Sequence[
        tuple[str, Sequence[tuple[str, str]]]
    ] = ()  # branches or topics with leaves or cards, and what marks each


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A numbered table or figure (`number` "2-1"; empty for evidence beside them), as words."""

    kind: Literal["table", "figure", "evidence"]
    number: str
    caption: str
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    figure: Figure | None = None
    note: str = ""

    @property
    def key(self) -> str:
        """An id for pages: table-2-1."""
        return f"{self.kind}-{self.number}" if self.number else ""

    def named(self, language: str) -> str:
        """Its number as a reader of the language writes it."""
        if not self.number:
            return "证据" if language == "zh" else "Evidence"
        names = {"table": ("表", "Table "), "figure": ("图", "Figure ")}[self.kind]
        return f"{names[language != 'zh']}{self.number}"


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    words: Sequence[str]
    exhibits: Sequence[Exhibit] = ()


def in_words(sections: Sequence[Section], language: str) -> list[Section]:
    """The sections as they are read: in Chinese without "n/a"."""

    def read(one: str) -> str:
        return told(one, language)

    def exhibit(one: Exhibit) -> Exhibit:
        return replace(one, rows=[[read(cell) for cell in row] for row in one.rows], note=read(one.note))

    return [
        replace(one, words=[read(said) for said in one.words], exhibits=[exhibit(each) for each in one.exhibits])
        for one in sections
    ]


@dataclass(frozen=True, slots=True)
class Story:
    language: str  # zh or en
    title: str
    below: str  # period, sources, when it was made
    warning: str  # what of it is invented; empty where nothing is
    sections: Sequence[Section]
    figures: Mapping[str, Any]  # the same in every language: counts and rates, for programs
    made_at: str

    @property
    def exhibits(self) -> list[Exhibit]:
        return [one for section in self.sections for one in section.exhibits]

    @classmethod
    def from_json(cls, written: str | bytes) -> "Story":
        """A story that was kept, to be shown again as it was."""
        raw = json.loads(written)
        return cls(**raw | {"sections": [_section(one) for one in raw["sections"]]})

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _section(raw: Mapping[str, Any]) -> Section:
    return Section(raw["key"], raw["title"], raw["words"], [_exhibit(one) for one in raw["exhibits"]])


def _exhibit(raw: Mapping[str, Any]) -> Exhibit:
    figure = raw["figure"]
    if figure:  # JSON has words for keys
        figure = Figure(**figure | {"signals": {int(at): said for at, said in figure["signals"].items()}})
    return Exhibit(**{**raw, "figure": figure})
