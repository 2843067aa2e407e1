"""Offers with what they came to; pausing and resuming with a reason; one offer as a card to print, and who saw it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from careline.catalogue import shipped
from careline.identity.gates import Gate
from careline.offers import judging, shelf, turning
from careline.offers.figures import Figures, figures
from careline.offers.models import Budget, Pause, Showing
from careline.offers.offer import Offer
from careline.offers.policy import policy
from careline.offers.recommending import described
from careline.staff.access import actor, now, page, through
from careline.staff.offer_labels import ANSWERS, CARD, KINDS, REFUSALS, RESULTS
from careline.staff.reader import language
from careline.staff.views.cases_shown import masked

DAYS = 60  # of the figures
SHOWINGS = 100  # on one page


@require_GET
@through(Gate.TAKE_CASES)
def listed(request: HttpRequest) -> HttpResponse:
    """Every offer with its figures of the last days, the paused ones first."""
    at = now()
    counted = figures(at - timedelta(days=DAYS), at + timedelta(minutes=1))
    paused = {row.offer: row for row in Pause.objects.filter(ended_at=None)}
    taken = {row.offer: row for row in Budget.objects.all()}
    rows: list[dict[str, Any]] = [
        {
            "offer": one,
            "name": one.name.read(language()),
            "kind": KINDS[one.kind],
            "figures": counted.get(one.id, Figures(one.id, 0, 0, 0, 0, 0, 0, 0)),
            "pause": paused.get(one.id),
            "budget": taken.get(one.id),
            "over": not one.reigns(timezone.localdate(at)),
        }
        for one in shelf.offers().values()
    ]
    rows.sort(key=lambda row: (row["pause"] is None, row["offer"].kind, row["offer"].id))
    kept = turning.counted(at - timedelta(days=DAYS), at + timedelta(minutes=1))
    return page(
        request, "staff/offers.html", here="offers", tab="offers", rows=rows, days=DAYS,
        kept=[(RESULTS[key], count) for key, count in kept.items()], minutes=policy().recommending.minutes_max,
    )  # fmt: skip


@require_GET
@through(Gate.TAKE_CASES)
def shown(request: HttpRequest, offer: str) -> HttpResponse:
    """One offer: its card in five parts, for the counter and for printing; its pauses; who was shown it, masked."""
    one = _offer(offer)
    rows = Showing.objects.filter(offer=one.id).order_by("-shown_at")[:SHOWINGS]
    return page(
        request,
        "staff/offer.html",
        here="offers",
        tab="offers",
        offer=one,
        name=one.name.read(language()),
        kind=KINDS[one.kind],
        card=_card(one),
        reasons=[text.read(language()) for text in one.reasons.values()],
        pauses=Pause.objects.filter(offer=one.id).order_by("-since")[:20],
        paused=Pause.objects.filter(offer=one.id, ended_at=None).exists(),
        showings=[(row, masked(row.msisdn), ANSWERS[row.answer]) for row in rows],
    )


@require_POST
@through(Gate.MANAGE_CASES)
def do(request: HttpRequest, offer: str, deed: str) -> HttpResponse:
    """Pause, resume; both with a reason, both journaled."""
    _offer(offer)
    deeds = {"pause": judging.pause, "resume": judging.resume}
    if deed not in deeds:
        raise Http404
    try:
        deeds[deed](offer, request.POST.get("reason", ""), by=actor(request), now=now())
        messages.success(request, _("Done."))
    except judging.NotPaused as no:
        messages.error(request, REFUSALS[no.code])
    return redirect("staff:offer", offer)


def _card(one: Offer) -> list[tuple[Any, str]]:
    """The five parts with today's price in them."""
    book = shipped.published()
    service = book.services.get(one.service) if book else None
    tier = service.tiers.get(one.tier) if service else None
    price = int(tier.price if tier else service.price) if service else 0
    row = Showing(pk="00000000-0000-7000-8000-000000000000", offer=one.id, price=price)
    found = described(row, book)
    parts = found.card if found else one.card.parts()
    return list(zip(CARD, (part.read(language()) for part in parts), strict=True))


def _offer(id: str) -> Offer:
    one = shelf.offers().get(id)
    if one is None:
        raise Http404
    return one
