"""The clock of business notices, the audit of formats and the maintenance log of prompts."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from careline.catalogue import library
from careline.catalogue.refusals import NothingPublished
from careline.identity.gates import Gate
from careline.prompts import auditing, house, logbook, notices
from careline.prompts.models import Work
from careline.staff.access import actor, now, page, through
from careline.staff.prompt_labels import STAGES
from careline.values.period import Month, NotAMonth, parse_month

PAGE = 50  # entries of the log on one page
# The histogram, in the units of its own drawing: 24 columns and their labels.
COLUMN, HEIGHT, BASE = 25, 120, 20


@through(Gate.READ_CATALOGUE)
def board(request: HttpRequest) -> HttpResponse:
    """The notices of a month: what is due, what was late, the rate, and when notices arrive."""
    moment, month = now(), _month(request.GET.get("month", ""))
    found = notices.standings(*notices.month_of(month))
    hours = notices.hours(found)
    return page(
        request,
        "staff/prompts_notices.html",
        here="prompts",
        tab="notices",
        month=str(month),
        months=[str(Month.of(timezone.localdate()).plus(-back)) for back in range(12)],
        notices=[
            {"standing": one, "late": one.late(moment), "left": _clock(one.notice.due_at - moment)} for one in found
        ],
        overdue=sum(one.late(moment) and one.notice.published_at is None for one in found),
        rate=notices.rate(found, moment),
        columns=_columns(hours),
        usual=sum(hours[hour] for hour in notices.USUAL_HOURS),
        count=len(found),
        stages=notices.STAGES,
        hours_due=notices.DUE / timedelta(hours=1),
        arrived=timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M"),
        width=24 * COLUMN,
        height=HEIGHT + BASE,
    )


def _clock(left: timedelta) -> str:
    """5:47:02"""
    seconds = max(0, int(left.total_seconds()))
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _month(written: str) -> Month:
    try:
        return parse_month(written, timezone.localdate()) if written else Month.of(timezone.localdate())
    except NotAMonth:
        raise Http404 from None


def _columns(hours: list[int]) -> list[dict[str, Any]]:
    most = max(*hours, 1)
    return [
        {
            "hour": hour,
            "count": count,
            "x": hour * COLUMN + 3,
            "middle": hour * COLUMN + COLUMN // 2,
            "y": HEIGHT - round(count / most * (HEIGHT - 20)),
            "tall": round(count / most * (HEIGHT - 20)),
            "label": HEIGHT - round(count / most * (HEIGHT - 20)) - 5,
            "usual": hour in notices.USUAL_HOURS,
        }
        for hour, count in enumerate(hours)
    ]


@require_POST
@through(Gate.EDIT_CATALOGUE)
def arrive(request: HttpRequest) -> HttpResponse:
    """Enter a business notice that has arrived."""
    title, moment = request.POST.get("title", "").strip(), now()
    try:
        local = datetime.fromisoformat(request.POST.get("arrived", "")).replace(tzinfo=timezone.get_current_timezone())
        arrived = min(local, moment) if local - moment < timedelta(minutes=1) else local
        if not title:
            raise ValueError
        notices.arrive(title, request.POST.get("body", "")[:4000], arrived_at=arrived, by=actor(request), now=moment)
    except notices.OutOfTurn:
        messages.error(request, _("A notice cannot arrive in the future."))
    except (ValueError, OverflowError):
        messages.error(request, _("Give the notice a title and the time when it arrived."))
    else:
        messages.success(request, _("Entered. Its clock runs."))
    return redirect("staff:prompts-notices")


@require_POST
@through(Gate.EDIT_CATALOGUE)
def step(request: HttpRequest, notice: int) -> HttpResponse:
    """Take the next step of a notice, in one's own name."""
    standing = notices.standing(notice)
    if standing is None:
        raise Http404
    try:
        stage = notices.Stage(request.POST.get("stage", ""))
        notices.step(standing.notice, stage, by=actor(request), now=now(), note=request.POST.get("note", "").strip())
    except (notices.OutOfTurn, ValueError):
        messages.error(request, _("Somebody has taken this step already."))
    else:
        messages.success(request, _("Noted, with your name and the time."))
    return redirect("staff:prompts-notices")


@through(Gate.READ_CATALOGUE)
def work(request: HttpRequest) -> HttpResponse:
    """The maintenance log, newest first, and the days of this month on which nothing was done."""
    today = timezone.localdate()
    first = Work.objects.order_by("at").values_list("at", flat=True).first()
    began = timezone.localtime(first).date() if first else today
    counted = logbook.days(max(today.replace(day=1), began), today)
    entries = Paginator(Work.objects.order_by("-at", "-id"), PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "staff/prompts_work.html",
        here="prompts",
        tab="work",
        entries=entries,
        told=[(entry, _told(entry)) for entry in entries],
        idle=[day for day, count in counted.items() if not count],
        days=len(counted),
    )


def _told(entry: Work) -> list[tuple[str, Any]]:
    """The details of an entry, as people read them."""
    told = []
    for name, value in entry.detail.items():
        if isinstance(value, bool):
            value = pgettext("log", "yes") if value else pgettext("log", "no")
        elif isinstance(value, dict):
            value = ", ".join(f"{kind} × {count}" for kind, count in value.items())
        elif name == "step":
            value = STAGES.get(value, value)
        if name not in ("text", "title", "version"):
            told.append((name, value))
    return told


@require_POST
@through(Gate.EDIT_CATALOGUE)
def audit(request: HttpRequest) -> HttpResponse:
    """Audit formats and completeness now; the audit is an entry of the log."""
    try:
        made = auditing.audit(library.current(), house.reader(), by=actor(request), now=now())
    except NothingPublished:
        raise Http404 from None
    lists = (
        (_("Not of the house format"), made.formats.offending),
        (_("Not rendered yet"), made.missing),
        (_("Files that are not what the log says"), made.broken),
        (_("Recordings of texts that nobody says any more"), made.stale),
    )
    most = auditing.SAMPLES_MAX
    return page(request, "staff/prompts_audit.html", here="prompts", tab="work", audit=made, lists=lists, most=most)
