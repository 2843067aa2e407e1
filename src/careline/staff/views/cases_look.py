"""Opening the customer's record beside a case: for a purpose, which is journaled."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline.identity import looking
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.staff.access import now, through
from careline.staff.views.cases_page import case_or_404, show
from careline.values.msisdn import Msisdn


@require_POST
@through(Gate.SEE_SUBSCRIBER)
def look(request: HttpRequest, docket: str) -> HttpResponse:
    """Open the customer's record, for a purpose."""
    case = case_or_404(docket)
    assert isinstance(request.user, Staff)
    purpose = request.POST.get("purpose", "").strip()
    try:
        looking.look(request.user, Msisdn(case.msisdn), f"{case.docket} {purpose}" if purpose else "", now())
    except looking.NoPurpose:
        return show(request, case, wrong=_("Say what for."), status=400)
    return redirect("staff:case", docket)
