"""What the carrier does with cards: sets one apart, brings it to life, lets it go. Each step once, by a reference of its own.

A carrier that is away or silent is asked again by the sweep under the same reference; meanwhile the order says how it is.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from careline.carrier.heard import heard
from careline.carrier.port import Answer, Carrier, CarrierError, Request
from careline.orders import cards, telling
from careline.orders.deeds import CLOCK, beside, note
from careline.orders.records.card import Card
from careline.orders.records.order import Order
from careline.orders.states import NotAllowed
from careline.postgres import sql
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

log = logging.getLogger(__name__)

SPACING = timedelta(seconds=15)  # between two looks at the same card, growing with the tries to an hour
SPACINGS_MAX = 240
ALARM_TRIES = 40
HAND = 50
_KINDS = {"wanted": "reserve_card", "confirmed": "activate", "dropping": "drop_card"}
# What the hall says of a card that cannot be activated now.
_CAUSES = {
    "no_such_order": Cause.NOT_FOUND,
    "no_card": Cause.NOT_FOUND,
    "card_not_here": Cause.NOT_STARTED,
    "card_receive": Cause.NOT_ENOUGH_MONEY,
    "card_not_ready": Cause.NOTHING_TO_CONFIRM,
    "card_prove": Cause.NOT_ELIGIBLE,
    "moved": Cause.CARRIER_BUSY,
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Who talks to the carrier about cards."""

    carrier: Carrier
    time_limit_seconds: float = 5.0

    def go_on(self, card: Card, now: datetime) -> Card:
        """Ask for the step that is open now; what the carrier leaves open stays with the sweep. Not within a transaction."""
        self._ask(self._due(now, 1, card.pk), now)
        return Card.objects.select_related("line__order").get(pk=card.pk)

    def sweep(self, now: datetime, limit: int = HAND) -> int:
        """Cards whose time has come; how many were asked about."""
        found = self._due(now, limit)
        for one in found:
            if one.tries == ALARM_TRIES:
                log.error(
                    "card of order %s is %s after %d tries; a person must look",
                    one.line.order.number,
                    one.state,
                    one.tries,
                )
        self._ask(found, now)
        return len(found)

    def _ask(self, found: Sequence[Card], now: datetime) -> None:
        requests = [_request(one) for one in found]
        given = heard(self.carrier, requests, now=now, time_limit_seconds=self.time_limit_seconds)
        for one, answer in zip(found, given, strict=True):
            if isinstance(answer, CarrierError):
                continue  # whether it happened or not: its due time brings it back, and one reference is done once
            try:
                _settle(one, answer, now)
            except NotAllowed as refused:
                log.warning("card of order %s is looked at again: %s", one.line.order.number, refused.code)

    def _due(self, now: datetime, limit: int, card: int | None = None) -> list[Card]:
        # Cards whose time has come, claimed until they are looked at again.
        rows = sql.run(
            "WITH due AS MATERIALIZED (SELECT id FROM order_card WHERE due_at <= %s AND (%s::bool OR id = %s::int8)"
            " ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)"
            " UPDATE order_card c SET tries = least(tries + 1, 30000),"
            " due_at = %s::timestamptz + make_interval(secs => %s::float8 * least(c.tries + 1, %s))"
            " FROM due WHERE c.id = due.id RETURNING c.id",
            [now, card is None, card or 0, limit, now, SPACING.total_seconds(), SPACINGS_MAX],
        )
        held = Card.objects.filter(pk__in=[row[0] for row in rows]).select_related("line__order")
        return list(held.order_by("pk"))


def answer(request: Request, desk: Desk, now: datetime) -> Answer:
    """The owner's word by any channel of the hall: which card, confirmed by this attempt, and what the carrier made of it."""
    card = cards.confirmed_by(request.reference)
    if card is None:
        named = str(request.values.get("order") or "")
        card = cards.to_confirm(request.msisdn) if not named else None
        if card is None and not named:
            return Answer(Cause.NOT_FOUND, {"code": "no_card"})
        try:
            number = named or card.line.order.number  # type: ignore[union-attr]
            fresh = cards.confirm(
                number, msisdn=request.msisdn, channel=request.channel, now=now, sure=True, attempt=request.reference
            )
        except NotAllowed as refused:
            return Answer(_CAUSES.get(refused.code, Cause.NOTHING_TO_CONFIRM), _facts(card) | {"code": refused.code})
        if fresh.confirmed_by != request.reference and fresh.state == "active":
            return Answer(Cause.ALREADY_ON, _facts(fresh))
        card = fresh
    if card.state == "confirmed":
        card = desk.go_on(card, now)
    if card.state == "refused":
        return Answer(Cause.CLOSED if not card.cause else Cause(card.cause), _facts(card) | {"code": "card_refused"})
    return Answer(facts=_facts(card))


def _facts(card: Card | None) -> dict[str, object]:
    if card is None:
        return {}
    order = card.line.order
    return {
        "state": card.state,
        "number": order.number,
        "line": cards.line_of(card),
        "goods": telling.goods_of(order),
        "new": card.kind == "new",
    }


def _request(card: Card) -> Request:
    owner = Msisdn(card.line.order.msisdn)
    match card.state:
        case "confirmed":
            door = card.confirmed_at_door or "web"
            values = {"card": card.iccid}
            return Request(card.activating, Msisdn(card.served), "activate", "", values, "subscriber", door)
        case "dropping":
            return Request(card.dropping, owner, "drop_card", "", {"reference": card.reserving}, "system", "care")
        case _:
            values_new = {"credit": card.credit_fen} if card.credit_fen else {}
            return Request(card.reserving, owner, "reserve_card", card.kind, values_new, "subscriber", "web")


def _settle(seen: Card, answer: Answer, now: datetime) -> None:
    """What the carrier said of a step, if the card still stands where it was asked for."""
    with beside(seen.line.order.number) as order:
        card = Card.objects.select_for_update().get(pk=seen.pk)
        if card.state != seen.state:
            return
        refused = answer.refused
        if card.state == "confirmed" and refused is Cause.ALREADY_ON:
            refused = None  # it works, whoever was quicker
        card.due_at = None
        if refused is not None and card.state != "dropping":
            _refused(order, card, refused, now)
        elif card.state == "wanted":
            card.state, card.iccid, card.served = "reserved", answer.facts["card"], answer.facts["number"]
            note(order, "card_reserved", by=CLOCK, now=now, detail={"card": card.kind})
        elif card.state == "confirmed":
            card.state, card.active_at = "active", now
            note(order, "card_active", by=CLOCK, now=now, detail={"card": card.kind})
            telling.say(order, f"card_active_{card.kind}", now, cards.values_of(card))
        else:
            card.state = "dropped"
            note(order, "card_dropped", by=CLOCK, now=now, detail={"card": card.kind}, public=False)
        card.save()
        if card.state == "reserved":  # where the parcel was quicker than the carrier
            cards.here(order, now=now)


def _refused(order: Order, card: Card, cause: Cause, now: datetime) -> None:
    card.state, card.cause = "refused", cause.value
    log.error("the carrier refused a card of order %s: %s; a person must look", order.number, cause.value)
    note(order, "card_refused", by=CLOCK, now=now, detail={"cause": cause.value})
    telling.say(order, "card_refused", now, cards.values_of(card))
