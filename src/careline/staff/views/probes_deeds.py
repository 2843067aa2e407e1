"""Starting dial tests now, how far a batch is, and its results as JUnit."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Max, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from careline.identity.gates import Gate
from careline.journal.writing import write
from careline.probes import output, timetables, timetabling
from careline.probes.models import Due, Planned, Run
from careline.probes.probe import wild
from careline.staff.access import actor, now, page, through
from careline.staff.probe_labels import STATES, refusal
from careline.staff.views import probes_frame as frame

AT_ONCE = 3_000  # dial tests that one person starts by one click: all of a plan; other starts take turns with them
SHOWN = 500  # of a batch
WILD_MAX = 100  # patterns among them
PATTERNS_MAX = 20_000  # characters: a page of the list is started by its ids


@require_POST
@through(Gate.RUN_PROBES)
def start(request: HttpRequest) -> HttpResponse:
    """Queue what fits the patterns at this vantage point, for whoever runs there; journaled."""
    written, vantage = request.POST.get("probes", "")[:PATTERNS_MAX], request.POST.get("vantage", "")
    alive = frame.runners()
    broad = wild(written.split()) > WILD_MAX
    found = timetabling.fitting(written) if written.split() and not broad else []
    code = (
        "no_probes" if not written.split()
        else "too_long" if broad
        else "nothing_planned" if not found and not Planned.objects.exists()
        else "nothing_fits" if not found
        else "too_many_at_once" if len(found) > AT_ONCE
        else "no_vantage" if vantage not in frame.places(alive)
        else ""
    )  # fmt: skip
    if code:
        messages.error(request, refusal(code))
        return redirect("staff:probes")
    with transaction.atomic():
        rows = list(Planned.objects.filter(id__in=found).only("id").order_by("place"))
        batch, new = timetables.start(rows, vantage, now(), by=actor(request), retries=1)
        if new:
            detail = {"vantage": vantage, "probes": written[:200], "number": new}
            write(
                who=actor(request),
                did="probes_started",
                what="probe_batch",
                record=str(batch),
                now=now(),
                detail=detail,
            )
    if not new:
        messages.warning(request, refusal("waiting"))
        return redirect("staff:probes-list")
    if not any(vantage in one.vantages for one in alive):
        messages.warning(
            request,
            _("Nobody runs dial tests at %(vantage)s now; they wait until somebody does.") % {"vantage": vantage},
        )
    if new < len(rows):
        messages.info(
            request,
            _("%(n)s of them wait already and run with the batch that asked for them first.") % {"n": len(rows) - new},
        )
    return redirect("staff:probe-batch", batch)


@require_GET
@through(Gate.RUN_PROBES)
def batch(request: HttpRequest, batch: UUID) -> HttpResponse:
    """What of it waits, what runs, how the rest went."""
    at = now()
    due = Due.objects.filter(batch=batch)
    waits = due.aggregate(n=Count("id"), running=Count("id", filter=Q(taken_until__gt=at)), since=Min("due_at"))
    ran = Run.objects.filter(batch=batch).aggregate(
        n=Count("id"), passed=Count("id", filter=Q(passed=True)), unjudged=Count("id", filter=Q(judged=False)),
        last=Max("ended_at"),
    )  # fmt: skip
    if not waits["n"] and not ran["n"]:
        raise Http404
    runs = Run.objects.filter(batch=batch).defer("ladder", "steps").order_by("passed", "-ended_at")[:SHOWN]
    told = [
        {"run": run, "state": run.state, "word": STATES[run.state],
         "cause": frame.cause(run.cause), "seconds": run.ended_at - run.begun_at}
        for run in runs
    ]  # fmt: skip
    context: dict[str, Any] = {
        "batch": batch, "waiting": waits["n"] - waits["running"], "running": waits["running"], "runs": told,
        "under_way": due.filter(taken_until__gt=at).order_by("id")[:8] if waits["running"] else (),
        "passed": ran["passed"], "failed": ran["n"] - ran["passed"] - ran["unjudged"], "unjudged": ran["unjudged"],
        "done": ran["n"], "of": ran["n"] + waits["n"],
        "stale": bool(waits["n"]) and (ran["last"] or waits["since"]) < at - timedelta(minutes=5),
    }  # fmt: skip
    if "part" in request.GET:
        return page(request, "staff/probes_batch_now.html", **context)
    return frame.show(request, "staff/probes_batch.html", "probes-list", **context)


@require_GET
@through(Gate.RUN_PROBES)
def junit(request: HttpRequest, batch: UUID) -> HttpResponse:
    """The batch for builds."""
    runs = list(Run.objects.filter(batch=batch).defer("ladder").order_by("probe")[:AT_ONCE])
    if not runs:
        raise Http404
    answer = HttpResponse(output.junit(runs), content_type="application/xml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="careline-probes-{str(batch)[:8]}.xml"'
    return answer
