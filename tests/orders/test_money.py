"""The money of orders at the real till: set aside, taken, returned once to where it came from."""

from typing import Any

import pytest

from careline.orders import changing, sending, sweeping
from careline.orders.states import Money, NotAllowed, State
from careline.payments.adapters._sandbox_tables import SandboxBill
from careline.payments.states import Refusal
from careline.postgres.sql import run
from tests.orders.shop import (
    NOON,
    STAFF,
    customer,
    deeds_of,
    deliver,
    go_on,
    later,
    led,
    letters,
    payment_of,
    pays,
    placed,
    read,
    tells,
)

pytestmark = pytest.mark.django_db(transaction=True)


def mine(msisdn: Any, now: Any = NOON) -> dict[str, Any]:
    return {"msisdn": msisdn, "channel": "web", "now": now}


def basic(msisdn: Any) -> int:
    [(fen,)] = run("SELECT basic FROM sandbox_account WHERE msisdn = %s", [msisdn.digits])
    return int(fen)


@pytest.mark.requirement("ORD-01")
def test_a_cancelled_order_gives_the_money_back_once_to_where_it_came_from() -> None:
    who = customer()
    order = placed(who, "phone_xingye")
    pays(order)
    assert (read(order).state, read(order).money) == (State.CONFIRMED, Money.HELD)
    sending.pack(order.number, by=STAFF, now=NOON)
    go_on(order)
    assert read(order).money == Money.PAID
    changing.cancel(order.number, "不想要了", **mine(who))
    go_on(order)
    assert (read(order).state, read(order).money) == (State.CANCELLED, Money.BACK)
    bill = SandboxBill.objects.get(reference=payment_of(order).pk)
    assert bill.given_back == order.fen
    with pytest.raises(NotAllowed, match="way"):
        changing.cancel(order.number, **mine(who))
    sweeping.due(later(days=9))
    go_on(order)
    assert SandboxBill.objects.get(reference=bill.reference).given_back == order.fen
    assert letters(order).count("order.money_back") == 1


def test_what_was_only_set_aside_is_let_go() -> None:
    who = customer()
    order = placed(who)
    pays(order)
    changing.cancel(order.number, **mine(who))
    go_on(order)
    assert read(order).money == Money.NONE
    assert SandboxBill.objects.get(reference=payment_of(order).pk).state == "void"
    assert "order.money_back" not in letters(order)


def test_from_the_account_and_back_into_it() -> None:
    who = customer()
    before = basic(who)
    order = placed(who, how="balance")
    go_on(order)
    assert (read(order).state, basic(who)) == (State.CONFIRMED, before - order.fen)
    changing.cancel(order.number, **mine(who))
    go_on(order)
    assert (read(order).money, basic(who)) == (Money.BACK, before)


def test_a_short_balance_is_said_and_the_order_waits_for_another_way() -> None:
    who = customer()
    order = placed(who, "phone_shanque", how="balance")
    go_on(order)
    assert (read(order).state, read(order).money) == (State.WAITING, Money.FAILED)
    assert letters(order)[-1] == "order.money_failed"
    changing.pay_again(order.number, "online", **mine(who))
    pays(order)
    assert read(order).state == State.CONFIRMED


@pytest.mark.requirement("ORD-05")
def test_pay_on_arrival_takes_the_money_only_after_received_and_confirmed() -> None:
    who = customer()
    order = led(who, State.ARRIVED, "charger", how="arrival")
    go_on(order)
    sweeping.due(later(days=30))  # however long it lies there
    assert (read(order).state, read(order).money) == (State.ARRIVED, Money.HELD)
    assert payment_of(order).captured == 0
    changing.receive(order.number, **mine(who))
    assert (read(order).state, read(order).money) == (State.RECEIVED, Money.PAID)
    assert payment_of(order).captured == order.fen
    assert deeds_of(order)[-1] == "paid"
    assert letters(order)[-2] == "order.arrived_unpaid"


def test_who_refuses_at_the_door_pays_nothing() -> None:
    order = led(customer(), State.REFUSED, "charger", how="arrival")
    sending.take_back(order.number, by=STAFF, now=NOON)
    go_on(order)
    assert (read(order).state, read(order).money, payment_of(order).captured) == (State.RETURNED, Money.NONE, 0)


def test_an_order_that_is_not_paid_in_time_ends_and_its_goods_are_for_sale_again() -> None:
    from careline.orders import shelf

    before = shelf.left()["charger"]
    order = placed(customer())
    go_on(order)
    assert sweeping.due(later(minutes=29)) == 0
    assert sweeping.due(later(minutes=31)) == 1
    assert (read(order).state, letters(order)[-1]) == (State.CANCELLED, "order.unpaid")
    assert shelf.left()["charger"] == before
    tells(order, later(minutes=32))  # too late: nothing is kept
    deliver(later(minutes=32))
    go_on(order, later(minutes=32))
    assert read(order).state == State.CANCELLED
    assert SandboxBill.objects.get(reference=payment_of(order).pk).state != "paid"


def test_a_crash_between_payment_and_confirmation_confirms_once() -> None:
    """The notice's transaction dies with the order's part in it; the provider tells it again."""
    order = placed(customer())
    payment = go_on(order)
    tells(order)
    from django.db import transaction

    from careline.payments import paying
    from careline.payments.moving import stands

    class Died(Exception):
        pass

    with pytest.raises(Died), transaction.atomic():
        stands(paying.locked(str(payment.pk)), "held", order.fen, by="sandbox", now=NOON)
        assert read(order).state == State.CONFIRMED
        raise Died
    assert read(order).state == State.WAITING
    deliver()
    deliver()
    assert read(order).state == State.CONFIRMED
    assert deeds_of(order).count("confirmed") == 1


def test_what_is_returned_is_looked_at_before_the_money_goes_back() -> None:
    who = customer()
    order = led(who, State.RETURNING, how="balance")
    go_on(order)
    paid = basic(who)
    assert read(order).money == Money.PAID
    sending.take_back(order.number, by=STAFF, now=NOON)
    go_on(order)
    assert (read(order).money, basic(who)) == (Money.BACK, paid + order.fen)
    with pytest.raises(Refusal):
        from careline.payments import paying

        paying.give_back(read(order).payment, 1, key="again", reason="again", by=STAFF, now=NOON)
