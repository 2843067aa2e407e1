"""Timetables of dial tests: the list, one to write or change, pausing, resuming and deleting it, running it at once."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from careline.identity.gates import Gate
from careline.probes import timetabling
from careline.probes.models import Due, Timetable
from careline.probes.refusing import Refused
from careline.probes.timetabling import Written
from careline.promises.calendars import calendars
from careline.staff.access import actor, now, through
from careline.staff.probe_labels import refusal
from careline.staff.reader import language
from careline.staff.views import probes_frame as frame


@require_GET
@through(Gate.RUN_PROBES)
def listed(request: HttpRequest) -> HttpResponse:
    """Every timetable, the next one due first; how many dial tests of each wait."""
    waiting: dict[str, int] = {}
    for name in Due.objects.exclude(timetable="").values_list("timetable", flat=True):
        waiting[name] = waiting.get(name, 0) + 1
    known = calendars()
    rows = [
        {
            "table": one,
            "waiting": waiting.get(one.name, 0),
            "calendar": _calendar(one.calendar),
            "lost": one.calendar not in known,
        }
        for one in Timetable.objects.order_by("-active", "next_at", "name")
    ]
    return frame.show(request, "staff/probes_timetables.html", "probes-timetables", rows=rows, runners=frame.runners())


@require_http_methods(["GET", "POST"])
@through(Gate.RUN_PROBES)
def new(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _save(request, _read(request, request.POST.get("name", "").strip()), new=True)
    places = frame.places(frame.runners())
    written = Written(probes=request.GET.get("probes", "")[:300], vantage=places[0] if places else "", every="60")
    return _form(request, written, {}, new=True)


@require_http_methods(["GET", "POST"])
@through(Gate.RUN_PROBES)
def one(request: HttpRequest, name: str) -> HttpResponse:
    if request.method == "POST":
        return _save(request, _read(request, name), new=False)
    table = get_object_or_404(Timetable, pk=name)
    written = Written(
        name,
        table.probes,
        table.vantage,
        str(table.every_minutes or ""),
        table.times,
        table.calendar,
        str(table.retries),
    )
    return _form(request, written, {}, new=False, table=table)


@require_POST
@through(Gate.RUN_PROBES)
def do(request: HttpRequest, name: str, deed: str) -> HttpResponse:
    """Pause, resume, delete; each journaled."""
    by, at = actor(request), now()
    try:
        if deed == "pause":
            timetabling.pause(name, by=by, now=at)
            messages.success(request, _("Paused. What was waiting from it is taken back."))
        elif deed == "resume":
            timetabling.resume(name, calendars(), by=by, now=at)
            messages.success(request, _("Resumed."))
        elif deed == "delete":
            timetabling.delete(name, by=by, now=at)
            messages.success(request, _("Deleted. Its runs stay."))
        else:
            raise Http404
    except Refused as no:
        messages.error(request, refusal(no.code))
    return redirect("staff:probes-timetables")


def _read(request: HttpRequest, name: str) -> Written:
    post = request.POST
    fields = ("probes", "vantage", "every", "times", "calendar", "retries")
    return Written(name, *(post.get(field, "").strip()[:2_000] for field in fields))


def _save(request: HttpRequest, written: Written, *, new: bool) -> HttpResponse:
    places, known = frame.places(frame.runners()), calendars()
    wrong = timetabling.problems(written, vantages=places, calendars=known, new=new)
    if not wrong:
        try:
            timetabling.save(written, known, new=new, by=actor(request), now=now())
            messages.success(request, _("Saved."))
            return redirect("staff:probes-timetables")
        except Refused as no:
            if no.code == "no_such_timetable":
                messages.error(request, refusal(no.code))
                return redirect("staff:probes-timetables")
            wrong = {no.field or "name": no.code}
    return _form(request, written, wrong, new=new)


def _form(
    request: HttpRequest, written: Written, wrong: dict[str, str], *, new: bool, table: Timetable | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "written": written, "wrong": {field: refusal(code) for field, code in wrong.items()}, "new": new, "table": table,
        "vantages": list(dict.fromkeys([*frame.places(frame.runners()), *filter(None, [written.vantage])])),
        "calendars": [(name, _calendar(name)) for name in calendars()],
        "fits": len(timetabling.fitting(written.probes)) if written.probes.split() else 0,
    }  # fmt: skip
    return frame.show(
        request, "staff/probes_timetable.html", "probes-timetables", status=422 if wrong else 200, **context
    )


def _calendar(name: str) -> str:
    one = calendars().get(name)
    if one is None:
        return name
    return (one.zh if language() == "zh" else one.en) or (_("always") if name == "always" else name)
