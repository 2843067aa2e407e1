"""The clock from business notice to published voice text, month by month: 100 % within the hours allowed (IVR-14)."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from careline.insight import clock
from careline.prompts import notices
from careline.prompts.models import Notice
from careline.prompts.notices import Rate, Stage, Standing
from careline.upkeep.duties import duties
from careline.values.period import Month
from careline.values.spreadsheet import harmless

COLUMNS = ("notice", "title", "arrived", "text", "recorded", "published", "hours", "verdict")


@dataclass(frozen=True, slots=True)
class Row:
    """One notice: `hours` from its arrival to its published text, or so far; `state`: in_time, late, running."""

    standing: Standing
    hours: float
    state: str
    soon: bool  # it runs and will be late within the time of warning

    @property
    def notice(self) -> Notice:
        return self.standing.notice


def rows(month: Month, now: datetime) -> list[Row]:
    """The notices that arrived in that local month, newest first."""
    return [_row(one, now) for one in notices.standings(*notices.month_of(month))]


def rate(found: Sequence[Row], now: datetime) -> Rate:
    return notices.rate([one.standing for one in found], now)


def months(last: Month, number: int, now: datetime) -> list[tuple[Month, Rate]]:
    """So many months up to `last`, oldest first, each with its rate; two statements."""
    first = last.plus(1 - number)
    found = notices.standings(notices.month_of(first)[0], notices.month_of(last)[1])
    made = []
    for back in range(number):
        begin, end = notices.month_of(first.plus(back))
        made.append(
            (first.plus(back), notices.rate([one for one in found if begin <= one.notice.arrived_at < end], now))
        )
    return made


def soon_late(now: datetime) -> list[Notice]:
    """Notices that are not published and become late within the time of warning; one statement."""
    until = now + timedelta(minutes=duties().warn_minutes)
    return list(Notice.objects.filter(published_at=None, due_at__gte=now, due_at__lte=until).order_by("due_at"))


def late(now: datetime) -> list[Notice]:
    """Notices that are late and still not published; one statement."""
    return list(Notice.objects.filter(published_at=None, due_at__lt=now).order_by("due_at")[:100])


def as_csv(found: Sequence[Row]) -> str:
    """The issue log of a month with the hours that each notice took."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in found:
        times = [
            f"{step.at.astimezone(clock.zone()):%Y-%m-%d %H:%M:%S}" if (step := one.standing.steps.get(stage)) else ""
            for stage in (Stage.ARRIVED, Stage.TEXT, Stage.RECORDED, Stage.PUBLISHED)
        ]
        writer.writerow([one.notice.pk, harmless(one.notice.title), *times, f"{one.hours:.2f}", one.state])
    return out.getvalue()


def _row(one: Standing, now: datetime) -> Row:
    notice = one.notice
    hours = ((notice.published_at or now) - notice.arrived_at) / timedelta(hours=1)
    late_now = one.late(now)
    state = "late" if late_now else "in_time" if notice.published_at else "running"
    warned = notice.due_at - timedelta(minutes=duties().warn_minutes)
    return Row(one, hours, state, state == "running" and now >= warned)
