"""What the upkeep room knows of a time, as the checks of end causes ask it: rules, people, machines, rounds, the diary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from careline.circle.decisions import Machine, Round
from careline.circle.judging import Assessed
from careline.upkeep import diary, machines, policy, quiz, rounds
from careline.upkeep.duties import duties
from careline.upkeep.models import Round as Made
from careline.values.language import Text

_FOUND = {
    "nothing": Text("正常", "in order"),
    "crash": Text("宕机", "a breakdown"),
    "data_loss": Text("数据丢失", "data were lost"),
    "other": Text("其他问题", "something else"),
}


@dataclass(frozen=True, slots=True)
class Upkept:
    rules: Assessed | None
    dedicated: int | None  # None: nobody is named, as what ever
    machines: Sequence[Machine]
    rounds: Sequence[Round]
    entries: Mapping[date, int]  # of each day that was due
    by: Mapping[date, str]
    steps: int
    knows: bool | None


def look(since: date, until: date) -> Upkept:
    """As it stood on the last of these days; some fifteen statements, however many days."""
    standing, roster = policy.standing(until), policy.roster(until)
    rules = standing.rules
    days = _days(since, until)
    return Upkept(
        rules=Assessed(rules.title, standing.used, standing.adequate, standing.lacking) if rules else None,
        dedicated=roster.dedicated if roster.people else None,
        machines=[Machine(Text(one.name, one.name), one.bought_on) for one in machines.in_use(until)],
        rounds=[_round(one) for one in rounds.between(since, until)],
        entries={one.day: len(one.proofs) if one.maintained else 0 for one in days},
        by={one.day: ", ".join(one.by) for one in days},
        steps=len(duties().steps),
        knows=quiz.verdict(quiz.standing(until)),
    )


def _days(since: date, until: date) -> list[diary.Day]:
    return [one for one in diary.days(since, until).values() if one.due] if until >= since else []


def _round(one: Made) -> Round:
    told = _FOUND.get(one.found, _FOUND["other"])
    words = Text(one.words, one.words) if one.words else told
    return Round(one.day, one.by, words, one.found in rounds.GRAVE)
