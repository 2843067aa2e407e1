"""The customer beside the case, behind the gate: only for a purpose, for half an hour, and every look is journaled."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline.cases import searching, timeline
from careline.cases.models import Case
from careline.identity import looking
from careline.identity.gates import Gate
from careline.identity.models import Look, Staff
from careline.staff.access import now, through
from careline.values.msisdn import Msisdn

CONTACTS = 20  # of the timeline across channels, and of earlier cases


@require_POST
@through(Gate.SEE_SUBSCRIBER)
def look(request: HttpRequest, docket: str) -> HttpResponse:
    """Open the customer's record, for a purpose."""
    from careline.staff.views.cases_page import case_or_404, show

    case = case_or_404(docket)
    assert isinstance(request.user, Staff)
    purpose = request.POST.get("purpose", "").strip()
    try:
        looking.look(request.user, Msisdn(case.msisdn), f"{case.docket} {purpose}" if purpose else "", now())
    except looking.NoPurpose:
        return show(request, case, wrong=_("Say what for."), status=400)
    return redirect("staff:case", docket)


def opened(request: HttpRequest, msisdn: str, at: datetime) -> Look | None:
    """The look that this person has open at this number now, if she may look at all."""
    if not msisdn or not isinstance(request.user, Staff) or not request.user.may(Gate.SEE_SUBSCRIBER):
        return None
    return looking.open_look(request.user, Msisdn(msisdn), at)


def seen(request: HttpRequest, case: Case, at: datetime) -> dict[str, Any] | None:
    """What this person may see of the customer now; None while the gate is shut."""
    look = opened(request, case.msisdn, at)
    if look is None:
        return None
    number = Msisdn(case.msisdn)
    return {
        "number": number.national(),
        "until": timezone.localtime(look.until),
        "purpose": look.purpose,
        "profile": profile_of(number, at),
        "cases": [one for one in searching.of_customer(number) if one.docket != case.docket][:CONTACTS],
        "moments": timeline.of_customer(number, CONTACTS),
    }


def profile_of(number: Msisdn, at: datetime) -> list[tuple[str, str]]:
    """What is known of the customer's earlier complaints, as lines."""
    return []
