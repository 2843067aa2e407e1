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
from careline.protocols.smstext import count_parts
from careline.refunds.verifying import NoSuchCharge
from careline.staff import case_refusals
from careline.staff.access import actor, now, page, through
from careline.staff.refund_labels import refusal
from careline.staff.views.cases_customer import opened
from careline.staff.views.cases_page import case_or_404
from careline.staff.views.cases_shown import masked
from careline.values.period import NotAMonth, parse_month


@require_POST
@through(Gate.SEE_SUBSCRIBER)
def explain(request: HttpRequest, docket: str) -> HttpResponse:
    """Both papers, while the customer's record is open to this person: to be read first, sent by SMS, or printed.

    `how`: preview leaves no trace, sms sends them, else they are handed over; either stands in the case's history.
    """
    case, at = case_or_404(docket), now()
    if opened(request, case.msisdn, at) is None:
        messages.error(request, _("First say what for, beside the case: then the bill opens."))
        return redirect("staff:case", docket)
    try:
        asked = request.POST.get("month", "")
        month = str(parse_month(asked, timezone.localdate())) if asked else ""
        carrier, by, how = wiring.carrier(), actor(request), request.POST.get("how", "")
        if how == "sms":
            refunding.send_bill(docket, month, carrier=carrier, by=by, now=at)
            messages.success(request, _("Both papers are on their way by SMS."))
            return redirect("staff:case", docket)
        month, bill, leaflet = refunding.bill_papers(docket, month, carrier=carrier, now=at)
        if how != "preview":
            refunding.explain_bill(docket, month, carrier=carrier, by=by, now=at, channel="hall")
    except NotAllowed as no:
        messages.error(request, case_refusals.refusal(no.code))
        return redirect("staff:case", docket)
    except (NotAMonth, NoSuchCharge):
        messages.error(request, refusal("no_such_charge"))
        return redirect("staff:case", docket)
    except CarrierError:
        messages.error(request, refusal("carrier"))
        return redirect("staff:case", docket)
    return page(
        request,
        "staff/refund_papers.html",
        here="cases",
        case=case,
        number=masked(case.msisdn),
        month=month,
        bill=bill,
        leaflet=leaflet,
        preview=how == "preview",
        parts=count_parts(refunding.bill_letter(docket, (bill, leaflet))),
        printed_at=timezone.localtime(at),
    )
