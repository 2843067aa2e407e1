"""The clock from notice to voice text: a month's table with the hours each took, the verdict, a year of months, CSV."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from careline import charts
from careline.identity.gates import Gate
from careline.prompts import notices
from careline.staff import upkeep_labels
from careline.staff.access import now, through
from careline.staff.reader import language
from careline.staff.views.upkeep import month_of, months, room
from careline.upkeep import notice_clock
from careline.upkeep.duties import duties

YEAR = 12


@through(Gate.KEEP_HOUSE)
def clock(request: HttpRequest) -> HttpResponse:
    """Each notice of the month, and the rate of this month and those before."""
    chosen, at = month_of(request), now()
    found = notice_clock.rows(chosen, at)
    year = notice_clock.months(chosen, YEAR, at)
    took = [one for one in reversed(found) if one.notice.published_at]
    due = notices.DUE / timedelta(hours=1)
    hours = (
        charts.line(
            _("Hours from notice to voice text"), [f"{one.notice.arrived_at:%m-%d}" for one in took],
            {_("hours"): [round(one.hours, 2) for one in took]}, goals={_("allowed"): due},
            form=lambda value: f"{value:.1f}", first=_("Arrived"), language=language(),
        )
        if took
        else None
    )  # fmt: skip
    return room(
        request,
        "staff/upkeep_notices.html",
        "upkeep-notices",
        month=str(chosen),
        months=months(),
        rows=[{"of": one, "pill": upkeep_labels.PILLS[one.state], "hours": f"{one.hours:.2f}"} for one in found],
        rate=notice_clock.rate(found, at),
        year=[(str(name), rate) for name, rate in year],
        hours=hours,
        due_hours=due,
        warn_minutes=duties().warn_minutes,
    )


@through(Gate.KEEP_HOUSE)
def as_csv(request: HttpRequest) -> HttpResponse:
    chosen = month_of(request)
    rows = notice_clock.rows(chosen, now())
    answer = HttpResponse("\ufeff" + notice_clock.as_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="voice-texts-{chosen}.csv"'
    return answer
