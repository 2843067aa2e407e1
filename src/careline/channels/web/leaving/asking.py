"""The reason, and the one card with what could be better; the way out stands on every page as plainly as the way back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from careline import wiring
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.leaving.card import known
from careline.channels.web.visitor import Visitor, signed_in
from careline.dialogue.utterance import legible
from careline.offers import leaving, recommending
from careline.offers.offer import REASONS
from careline.offers.policy import policy
from careline.offers.records.leaving import WORDS_MAX

ON_THE_CARD = 3  # offers at most


@require_http_methods(["GET", "POST"])
@signed_in
def reason(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Why; one of the reasons, and words if the customer likes."""
    words = pages.phrases("leaving", page_language())
    row = leaving.open_of(visitor.msisdn)
    if row is not None and row.state != "asked":
        return redirect("web-leaving")
    wrong, said = "", legible(request.POST.get("words", ""))[:WORDS_MAX]
    chosen = request.POST.get("reason", "") or (row.reason if row else "")
    if request.method == "POST":
        try:
            leaving.ask(
                visitor.subscriber,
                request.POST.get("reason", ""),
                said,
                channel="web",
                by="subscriber",
                now=visitor.now,
                link=wiring.NOTICE_LINK,
            )
            return redirect("web-leaving-card")
        except leaving.NotAllowed:
            wrong = words["choose_reason"]
    return pages.show(
        request,
        "leaving",
        "reason.html",
        visitor,
        400 if wrong else 200,
        tab="me",
        wrong=wrong,
        said=said or (row.words if row else ""),
        chosen=chosen,
        longest=WORDS_MAX,
        reasons=[(one, words[f"reason_{one}"]) for one in REASONS],
    )


@require_GET
@signed_in
def card(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """One card: what fits the reason, each with yes and no; to go on leaving, to think it over, to stay as it is."""
    row = leaving.open_of(visitor.msisdn)
    if row is None:
        return redirect("web-leaving-reason")
    if row.state != "asked":
        return redirect("web-leaving")
    barred = recommending.why_not(visitor.msisdn, "leaving", visitor.now)
    tips = recommending.suggestions(
        visitor.msisdn,
        "leaving",
        facts=known(visitor, reason=row.reason),
        now=visitor.now,
        leaving=str(row.pk),
        most=ON_THE_CARD,
    )
    care = policy().care.get(visitor.subscriber.brand)
    return pages.show(
        request, "leaving", "card.html", visitor, tab="me", leaving=row, tips=tips, barred=barred, care=care,
        cases=pages.address("web-cases"),
    )  # fmt: skip


@require_POST
@signed_in
def stay(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Everything stays as it is."""
    return _ended(request, visitor, stays=True)


@require_POST
@signed_in
def think(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Think it over: nothing happens."""
    return _ended(request, visitor, stays=False)


def _ended(request: HttpRequest, visitor: Visitor, *, stays: bool) -> HttpResponse:
    row = leaving.open_of(visitor.msisdn)
    words = pages.phrases("leaving", page_language())
    try:
        if row is not None and stays:
            leaving.stay(str(row.pk), by="subscriber", now=visitor.now, link=wiring.NOTICE_LINK)
            messages.success(request, words["stayed"], extra_tags="good")
        elif row is not None:
            leaving.think(str(row.pk), by="subscriber", now=visitor.now)
            messages.info(request, words["thinking"], extra_tags="note")
    except leaving.NotAllowed:
        return redirect("web-leaving")
    return redirect("web-home")
