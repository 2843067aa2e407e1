"""The monthly sheet, to be read, printed or taken as PDF, in either language."""

from django.http import HttpRequest, HttpResponse

from careline.identity.gates import Gate
from careline.journal.writing import write
from careline.staff.access import actor, now, through
from careline.staff.reader import language
from careline.staff.views.upkeep import month_of, months, room
from careline.upkeep import as_pdf as paper
from careline.upkeep.sheet import sheet as make


@through(Gate.KEEP_HOUSE)
def sheet(request: HttpRequest) -> HttpResponse:
    """The sheet on the screen; printing it leaves out everything around it."""
    chosen, spoken = month_of(request), _language(request)
    return room(
        request,
        "staff/upkeep_sheet.html",
        "upkeep-sheet",
        month=str(chosen),
        months=months(),
        spoken=spoken,
        tag="zh-CN" if spoken == "zh" else "en",
        sheet=(made := make(chosen, spoken, now())),
        criteria=[(one, made.verdict(one.met)) for one in made.criteria],
        verdict=made.verdict(made.met),
    )


@through(Gate.KEEP_HOUSE)
def as_pdf(request: HttpRequest) -> HttpResponse:
    """The same on paper; who took it is in the journal."""
    chosen, spoken, at = month_of(request), _language(request), now()
    answer = HttpResponse(paper.to_pdf(make(chosen, spoken, at)), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="upkeep-{chosen}-{spoken}.pdf"'
    write(who=actor(request), did="take_sheet", what="upkeep", record=str(chosen), now=at, detail={"language": spoken})
    return answer


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in ("zh", "en") else language()
