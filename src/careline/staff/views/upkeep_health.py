"""The health of the house at a glance: machines, processes, database, and what callers are told while something is wrong."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline.cases.models import Fault
from careline.catalogue import error_prompts, library
from careline.catalogue.refusals import NothingPublished
from careline.identity.gates import Gate
from careline.staff import upkeep_labels
from careline.staff.access import actor, now, through
from careline.staff.views.upkeep import room
from careline.upkeep import alarm_words
from careline.upkeep import health as measuring
from careline.upkeep.duties import duties
from careline.upkeep.refusing import Refused

GIB = 1024**3
FAULTS_SHOWN = 10


@through(Gate.KEEP_HOUSE)
def health(request: HttpRequest) -> HttpResponse:
    """Everything that is watched, with its limit."""
    found = measuring.look(now())
    return room(
        request,
        "staff/upkeep_health.html",
        "upkeep-health",
        health=found,
        faults=[alarm_words.words(one.what, one.values) for one in found.faults],
        limits=duties().health,
        database_gib=f"{found.database_bytes / GIB:.2f}",
        told=_told(),
        common=Fault.objects.filter(answered_at=None)
        .annotate(bound=Count("cases"))
        .order_by("-opened_at")[:FAULTS_SHOWN],
    )


@require_POST
@through(Gate.KEEP_HOUSE)
def forget(request: HttpRequest) -> HttpResponse:
    """A process that is gone for good leaves the page and alarms no more."""
    try:
        measuring.forget(request.POST.get("host", ""), request.POST.get("process", ""), by=actor(request), now=now())
    except Refused as refused:
        messages.error(request, upkeep_labels.explain(refused))
    else:
        messages.success(request, _("Forgotten."))
    return redirect("staff:upkeep-health")


def _told() -> list[error_prompts.Prompt]:
    """What callers hear when a fault is ours."""
    try:
        return [one for one in error_prompts.prompts(library.current()) if one.cause_class == "system"]
    except NothingPublished:
        return []
