"""A complaint from an order, and the wish that came with goods."""

import pytest

from careline.cases.records.case import Case
from careline.identity import preferences
from careline.orders import changing, complaining, sweeping
from careline.orders.records.order import Line
from careline.orders.states import NotAllowed, State
from careline.values.msisdn import Msisdn
from tests.halls import Hall
from tests.orders.shop import NOON, customer, deeds_of, later, led, letters, read

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("ORD-07")
def test_a_complaint_is_opened_from_an_order_and_names_it() -> None:
    who = customer()
    order = led(who, State.ARRIVED, how="arrival")
    opened = complaining.complain(
        order.number, "盒子是空的", msisdn=who, key="web:1", channel="web", by="subscriber", now=NOON
    )
    assert (opened.case.category, opened.case.matter) == ("order", order.number)
    again = complaining.complain(
        order.number, "还没有人理我", msisdn=who, key="web:2", channel="web", by="subscriber", now=later(hours=1)
    )
    assert again.joined
    assert again.case.docket == opened.case.docket
    assert deeds_of(order).count("complained") == 2
    assert [one.docket for one in complaining.cases_of(order.number)] == [opened.case.docket]
    with pytest.raises(NotAllowed, match="no_reason"):
        complaining.complain(order.number, " ", msisdn=who, key="web:3", channel="web", by="subscriber", now=NOON)
    assert Case.objects.filter(matter=order.number).count() == 1


def test_a_package_that_came_with_goods_is_switched_on_once_after_the_receipt(hall: Hall) -> None:
    who = hall.fresh("T1", "mzone")
    order = led(who, State.ARRIVED, "data_welcome", how="arrival", now=hall.clock())
    assert sweeping.wishes(hall.reception, hall.clock()) == 0
    changing.receive(order.number, msisdn=who, channel="web", now=hall.clock())
    assert sweeping.wishes(hall.reception, hall.clock()) == 1
    assert sweeping.wishes(hall.reception, hall.clock()) == 0
    line = Line.objects.get(order=order)
    assert (line.wish_state, deeds_of(order)[-1]) == ("done", "switched_on")
    assert letters(order)[-1] == "order.switched_on"
    from careline.carrier.adapters.sandbox.carrier import Sandbox
    from careline.carrier.port import Request

    request = Request("t-1", who, "holdings", "", {}, channel="web")
    [(_, answer)] = Sandbox().ask([request], now=hall.clock(), time_limit_seconds=5)
    assert "pkg_data" in str(answer)


def test_who_wants_no_news_hears_only_what_is_owed() -> None:
    who = customer()
    preferences.choose(who, "order_news", False, by="subscriber", now=NOON)
    order = led(who, State.CONFIRMED, how="balance")
    changing.cancel(order.number, msisdn=who, channel="web", now=NOON)
    assert letters(order) == ["order.waiting", "order.cancelled"]


def test_receivers_are_forgotten_some_time_after_the_end() -> None:
    order = led(customer(), State.COMPLETED, how="arrival")
    assert sweeping.forget(later(days=89)) == 0
    assert sweeping.forget(later(days=91)) == 1
    found = read(order)
    assert (found.receiver, found.phone, found.address) == ("", "", "")
    assert found.region == "linjiang"
    assert sweeping.forget(later(days=92)) == 0


def test_what_arrived_and_is_paid_counts_as_received_and_then_as_complete() -> None:
    order = led(customer(), State.ARRIVED, how="balance")
    sweeping.due(later(days=6))
    assert read(order).state == State.ARRIVED
    sweeping.due(later(days=8))
    assert read(order).state == State.RECEIVED
    sweeping.due(later(days=16))
    assert (read(order).state, letters(order)[-1]) == (State.COMPLETED, "order.completed")
    assert Msisdn(order.msisdn).masked() not in str(read(order).rating_words)
