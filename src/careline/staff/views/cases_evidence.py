"""The evidence pack of a case, for those who may take it; taking it is in the journal and in the pack."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from careline.cases import evidence
from careline.cases.states import NotAllowed
from careline.identity.gates import Gate
from careline.staff.access import actor, now, through
from careline.staff.case_refusals import refusal
from careline.staff.reader import language
from careline.staff.views.cases_page import case_or_404, show


@require_POST
@through(Gate.EXPORT_EVIDENCE)
def pack(request: HttpRequest, docket: str) -> HttpResponse:
    """Everything said and done about the case, as PDF or JSON."""
    case = case_or_404(docket)
    try:
        made = evidence.pack(
            case.docket, by=actor(request), now=now(), whole_numbers="whole" in request.POST,
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
    except NotAllowed as refused:
        return show(request, case, wrong=refusal(refused.code), status=409)
    if request.POST.get("format") == "json":
        answer = HttpResponse(evidence.to_json(made), content_type="application/json")
        ending = "json"
    else:
        answer, ending = HttpResponse(evidence.to_pdf(made, language()), content_type="application/pdf"), "pdf"
    answer["Content-Disposition"] = f'attachment; filename="case-{case.docket}.{ending}"'
    return answer
