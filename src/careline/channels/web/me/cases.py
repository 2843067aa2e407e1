"""My cases: each as a parcel on its way, with what its customer may do about it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from careline.cases import refunding, standing
from careline.channels.portal import deeds, picture
from careline.channels.portal.phrases import page_language
from careline.channels.portal.phrases import phrases as case_phrases
from careline.channels.web import pages
from careline.channels.web.me.hub import PART
from careline.channels.web.visitor import Visitor, signed_in
from careline.refunds import wording
from careline.selfcare import dockets

_GOOD = frozenset({"added", "urged", "thanks", "again"})


@require_GET
@signed_in
def listed(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    after = request.GET.get("after", "")
    found = dockets.of(visitor.msisdn, visitor.now, after=after)
    return pages.show(request, PART, "cases.html", visitor, parcels=found.parcels, after=found.after, later=bool(after))


@require_GET
@signed_in
def one(request: HttpRequest, visitor: Visitor, docket: str) -> HttpResponse:
    case = dockets.find(visitor.msisdn, docket)
    if case is None:
        return lost(request, visitor)
    language = page_language()
    shown = picture.of(case, visitor.now, language)
    parcel = dockets.steps(case, standing.standing_of(case, visitor.now))
    money = [(refund, wording.explained(refund, language)) for refund in refunding.of_case(case.docket) if refund.rule]
    return pages.show(
        request, PART, "case.html", visitor, w=case_phrases(language), steps=parcel, money=money,
        letters=dockets.letters(case), **shown,
    )  # fmt: skip


@sensitive_post_parameters()
@require_POST
@signed_in
def do(request: HttpRequest, visitor: Visitor, docket: str, deed: str) -> HttpResponse:
    """One of the deeds that the page of a case has, on whichever door."""
    case = dockets.find(visitor.msisdn, docket)
    if case is None:
        return lost(request, visitor)
    try:
        said = deeds.perform(deed, request, case, visitor.now)
    except KeyError:
        raise Http404 from None
    words = case_phrases(page_language())
    messages.info(request, words[said].format(docket=case.docket), extra_tags="good" if said in _GOOD else "warn")
    return redirect("web-case", docket=case.docket)


def lost(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """No case of this number: another's is answered like one that there is not."""
    return pages.show(request, PART, "no_case.html", visitor, 404)
