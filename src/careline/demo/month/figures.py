"""What a rehearsed month came to, by the statistics that every report uses; nothing here counts for itself."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from careline.circle import survey
from careline.circle.bounds import bounds, surely
from careline.circle.phases import Phase
from careline.circle.survey import Effect, Status
from careline.demo.month.reckoning import SOURCE
from careline.demo.month.running import Rehearsed
from careline.insight import asking
from careline.insight.asking import Filters, Period
from careline.insight.comparing import Difference
from careline.insight.folding import OWN
from careline.insight.rates import CHALLENGE, Rate, class_of, percent
from careline.insight.strata import Stratum, stratify

WISHES, HALL = Filters(sources=(SOURCE,)), Filters(sources=(OWN,))


@dataclass(frozen=True, slots=True)
class Month:
    """One of the two months, from one source."""

    rate: Rate
    causes: Mapping[str, int]
    lost: int  # visits that left no attempt behind, which no rate holds
    strata: Sequence[Stratum] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "strata", stratify(dict(self.causes)))

    @property
    def system(self) -> Sequence[Stratum]:
        return stratify({cause: failed for cause, failed in self.causes.items() if class_of(cause) == "system"})

    @property
    def system_share(self) -> Fraction | None:
        failed = sum(self.causes.values())
        return Fraction(sum(one.count for one in self.system), failed) if failed else None

    @property
    def with_lost(self) -> Rate:
        """As if everybody who went away with something else had failed."""
        return Rate(self.rate.failed + self.lost, self.rate.applications + self.lost)

    def as_json(self) -> dict[str, Any]:
        found = bounds(self.rate)
        crux = self.system[0] if self.system else None
        return {
            "failed": self.rate.failed, "applications": self.rate.applications, "rate": str(self.rate),
            "interval": [percent(found.lower), percent(found.upper)] if found else None,
            "causes": dict(self.causes), "system_share_of_failures": percent(self.system_share),
            "crux": crux.name if crux else None, "crux_share_of_system": percent(crux.share if crux else None),
            "unrecorded": self.lost, "rate_with_unrecorded": str(self.with_lost),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that is told of a rehearsal."""

    rehearsed: Rehearsed
    before: Month
    after: Month
    hall_before: Month  # by the hall's own definition: applications that were begun
    hall_after: Month
    status: Status  # of all wishes, before
    effect: Effect
    hall_difference: Difference
    made_at: datetime

    @property
    def difference(self) -> Difference:
        return self.effect.difference

    @property
    def phases(self) -> list[Phase]:
        return self.effect.phases

    @property
    def days_below(self) -> int:
        """Days after on which the rate lies below the three-sigma limit of the time before."""
        centre = float(self.before.rate.share or 0)
        spread = (centre * (1 - centre)) ** 0.5
        after = [rate for day, rate in self.effect.days if day >= self.effect.period.since and rate.applications]
        return sum(rate.failed / rate.applications < centre - 3 * spread / rate.applications**0.5 for rate in after)

    def as_json(self) -> dict[str, Any]:
        plan = self.rehearsed.plan
        return {
            "seed": plan.seed, "days": plan.days, "lines": plan.lines, "mended": sorted(plan.mended),
            "versions": list(self.rehearsed.versions), "lint_findings": list(self.rehearsed.findings),
            "moments": self.rehearsed.moments, "visits": self.rehearsed.visits, "outages": list(self.rehearsed.outages),
            "seconds_listened": list(self.rehearsed.listened),
            "wishes": {"before": self.before.as_json(), "after": self.after.as_json(), **_told(self.difference)},
            "hall": {"before": self.hall_before.as_json(), "after": self.hall_after.as_json(), **_told(self.hall_difference)},
            "directive_met": self.after.rate.directive_met, "challenge_met": self.after.rate.challenge_met,
            "challenge_met_surely": surely(self.after.rate, CHALLENGE),
            "phases": [{"since": one.since.isoformat(), "until": one.until.isoformat(), "rate": str(one.rate),
                        "sigma_z": one.chart.sigma_z, "stable": one.chart.stable} for one in self.phases],
            "days_below_old_limit": self.days_below,
            "assumed": {name: value for name, value, _, _ in plan.assumed.told()}, "simulated": True,
        }  # fmt: skip


def collect(rehearsed: Rehearsed, now: datetime) -> Result:
    """Read it from the rollups."""
    plan, lost = rehearsed.plan, rehearsed.unrecorded
    status = survey.gather(plan.before, WISHES, now)
    hall = survey.gather(plan.before, HALL, now)
    return Result(
        rehearsed=rehearsed,
        before=_month(plan.before, WISHES, lost[0]),
        after=_month(plan.after, WISHES, lost[1]),
        hall_before=_month(plan.before, HALL, 0),
        hall_after=_month(plan.after, HALL, 0),
        status=status,
        effect=survey.effect(status, plan.after, WISHES, (), now),
        hall_difference=survey.effect(hall, plan.after, HALL, (), now).difference,
        made_at=now,
    )


def _month(period: Period, filters: Filters, lost: int) -> Month:
    return Month(asking.total(period, filters).rate, asking.failures(period, filters), lost)


def _told(difference: Difference) -> dict[str, Any]:
    told = asdict(difference)
    return {
        "test": told["test"],
        "z": told["z"],
        "p": told["p"],
        "better": difference.better,
        "significant": difference.significant,
    }
