"""A question to the rollups: which days, whose records, and through which filters."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, LiteralString
from zoneinfo import ZoneInfo

from careline.insight.recorded import OWN

BY = (
    "month",
    "day",
    "hour",
    "weekday",
    "channel",
    "service",
    "region",
    "brand",
    "version",
    "verb",
    "outcome",
    "cause",
    "source",
)


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both included."""

    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    def before(self) -> "Period":
        """As many days, ending the day before."""
        return Period(self.since - timedelta(days=self.days), self.since - timedelta(days=1))

    def over(self, today: date) -> "Period | None":
        """Its days that are over; None where there is none."""
        until = min(self.until, today - timedelta(days=1))
        return Period(self.since, until) if until >= self.since else None

    def all_days(self) -> list[date]:
        return [self.since + timedelta(days=at) for at in range(self.days)]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked about; an empty one asks about all. `hours` are those of the local clock."""

    sources: tuple[str, ...] = (OWN,)
    channels: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    versions: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()

    def only(self, **changes: Any) -> "Filters":
        return replace(self, **changes)


OURS = Filters()

# The condition for busy or idle hours, of rows with a time in the column `hour`; its values are those of `hourly`.
HOURLY: LiteralString = "(%s OR extract(hour FROM hour AT TIME ZONE %s)::int = ANY(%s::int[]))"


def hourly(filters: Filters, where: ZoneInfo) -> list[Any]:
    return [not filters.hours, str(where), list(filters.hours)]
