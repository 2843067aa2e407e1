"""How the orders of many customers stand, as facts that a channel can say; three statements, whatever their number."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from careline.carrier.port import Answer, Request
from careline.dialogue.saying import both, local, say_time
from careline.orders import reading, telling
from careline.orders.records.order import Event, Order
from careline.orders.states import BEFORE_DISPATCH, ENDED, UNDER_WAY, State

SHOWN_MAX = 3  # orders that one answer tells of
ENDED_DAYS = 30  # how long after its placing an order that is over is still told of
# Where a time of delivery is still to be waited for.
_COMING = {one.value for one in BEFORE_DISPATCH | UNDER_WAY}


def statuses(requests: Sequence[Request], now: datetime) -> list[Answer]:
    """How the newest orders of these customers stand, those that are open first; a customer sees own orders only."""
    numbers = {request.msisdn.digits for request in requests}
    over = {one.value for one in ENDED}
    recent = Q(placed_at__gte=now - timedelta(days=ENDED_DAYS))
    found = Order.objects.filter(~Q(state__in=over) | recent, msisdn__in=numbers)
    of_number: dict[str, list[Order]] = {}
    for order in found.order_by("-placed_at", "-id").prefetch_related("lines"):
        of_number.setdefault(order.msisdn, []).append(order)
    own = {number: sorted(orders, key=lambda one: one.state in over) for number, orders in of_number.items()}
    shown = [order for orders in own.values() for order in orders[:SHOWN_MAX]]
    # What happened last to each of them, of what customers may read?
    last = {event.order_id: event for event in Event.objects.filter(order__in=shown, public=True).order_by("at", "id")}
    facts = {order.pk: _fact(order, last.get(order.pk), now) for order in shown}
    return [
        Answer(
            facts={
                "orders": [facts[order.pk] for order in own.get(request.msisdn.digits, ())[:SHOWN_MAX]],
                "count": len(own.get(request.msisdn.digits, ())),
            }
        )
        for request in requests
    ]


def _fact(order: Order, last: Event | None, now: datetime) -> Mapping[str, Any]:
    return {
        "number": order.number,
        "goods": telling.goods_of(order),
        "state": order.state,
        "coming": order.state in _COMING,
        "confirm": order.state == State.ARRIVED,
        "step": reading.state_words(order),
        "told": reading.label_of(last.did if last else "placed"),
        "date": both(say_time, last.at if last else order.placed_at, near=local(now).date()),
        "slot": telling.slot_of(order, now),
    }
