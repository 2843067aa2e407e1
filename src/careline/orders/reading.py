"""Orders as customers see them: their own, page by page, what can be done now, and what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from careline.catalogue import shipped
from careline.orders.courier.adapters.sandbox import PLACES
from careline.orders.deeds import CUSTOMER
from careline.orders.records.order import Event, Order
from careline.orders.states import BEFORE_DISPATCH, How, Money, NotAllowed, State
from careline.values.language import Text
from careline.values.msisdn import Msisdn

PAGE = 20  # orders


@dataclass(frozen=True, slots=True)
class Page:
    orders: Sequence[Order]  # the newest first, with their lines
    after: str  # what to ask for the older ones with; "" when there are none


class Moment(NamedTuple):
    """One thing that happened. `who`: you, us or courier."""

    at: datetime
    did: str
    label: Text
    words: str
    where: Text
    who: str
    by: str  # for staff


def of_customer(msisdn: Msisdn, *, after: str = "", size: int = PAGE) -> Page:
    """A page of this customer's orders; two statements. Raises NotAllowed("no_such_order") for a made-up `after`."""
    found = Order.objects.filter(msisdn=msisdn.digits)
    if after:
        last = found.filter(number=after).values_list("placed_at", "id").first()
        if last is None:
            raise NotAllowed("no_such_order")
        found = found.filter(Q(placed_at__lt=last[0]) | Q(placed_at=last[0], id__lt=last[1]))
    orders = list(found.order_by("-placed_at", "-id").prefetch_related("lines")[: size + 1])
    more = len(orders) > size
    return Page(orders[:size], orders[size - 1].number if more else "")


def order_of(number: str, msisdn: Msisdn) -> Order:
    """This customer's order of that number; a stranger's is NotAllowed("no_such_order"), like one that there is not."""
    order = Order.objects.filter(number=number, msisdn=msisdn.digits).prefetch_related("lines", "parcels").first()
    if order is None:
        raise NotAllowed("no_such_order")
    return order


def timeline(order: Order, *, public: bool = True) -> Sequence[Moment]:
    """What happened, in the order in which it happened; `public`: what the customer may read."""
    events = Event.objects.filter(order=order)
    if public:
        events = events.filter(public=True)
    return [
        Moment(event.at, event.did, label_of(event.did), event.words, place_of(event.place), _who(event.by), event.by)
        for event in events.order_by("at", "id")
    ]


def possible(order: Order, now: datetime) -> frozenset[str]:
    """What the customer can do now: change, cancel, pay, receive, return, rate, complain."""
    state, deeds = State(order.state), {"complain"}
    if state in BEFORE_DISPATCH:
        deeds |= {"change", "cancel"}
    if state is State.WAITING:
        deeds.add("pay")
    if state is State.ARRIVED:
        deeds.add("receive")
    if state in (State.RECEIVED, State.COMPLETED):
        if order.return_until and now <= order.return_until:
            deeds.add("return")
        if order.rated_at is None:
            deeds.add("rate")
    return frozenset(deeds)


def state_words(order: Order) -> Text:
    """What its state is called."""
    return words_of_state(order.state)


def words_of_state(state: str) -> Text:
    return shipped.known(f"order.state.{state}") or Text(state, state)


def label_of(did: str) -> Text:
    """What was done, in words; its bare name where nobody has written any."""
    return shipped.known(f"order.did.{did}") or Text(did, did)


def owes_on_arrival(order: Order) -> bool:
    """Whether the money is still to be taken when the customer confirms."""
    return order.pay == How.ARRIVAL.value and order.money == Money.HELD.value


def place_of(place: str) -> Text:
    """Where it was, as the courier says it; the sandbox's places in both languages."""
    return Text(place, PLACES.get(place, place))


def _who(by: str) -> str:
    if by == CUSTOMER:
        return "you"
    return "courier" if by.startswith("courier:") else "us"
