"""Accepting a case at the counter or on the telephone: the customer's history first, then the matter, or joining an open case."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from careline.cases import opening
from careline.cases.models import Case
from careline.cases.states import NotAllowed
from careline.identity import looking
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.journal.writing import write
from careline.staff import case_labels as labels
from careline.staff.access import actor, may, now, page, through
from careline.staff.case_refusals import refusal
from careline.staff.views.cases_customer import profile_of
from careline.staff.views.cases_shown import named_categories
from careline.values.msisdn import Msisdn, NotANumber
from careline.values.reference import new_reference

CHANNELS = ("hotline", "hall")  # by which customers come to staff
SHOWN = 10  # earlier cases


@sensitive_post_parameters("number")
@through(Gate.TAKE_CASES)
def accept(request: HttpRequest) -> HttpResponse:
    """The form, in two steps: whose matter it is, then what it is."""
    sent = {key: str(value).strip() for key, value in request.POST.items()}
    if request.method != "POST":
        return _form(request, {"channel": "hotline"}, None)
    try:
        number = Msisdn.parse(sent.get("number", ""))
    except NotANumber:
        return _form(request, sent, None, _("That is not a telephone number."), status=400)
    if sent.get("step") != "accept":
        return _form(request, sent, number)
    channel = sent.get("channel", "") if sent.get("channel") in CHANNELS else CHANNELS[0]
    try:
        taken = _take(request, sent, number, channel)
    except NotAllowed as refused:
        return _form(request, sent, number, refusal(refused.code), status=409)
    if taken.joined:
        messages.success(request, _("This joined the open case %(docket)s.") % {"docket": taken.case.docket})
    else:
        messages.success(
            request,
            _("Accepted as %(docket)s. The docket and the expected time are on their way by SMS.")
            % {"docket": taken.case.docket},
        )
    return redirect("staff:case", taken.case.docket)


def _take(request: HttpRequest, sent: dict[str, str], number: Msisdn, channel: str) -> opening.Accepted:
    """Accept it; what joins an open case takes that one's matter, so that it joins by the same rule as everywhere."""
    joined = Case.objects.filter(docket=sent.get("join", ""), msisdn=number.digits).first()
    return opening.accept(
        opening.NewCase(
            key=f"staff:{_key(request)}",
            msisdn=number,
            kind=joined.kind if joined else sent.get("kind", "complaint"),
            category=joined.category if joined else sent.get("category", ""),
            words=sent.get("words", ""),
            channel=channel,
            severity=sent.get("severity", "normal"),
            matter=joined.matter if joined else "",
        ),
        by=actor(request),
        now=now(),
    )


def _form(
    request: HttpRequest, sent: dict[str, str], number: Msisdn | None, wrong: str = "", status: int = 200
) -> HttpResponse:
    named = named_categories()
    known: dict[str, Any] = {}
    if number is not None:
        cases = opening.history(number)
        known = {
            "known": True,
            "open_cases": [one for one in cases if one.is_open],
            "past_cases": [one for one in cases if not one.is_open][:SHOWN],
        }
        if may(request, Gate.SEE_SUBSCRIBER):
            assert isinstance(request.user, Staff)
            looking.look(request.user, number, _("accepting a case"), now())
            known["customer"] = profile_of(number, now())
        else:  # who may not see the record sees the docket numbers and matters; that is a look as well
            detail = {"purpose": "accepting a case", "cases": len(cases)}
            write(who=actor(request), did="look", what="subscriber", record=number.masked(), now=now(), detail=detail)
    return page(
        request,
        "staff/case_new.html",
        status=status,
        here="cases",
        key=_key(request),
        sent=sent,
        wrong=wrong,
        channels=[(one, labels.CHANNELS[one]) for one in CHANNELS],
        kinds=list(labels.KINDS.items()),
        severities=[(key, labels.SEVERITIES[key]) for key in ("normal", "minor", "major")],
        categories=dict(named),
        category_choices=named,
        **known,
    )


def _key(request: HttpRequest) -> str:
    """What makes accepting happen once: sent along with the form, made when it is first shown."""
    try:
        return str(uuid.UUID(request.POST.get("key", "")))
    except ValueError:
        return new_reference()[0]
