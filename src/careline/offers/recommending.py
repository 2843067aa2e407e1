"""Recommending: at most one offer at a time, that fits, that is honest about why, and that may be shown now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from careline.catalogue import library
from careline.catalogue.refusals import NothingPublished
from careline.dialogue.book import Book, Service, Verb
from careline.dialogue.rendering import fill
from careline.dialogue.saying import both, local, say_money, say_month, say_price
from careline.offers import shelf
from careline.offers.barred import barred
from careline.offers.facts import Facts
from careline.offers.models import Budget, Grant, Pause, Showing
from careline.offers.offer import Offer
from careline.offers.policy import policy
from careline.offers.rules import Fit, fits
from careline.postgres import sql
from careline.values.language import LANGUAGES, Text
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

SAME_VISIT = timedelta(minutes=30)  # within which the same page shows again what it showed, as one showing
CAP_DAYS = 30


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One recommendation as a page shows it. Amounts in fen."""

    showing: str  # its id: what the answer names
    offer: Offer
    name: Text
    reason: Text
    service: str
    verb: str
    tier: str
    price: int
    per: str
    agreed: str  # what a click beside this price agrees to (dialogue.intent.Intent.cost); "" where nothing is bought
    saves: int
    card: tuple[Text, Text, Text, Text, Text]  # for whom, advantage, tariff, start, leaflet

    @property
    def price_words(self) -> Text:
        return both(say_price, self.price, self.per)

    @property
    def saves_words(self) -> Text | None:
        return both(say_money, self.saves) if self.saves > 0 else None


@dataclass(frozen=True, slots=True)
class _Fitting:
    offer: Offer
    fit: Fit
    service: Service | None
    price: int


def suggest(
    msisdn: Msisdn,
    moment: str,
    *,
    facts: Facts,
    now: datetime,
    channel: str = "web",
    by: str = "page",
    book: Book | None = None,
) -> Suggestion | None:
    """The one thing to recommend at this moment, written down as shown; None when nothing fits or nothing may be shown.

    `moment`: one of offer.MOMENTS, or of offer.DISPUTES, where the answer is always None. `by`: who recommends.
    """
    found = suggestions(msisdn, moment, facts=facts, now=now, channel=channel, by=by, book=book, most=1)
    return found[0] if found else None


def suggestions(
    msisdn: Msisdn,
    moment: str,
    *,
    facts: Facts,
    now: datetime,
    channel: str = "web",
    by: str = "page",
    book: Book | None = None,
    most: int = 3,
    leaving: str | None = None,
) -> list[Suggestion]:
    """Up to `most`, for the one card of those who want to leave; everywhere else `suggest` is right."""
    known = book or _published()
    if known is None:
        return []
    kinds = ("retention",) if moment in ("leaving", "kept") else ("recommendation", "promotion")
    chosen = candidates(known, facts, moment, kinds, now)
    if not chosen:
        return []
    if again := _same_visit(msisdn, moment, channel, now, chosen, leaving):
        return [_suggestion(row, one, known) for row, one in again]
    with transaction.atomic():
        # Pages of one customer that open at once show one thing, not two.
        sql.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"offers {msisdn.digits}"])
        again = _same_visit(msisdn, moment, channel, now, chosen, leaving)
        if again:
            return [_suggestion(row, one, known) for row, one in again]
        if barred(msisdn, moment, now, policy().recommending):
            return []
        allowed = _unspent(_allowed(msisdn, chosen, now), msisdn)[:most]
        rows = _write(msisdn, moment, channel, by, now, allowed, leaving)
    return [_suggestion(row, one, known) for row, one in zip(rows, allowed, strict=True)]


def why_not(msisdn: Msisdn, moment: str, now: datetime) -> str:
    """Why nothing may be recommended to this customer now, as a code of `barred`; "" when something may."""
    return barred(msisdn, moment, now, policy().recommending)


def candidates(
    book: Book,
    facts: Facts,
    moment: str,
    kinds: Iterable[str],
    now: datetime,
    *,
    also: Mapping[str, Offer] | None = None,
) -> list[_Fitting]:
    """What fits these facts at this moment, the weightiest and then the most saving first. One statement."""
    today = local(now).date()
    found: list[_Fitting] = []
    for offer in (also or shelf.offers()).values():
        if offer.kind not in kinds or moment not in offer.moments:
            continue
        service = book.services.get(offer.service) if offer.service else None
        if offer.service and (service is None or not _sold(service, offer, facts)):
            continue
        price = _price(service, offer.tier)
        held = facts.holdings.get(service.product) if service else None
        held_price = _price(service, held) if service and held is not None else None
        product = service.product if service else ""
        fit = fits(offer, facts, today, product=product, price=price, held_price=held_price)
        if fit:
            found.append(_Fitting(offer, fit, service, price))
    paused = set(Pause.objects.filter(ended_at=None).values_list("offer", flat=True)) if found else set()
    found = [one for one in found if one.offer.id not in paused]
    return sorted(found, key=lambda one: (-one.offer.weight, -(one.fit.saving.saves if one.fit.saving else 0)))


def described(showing: Showing, book: Book | None = None) -> Suggestion | None:
    """What was shown then, in today's words; None when the offer is gone."""
    known, offer = book or _published(), shelf.offers().get(showing.offer)
    if known is None or offer is None:
        return None
    return _suggestion(showing, _Fitting(offer, Fit(showing.need), known.services.get(offer.service), 0), known)


# -- choosing


def _sold(service: Service, offer: Offer, facts: Facts) -> bool:
    """Whether this customer can have the service at all: what the hall would refuse is not recommended."""
    action = service.actions.get(Verb(offer.verb))
    here = not service.regions or facts.region in service.regions
    for_brand = not service.brands or facts.brand in service.brands
    tier = not offer.tier or offer.tier in service.tiers
    return action is not None and not action.closed and here and for_brand and tier


def _price(service: Service | None, tier: str) -> int:
    if service is None:
        return 0
    chosen = service.tiers.get(tier)
    return int(chosen.price if chosen else service.price)


def _same_visit(
    msisdn: Msisdn, moment: str, channel: str, now: datetime, chosen: list[_Fitting], leaving: str | None
) -> list[tuple[Showing, _Fitting]]:
    """What this page showed a moment ago and nobody answered: it is shown again, and is one showing."""
    rows = Showing.objects.filter(
        msisdn=msisdn.digits, moment=moment, channel=channel, answer="", shown_at__gt=now - SAME_VISIT, leaving=leaving
    ).order_by("shown_at", "id")
    by_offer = {one.offer.id: one for one in chosen}
    return [
        (row, by_offer[row.offer]) for row in rows if row.offer in by_offer and row.price == by_offer[row.offer].price
    ]


def _allowed(msisdn: Msisdn, chosen: list[_Fitting], now: datetime) -> list[_Fitting]:
    """Without those that this customer saw often enough, put off lately, or has taken already."""
    longest = max(CAP_DAYS, *(one.offer.caps.silent_days for one in chosen))
    seen: dict[str, list[Showing]] = {}
    for row in Showing.objects.filter(msisdn=msisdn.digits, shown_at__gt=now - timedelta(days=longest)):
        seen.setdefault(row.offer, []).append(row)

    def fresh(one: _Fitting) -> bool:
        caps, rows = one.offer.caps, seen.get(one.offer.id, [])
        month = now - timedelta(days=CAP_DAYS)
        if sum(row.shown_at > month for row in rows) >= caps.shown_in_30_days:
            return False
        silent = now - timedelta(days=caps.silent_days)
        return not any(row.answer in ("later", "never") and (row.answered_at or now) > silent for row in rows)

    return [one for one in chosen if fresh(one)]


def _unspent(chosen: list[_Fitting], msisdn: Msisdn) -> list[_Fitting]:
    """Without gifts that this customer had, or for which no money is left."""
    gifts = [one.offer.id for one in chosen if one.offer.gift]
    if not gifts:
        return chosen
    had = set(
        Grant.objects.filter(msisdn=msisdn.digits, offer__in=gifts)
        .exclude(state="refused")
        .values_list("offer", flat=True)
    )
    taken = dict(Budget.objects.filter(offer__in=gifts).values_list("offer", "taken"))

    def left(offer: Offer) -> bool:
        gift = offer.gift
        return gift is None or (offer.id not in had and taken.get(offer.id, 0) + gift.fen <= gift.budget_fen)

    return [one for one in chosen if left(one.offer)]


# -- writing down and wording


def _write(
    msisdn: Msisdn, moment: str, channel: str, by: str, now: datetime, chosen: list[_Fitting], leaving: str | None
) -> list[Showing]:
    rows = [
        Showing(
            id=reference,
            msisdn=msisdn.digits,
            offer=one.offer.id,
            kind=one.offer.kind,
            moment=moment,
            channel=channel,
            by=by,
            need=one.fit.need,
            service=one.offer.service,
            tier=one.offer.tier,
            price=one.price,
            paid=one.fit.saving.paid if one.fit.saving else 0,
            month=one.fit.saving.month if one.fit.saving else "",
            percent=one.fit.percent,
            shown_at=now,
            leaving=leaving,
        )
        for one, reference in zip(chosen, new_reference(len(chosen)), strict=True)
    ]
    return Showing.objects.bulk_create(rows)


def _suggestion(row: Showing, one: _Fitting, book: Book) -> Suggestion:
    offer, service = one.offer, one.service
    per = service.per if service else "once"
    values: dict[str, str | Text] = {
        "service": offer.name,
        "price": both(say_price, row.price, per),
        "paid": both(say_money, row.paid),
        "month": both(say_month, row.month) if row.month else "",
        "saves": both(say_money, max(0, row.paid - row.price)),
        "percent": str(row.percent),
    }
    reason = offer.reasons.get(row.need) or offer.card.advantage

    def filled(text: Text) -> Text:
        return Text(*(fill(text, values, language) for language in LANGUAGES))

    parts = offer.card.parts()
    return Suggestion(
        showing=str(row.pk),
        offer=offer,
        name=offer.name,
        reason=filled(reason),
        service=offer.service,
        verb=offer.verb,
        tier=offer.tier,
        price=row.price,
        per=per,
        agreed=f"{row.price}/{per}" if service else "",
        saves=max(0, row.paid - row.price) if row.paid else 0,
        card=(filled(parts[0]), filled(parts[1]), filled(parts[2]), filled(parts[3]), filled(parts[4])),
    )


def _published() -> Book | None:
    try:
        return library.current()
    except NothingPublished:
        return None
