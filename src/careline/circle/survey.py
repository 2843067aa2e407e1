"""The status survey: what records say of a time, in six steps; a fixed number of questions to the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from careline.circle.phases import Phase, phases
from careline.insight import asking, callers, clock, control
from careline.insight.asking import Filters, Period
from careline.insight.busy import busy_hours
from careline.insight.callers import Often, Survey
from careline.insight.comparing import Difference, compare
from careline.insight.rates import DIRECTIVE, Rate, class_of
from careline.insight.strata import Stratum, stratify

SHOWN_CALLERS = 10  # the list itself is of 300


@dataclass(frozen=True, slots=True)
class Status:
    """Steps 1 to 6. `causes` are failures by cause; shares are always told with what they are shares of."""

    period: Period
    sources: Sequence[str]
    total: Rate
    months: Sequence[tuple[str, Rate]]
    days: Sequence[tuple[date, Rate]]
    hours: Mapping[str, Sequence[Rate]]  # month -> 24 rates
    causes: Mapping[str, int]
    most: Sequence[Often]
    bands: Sequence[tuple[str, int]]
    month: date  # whose callers these are
    told: Survey
    running: date | None = None  # the day that is not over, if it is one of these

    @property
    def whole_days(self) -> list[tuple[date, Rate]]:
        """The days that are over: the others are told, and not judged."""
        return [one for one in self.days if self.running is None or one[0] < self.running]

    @property
    def below(self) -> int:
        """Days below 1 %."""
        return sum(rate.share is not None and rate.share < DIRECTIVE for _, rate in self.whole_days)

    @property
    def chart(self) -> control.Control:
        return control.laney_chart([(rate.failed, rate.applications) for _, rate in self.whole_days])

    @property
    def hour_chart(self) -> control.Control:
        summed = [_summed([rates[at] for rates in self.hours.values()]) for at in range(24)]
        return control.laney_chart([(one.failed, one.applications) for one in summed])

    @property
    def busy(self) -> Difference:
        """Idle hours against busy ones."""
        busy = busy_hours()
        parts: dict[bool, list[Rate]] = {True: [], False: []}
        for rates in self.hours.values():
            for at, rate in enumerate(rates):
                parts[at in busy].append(rate)
        return compare(_summed(parts[False]), _summed(parts[True]))

    @property
    def classes(self) -> dict[str, int]:
        found = {"system": 0, "operation": 0}
        for cause, failed in self.causes.items():
            kind = str(class_of(cause) or "operation")
            found[kind] = found.get(kind, 0) + failed
        return found

    @property
    def system(self) -> list[Stratum]:
        return stratify({cause: failed for cause, failed in self.causes.items() if class_of(cause) == "system"})

    @property
    def callbacks(self) -> list[Stratum]:
        return stratify(self.told.causes)

    @property
    def crux(self) -> Stratum | None:
        return self.system[0] if self.system else None

    @property
    def system_share(self) -> Fraction | None:
        failed = sum(self.causes.values())
        return Fraction(self.classes["system"], failed) if failed else None

    @property
    def agrees(self) -> bool | None:
        return callers.agree(dict(self.causes), self.told)


def gather(period: Period, filters: Filters, now: datetime, *, channel: str = "voice") -> Status:
    """Seven statements. Callers and callbacks are those of the last month and of the first source."""
    today = clock.running(now).day
    source, month = filters.sources[0], period.until.replace(day=1)
    days = {row.key[0]: row.rate for row in asking.count(("day",), period, filters)}
    months: dict[str, list[Rate]] = {}
    hours: dict[str, list[Rate]] = {}
    for row in asking.count(("month", "hour"), period, filters):
        months.setdefault(row.key[0], []).append(row.rate)
        hours.setdefault(row.key[0], [Rate(0, 0)] * 24)[row.key[1]] = row.rate
    summed = [(name, _summed(rates)) for name, rates in sorted(months.items())]
    return Status(
        period=period, sources=filters.sources, total=_summed([rate for _, rate in summed]), months=summed,
        days=[(day, days.get(day, Rate(0, 0))) for day in period.all_days()], hours=dict(sorted(hours.items())),
        causes=asking.failures(period, filters), most=callers.most(month, SHOWN_CALLERS, channel=channel, source=source),
        bands=callers.bands(month, channel=channel, source=source), month=month,
        told=callers.survey(month, channel=channel, source=source),
        running=today if period.since <= today <= period.until else None,
    )  # fmt: skip


def _summed(rates: Sequence[Rate]) -> Rate:
    return Rate(sum(one.failed for one in rates), sum(one.applications for one in rates))


@dataclass(frozen=True, slots=True)
class Effect:
    """Before and after the countermeasures, by day, with the test that says whether it is chance.

    `days` are all days that are over, from the first of the survey to the last after; `cuts` begin phases: the days on which
    countermeasures were done, and the first day after.
    """

    period: Period
    days: Sequence[tuple[date, Rate]]
    difference: Difference
    cuts: Sequence[date]

    @property
    def after(self) -> Rate:
        return self.difference.after

    @property
    def phases(self) -> list[Phase]:
        return phases(self.days, self.cuts)


def effect(status: Status, period: Period, filters: Filters, done_on: Sequence[date], now: datetime) -> Effect:
    """One statement."""
    whole = Period(min(status.period.since, period.since), max(status.period.until, period.until))
    found = {row.key[0]: row.rate for row in asking.count(("day",), whole, filters)}
    today = clock.running(now).day
    days = [(day, found.get(day, Rate(0, 0))) for day in whole.all_days() if day < today]
    after = _summed([rate for day, rate in found.items() if period.since <= day <= period.until])
    cuts = sorted({*(day for day in done_on if whole.since < day <= whole.until), period.since})
    return Effect(period, days, compare(status.total, after), cuts)
