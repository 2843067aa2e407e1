"""Alarms of dial tests: those that stand open first, who was told, and acknowledging one."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from careline.identity.gates import Gate
from careline.probes import alarming, telling
from careline.probes.models import Alarm, Planned
from careline.probes.refusing import Refused
from careline.staff.access import actor, now, through
from careline.staff.probe_labels import WAYS, became, refusal
from careline.staff.reader import language
from careline.staff.views import probes_frame as frame

PAGE = 30


@require_GET
@through(Gate.RUN_PROBES)
def listed(request: HttpRequest) -> HttpResponse:
    """Open ones first, then by when they were raised."""
    rows = Alarm.objects.extra(select={"over": "cleared_at IS NOT NULL"}).order_by("over", "-raised_at", "-id")
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    names = Planned.objects.defer("steps", "covers").in_bulk([one.probe for one in shown])
    return frame.show(
        request, "staff/probes_alarms.html", "probes-alarms", rows=shown, told=[_told(one, names) for one in shown],
        ways=("、" if language() == "zh" else ", ").join(str(WAYS[name]) for name in telling.ways()),
        raise_after=alarming.RAISE_AFTER, clear_after=alarming.CLEAR_AFTER,
        note_max=alarming.NOTE_MAX,
    )  # fmt: skip


@require_POST
@through(Gate.RUN_PROBES)
def acknowledge(request: HttpRequest, alarm: int) -> HttpResponse:
    """Somebody has seen it and says what is done."""
    try:
        alarming.acknowledge(alarm, request.POST.get("note", ""), by=actor(request), now=now())
        messages.success(request, _("The alarm is acknowledged. It ends by itself when the dial test passes again."))
    except Refused as no:
        messages.error(request, refusal(no.code))
    return redirect("staff:probes-alarms")


def _told(one: Alarm, names: Mapping[str, Planned]) -> dict[str, Any]:
    told = [
        (WAYS.get(way, way), became(str(what)), part == "cleared")
        for part, ways in one.told.items()
        if isinstance(ways, dict)
        for way, what in ways.items()
    ]
    return {"one": one, "title": frame.named(names.get(one.probe)), "cause": frame.cause(one.cause), "told": told}
