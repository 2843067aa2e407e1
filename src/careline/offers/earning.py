"""What earns gifts by itself: money that was brought online, and months in which a service was used."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from careline.carrier.port import Answer, Carrier, Request
from careline.dialogue.saying import local
from careline.identity import recognising
from careline.offers import promoting, shelf
from careline.offers.offer import Offer
from careline.payments.hearing import Happening
from careline.payments.states import Purpose
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.reference import new_reference

HAND = 200  # numbers that one sweep looks at for one offer
LOOKED_BACK = timedelta(days=200)  # an older order is no news, and its gift was given or not


def hear(happening: Happening) -> None:
    """A top-up that the carrier has credited earns what the promotions say, in the transaction that says so."""
    payment = happening.payment
    if payment.purpose != Purpose.TOP_UP.value or happening.did != "credited":
        return
    number = Msisdn(payment.payee)
    subscriber = recognising.recognise([number]).get(number)
    if subscriber is not None:
        # So much at once is a top-up, and a deposit where it is enough for one; each rule says from which sum.
        for trigger in ("top_up", "deposit"):
            promoting.grant(
                number,
                trigger,
                f"payment:{payment.pk}",
                by="payments",
                now=happening.now,
                fen=payment.fen,
                brand=subscriber.brand,
                region=subscriber.region,
            )


def after_months(carrier: Carrier, now: datetime, *, time_limit_seconds: float = 5.0, hand: int = HAND) -> int:
    """Whoever has used a service for the months of a promotion has earned its gift; how many grants were written."""
    today = local(now).date()
    return sum(
        _used(offer, carrier, now, time_limit_seconds, hand)
        for offer in shelf.offers().values()
        if offer.gift and offer.gift.trigger == "months" and offer.reigns(today)
    )


def _used(offer: Offer, carrier: Carrier, now: datetime, time_limit_seconds: float, hand: int) -> int:
    """All who may have earned it, by the hand: who has not is asked about in every sweep, and blocks nobody behind."""
    written, last = 0, ""
    while True:
        numbers = _may_have(offer, now, last, hand)
        written += _earned(numbers, offer, carrier, now, time_limit_seconds)
        if len(numbers) < hand:
            return written
        last = numbers[-1].digits


def _may_have(offer: Offer, now: datetime, after: str, hand: int) -> list[Msisdn]:
    assert offer.gift is not None
    # Who ordered it here so long ago, and has not had the gift.
    rows = sql.run(
        "SELECT DISTINCT a.msisdn FROM ledger_attempt a WHERE a.service = %s AND a.verb IN ('subscribe', 'order')"
        " AND a.outcome = %s AND a.ended_at <= %s::timestamptz - make_interval(months => %s::int)"
        " AND a.ended_at > %s::timestamptz AND NOT EXISTS (SELECT 1 FROM offers_grant g WHERE g.msisdn = a.msisdn"
        "  AND g.offer = %s) AND a.msisdn > %s ORDER BY a.msisdn LIMIT %s",
        [offer.service, Outcome.DONE.value, now, offer.gift.months, now - LOOKED_BACK, offer.id, after, hand],
    )
    return [Msisdn(row[0]) for row in rows]


def _earned(numbers: Sequence[Msisdn], offer: Offer, carrier: Carrier, now: datetime, time_limit_seconds: float) -> int:
    assert offer.gift is not None
    written = 0
    subscribers = recognising.recognise(numbers)
    for number, months in zip(numbers, _months(numbers, offer, carrier, now, time_limit_seconds), strict=True):
        known = subscribers.get(number)
        if known is not None and months >= offer.gift.months:
            with transaction.atomic():
                written += len(
                    promoting.grant(
                        number,
                        "months",
                        f"months:{offer.service}",
                        by="clock",
                        now=now,
                        months=months,
                        service=offer.service,
                        brand=known.brand,
                        region=known.region,
                        only=offer.id,
                    )
                )
    return written


def _months(
    numbers: Sequence[Msisdn], offer: Offer, carrier: Carrier, now: datetime, time_limit_seconds: float
) -> list[int]:
    """For how many whole months each of them has it without a gap, by the carrier's own word; -1 where it does not run."""
    if not numbers:
        return []
    requests = [
        Request(reference, number, "holdings", by="system", channel="care")
        for number, reference in zip(numbers, new_reference(len(numbers)), strict=True)
    ]
    found = [-1] * len(numbers)
    for index, answer in carrier.ask(requests, now=now, time_limit_seconds=time_limit_seconds):
        if isinstance(answer, Answer) and answer.refused is None:
            today = local(now).date()
            for held in answer.facts["holdings"]:
                if held["product"] == offer.service and held["tier"] in (offer.tier, "") and not held["until"]:
                    since = held["since"]
                    found[index] = (today.year - since.year) * 12 + today.month - since.month - (today.day < since.day)
    return found
