"""Every deed in every state: what is not listed is refused and changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from careline.orders import changing, sending
from careline.orders.records.order import Order
from careline.orders.states import BEFORE_DISPATCH, ENDED, WAYS, NotAllowed, State, check
from tests.orders.shop import HOME, NOON, STAFF, customer, led, read

pytestmark = pytest.mark.django_db

STAFF_DO: dict[str, Any] = {"by": STAFF, "now": NOON}


def _mine(order: Order) -> dict[str, Any]:
    from careline.values.msisdn import Msisdn

    return {"msisdn": Msisdn(order.msisdn), "channel": "web", "now": NOON}


DEEDS: dict[str, tuple[Callable[[Order], object], frozenset[State]]] = {
    "change": (lambda order: changing.change(order.number, receiver=HOME, **_mine(order)), BEFORE_DISPATCH),
    "cancel": (lambda order: changing.cancel(order.number, **_mine(order)), BEFORE_DISPATCH),
    "receive": (lambda order: changing.receive(order.number, **_mine(order)), frozenset({State.ARRIVED})),
    "return": (
        lambda order: changing.return_(order.number, "不合适", **_mine(order)),
        frozenset({State.RECEIVED, State.COMPLETED}),
    ),
    "accept": (lambda order: sending.accept(order.number, **STAFF_DO), frozenset({State.PLACED})),
    "pack": (lambda order: sending.pack(order.number, **STAFF_DO), frozenset({State.CONFIRMED})),
    "hand_over": (
        lambda order: sending.hand_over(order.number, "sandbox", "X1", **STAFF_DO),
        frozenset({State.PACKED}),
    ),
    "out": (
        lambda order: sending.mark(order.number, "out_for_delivery", **STAFF_DO),
        frozenset({State.DISPATCHED, State.LOST}),
    ),
    "arrived": (
        lambda order: sending.mark(order.number, "arrived", **STAFF_DO),
        frozenset({State.DISPATCHED, State.OUT_FOR_DELIVERY, State.LOST}),
    ),
    "refused": (
        lambda order: sending.mark(order.number, "refused", **STAFF_DO),
        frozenset({State.DISPATCHED, State.OUT_FOR_DELIVERY, State.ARRIVED}),
    ),
    "lost": (
        lambda order: sending.mark(order.number, "lost", **STAFF_DO),
        frozenset({State.DISPATCHED, State.OUT_FOR_DELIVERY}),
    ),
    "take_back": (
        lambda order: sending.take_back(order.number, **STAFF_DO),
        frozenset({State.RETURNING, State.REFUSED}),
    ),
    "keep_not": (lambda order: sending.keep_not(order.number, "少配件", **STAFF_DO), frozenset({State.RETURNING})),
    "give_up": (lambda order: sending.give_up(order.number, **STAFF_DO), frozenset({State.LOST})),
    "send_anew": (
        lambda order: sending.send_anew(order.number, "2026-11-12/13:00-17:00", **STAFF_DO),
        frozenset({State.LOST}),
    ),
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.requirement("ORD-01")
def test_every_deed_in_this_state(state: State) -> None:
    """The whole row of the table at once: each deed tried on an order of its own copy, undone afterwards."""
    from django.db import transaction

    how = "arrival" if state is State.PLACED else "balance"
    order = led(customer("mzone"), state, "charger", how=how)
    before = read(order)
    for name, (deed, states) in DEEDS.items():
        refused = ""
        try:
            with transaction.atomic():
                deed(read(order))
                assert read(order).version > before.version
                transaction.set_rollback(True)
        except NotAllowed as refusal:
            refused = refusal.code
        assert (not refused) == (state in states), f"{name} in {state}: {refused or 'let through'}"
        assert read(order).version == before.version


def test_no_way_leads_out_of_what_is_over_but_returns() -> None:
    for state in ENDED - {State.COMPLETED}:
        assert not WAYS[state]
    for origin in State:
        for target in State:
            if target not in WAYS[origin]:
                with pytest.raises(NotAllowed, match="way"):
                    check(origin, target)


def test_what_was_seen_meanwhile_is_read_again() -> None:
    order = led(customer(), State.CONFIRMED, how="arrival")
    sending.pack(order.number, **STAFF_DO, expected=order.version)
    with pytest.raises(NotAllowed, match="moved"):
        sending.hand_over(order.number, "sandbox", "X2", **STAFF_DO, expected=order.version)


def test_the_history_stays() -> None:
    from django.db import DatabaseError, connection, transaction

    order = led(customer(), State.CONFIRMED, how="arrival")
    for statement in ("UPDATE order_event SET words = 'x'", "DELETE FROM order_event"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert read(order).events.count() >= 2


@pytest.mark.requirement("ORD-03")
def test_address_and_time_can_be_changed_until_it_leaves() -> None:
    order = led(customer(), State.PACKED, how="arrival")
    other = HOME.__class__("林小川", "13900050008", "临江大道2号", "yunling")
    changed = changing.change(order.number, receiver=other, slot="2026-11-13/13:00-17:00", **_mine(order))
    assert (changed.region, changed.address) == ("yunling", "临江大道2号")
    assert changed.slot_from > order.slot_from
    with pytest.raises(NotAllowed, match="no_slot"):  # nobody delivers there in the evening
        changing.change(order.number, slot="2026-11-13/18:00-20:00", **_mine(order))
    sending.hand_over(order.number, "sandbox", "X3", **STAFF_DO)
    with pytest.raises(NotAllowed, match="too_late"):
        changing.change(order.number, receiver=HOME, slot="2026-11-13/09:00-12:00", **_mine(order))


@pytest.mark.requirement("ORD-06")
def test_one_rating_of_one_completed_order() -> None:
    order = led(customer(), State.RECEIVED, how="arrival")
    with pytest.raises(NotAllowed, match="bad_rating"):
        changing.rate(order.number, 6, 1, **_mine(order))
    rated = changing.rate(order.number, 4, 5, "好用，电话13900050009", **_mine(order))
    assert (rated.state, rated.goods_rating, rated.service_rating) == (State.COMPLETED, 4, 5)
    assert "13900050009" not in rated.rating_words
    with pytest.raises(NotAllowed, match="rated"):
        changing.rate(order.number, 5, 5, **_mine(order))
    with pytest.raises(NotAllowed, match="way"):
        changing.rate(led(customer(), State.ARRIVED, how="arrival").number, 5, 5, **{**_mine(order), "msisdn": None})


def test_what_is_returned_too_late_or_was_never_returnable_stays_sold() -> None:
    from tests.orders.shop import later

    order = led(customer(), State.RECEIVED, how="arrival")
    with pytest.raises(NotAllowed, match="no_reason"):
        changing.return_(order.number, "  ", **_mine(order))
    with pytest.raises(NotAllowed, match="too_late"):
        changing.return_(order.number, "不合适", **{**_mine(order), "now": later(days=8)})
    spare = led(customer(), State.RECEIVED, "sim_spare", how="arrival")
    with pytest.raises(NotAllowed, match="not_returnable"):
        changing.return_(spare.number, "不合适", **_mine(spare))


def test_a_stranger_sees_and_moves_nothing() -> None:
    from careline.orders import complaining, reading

    order = led(customer(), State.ARRIVED, how="arrival")
    stranger: dict[str, Any] = {"msisdn": customer(), "channel": "web", "now": NOON}
    for deed in (
        lambda: changing.cancel(order.number, **stranger),
        lambda: changing.receive(order.number, **stranger),
        lambda: changing.rate(order.number, 1, 1, **stranger),
        lambda: changing.change(order.number, receiver=HOME, **stranger),
        lambda: changing.return_(order.number, "要", **stranger),
        lambda: changing.pay_again(order.number, "online", **stranger),
        lambda: reading.order_of(order.number, stranger["msisdn"]),
        lambda: reading.of_customer(stranger["msisdn"], after=order.number),
        lambda: complaining.complain(order.number, "坏的", key="k", by="subscriber", **stranger),
    ):
        with pytest.raises(NotAllowed, match="no_such_order"):
            deed()
    assert read(order).version == order.version
