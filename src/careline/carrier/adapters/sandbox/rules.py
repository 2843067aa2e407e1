"""The sandbox carrier's own rules: figures that a real carrier would set, and its calendar."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

Facts = dict[str, Any]  # what an answer holds

AMOUNT_MAX = 1_000_000_00  # fen in one request: a million yuan; more is a slip of the finger


@dataclass(frozen=True, slots=True)
class Rules:
    points_per_yuan: int = 100
    retention_days: int = 90  # a suspended number is kept so long, the last day included
    password_tries: int = 5
    password_lock_hours: int = 24
    validity_days: int = 90  # from activation and from each top-up; only for lines that have a validity at all
    history: int = 24  # entries in an answer about payments


class Refused(Exception):
    """A rule says no; raised before anything was changed."""

    def __init__(self, cause: str, **facts: object) -> None:
        super().__init__(cause)
        self.cause = cause
        self.facts = facts


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


@dataclass(frozen=True, slots=True)
class Day:
    """The moment of a deed, in the carrier's own calendar."""

    now: datetime
    today: date
    month: int  # yyyymm

    @classmethod
    def of(cls, now: datetime) -> "Day":
        today = now.astimezone(zone()).date()
        return cls(now, today, month_of(today))

    @property
    def next_month(self) -> date:
        return (self.today.replace(day=1) + timedelta(days=32)).replace(day=1)

    @property
    def next_month_begins(self) -> datetime:
        return midnight(self.next_month)


def month_of(day: date) -> int:
    return day.year * 100 + day.month


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), zone())


def local_date(moment: datetime | None) -> date | None:
    return moment.astimezone(zone()).date() if moment else None
