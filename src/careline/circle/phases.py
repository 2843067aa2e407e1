"""A control chart in phases: from the day of a countermeasure on, centre and limits are reckoned anew.

So a step is told from a drift: within a phase the process should be quiet, and the centres say what each step brought.
The limits are Laney's p' in each phase; the tests are those of insight.control, within each phase.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from careline.insight import control
from careline.insight.control import Control
from careline.insight.rates import Rate

DAYS_MIN = 7  # a shorter phase has no limits worth the name; it goes with the one before


@dataclass(frozen=True, slots=True)
class Phase:
    since: date
    until: date
    rate: Rate
    chart: Control
    days: Sequence[tuple[date, Rate]]


def phases(days: Sequence[tuple[date, Rate]], cuts: Sequence[date]) -> list[Phase]:
    """`days` in order; a phase begins on each cut that leaves at least a week with applications on either side."""
    counted = [one for one in days if one[1].applications]
    if not counted:
        return []
    dates = [day for day, _ in counted]
    begins = [0]
    for cut in sorted(set(cuts)):
        at = bisect_right(dates, cut) - (cut in dates)
        if at - begins[-1] >= DAYS_MIN and len(dates) - at >= DAYS_MIN:
            begins.append(at)
    return [_phase(counted[begin:end]) for begin, end in zip(begins, [*begins[1:], len(counted)], strict=True)]


def _phase(days: Sequence[tuple[date, Rate]]) -> Phase:
    rate = Rate(sum(one.failed for _, one in days), sum(one.applications for _, one in days))
    chart = control.laney_chart([(one.failed, one.applications) for _, one in days])
    return Phase(days[0][0], days[-1][0], rate, chart, days)
