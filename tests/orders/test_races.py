"""At the same moment: the last one on the shelf, two who cancel, who cancels while it leaves, one report by two doors."""

from datetime import UTC
from typing import Any

import pytest

from careline.orders import changing, logistics, sending, shelf
from careline.orders.courier.port import Told
from careline.orders.records.order import Event, Order
from careline.orders.records.parcel import Report
from careline.orders.records.stock import Stock
from careline.orders.states import NotAllowed, State
from careline.postgres.sql import run
from careline.values.msisdn import Msisdn
from tests.at_once import at_once
from tests.orders.shop import NOON, STAFF, customer, go_on, later, led, payment_of, placed, read

pytestmark = pytest.mark.django_db(transaction=True)


def mine(order: Order) -> dict[str, Any]:
    return {"msisdn": Msisdn(order.msisdn), "channel": "web", "now": NOON}


def test_the_last_one_is_sold_once_to_one_of_ten() -> None:
    shelf.count("phone_changqing", 1, "盘点", by=STAFF, now=NOON)
    buyers = [customer() for _ in range(10)]
    sold = at_once([lambda who=who: placed(who, "phone_changqing", how="arrival") for who in buyers])
    orders = [one for one in sold if isinstance(one, Order)]
    refused = [one.code for one in sold if isinstance(one, NotAllowed)]
    assert (len(orders), refused) == (1, ["sold_out"] * 9)
    stock = Stock.objects.get(goods="phone_changqing")
    assert (stock.on_hand, stock.reserved) == (1, 1)


def test_one_form_sent_twice_at_once_is_one_order() -> None:
    who = customer()
    numbers = {one.number for one in at_once([lambda: placed(who, "charger", key="web:twice")] * 4)}
    assert len(numbers) == 1
    assert Stock.objects.get(goods="charger").reserved == 1


def test_two_who_cancel_give_the_money_back_once() -> None:
    who = customer()
    order = led(who, State.PACKED, how="balance")
    [(paid,)] = run("SELECT basic FROM sandbox_account WHERE msisdn = %s", [who.digits])
    done = at_once([lambda: changing.cancel(order.number, **mine(order))] * 4)
    assert sum(isinstance(one, Order) for one in done) == 1
    assert {one.code for one in done if isinstance(one, NotAllowed)} == {"way"}
    at_once([lambda: go_on(order)] * 3)
    [(after,)] = run("SELECT basic FROM sandbox_account WHERE msisdn = %s", [who.digits])
    assert after == paid + order.fen
    assert payment_of(order).given_back == order.fen
    assert Stock.objects.get(goods="charger").reserved == 0


def test_it_is_cancelled_or_it_leaves_never_both() -> None:
    order = led(customer(), State.PACKED, how="balance")
    done = at_once(
        [
            lambda: changing.cancel(order.number, **mine(order)),
            lambda: sending.hand_over(order.number, "sandbox", "R1", by=STAFF, now=NOON),
        ]
    )
    assert sum(isinstance(one, Order) for one in done) == 1
    found = read(order)
    stock = Stock.objects.get(goods="charger")
    if found.state == State.CANCELLED:
        assert not found.parcels.exists()
        assert stock.reserved == 0
    else:
        assert found.state == State.DISPATCHED
        assert payment_of(order).given_back == 0
        assert stock.reserved == 0


def test_one_report_by_two_doors_at_once_counts_once() -> None:
    order = led(customer(), State.DISPATCHED, how="arrival")
    parcel = order.parcels.get().number
    told = Told("event-1", parcel, "arrived", later(hours=1).astimezone(UTC))
    made = at_once([lambda: logistics.hear("sandbox", [told], now=later(hours=2))] * 3)
    assert sorted(verdict for [verdict] in made) == ["again", "again", "moved"]
    assert Report.objects.filter(key="event-1").count() == 1
    assert Event.objects.filter(order=order, did="arrived").count() == 1
