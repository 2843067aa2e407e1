"""An order that was paid from the account, cancelled and disputed: whoever is quicker gives the money back, once in all."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.orders import changing, money, sweeping
from careline.orders.records.order import Order
from careline.orders.states import Money, State
from careline.payments import paying
from careline.payments.states import Refusal as NotGivenBack
from careline.postgres.sql import run
from careline.refunds import deciding, verifying
from careline.refunds.crediting import Cashier
from careline.refunds.models import Refund
from careline.refunds.rules import ErrorKind
from careline.refunds.states import Refusal
from careline.refunds.states import State as Refunded
from careline.refunds.verifying import Finding
from careline.selfcare import disputing
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from tests.at_once import at_once
from tests.orders.shop import NOON, STAFF, customer, go_on, later, letters, payment_of, placed, read

pytestmark = pytest.mark.django_db(transaction=True)
CASHIER = Cashier(Sandbox(waits=False))
LIU: dict[str, Any] = {"by": "liu", "now": NOON}
ZHAO: dict[str, Any] = {"by": "zhao", "now": NOON}


def basic(msisdn: Msisdn) -> int:
    [(fen,)] = run("SELECT basic FROM sandbox_account WHERE msisdn = %s", [msisdn.digits])
    return int(fen)


def bought() -> tuple[Msisdn, Order, int]:
    """Somebody with an order that was paid from the account, and what was in the account before."""
    who = customer()
    before = basic(who)
    order = placed(who, how="balance")
    go_on(order)
    assert basic(who) == before - order.fen
    return who, order, before


def cancel(who: Msisdn, order: Order) -> Order:
    return changing.cancel(order.number, msisdn=who, channel="web", now=NOON)


def finding(who: Msisdn, order: Order) -> Finding:
    """The charge of the order on the bill."""
    [found] = [one for one in verifying.trace(Sandbox(), who, now=NOON).findings if order.number in one.charge.name.zh]
    return found


def approved(who: Msisdn, order: Order, key: str = "one", due: int = 0) -> Refund:
    """Its refund, once back, as far as the second person's yes."""
    found = finding(who, order)
    refund = deciding.request(found, channel="shop", key=key, **LIU)
    refund = deciding.verify(refund.pk, found, kind=ErrorKind.OTHER, due=due, reason="没收到货", **ZHAO)
    if refund.state == Refunded.DECIDED:
        refund = deciding.approve(refund.pk, by="chen", now=NOON)
    assert refund.state == Refunded.APPROVED
    return refund


def test_the_charge_of_an_order_tells_which_order_it_is_and_is_as_agreed() -> None:
    who, order, _ = bought()
    found = finding(who, order)
    assert found.charge.reference == str(payment_of(order).steps.get(what="charge").pk)
    assert (found.proposal.why, found.proposal.kind) == ("as_agreed", None)


def test_what_came_back_with_its_order_is_not_disputed_again() -> None:
    who, order, before = bought()
    cancel(who, order)
    assert disputing.asked_for(who, [finding(who, order).charge])[finding(who, order).charge.id].step == "coming"
    go_on(order)
    found = finding(who, order)
    assert (found.charge.given_back, found.charge.refunded) == (order.fen, 0)
    with pytest.raises(disputing.Settled) as settled:
        disputing.dispute(found, "为什么扣钱", key="web:1", now=NOON)
    assert (settled.value.asked.step, settled.value.asked.paid) == ("returned", order.fen)
    with pytest.raises(Refusal, match="given_back"):
        deciding.request(found, channel="shop", key="late", **LIU)
    assert basic(who) == before


def test_a_refund_that_waited_while_the_order_was_cancelled_ends_without_money_and_says_why() -> None:
    who, order, before = bought()
    opened = disputing.dispute(finding(who, order), "没收到货", key="web:2", now=NOON)
    refund = Refund.objects.get(docket=opened.case.docket)
    found = finding(who, order)
    deciding.verify(refund.pk, found, kind=ErrorKind.OTHER, due=0, reason="没收到货", **LIU)
    if Refund.objects.get(pk=refund.pk).state == Refunded.DECIDED:
        deciding.approve(refund.pk, by="zhao", now=NOON)
    cancel(who, order)
    with pytest.raises(Refusal, match="given_back"):
        CASHIER.pay(refund.pk, by="liu", now=NOON)
    go_on(order)
    ended = Refund.objects.get(pk=refund.pk)
    assert (ended.state, ended.rule, ended.paid, basic(who)) == (Refunded.REFUSED, "given_back", 0, before)
    told = opened.case.events.filter(did="refund_verified").last()
    assert told is not None
    assert "取消" in told.words
    assert not opened.case.promises.filter(what="refund", kept_at=None, cancelled_at=None).exists()


def test_a_part_that_came_back_is_taken_off_what_a_case_returns() -> None:
    who, order, before = bought()
    refund = approved(who, order)
    paying.give_back(str(payment_of(order).pk), 500, key="part", reason="补偿", by=STAFF, now=NOON)
    go_on(order)
    CASHIER.pay(refund.pk, by="liu", now=NOON)
    paid = Refund.objects.get(pk=refund.pk)
    assert (paid.state, paid.paid, paid.given_back) == (Refunded.CREDITED, order.fen - 500, 500)
    assert basic(who) == before


def test_what_a_case_returned_is_not_given_back_by_cancelling() -> None:
    who, order, before = bought()
    CASHIER.pay(approved(who, order).pk, by="liu", now=NOON)
    assert basic(who) == before
    cancel(who, order)
    go_on(order)
    sweeping.due(later(days=9))
    assert (read(order).state, read(order).money, basic(who)) == (State.CANCELLED, Money.BACK, before)
    assert payment_of(order).given_back == 0
    assert "order.money_back" not in letters(order)
    with pytest.raises(NotGivenBack, match="refunded"):
        paying.give_back(str(payment_of(order).pk), 1, key="again", reason="x", by=STAFF, now=NOON)


def test_the_rest_comes_back_by_cancelling_after_a_case_returned_a_part() -> None:
    who, order, before = bought()
    CASHIER.pay(approved(who, order, due=order.fen - 300).pk, by="liu", now=NOON)
    cancel(who, order)
    go_on(order)
    assert (payment_of(order).given_back, read(order).money, basic(who)) == (order.fen - 300, Money.BACK, before)


def test_a_refund_that_the_carrier_refuses_leaves_the_cancelled_order_its_money() -> None:
    who, order, before = bought()
    refund = approved(who, order)
    stumbling.stumble("refusing", kind="top_up", msisdns=[who], cause=Cause.NOT_ELIGIBLE, times=1)
    CASHIER.pay(refund.pk, by="liu", now=NOON)
    assert Refund.objects.get(pk=refund.pk).paid == 0
    stumbling.recover()
    cancel(who, order)
    go_on(order)
    assert (payment_of(order).given_back, basic(who)) == (order.fen, before)


def test_what_was_bought_on_credit_and_refunded_by_a_case_is_not_given_back_again() -> None:
    who = customer()
    before = basic(who)
    order = placed(who, how="credit")
    go_on(order)
    with transaction.atomic():
        money.capture(read(order), by=STAFF, now=NOON)
    paying.collect_now(str(payment_of(order).pk), by="subscriber", now=NOON)
    go_on(order)
    assert basic(who) == before - order.fen
    CASHIER.pay(approved(who, order).pk, by="liu", now=NOON)
    cancel(who, order)
    go_on(order, NOON + timedelta(minutes=1))
    assert (payment_of(order).given_back, basic(who)) == (0, before)


def test_ten_clerks_and_the_orders_own_cancelling_at_once_pay_once_in_all() -> None:
    who, order, before = bought()
    refund = approved(who, order)
    work: list[Any] = [lambda: CASHIER.pay(refund.pk, by="liu", now=NOON)] * 10
    done = at_once([*work[:5], lambda: cancel(who, order), *work[5:]])
    go_on(order)
    CASHIER.sweep(NOON + timedelta(hours=1))
    assert basic(who) == before
    row, payment = Refund.objects.get(pk=refund.pk), payment_of(order)
    assert row.paid + payment.given_back == order.fen
    assert read(order).state == State.CANCELLED
    assert {one.code for one in done if isinstance(one, Refusal)} <= {
        *("under_way", "already_refunded", "given_back", "not_approved"),
    }
