"""Billing months and the days on which orders rest, in the carrier's own time zone."""

import calendar
import re
from datetime import date, datetime, timedelta
from typing import NamedTuple


class NotAMonth(ValueError):
    """What was given names no month that a bill can exist for."""


class Month(NamedTuple):
    """A billing month; compares in time."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    def plus(self, months: int) -> "Month":
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


YEAR_FIRST, YEAR_LAST = 1990, 2100  # so that the month after, and a day's time in any zone, can still be told


def parse_month(written: str, today: date) -> Month:
    """yymm, yyyymm, yyyy-mm or mm (the latest such month not after today); raises NotAMonth."""
    digits = re.sub(r"[-/年月.]", "", written.strip())
    if not digits.isascii() or not digits.isdigit():
        raise NotAMonth("not a month")
    if len(digits) <= 2:
        number = int(digits)
        month = Month(today.year if number <= today.month else today.year - 1, number)
    elif len(digits) == 4:
        month = Month(2000 + int(digits[:2]), int(digits[2:]))
    elif len(digits) == 6:
        month = Month(int(digits[:4]), int(digits[4:]))
    else:
        raise NotAMonth("not a month")
    if not 1 <= month.month <= 12 or not YEAR_FIRST <= month.year <= YEAR_LAST:
        raise NotAMonth("not a month")
    return month


class Rest(NamedTuple):
    """A regime of rest at month end: orders rest on the last day from `from_hour` on, for days in [since, until)."""

    since: date
    until: date | None
    from_hour: int  # 0 rests the whole last day, 24 not at all

    def rests(self, local: datetime) -> bool:
        day = local.date()
        if day < self.since or (self.until is not None and day >= self.until):
            return False
        return (day + timedelta(days=1)).day == 1 and local.hour >= self.from_hour
