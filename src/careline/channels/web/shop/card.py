"""The SIM of an order as its page shows it: whose number, how far, and whether its owner can activate it now."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from careline.channels.web.visitor import Visitor
from careline.orders import cards
from careline.orders.records.card import Card
from careline.orders.records.order import Order
from careline.orders.states import NotAllowed
from careline.values.assurance import Assurance


@dataclass(frozen=True, slots=True)
class Shown:
    kind: str  # new, replacement
    number: str  # of its line, for its owner's eyes; "" until the carrier has set it apart
    words: str  # the phrase that says how it is: card_<words>
    at: datetime | None  # of the confirmation or activation
    button: bool
    prove: str  # where the service password is given, if that comes first


def shown(order: Order, visitor: Visitor) -> Shown | None:
    """None for an order without a SIM."""
    card = cards.of_order(order)
    if card is None:
        return None
    number = cards.line_of(card).zh if card.served else ""
    at = {"confirmed": card.confirmed_at, "active": card.active_at}.get(card.state)
    words, button = _standing(order, card)
    unproved = button and card.kind == "replacement" and visitor.assurance < Assurance.PASSWORD
    here = reverse("web-order", args=[order.number])
    prove = f"{reverse('web-password')}?next={here}" if unproved else ""
    return Shown(card.kind, number, words, at, button and not unproved, prove)


def _standing(order: Order, card: Card) -> tuple[str, bool]:
    if card.state == "wanted":
        return ("waiting" if card.tries else "wanted"), False
    if card.state in ("confirmed", "active"):
        return card.state, False
    try:
        cards.may(order, card)
    except NotAllowed as no:
        return ("refused" if card.state == "refused" else "owed" if no.code == "card_receive" else "reserved"), False
    return ("refused" if card.state == "refused" else f"here_{card.kind}"), True
