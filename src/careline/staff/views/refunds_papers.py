"""A bill is explained with two papers, to be handed over: the bill with who ordered what, and the leaflet of the twofold return."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline import wiring
from careline.carrier.port import CarrierError
from careline.cases import refunding
from careline.cases.states import NotAllowed
from careline.identity.gates import Gate
from careline.refunds.verifying import NoSuchCharge
from careline.staff import case_refusals
from careline.staff.access import actor, now, page, through
from careline.staff.refund_labels import refusal
from careline.staff.views.cases_customer import opened
from careline.staff.views.cases_page import case_or_404
from careline.values.period import NotAMonth, parse_month


@require_POST
@through(Gate.SEE_SUBSCRIBER)
def explain(request: HttpRequest, docket: str) -> HttpResponse:
    """Both papers on one page, while the customer's record is open to this person; that it was done stands in the case."""
    case, at = case_or_404(docket), now()
    if opened(request, case.msisdn, at) is None:
        messages.error(request, _("First say what for, beside the case: then the bill opens."))
        return redirect("staff:case", docket)
    try:
        asked = request.POST.get("month", "")
        month = str(parse_month(asked, timezone.localdate())) if asked else ""
        bill, leaflet = refunding.explain_bill(
            docket, month, carrier=wiring.carrier(), by=actor(request), now=at, channel="staff"
        )
    except NotAllowed as no:
        messages.error(request, case_refusals.refusal(no.code))
        return redirect("staff:case", docket)
    except (NotAMonth, NoSuchCharge):
        messages.error(request, refusal("no_such_charge"))
        return redirect("staff:case-bill", docket)
    except CarrierError:
        messages.error(request, refusal("carrier"))
        return redirect("staff:case-bill", docket)
    return page(request, "staff/refund_papers.html", here="cases", case=case, bill=bill, leaflet=leaflet)
