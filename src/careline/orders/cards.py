"""The SIM of an order: wanted with the order, set apart by the carrier, confirmed by its owner, active; or let go.

These are rows, in the transaction of the deed that needs them; `activating` talks to the carrier afterwards. Nothing is
activated before it was delivered, and nothing without its owner's word.
"""

from datetime import datetime

from django.db.models import QuerySet

from careline.dialogue.saying import same
from careline.orders import goods, telling
from careline.orders.deeds import deed, note
from careline.orders.records.card import Card
from careline.orders.records.order import Order
from careline.orders.states import How, NotAllowed, State
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

DELIVERED = frozenset({State.ARRIVED, State.RECEIVED, State.COMPLETED})


def begin(order: Order, *, now: datetime) -> None:
    """The order stands: each SIM in it is wanted from the carrier. Once for each line."""
    shop = goods.goods()
    for line in order.lines.filter(kind="sim"):
        thing = shop.get(line.goods)
        if thing is None or not thing.card:
            continue
        reserving, activating, dropping = new_reference(3)
        Card.objects.get_or_create(
            line=line,
            defaults={
                "kind": thing.card,
                "credit_fen": thing.credit_fen,
                "reserving": reserving,
                "activating": activating,
                "dropping": dropping,
                "due_at": now,
            },
        )


def here(order: Order, *, now: datetime) -> None:
    """Delivered and set apart: its owner is told how it is activated; what is paid at the door is paid before."""
    card = _locked(order)
    if card is not None and card.state == "reserved" and State(order.state) in DELIVERED and not _owed(order):
        telling.say(order, f"card_here_{card.kind}", now, values_of(card))


def drop(order: Order, *, now: datetime) -> None:
    """The order ends without it: what was set apart is let go. A card that its owner has confirmed stays."""
    for card in Card.objects.select_for_update().filter(line__order=order, state__in=["wanted", "reserved"]):
        card.state, card.due_at, card.tries = "dropping", now, 0
        card.save(update_fields=["state", "due_at", "tries"])


def confirm(
    number: str, *, msisdn: Msisdn, channel: str, now: datetime, sure: bool, by: str = "subscriber", attempt: str = ""
) -> Card:
    """The owner has the card and wants it to work. One that was confirmed before is returned as it is.

    `sure`: more is proved than a session: the line itself spoke, or the service password was given. A card that takes the
    place of another asks for it. Raises NotAllowed: no_such_order, no_card, card_not_here, card_receive, card_not_ready,
    card_prove.
    """
    with deed(number, msisdn=msisdn) as order:
        card = _locked(order)
        if card is None:
            raise NotAllowed("no_card")
        if card.state in ("confirmed", "active"):
            return card
        may(order, card)
        if card.kind == "replacement" and not sure:
            raise NotAllowed("card_prove")
        if card.state == "refused":  # a carrier says again what it said once: this is another wish
            card.activating = new_reference()[0]
        card.state, card.cause, card.due_at, card.tries = "confirmed", "", now, 0
        card.confirmed_at, card.confirmed_at_door, card.confirmed_by = now, channel, attempt
        card.save()
        note(order, "card_confirmed", by=by, now=now, channel=channel, detail={"card": card.kind})
    return card


def may(order: Order, card: Card) -> None:
    """Whether its owner can confirm it now. Raises NotAllowed: card_not_here, card_receive, card_not_ready."""
    if State(order.state) not in DELIVERED:
        raise NotAllowed("card_not_here")
    if _owed(order):
        raise NotAllowed("card_receive")
    if not card.iccid:
        raise NotAllowed("card_not_ready")


def of_order(order: Order) -> Card | None:
    """The card of this order, if it has one that was not let go."""
    return _cards(order).first()


def to_confirm(msisdn: Msisdn) -> Card | None:
    """Which card a customer means who names none: one that waits for the word, else the last that was confirmed or ordered."""
    own = Card.objects.filter(line__order__msisdn=msisdn.digits).exclude(state__in=["dropping", "dropped"])
    delivered = own.filter(line__order__state__in=[state.value for state in DELIVERED])
    waiting = delivered.filter(state__in=["reserved", "refused", "wanted"]).order_by("-line__order__arrived_at")
    found = waiting.first() or delivered.order_by("-confirmed_at").first() or own.order_by("-pk").first()
    return found and Card.objects.select_related("line__order").get(pk=found.pk)


def confirmed_by(attempt: str) -> Card | None:
    """The card that was confirmed by this attempt."""
    return Card.objects.filter(confirmed_by=attempt).select_related("line__order").first() if attempt else None


def line_of(card: Card) -> Text:
    """The number of its line as its owner reads it; never for logs."""
    return same(Msisdn(card.served).national()) if card.served else Text("新号码", "the new number")


def values_of(card: Card) -> dict[str, str | Text]:
    return {"line": line_of(card)}


def _cards(order: Order) -> QuerySet[Card]:
    return Card.objects.filter(line__order=order).exclude(state__in=["dropping", "dropped"]).order_by("pk")


def _locked(order: Order) -> Card | None:
    return _cards(order).select_for_update().first()


def _owed(order: Order) -> bool:
    return order.pay == How.ARRIVAL.value and order.fen > 0 and order.state == State.ARRIVED.value
