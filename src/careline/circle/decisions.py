"""What people decided and saw themselves: team, topics with scores, what they attest, countermeasures, what they keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from careline.insight.asking import Period
from careline.values.language import Text

CRITERIA = ("importance", "urgency", "perception")
SCORE_MAX = 5
WORDS_MAX = 1_000
NONE = Text("", "")
CHALLENGE = Decimal("0.86")  # percent; the challenge of the standard


class NotACircle(ValueError):
    """The file does not say what a circle decided; the message names the place."""


@dataclass(frozen=True, slots=True)
class Topic:
    id: str
    name: Text
    cards: tuple[Text, ...]  # problems that were brought forward
    scores: Mapping[str, int]  # criterion -> points; a missing one counts as not scored
    votes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # member -> criterion -> 1 to 5

    @property
    def total(self) -> int | None:
        return sum(self.scores[one] for one in CRITERIA) if set(CRITERIA) <= set(self.scores) else None


def counted(topics: Sequence[Topic]) -> list[Topic]:
    """Topics with the sums of their votes for scores. Only who scored every topic by every criterion is counted.

    Where nobody did, the scores stay what all agreed on together.
    """
    voters = full_voters(topics)
    if not voters:
        return list(topics)
    return [
        replace(one, scores={name: sum(one.votes[who][name] for who in voters) for name in CRITERIA}) for one in topics
    ]


def full_voters(topics: Sequence[Topic]) -> list[str]:
    named = dict.fromkeys(who for one in topics for who in one.votes)
    return [who for who in named if all(set(CRITERIA) <= set(one.votes.get(who, {})) for one in topics)]


@dataclass(frozen=True, slots=True)
class Attested:
    """What somebody saw themselves, where no record can say it; `proof` is an address or the name of a file."""

    met: bool
    words: Text
    by: str
    on: date
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who looks at an end cause, and by when."""

    who: str
    due: date | None


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
class Grown:
    """An edit of the cause tree: an end cause of its own (`own-1`), or one of the eleven in other words; `dropped` says why."""

    key: str
    branch: Text = NONE
    name: Text = NONE
    content: Text = NONE
    method: Text = NONE
    criterion: Text = NONE
    dropped: Text = NONE


@dataclass(frozen=True, slots=True)
class Action:
    """A countermeasure: why (the cause), what, how, where, who, when; and the version of the catalogue that carries it."""

    cause: str
    what: Text
    goal: Text
    how: Text
    where: Text
    who: str
    until: str
    version: int = 0
    done: str = ""  # the day; empty while it is not
    state: str = "planned"  # planned, going, done, dropped
    budget_fen: int = 0
    improvement: int = 0  # number of an improvement that cases brought forth


@dataclass(frozen=True, slots=True)
class Kept:
    """What became a rule, where it stands, and an address of it."""

    words: Text
    where: Text = NONE
    link: str = ""


@dataclass(frozen=True, slots=True)
class Decisions:
    name: Text
    team: Sequence[tuple[str, Text]] = ()  # name, role
    profile: Text = NONE
    terms: Sequence[Text] = ()
    problems: Sequence[Text] = ()
    topics: Sequence[Topic] = ()
    concluded: Mapping[str, Sequence[Text]] = field(
        default_factory=dict
    )  # "survey-1" to "survey-6", "analysis" -> what
    solved: Decimal = Decimal("0.9")
    goal: Decimal = CHALLENGE  # percent
    goal_on: date | None = None
    capacity: int = 0  # calls a day; 0 where nobody said
    grown: Sequence[Grown] = ()
    plans: Mapping[str, Plan] = field(default_factory=dict)
    attested: Mapping[str, Attested] = field(default_factory=dict)
    machines: Sequence[Machine] = ()
    rounds: Sequence[Round] = ()
    actions: Sequence[Action] = ()
    after: Period | None = None
    kept: Sequence[Kept] = ()  # consolidation
    lessons: Sequence[Text] = ()
    next: Sequence[Text] = ()

    @property
    def chosen(self) -> Topic | None:
        """The topic of the highest total; of equals, that of higher importance, then urgency, then perception, then the first."""
        scored = [one for one in self.topics if one.total is not None]
        return max(scored, key=lambda one: (one.total or 0, *(one.scores[name] for name in CRITERIA)), default=None)

    @property
    def done_on(self) -> list[date]:
        """The days on which countermeasures were done, in order, each once."""
        return sorted({date.fromisoformat(one.done) for one in self.actions if one.state == "done" and one.done})
