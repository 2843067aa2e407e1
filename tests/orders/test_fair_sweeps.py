"""What is stuck is tried again later and later, and keeps nobody behind it waiting."""

import logging
from datetime import timedelta

import pytest

from careline.orders import changing, sweeping
from careline.orders.records.order import Line, Order
from careline.orders.states import State
from tests.halls import Hall
from tests.orders.shop import customer, later, led, placed, read

pytestmark = pytest.mark.django_db


def received(hall: Hall) -> Line:
    """A package that came and is to be switched on."""
    who = hall.fresh("T1", "mzone")
    order = led(who, State.ARRIVED, "data_welcome", how="arrival", now=hall.clock())
    changing.receive(order.number, msisdn=who, channel="web", now=hall.clock())
    return Line.objects.get(order=order)


def test_wishes_that_are_stuck_keep_no_later_one_waiting(hall: Hall) -> None:
    stuck = [received(hall), received(hall)]
    for line in stuck:
        Line.objects.filter(pk=line.pk).update(wish={"service": "no such", "verb": "nor this"}, wish_key="")
        line.refresh_from_db()
    Line.objects.filter(pk=stuck[1].pk).update(wish={})  # nothing that could be asked
    good = received(hall)
    now = hall.clock()
    done = [sweeping.wishes(hall.reception, now, limit=2) for _ in range(2)]
    good.refresh_from_db()
    assert (sum(done) >= 1, good.wish_state) == (True, "done")
    stuck[1].refresh_from_db()
    assert stuck[1].wish_state == "due"
    assert stuck[1].wish_due_at is not None
    assert stuck[1].wish_due_at > now


def test_a_wish_that_is_stuck_is_tried_ever_more_seldom_and_a_person_hears_of_it(
    hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    line = received(hall)
    Line.objects.filter(pk=line.pk).update(wish={})
    now, waits = hall.clock(), []
    for _ in range(sweeping.ALARM_TRIES):
        sweeping.wishes(hall.reception, now)
        line.refresh_from_db()
        assert line.wish_due_at is not None
        waits.append(line.wish_due_at - now)
        now = line.wish_due_at
    assert waits == sorted(waits)
    assert waits[-1] > waits[0] * 5
    assert [one for one in caplog.records if "a person must look" in one.getMessage()] != []


def test_an_order_that_breaks_the_sweep_is_put_off_and_the_next_has_its_turn(caplog: pytest.LogCaptureFixture) -> None:
    broken, other = placed(customer()), placed(customer())
    Order.objects.filter(pk=broken.pk).update(due_at=later(minutes=1), pay="arrival", payment="0" * 36)
    caplog.set_level(logging.CRITICAL, "careline.orders.sweeping")
    assert sweeping.due(later(minutes=31), limit=1) == 1
    assert sweeping.due(later(minutes=31), limit=1) == 1
    assert read(other).state == State.CANCELLED
    put_off = read(broken)
    assert put_off.due_at is not None
    assert (put_off.state, put_off.due_tries) != (State.CANCELLED, 0)
    assert put_off.due_at >= later(minutes=31) + timedelta(minutes=5)
