"""May I recommend? Beside a case: the one thing that fits, told in five parts within minutes, or the honest no with its reason."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from careline import wiring
from careline.carrier.port import Answer, CarrierError, Request
from careline.identity import recognising
from careline.identity.gates import Gate
from careline.offers import answering, recommending, turning
from careline.offers.facts import facts_of, wanted
from careline.offers.policy import policy
from careline.offers.recommending import Suggestion
from careline.staff.access import actor, now, page, refuse, through
from careline.staff.offer_labels import BARRED, CARD, REFUSALS, RESULTS
from careline.staff.reader import language
from careline.staff.views.cases_customer import opened
from careline.staff.views.cases_page import case_or_404
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

HEARD = ("data", "calls", "long", "roaming", "travel", "music")  # needs that a customer may speak of


@require_http_methods(["GET", "POST"])
@through(Gate.TAKE_CASES)
def talk(request: HttpRequest, docket: str) -> HttpResponse:
    """The answer to "may I?"; by POST the one suggestion, written down with its beginning. Its facts need an open look."""
    case, at = case_or_404(docket), now()
    number = Msisdn(case.msisdn) if case.msisdn else None
    barred = recommending.why_not(number, "counter", at) if number else ""
    look = opened(request, case.msisdn, at) if number else None
    tip: Suggestion | None = None
    if request.method == "POST" and number:
        if look is None:
            return refuse(request, Gate.SEE_SUBSCRIBER)
        tip = _suggest(request, number)
        barred = barred or recommending.why_not(number, "counter", at)
    return page(
        request,
        "staff/offer_talk.html",
        here="cases",
        case=case,
        barred=BARRED.get(barred, barred),
        look=look,
        asked=request.method == "POST",
        tip=tip,
        name=tip.name.read(language()) if tip else "",
        reason=tip.reason.read(case.language or language()) if tip else "",
        parts=list(zip(CARD, (part.read(language()) for part in tip.card), strict=True)) if tip else [],
        heard=[(one, _names()[one]) for one in HEARD],
        minutes=policy().recommending.minutes_max,
        kept=turning.of_case(case.docket),
        results=RESULTS.items(),
    )


@require_POST
@through(Gate.TAKE_CASES)
def end(request: HttpRequest, showing: uuid.UUID) -> HttpResponse:
    """The talk about it has ended: when, and what the customer said."""
    answer = request.POST.get("answer", "talked")
    try:
        row = answering.talked(
            str(showing), by=actor(request), now=now(), answer=answer if answer in ("later", "never") else "talked"
        )
        messages.success(request, _("Written down."))
        if row.overlong:
            messages.warning(request, _("It took longer than it should."))
    except answering.NotAnswered as no:
        messages.error(request, REFUSALS.get(no.code, no.code))
    docket = request.POST.get("docket", "")
    return redirect("staff:case", docket) if docket.isascii() and docket.isalnum() else redirect("staff:offers")


@require_POST
@through(Gate.TAKE_CASES)
def keep(request: HttpRequest, docket: str) -> HttpResponse:
    """The case ended well: the service was kept, a fitting one taken, or thanks said."""
    case = case_or_404(docket)
    sent = request.POST
    try:
        turning.keep(
            case.docket, sent.get("result", ""), service=sent.get("service", ""), words=sent.get("words", ""),
            by=actor(request), now=now(),
        )  # fmt: skip
        messages.success(request, _("Written down."))
    except turning.NotKept:
        messages.error(request, _("Choose one of the results."))
    return redirect("staff:offer-talk", docket)


def _suggest(request: HttpRequest, number: Msisdn) -> Suggestion | None:
    """What fits by the carrier's facts and by what the customer spoke of; the same one for half an hour."""
    at = now()
    asked = wanted(timezone.localdate(at))
    names = list(asked)
    requests = [
        Request(reference, number, asked[name][0], asked[name][1], asked[name][2], f"agent:{actor(request)}", "desk")
        for name, reference in zip(names, new_reference(len(names)), strict=True)
    ]
    read: dict[str, Any] = {}
    try:
        for index, answer in wiring.carrier().ask(
            requests, now=at, time_limit_seconds=wiring.CARRIER_TIME_LIMIT_SECONDS
        ):
            if isinstance(answer, Answer) and answer.refused is None:
                read[names[index]] = answer.facts
    except CarrierError:
        return None
    subscriber = recognising.recognise([number]).get(number)
    if subscriber is None:
        return None
    said = frozenset(request.POST.getlist("said")) & frozenset(HEARD)
    known = facts_of(subscriber, read, timezone.localdate(at), said=said)
    return recommending.suggest(number, "counter", facts=known, now=at, channel="counter", by=actor(request))


def _names() -> dict[str, str]:
    return {
        "data": _("More data"),
        "calls": _("More calls"),
        "long": _("Long-distance calls"),
        "roaming": _("Roaming"),
        "travel": _("Travelling"),
        "music": _("Music"),
    }
