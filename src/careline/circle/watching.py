"""After the end: each month is looked at once it is over, and an alarm is raised where the rate does not stay."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db import transaction

from careline.circle import rows
from careline.circle.models import Circle, Watched
from careline.insight import asking, clock
from careline.insight.asking import Period
from careline.insight.comparing import compare
from careline.insight.rates import Rate
from careline.journal.writing import write

MONTHS_MAX = 36  # then it is nobody's watch any more
CIRCLES_MAX = 50  # of one sweep

log = logging.getLogger(__name__)


def watch(now: datetime) -> int:
    """Looks at every month that is over since the end of a signed circle, each once; returns how many were new."""
    last = now.astimezone(clock.zone()).date().replace(day=1) - timedelta(days=1)
    signed = Circle.objects.filter(signed_at__isnull=False, example=False, after_until__isnull=False)
    return sum(_look(one, last, now) for one in signed.order_by("-signed_at")[:CIRCLES_MAX])


def months(first: date, last: date) -> list[date]:
    """First days of the whole months from the one after `first` to that of `last`."""
    found: list[date] = []
    at = _next(first.replace(day=1))
    while at <= last and len(found) < MONTHS_MAX:
        found.append(at)
        at = _next(at)
    return found


def held(after: Rate, month: Rate, goal: Fraction) -> tuple[bool | None, float | None]:
    """Whether the rate stays: at most the goal, and not higher than after the countermeasures by more than chance; and p."""
    if month.share is None:
        return None, None
    difference = compare(after, month)
    risen = difference.significant and difference.better is False
    return month.share <= goal and not risen, difference.p


def _look(circle: Circle, last: date, now: datetime) -> int:
    assert circle.after_until
    known = set(circle.months.values_list("month", flat=True))
    due = [one for one in months(circle.after_until, last) if one not in known]
    if not due:
        return 0
    after, by_month = _rates(circle, due, last)
    goal = Fraction(circle.goal) / 100
    with transaction.atomic():
        for month in due:
            rate = by_month.get(f"{month:%Y-%m}", Rate(0, 0))
            stays, p = held(after, rate, goal)
            row, new = Watched.objects.get_or_create(
                circle=circle, month=month,
                defaults={"failed": rate.failed, "applications": rate.applications, "held": stays, "p": p, "looked_at": now},
            )  # fmt: skip
            if new and row.held is False:
                detail = {
                    "month": f"{month:%Y-%m}",
                    "rate": str(rate),
                    "failed": rate.failed,
                    "applications": rate.applications,
                }
                write(who="circle-watch", did="alarm", what="circle", record=str(circle.pk), now=now, detail=detail)
                log.error("circle %s: the failure rate of %s did not stay: %s", circle.pk, f"{month:%Y-%m}", rate)
    return len(due)


def _rates(circle: Circle, due: Sequence[date], last: date) -> tuple[Rate, dict[str, Rate]]:
    """The rate after the countermeasures, and of each month."""
    asked = rows.filters(circle)
    assert circle.after
    total = asking.total(circle.after, asked)
    counted = asking.count(("month",), Period(due[0], last), asked)
    return total.rate, {str(one.key[0]): one.rate for one in counted}


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
