"""Orders by text, call and dial menu: what the office of orders tells is what stands in the order's own history."""

from typing import Any

import pytest
from django.db import OperationalError, connection

from careline import wiring
from careline.carrier.port import Answer, CarrierDown, Request
from careline.orders import reading
from careline.orders.states import State
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from tests.halls import Hall, answer_of
from tests.orders.shop import NOON, led, read


@pytest.mark.requirement("ORD-02")
def test_where_an_order_is_can_be_asked_by_text_and_stands_with_its_last_event(hall: Hall) -> None:
    who = hall.fresh("T5")
    served = hall.say(who, "我的订单")
    assert (served.outcome, "没有正在办的订单" in answer_of(served)) == (Outcome.DONE, True)
    order = led(who, State.DISPATCHED, how="arrival", now=hall.clock())
    for said in ("DDCX", "查物流", "订单", "where is my order"):
        told = answer_of(hall.say(who, said))
        last = reading.timeline(read(order))[-1]
        for words in (order.number, "运输中", last.label.zh, "12:00", "11月12日09:00-12:00"):
            assert words in told, said
        for private in (order.receiver, order.phone, order.address):
            assert private not in told


@pytest.mark.requirement("ORD-02")
def test_what_is_open_comes_first_and_what_a_month_has_passed_over_is_left_out(hall: Hall) -> None:
    who = hall.fresh("T5")
    first = led(who, State.OUT_FOR_DELIVERY, how="arrival", now=hall.clock())
    over = led(who, State.CANCELLED, now=hall.clock())
    told = answer_of(hall.say(who, "DDCX"))
    assert "2个订单" in told
    assert told.index(first.number) < told.index(over.number)
    hall.clock.pass_(days=31)
    told = answer_of(hall.say(who, "DDCX"))
    assert first.number in told
    assert over.number not in told


def test_nobody_is_told_of_another_s_order(hall: Hall) -> None:
    led(hall.fresh("T5"), State.DISPATCHED, how="arrival", now=hall.clock())
    assert "没有正在办的订单" in answer_of(hall.say(hall.fresh("T5"), "DDCX"))


def _asked(*customers: Msisdn) -> list[object]:
    requests = [Request(f"o-{place}", one, "order_status") for place, one in enumerate(customers)]
    found = dict(wiring.office().ask(requests, now=NOON, time_limit_seconds=5))
    return [found[place] for place in range(len(requests))]


def test_many_who_ask_cost_as_many_statements_as_one(hall: Hall) -> None:
    customers = [hall.fresh("T1") for _ in range(4)]
    for one in customers:
        led(one, State.CONFIRMED, "charger", "earphones", how="arrival")
    counts = []
    for some in (customers[:1], customers):
        said: list[str] = []

        def note(execute: Any, sql: str, *rest: Any, said: list[str] = said) -> Any:
            if "catalogue_pointer" not in sql:  # which is looked at only while nothing is published, as here
                said.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(note):
            answers = _asked(*some)
        assert all(isinstance(one, Answer) and one.facts["count"] == 1 for one in answers)
        counts.append(len(said))
    assert counts == [3, 3]


def test_while_our_records_are_away_nothing_is_made_up(hall: Hall) -> None:
    who = hall.fresh("T5")

    def away(*_: object) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(away):
        [answer] = _asked(who)
    assert isinstance(answer, CarrierDown)
