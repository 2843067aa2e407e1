"""What people decided and saw themselves: team, topics with scores, what they attest, countermeasures; a TOML file."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path
from typing import Any

from careline.insight.asking import Period
from careline.values.language import Text

CRITERIA = ("importance", "urgency", "perception")
SCORE_MAX = 5
WORDS_MAX = 2_000


class NotACircle(ValueError):
    """The file does not say what a circle decided; the message names the place."""


@dataclass(frozen=True, slots=True)
class Topic:
    id: str
    name: Text
    cards: tuple[Text, ...]  # problems that were brought forward
    scores: Mapping[str, int]  # criterion -> 1 to 5; a missing one counts as not scored

    @property
    def total(self) -> int | None:
        return sum(self.scores[one] for one in CRITERIA) if set(CRITERIA) <= set(self.scores) else None


@dataclass(frozen=True, slots=True)
class Attested:
    """What somebody saw themselves, where no record can say it."""

    met: bool
    words: Text
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Machine:
    name: Text
    bought: date


@dataclass(frozen=True, slots=True)
class Round:
    """A round of inspection; `crashed`: a breakdown or lost data was found."""

    on: date
    by: str
    found: Text
    crashed: bool


@dataclass(frozen=True, slots=True)
class Action:
    """A countermeasure: why (the cause), what, how, where, who, when; and the draft of the catalogue that carries it."""

    cause: str
    what: Text
    goal: Text
    how: Text
    where: Text
    who: str
    until: str
    version: int = 0
    done: str = ""  # the day; empty while it is not


@dataclass(frozen=True, slots=True)
class Decisions:
    name: Text
    team: Sequence[tuple[str, Text]] = ()  # name, role
    profile: Text = Text("", "")
    problems: Sequence[Text] = ()
    topics: Sequence[Topic] = ()
    solved: Decimal = Decimal("0.9")
    capacity: int = 0  # calls a day; 0 where nobody said
    attested: Mapping[str, Attested] = field(default_factory=dict)
    machines: Sequence[Machine] = ()
    rounds: Sequence[Round] = ()
    actions: Sequence[Action] = ()
    after: Period | None = None
    kept: Sequence[Text] = ()  # consolidation: what became a rule
    next: Sequence[Text] = ()

    @property
    def chosen(self) -> Topic | None:
        """The topic of the highest total; of equals, that of higher importance, then urgency, then perception, then the first."""
        scored = [one for one in self.topics if one.total is not None]
        return max(scored, key=lambda one: (one.total or 0, *(one.scores[name] for name in CRITERIA)), default=None)


def template() -> Decisions:
    """A circle that has decided nothing yet: its topics without scores."""
    return read_text((files("careline.circle") / "template.toml").read_text(encoding="utf-8"))


def read(path: Path) -> Decisions:
    """Raises NotACircle, or OSError where the file cannot be read."""
    try:
        return read_text(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise NotACircle("the file is not UTF-8") from error


def read_text(written: str) -> Decisions:
    try:
        return _decisions(tomllib.loads(written))
    except tomllib.TOMLDecodeError as error:
        raise NotACircle(str(error)) from error
    except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
        if isinstance(error, NotACircle):
            raise
        raise NotACircle(f"{type(error).__name__}: {error}") from error


def _decisions(raw: Mapping[str, Any]) -> Decisions:
    solved = Decimal(str(raw.get("solved", "0.9")))
    if not 0 <= solved <= 1:
        raise NotACircle("solved is a share from 0 to 1")
    after = raw.get("after")
    return Decisions(
        name=text(raw["name"]),
        team=[(str(one["name"])[:100], text(one["role"])) for one in raw.get("team", [])],
        profile=text(raw.get("profile", "")),
        problems=[text(one) for one in raw.get("problems", [])],
        topics=[_topic(one) for one in raw.get("topics", [])],
        solved=solved,
        capacity=int(raw.get("capacity", 0)),
        attested={name: Attested(_yes(one["met"]), text(one["words"]), str(one["by"]), _day(one["on"]))
                  for name, one in raw.get("attested", {}).items()},
        machines=[Machine(text(one["name"]), _day(one["bought"])) for one in raw.get("machines", [])],
        rounds=[Round(_day(one["on"]), str(one["by"]), text(one["found"]), _yes(one["crashed"])) for one in raw.get("rounds", [])],
        actions=[_action(one) for one in raw.get("actions", [])],
        after=Period(_day(after["from"]), _day(after["to"])) if after else None,
        kept=[text(one) for one in raw.get("kept", [])],
        next=[text(one) for one in raw.get("next", [])],
    )  # fmt: skip


def _topic(one: Mapping[str, Any]) -> Topic:
    scores = {name: int(score) for name, score in one.get("scores", {}).items()}
    if set(scores) - set(CRITERIA) or any(not 1 <= score <= SCORE_MAX for score in scores.values()):
        raise NotACircle(f"topic {one['id']}: scores are 1 to {SCORE_MAX} for {', '.join(CRITERIA)}")
    return Topic(str(one["id"]), text(one["name"]), tuple(text(card) for card in one.get("cards", [])), scores)


def _action(one: Mapping[str, Any]) -> Action:
    told = [text(one.get(name, "")) for name in ("what", "goal", "how", "where")]
    return Action(str(one["cause"]), told[0], told[1], told[2], told[3], str(one.get("who", "")), str(one.get("until", "")),
                  int(one.get("version", 0)), str(one.get("done", "")))  # fmt: skip


def text(raw: Any) -> Text:
    """One text for both languages, or {zh, en}."""
    zh, en = (raw["zh"], raw["en"]) if isinstance(raw, Mapping) else (raw, raw)
    if not isinstance(zh, str) or not isinstance(en, str) or max(len(zh), len(en)) > WORDS_MAX:
        raise NotACircle("a text is expected")
    return Text(zh, en)


def _yes(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise NotACircle("true or false is expected")
    return raw


def _day(raw: Any) -> date:
    if type(raw) is not date:
        raise NotACircle("a day such as 2008-03-01 is expected")
    return raw
