"""Reports of cases: load, timeliness, promises kept, causes; each as bars and as a table; and what should become better."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline.cases.models import Department
from careline.cases.reporting import improving, reports
from careline.cases.reporting.rows import Row
from careline.cases.states import NotAllowed
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.staff.access import actor, now, page, through
from careline.staff.case_labels import AGES, CHANNELS, COLUMNS, IMPROVEMENTS, STATES
from careline.staff.case_refusals import refusal
from careline.staff.views.cases import tabs
from careline.staff.views.cases_shown import department_name, named_categories, people, who
from careline.values.period import Month, NotAMonth, parse_month

SPANS = (7, 30, 90, 365)  # days
_LINE, _LEFT, _WIDTH = 26, 200, 360  # of the bars, in units of the drawing


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    value: str
    top: int
    width: int
    late_width: int

    @property
    def text_at(self) -> int:
        return _LEFT + self.width + 8


@dataclass(frozen=True, slots=True)
class Chart:
    """One figure: bars by `bars`, the part of each by `late`, and all columns in the table behind it."""

    title: str
    about: str
    bars: Sequence[Bar]
    heads: Sequence[str]
    lines: Sequence[Sequence[object]]

    @property
    def height(self) -> int:
        return max(1, len(self.bars)) * _LINE


@through(Gate.REPORT_CASES)
def shown(request: HttpRequest) -> HttpResponse:
    """The figures of the last days."""
    return _page(request)


@require_POST
@through(Gate.REPORT_CASES)
def submit(request: HttpRequest) -> HttpResponse:
    """Something that should become better."""
    sent = request.POST
    try:
        improving.submit(sent.get("words", ""), by=actor(request), now=now(), category=sent.get("category", "")[:40])
    except NotAllowed as refused:
        return _page(request, wrong=refusal(refused.code), status=409)
    messages.success(request, _("Submitted."))
    return redirect("staff:case-reports")


@require_POST
@through(Gate.REPORT_CASES)
def improve(request: HttpRequest, item: int) -> HttpResponse:
    """Give an item to somebody, or end it with a reply."""
    sent, by, at = request.POST, actor(request), now()
    try:
        if sent.get("status") in improving.ENDED:
            improving.end(item, sent["status"], sent.get("reply", ""), by=by, now=at)
        else:
            improving.assign(item, sent.get("owner", ""), by=by, now=at)
    except NotAllowed as refused:
        return _page(request, wrong=refusal(refused.code), status=409)
    messages.success(request, _("Done."))
    return redirect("staff:case-reports")


def _page(request: HttpRequest, *, wrong: str = "", status: int = 200) -> HttpResponse:
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdecimal() and len(asked) < 5 and int(asked) in SPANS else SPANS[1]
    at = now()
    since = at - timedelta(days=days)
    register = improving.register(since, at)
    month = _month(request.GET.get("month", ""), timezone.localtime(at).date())
    names = people([*(one.owner for one in register), *(one.submitter for one in register)])
    return page(
        request,
        "staff/case_reports.html",
        status=status,
        here="cases",
        tab="reports",
        tabs=tabs(request),
        since=since,
        until=at,
        days=days,
        month=str(month),
        spans=SPANS,
        charts=[
            _channels(reports.channels(since, at, at)),
            _departments(reports.departments(since, at, at)),
            _promises(reports.promises(since, at, at)),
            _backlog(reports.backlog(since, at, at)),
            _causes(improving.causes(month.year, month.month), str(month)),
        ],
        first=reports.first_replies(since, at, at)[0],
        ends=reports.endings(since, at, at)[0],
        items=[(one, who(one.submitter, names), names.get(one.owner, one.owner)) for one in register if one.item],
        suggestions=[one for one in register if not one.item],
        staff=[(one.username, str(one)) for one in Staff.objects.filter(is_active=True).order_by("username")],
        statuses=list(IMPROVEMENTS.items()),
        ended={one.value for one in improving.ENDED},
        states=STATES,
        categories=dict(named_categories()),
        category_choices=named_categories(),
        wrong=wrong,
    )


def _channels(rows: Sequence[Row]) -> Chart:
    about = _(
        "Complaints, and how many there are for 1,000 contacts of the channel; in the red part customers are heated."
    )
    return _chart(
        _("Load per channel"),
        about,
        rows,
        "channel",
        "complaints",
        "heated",
        name=lambda key: str(CHANNELS.get(key, key)),
    )


def _departments(rows: Sequence[Row]) -> Chart:
    named = {one.name: department_name(one) for one in Department.objects.all()}
    about = _("Questions asked; the red part was late.")
    return _chart(_("Departments"), about, rows, "department", "asked", "late", name=lambda key: named.get(key, key))


def _promises(rows: Sequence[Row]) -> Chart:
    names = people([str(row["promiser"]) for row in rows])
    about = _("Promises that fell due, by who made them; the red part was not kept in time.")
    counted = [{**row, "missed": row["late"] + row["broken"]} for row in rows]
    return _chart(_("Promises kept"), about, counted, "promiser", "due", "missed", name=lambda key: who(key, names))


def _backlog(rows: Sequence[Row]) -> Chart:
    about = _("Open cases by their age in days; the red part has a promise past its time.")
    return _chart(_("Backlog"), about, rows, "days", "cases", "late", name=lambda key: str(AGES.get(key, key)))


def _month(written: str, today: date) -> Month:
    """The month that was asked for, else this one."""
    try:
        asked = parse_month(written, today) if written else Month.of(today)
    except NotAMonth:
        return Month.of(today)
    return asked if 2000 <= asked.year <= 2100 else Month.of(today)


def _causes(rows: Sequence[Row], month: str) -> Chart:
    named = dict(named_categories())
    joined = [{**row, "causes": "; ".join(row["causes"])} for row in rows]
    about = _("Complaints of %(month)s by category, with the most frequent causes: the report upward.") % {
        "month": month
    }
    return _chart(
        _("Causes"), about, joined, "category", "complaints", "major",
        name=lambda key: named.get(key, _("not classified yet")),
    )  # fmt: skip


def _chart(
    title: str, about: str, rows: Sequence[Mapping[str, Any]], key: str, value: str, late: str = "",
    *, name: Callable[[str], str],
) -> Chart:  # fmt: skip
    most = max((row[value] for row in rows), default=0) or 1
    bars = [
        Bar(
            name(str(row[key])),
            str(row[value]),
            place * _LINE,
            round(_WIDTH * row[value] / most),
            round(_WIDTH * row[late] / most) if late else 0,
        )
        for place, row in enumerate(rows)
    ]
    columns = list(rows[0]) if rows else []
    lines = [[name(str(row[key])) if one == key else _cell(row[one]) for one in columns] for row in rows]
    return Chart(title, about, bars, [str(COLUMNS.get(one, one)) for one in columns], lines)


def _cell(value: Any) -> object:
    return "–" if value is None else value
