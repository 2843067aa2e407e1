"""What was used this month of what there is: each quota, honestly, also where nobody gave a total."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from careline.dialogue.saying import both, say_quantity
from careline.values.language import Text

NEAR = 0.8  # of an allowance used: from here on it is said before it is too late
# Which of the quotas stand for calls, data and texts on the first page, by unit, the plan's own first.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "minutes": ("分钟", "minutes"),
    "data": ("MB", "M", "mb", "GB"),
    "sms": ("条", "sms"),
}
_PLAN = ("left_minutes", "left_data_plan", "left_sms_plan")


@dataclass(frozen=True, slots=True)
class Quota:
    """One quota of this month. Without a total nothing is said of what is left: it is counted, not allotted."""

    id: str
    name: Text
    unit: str
    used: int
    total: int | None

    @property
    def kind(self) -> str:
        """minutes, data, sms, or other."""
        return next((kind for kind, units in _KINDS.items() if self.unit in units), "other")

    @property
    def left(self) -> int | None:
        return None if self.total is None else max(0, self.total - self.used)

    @property
    def share(self) -> float | None:
        """Used of the total; more than 1 when more was used than there was."""
        if self.total is None:
            return None
        return self.used / self.total if self.total else 1.0

    @property
    def over(self) -> bool:
        return self.total is not None and self.used >= self.total

    @property
    def near(self) -> bool:
        return not self.over and (self.share or 0) >= NEAR

    def said(self, amount: int) -> Text:
        return both(say_quantity, amount, self.unit)


def quotas(facts: Mapping[str, Any]) -> list[Quota]:
    """The quotas of a reading of kind `usage`, those with an allowance first."""
    found = [Quota(one[0], Text(one[1], one[2]), one[3], one[4], one[5]) for one in facts.get("quotas") or ()]
    return sorted(found, key=lambda one: one.total is None)


def rings(found: Sequence[Quota]) -> list[Quota]:
    """The first page's: one of calls, one of data, one of texts; the plan's own where there is one, else the largest."""
    chosen = []
    for kind in _KINDS:
        allotted = [one for one in found if one.kind == kind and one.total is not None]
        if allotted:
            chosen.append(max(allotted, key=lambda one: (one.id in _PLAN, one.total or 0)))
    return chosen
