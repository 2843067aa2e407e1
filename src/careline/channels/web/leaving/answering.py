"""The answers to a recommendation on any page: yes by the hall, not now, never."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from careline import wiring
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.visitor import Visitor, signed_in
from careline.offers import answering, shelf
from careline.offers.answering import NotAnswered


@require_POST
@signed_in
def answer(request: HttpRequest, visitor: Visitor, showing: uuid.UUID) -> HttpResponse:
    """`answer` is yes, later or never. A stranger's showing does not exist."""
    words, said = pages.phrases("leaving", page_language()), request.POST.get("answer", "")
    onward = pages.onward(request)
    try:
        row = answering.showing_of(visitor.msisdn, str(showing))
        if said == "yes":
            return _take(request, visitor, str(showing), row.offer, onward)
        if said == "never":
            answering.decline(visitor.msisdn, str(showing), "never", by="subscriber", now=visitor.now)
            messages.success(request, words["never_again"], extra_tags="good")
        else:
            answering.decline(visitor.msisdn, str(showing), "later", by="subscriber", now=visitor.now)
            messages.info(request, words["not_now"], extra_tags="note")
    except NotAnswered as no:
        if no.code == "no_such_showing":
            raise Http404 from None
        messages.info(request, words["offer_over"], extra_tags="note")
    return redirect(onward)


def _take(request: HttpRequest, visitor: Visitor, showing: str, offer: str, onward: str) -> HttpResponse:
    """A service by the hall, whose page of results says what came of it; a gift for staying at once; a top-up on its page."""
    words, known = pages.phrases("leaving", page_language()), shelf.offers().get(offer)
    if known is None:
        raise NotAnswered("over")
    if known.gift is not None and not known.service:
        grants = answering.take_gift(visitor.subscriber, showing, visitor.now)
        if grants:
            wiring.giver().give(grants, visitor.now)
            messages.success(request, words["gift_taken"], extra_tags="good")
            return redirect("web-home")
        if known.gift.trigger == "stay":
            raise NotAnswered("over")
        return redirect(pages.address("web-top-up" if known.gift.trigger == "top_up" else "web-shop"))
    try:
        served = answering.accept(
            pages.reception(), visitor.msisdn, showing, visitor.now, assurance=int(visitor.assurance)
        )
    except OperationalError:
        served = None
    if served is None or not served.recorded:
        messages.error(request, words["not_taken"], extra_tags="bad")
        return redirect(onward)
    return redirect(f"{reverse('web-result', args=[showing])}?{urlencode({'next': onward})}")
