"""Everything that a story is told from, in no language: what was counted, looked at and decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from careline.circle import golden, ground, judging, survey, tree
from careline.circle.causes import EndCause
from careline.circle.decisions import Decisions
from careline.circle.judging import Ground, Verdict
from careline.circle.survey import Effect, Status
from careline.circle.target import Target, from_counts
from careline.hall import retelling
from careline.insight.asking import Filters, Period


@dataclass(frozen=True)
class Facts:
    decided: Decisions
    status: Status
    ground: Ground
    target: Target | None  # None where nothing failed
    effect: Effect | None  # None until a time after is named
    golden: bool
    made_at: datetime

    @cached_property
    def causes(self) -> Sequence[EndCause]:
        """The end causes that this circle follows."""
        return tree.grow(self.decided.grown)

    @cached_property
    def verdicts(self) -> list[tuple[EndCause, Verdict]]:
        """By the records; what they cannot say, a person may have attested."""
        return [(one, self._judged(one)) for one in self.causes]

    def _judged(self, one: EndCause) -> Verdict:
        found = one.judge(self.ground)
        if found.met is None and one.id in self.ground.attested:
            return judging.attested(one.id)(self.ground)
        return found

    @property
    def confirmed(self) -> list[EndCause]:
        """The causes: their criterion is not met."""
        return [one for one, verdict in self.verdicts if verdict.cause]


def collect(period: Period, filters: Filters, decided: Decisions, now: datetime) -> Facts:
    """Facts of a time, from our records; of the golden source, its own ground."""
    status = survey.gather(period, filters, now)
    is_golden = tuple(filters.sources) == (golden.SOURCE,)
    found = (
        golden.ground(status.told, decided) if is_golden else ground.look(period, filters, decided, status.told, now)
    )
    crux = status.crux.count if status.crux else 0
    aim = from_counts(
        sum(status.causes.values()), status.classes["system"], crux, status.total.applications, decided.solved
    )
    effect = survey.effect(status, decided.after, filters, decided.done_on, now) if decided.after else None
    return Facts(decided, status, found, aim, effect, is_golden, now)


class Said:
    """A language to tell facts in: say("中文", "English")."""

    def __init__(self, language: str) -> None:
        self.language = "en" if language == "en" else "zh"

    def __call__(self, zh: str, en: str) -> str:
        return en if self.language == "en" else zh

    def cause(self, name: str) -> str:
        return retelling.cause_of(name, self.language)

    def met(self, met: bool | None) -> str:
        return (
            self("不能判断", "cannot be judged")
            if met is None
            else self("符合", "met")
            if met
            else self("不符合", "not met")
        )
