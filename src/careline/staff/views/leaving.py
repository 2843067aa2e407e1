"""Those who want to leave: the worklist with results, one leaving with its steps, and the counter's own way through it."""

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from careline import wiring
from careline.identity import looking, recognising
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.offers import leaving as leavings
from careline.offers.consequences import choices
from careline.offers.models import Leaving
from careline.offers.offer import REASONS as REASON_IDS
from careline.offers.policy import policy
from careline.offers.records.leaving import WORDS_MAX
from careline.staff.access import actor, now, page, refuse, through
from careline.staff.offer_labels import ANSWERS, REASONS, REFUSALS, STATES, STEPS
from careline.staff.views.cases_customer import opened
from careline.staff.views.cases_shown import masked
from careline.values.msisdn import Msisdn, NotANumber

LATEST = 200


@require_GET
@through(Gate.TAKE_CASES)
def listed(request: HttpRequest) -> HttpResponse:
    """The latest leavings; `state` chooses."""
    state = request.GET.get("state", "")
    found = Leaving.objects.order_by("-asked_at")
    rows = found.filter(state=state) if state in STATES else found
    return page(
        request,
        "staff/leavings.html",
        here="offers",
        tab="leavings",
        rows=[
            (row, masked(row.msisdn), STATES[row.state], REASONS.get(row.reason, row.reason)) for row in rows[:LATEST]
        ],
        states=STATES.items(),
        state=state,
        reasons=[(one, REASONS[one]) for one in REASON_IDS],
        longest=WORDS_MAX,
    )


@require_GET
@through(Gate.TAKE_CASES)
def shown(request: HttpRequest, leaving: uuid.UUID) -> HttpResponse:
    """One leaving: reason, what was shown, every step; its deeds while the customer's number is open to this person."""
    row, at = get_object_or_404(Leaving, pk=leaving), now()
    look = opened(request, row.msisdn, at)
    return page(
        request,
        "staff/leaving.html",
        here="offers",
        tab="leavings",
        leaving=row,
        number=Msisdn(row.msisdn).national() if look else masked(row.msisdn),
        look=look,
        state=STATES[row.state],
        reason=REASONS.get(row.reason, row.reason),
        steps=[(step, STEPS.get(step.did, step.did)) for step in row.steps.order_by("at", "pk")],
        offers=[(one, ANSWERS[one.answer]) for one in leavings.shown_on(str(row.pk))],
        days=choices(timezone.localdate(at), policy().leaving),
    )


@sensitive_post_parameters("number")
@require_POST
@through(Gate.SEE_SUBSCRIBER)
def ask(request: HttpRequest) -> HttpResponse:
    """Somebody at the counter or on the line wants to leave: the number is opened for that purpose, and the reason kept."""
    assert isinstance(request.user, Staff)
    at = now()
    try:
        number = Msisdn.parse(request.POST.get("number", ""))
        subscriber = recognising.recognise([number]).get(number)
        if subscriber is None:
            raise NotANumber("not ours")
    except NotANumber:
        messages.error(request, _("That is no number of ours."))
        return redirect("staff:leavings")
    looking.look(request.user, number, _("wants to leave"), at)
    try:
        row = leavings.ask(
            subscriber, request.POST.get("reason", ""), request.POST.get("words", ""), channel="counter",
            by=actor(request), now=at, link=wiring.NOTICE_LINK,
        )  # fmt: skip
    except leavings.NotAllowed as no:
        messages.error(request, REFUSALS[no.code])
        return redirect("staff:leavings")
    return redirect("staff:leaving", row.pk)


@require_POST
@through(Gate.SEE_SUBSCRIBER)
def do(request: HttpRequest, leaving: uuid.UUID, deed: str) -> HttpResponse:
    """look, stay, think, leave (day, document), back, paid."""
    row, at = get_object_or_404(Leaving, pk=leaving), now()
    if deed == "look":
        return _look(request, row)
    if opened(request, row.msisdn, at) is None:
        return refuse(request, Gate.SEE_SUBSCRIBER)
    try:
        _deed(deed, row, request, at)
    except leavings.NotAllowed as no:
        messages.error(request, REFUSALS[no.code])
    else:
        messages.success(request, _("Done."))
    return redirect("staff:leaving", row.pk)


def _deed(deed: str, row: Leaving, request: HttpRequest, at: Any) -> None:
    by, link = actor(request), wiring.NOTICE_LINK
    if deed == "stay":
        leavings.stay(str(row.pk), by=by, now=at, link=link)
    elif deed == "think":
        leavings.think(str(row.pk), by=by, now=at)
    elif deed == "leave":
        if not request.POST.get("document"):
            raise leavings.NotAllowed("no_document")
        if request.POST.get("day") not in {str(day) for day in choices(timezone.localdate(at), policy().leaving)}:
            raise leavings.NotAllowed("bad_day")
        done = wiring.doorman().leave(str(row.pk), date.fromisoformat(request.POST["day"]), by=by, now=at)
        if done.state == "refused":
            raise leavings.NotAllowed("debt" if done.cause == "not_enough_money" else "not_asked")
    elif deed == "back":
        wiring.doorman().take_back(str(row.pk), by=by, now=at)
    elif deed == "paid":
        leavings.pay_out(str(row.pk), by=by, now=at)
    else:
        raise Http404


def _look(request: HttpRequest, row: Leaving) -> HttpResponse:
    assert isinstance(request.user, Staff)
    try:
        looking.look(request.user, Msisdn(row.msisdn), request.POST.get("purpose", ""), now())
    except looking.NoPurpose:
        messages.error(request, _("Say what for."))
    return redirect("staff:leaving", row.pk)
