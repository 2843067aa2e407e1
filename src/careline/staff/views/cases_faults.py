"""Common faults: the cases that come from one are bound to it, told the news together and answered at once."""

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline.cases import faults as common
from careline.cases.models import Fault
from careline.cases.states import NotAllowed
from careline.identity.gates import Gate
from careline.staff.access import actor, may, now, page, refuse, through
from careline.staff.case_refusals import refusal
from careline.staff.views.cases import tabs
from careline.staff.views.cases_shown import named_categories

SHOWN = 100  # faults, and cases of one, on one page


@through(Gate.TAKE_CASES)
def faults(request: HttpRequest) -> HttpResponse:
    """The faults, open ones first; managers open one here."""
    wrong = ""
    if request.method == "POST":
        if not may(request, Gate.MANAGE_CASES):
            return refuse(request, Gate.MANAGE_CASES)
        sent = request.POST
        try:
            made = common.open(
                sent.get("title", ""), sent.get("category", ""), sent.get("region", "").strip()[:32],
                by=actor(request), now=now(),
            )  # fmt: skip
        except NotAllowed as refused:
            wrong = refusal(refused.code)
        else:
            return redirect("staff:case-fault", made.pk)
    found = Fault.objects.annotate(bound=Count("cases")).order_by("answered_at", "-opened_at")
    return page(
        request,
        "staff/case_faults.html",
        status=400 if wrong else 200,
        here="cases",
        tab="faults",
        tabs=tabs(request),
        faults=sorted(found[:SHOWN], key=lambda one: one.answered_at is not None),
        categories=dict(named_categories()),
        category_choices=named_categories(),
        wrong=wrong,
        sent=request.POST,
    )


@through(Gate.TAKE_CASES)
def fault(request: HttpRequest, fault: int) -> HttpResponse:
    return _show(request, get_object_or_404(Fault, pk=fault))


@require_POST
@through(Gate.MANAGE_CASES)
def do(request: HttpRequest, fault: int, deed: str) -> HttpResponse:
    """Bind, take out, tell the news, answer all."""
    found, by, at = get_object_or_404(Fault, pk=fault), actor(request), now()
    words = request.POST.get("words", "")
    try:
        match deed:
            case "bind":
                bound = common.bind(found.pk, by=by, now=at, dockets=request.POST.getlist("docket"))
                messages.success(request, _("%(n)s cases are bound.") % {"n": bound})
            case "unbind":
                common.unbind(request.POST.get("docket", ""), request.POST.get("reason", ""), by=by, now=at)
                messages.success(request, _("Taken out."))
            case "news":
                told = common.news(found.pk, words, by=by, now=at)
                messages.success(request, _("%(n)s customers were told.") % {"n": told})
            case "answer":
                done = common.answer_all(found.pk, words, by=by, now=at)
                messages.success(request, _("%(n)s cases are answered.") % {"n": done.answered})
            case _:
                raise Http404
    except NotAllowed as refused:
        return _show(request, found, wrong=refusal(refused.code), deed=deed, typed=words, status=409)
    return redirect("staff:case-fault", found.pk)


def _show(
    request: HttpRequest, fault: Fault, *, wrong: str = "", deed: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    proposed = common.proposals(fault, now())
    return page(
        request,
        "staff/case_fault.html",
        status=status,
        here="cases",
        fault=fault,
        category=dict(named_categories()).get(fault.category, fault.category),
        progress=common.progress(fault.pk),
        cases=fault.cases.order_by("-opened_at")[:SHOWN],
        fitting=proposed.rows,
        fitting_total=proposed.total,
        wrong=wrong,
        deed=deed,
        typed=typed,
    )
