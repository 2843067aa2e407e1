"""The inbox of cases: who waits longest for what was promised; and the search in everything there is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from careline.cases import docket
from careline.cases.looking import searching
from careline.cases.models import Case
from careline.cases.promised import alarms
from careline.cases.states import NotAllowed
from careline.identity.gates import Gate
from careline.journal.writing import write
from careline.staff.access import actor, may, now, page, through
from careline.staff.case_labels import LISTS
from careline.staff.case_refusals import refusal
from careline.staff.views.cases_shown import ALARMS, Left, Shown, alarms_shown, named_categories, shown
from careline.values.msisdn import Msisdn, NotANumber


def tabs(request: HttpRequest) -> list[tuple[str, object]]:
    """The rooms of cases that this person may enter."""
    rooms: list[tuple[str, object]] = []
    if may(request, Gate.TAKE_CASES):
        rooms += [(key, name) for key, (name, _lead) in LISTS.items()]
    if may(request, Gate.SUPPORT_CASES) or may(request, Gate.MANAGE_CASES):
        rooms.append(("departments", _("Departments")))
    if may(request, Gate.TAKE_CASES):
        rooms += [("refunds", _("Refunds")), ("faults", _("Faults"))]
    if may(request, Gate.REPORT_CASES):
        rooms.append(("reports", _("Reports")))
    return rooms


@through(Gate.TAKE_CASES)
def inbox(request: HttpRequest) -> HttpResponse:
    """One list, the most pressing first; ?tab names it, ?after goes on from where the page before ended."""
    tab, after = request.GET.get("tab", "mine"), request.GET.get("after", "")
    if tab not in LISTS:
        tab = "mine"
    try:
        if tab == "archive":
            found = searching.archive("", after=after)
            return _listed(request, tab, _archived(found.rows), more=found.after, after=after)
        at = now()
        open_ones = searching.inbox(searching.Filter(tab), who=actor(request), now=at, after=after)
    except NotAllowed:
        return redirect(f"{request.path}?tab={tab}")
    return _listed(request, tab, shown(open_ones.rows, actor(request), at), more=open_ones.after, after=after)


@require_POST
@sensitive_post_parameters("q")
@through(Gate.TAKE_CASES)
def search(request: HttpRequest) -> HttpResponse:
    """Cases by docket, number, or words of the archive. Sent by POST, so that no log of addresses holds a number."""
    asked = request.POST.get("q", "").strip()
    known = docket.read(asked)
    if known and Case.objects.filter(docket=known).exists():
        return redirect("staff:case", known)
    try:
        number = Msisdn.parse(asked)
        found = searching.of_customer(number)
        detail = {"purpose": "search", "cases": len(found)}
        write(who=actor(request), did="look", what="subscriber", record=number.masked(), now=now(), detail=detail)
        return _listed(request, "archive", _archived(found), asked=asked)
    except NotANumber:
        pass
    try:
        return _listed(request, "archive", _archived(searching.archive(asked).rows), asked=asked)
    except NotAllowed as refused:
        return _listed(request, "archive", [], asked=asked, wrong=refusal(refused.code))


def _archived(found: Any) -> list[Shown]:
    return [
        Shown(one, "", Left(one.archived_at.strftime("%Y-%m-%d"), "plain") if one.archived_at else None, "")
        for one in found
    ]


def _listed(
    request: HttpRequest,
    tab: str,
    rows: list[Shown],
    *,
    asked: str = "",
    more: str = "",
    after: str = "",
    wrong: str = "",
) -> HttpResponse:
    me, at = actor(request), now()
    return page(
        request,
        "staff/cases.html",
        status=400 if wrong else 200,
        here="cases",
        tab=tab,
        tabs=tabs(request),
        alarms=alarms_shown(alarms.unanswered(owner=me, since=at - ALARMS), at),
        counts={one.value: count for one, count in searching.counts(me, at).items()},
        lead=_("What was found.") if asked else LISTS[tab][1],
        rows=rows,
        categories=dict(named_categories()),
        asked=asked,
        more=more,
        after=after,
        wrong=wrong,
    )
