"""The states of an order and the only ways between them; what is not listed is refused."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    PLACED = "placed"  # pay on arrival: somebody is still to accept it
    WAITING = "waiting"  # for the payment
    CONFIRMED = "confirmed"
    PACKED = "packed"
    DISPATCHED = "dispatched"  # with the courier
    OUT_FOR_DELIVERY = "out_for_delivery"
    ARRIVED = "arrived"  # at the customer's door
    RECEIVED = "received"  # the customer says so
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REFUSED = "refused"  # at the door
    LOST = "lost"
    RETURNING = "returning"
    RETURNED = "returned"


WAYS: Mapping[State, frozenset[State]] = {
    State.PLACED: frozenset({State.WAITING, State.CONFIRMED, State.CANCELLED}),
    State.WAITING: frozenset({State.CONFIRMED, State.CANCELLED}),
    State.CONFIRMED: frozenset({State.PACKED, State.CANCELLED}),
    State.PACKED: frozenset({State.DISPATCHED, State.CANCELLED}),
    # Couriers leave steps out: what is at the door was on its way, whether anybody scanned it or not.
    State.DISPATCHED: frozenset({State.OUT_FOR_DELIVERY, State.ARRIVED, State.REFUSED, State.LOST}),
    State.OUT_FOR_DELIVERY: frozenset({State.ARRIVED, State.REFUSED, State.LOST}),
    State.ARRIVED: frozenset({State.RECEIVED, State.REFUSED}),
    State.LOST: frozenset(
        {State.OUT_FOR_DELIVERY, State.ARRIVED, State.CONFIRMED, State.CANCELLED}
    ),  # found, or sent anew
    State.REFUSED: frozenset({State.RETURNED}),
    State.RECEIVED: frozenset({State.COMPLETED, State.RETURNING}),
    State.COMPLETED: frozenset({State.RETURNING}),
    State.RETURNING: frozenset({State.RETURNED, State.COMPLETED}),  # completed: not taken back after all
    State.RETURNED: frozenset(),
    State.CANCELLED: frozenset(),
}
BEFORE_DISPATCH = frozenset({State.PLACED, State.WAITING, State.CONFIRMED, State.PACKED})
UNDER_WAY = frozenset({State.DISPATCHED, State.OUT_FOR_DELIVERY})
ENDED = frozenset({State.COMPLETED, State.CANCELLED, State.RETURNED})
OPEN = frozenset(State) - ENDED


class How(StrEnum):
    """How an order is paid."""

    ONLINE = "online"
    BALANCE = "balance"
    CREDIT = "credit"
    ARRIVAL = "arrival"  # at the door, once the buyer has the goods and confirms


class Money(StrEnum):
    """Where the money of an order is."""

    NONE = "none"  # nothing to pay, or nothing asked for yet
    WAITING = "waiting"  # asked for
    HELD = "held"  # set aside by the provider, taken when the goods leave or are received
    PAID = "paid"
    GOING_BACK = "going_back"
    BACK = "back"
    FAILED = "failed"


class NotAllowed(Exception):
    """The deed is refused; the message is a code that pages and channels have words for.

    way (no such transition), moved (somebody else changed it), no_such_order, no_such_goods, no_such_seller, no_key,
    nothing_chosen, too_many, sellers (goods of two sellers in one order), sold_out, not_for_you, brand, document,
    no_such_pay, not_this_way (these goods are not paid like that), pay_first (a bad standing), price (it changed),
    no_name, no_phone, no_address, no_region, no_slot, too_late (dispatched already, or too long ago), no_reason,
    too_long, unpaid, bad_rating, rated, not_returnable, no_such_parcel, parcel_used, no_such_courier, courier_away, courier_refused,
    bad_count, forgotten, no_card (nothing to activate), card_not_here (not delivered yet), card_receive (it is paid for first),
    card_not_ready (the carrier has not set it apart yet), card_prove (the service password is asked for).
    """

    @property
    def code(self) -> str:
        return str(self.args[0])


def check(origin: State, target: State) -> None:
    """Raises NotAllowed("way") for a transition that is not listed."""
    if target not in WAYS[origin]:
        raise NotAllowed("way", origin.value, target.value)
