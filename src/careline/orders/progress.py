"""Steps that several deeds share: an order is confirmed, its goods are let go, its next due moment is set."""

from datetime import datetime

from careline.orders import cards, shelf, telling
from careline.orders.deeds import held_goods, move, note
from careline.orders.policy import policy
from careline.orders.records.order import Order
from careline.orders.states import State


def confirm(order: Order, *, by: str, now: datetime) -> None:
    """It is paid, or may be paid at the door: somebody can pack it."""
    move(order, State.CONFIRMED, now)
    order.confirmed_at = now
    order.due_at = order.slot_until + policy().late_after
    note(order, "confirmed", by=by, now=now)
    cards.begin(order, now=now)
    telling.say(order, "confirmed", now)


def let_go(order: Order, *, by: str, now: datetime) -> None:
    """What was set apart for it goes back on the shelf."""
    shelf.release(held_goods(order), order=order.number, by=by, now=now)
    cards.drop(order, now=now)
