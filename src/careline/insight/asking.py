"""Asking the rollups: how many attempts, applications and failures, by whatever they are asked by, through filters that compose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from careline.insight import clock, stating
from careline.insight.question import BY, OURS, Filters, Period
from careline.insight.rates import Rate
from careline.postgres import sql

__all__ = ["BY", "OURS", "Counted", "Filters", "Period", "begins", "count", "failures", "total"]


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted under one key."""

    key: tuple[Any, ...]
    attempts: int  # of everything, queries included
    applications: int
    failed: int  # of these
    queries: int = 0

    @property
    def rate(self) -> Rate:
        return Rate(self.failed, self.applications)


def count(by: Sequence[str], period: Period, filters: Filters = OURS) -> list[Counted]:
    """One row for each key that occurs, in the order of the keys; one statement. Raises KeyError for an unknown `by`.

    What asks for nothing of ours (`non_business`) is left out of everything.
    """
    if unknown := set(by) - set(BY):
        raise KeyError(*unknown)
    statement, values = stating.statement(by, period, filters)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall()
    wide = len(by)
    return [
        Counted(row[:wide], attempts or 0, applications or 0, failed or 0, queries or 0)
        for row in found
        for attempts, applications, failed, queries in (row[wide:],)
    ]


def total(period: Period, filters: Filters = OURS) -> Counted:
    """Everything of the period in one row, of noughts where there is nothing."""
    rows = count((), period, filters)
    return rows[0] if rows else Counted((), 0, 0, 0)


def begins(filters: Filters = OURS) -> date | None:
    """The local day of the first record of these sources; one statement."""
    # Which is the first hour of which anything is known? The first row of the primary key that fits; pretend customers left noughts.
    rows = sql.run(
        "SELECT hour FROM insight_hour WHERE source = ANY(%s::text[]) AND attempts > 0 ORDER BY hour LIMIT 1",
        [list(filters.sources)],
    )
    return rows[0][0].astimezone(clock.zone()).date() if rows else None


def failures(period: Period, filters: Filters = OURS) -> Mapping[str, int]:
    """How many applications failed, by cause; one statement."""
    return {str(one.key[0]): one.failed for one in count(("cause",), period, filters) if one.failed}
