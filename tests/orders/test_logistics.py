"""Parcels on their way: told in any order, twice, or about nobody's parcel; moved by the sandbox's own clock."""

from datetime import datetime
from typing import Any

import pytest

from careline.orders import logistics, reading, sending, sweeping
from careline.orders.courier.adapters.sandbox import STUMBLES, Sandbox, stumble
from careline.orders.courier.port import Told
from careline.orders.records.parcel import Parcel, Report
from careline.orders.states import NotAllowed, State
from tests.orders.shop import NOON, STAFF, customer, deeds_of, later, led, letters, placed, read

pytestmark = pytest.mark.django_db
COURIER = Sandbox()


def told(number: str, did: str, at: datetime, key: str = "", **more: Any) -> Told:
    return Told(key or f"{number}:{did}:{at}", number, did, at, **more)


def on_its_way(**more: Any) -> tuple[Any, str]:
    order = led(customer(), State.DISPATCHED, how="arrival", **more)
    return order, order.parcels.get().number


@pytest.mark.requirement("ORD-02")
def test_the_customer_reads_each_event_with_its_time_and_place() -> None:
    order, parcel = on_its_way()
    logistics.hear(
        "sandbox",
        [
            told(parcel, "collected", later(hours=1), place="中心仓"),
            told(parcel, "in_transit", later(hours=5), place="分拨中心"),
            told(parcel, "out_for_delivery", later(hours=20)),
            told(parcel, "arrived", later(hours=22), place="海棠"),
        ],
        now=later(hours=23),
    )
    moments = reading.timeline(read(order))
    assert [one.did for one in moments] == [
        *("placed", "confirmed", "packed", "dispatched"),
        *("collected", "in_transit", "out_for_delivery", "arrived"),
    ]
    assert [one.at for one in moments] == sorted(one.at for one in moments)
    assert moments[4].where.zh == "中心仓"
    assert moments[4].who == "courier"
    assert moments[4].label.en == "Collected by the courier"
    assert read(order).state == State.ARRIVED


def test_out_of_order_and_doubled_reports_move_the_order_once_and_never_back() -> None:
    order, parcel = on_its_way()
    arrived, out = told(parcel, "arrived", later(hours=9)), told(parcel, "out_for_delivery", later(hours=7))
    assert logistics.hear("sandbox", [arrived], now=later(hours=9)) == ["moved"]
    assert logistics.hear("sandbox", [out, arrived], now=later(hours=10)) == ["noted", "again"]
    assert logistics.hear("sandbox", [told(parcel, "lost", later(hours=6))], now=later(hours=11)) == ["noted"]
    assert read(order).state == State.ARRIVED
    assert letters(order).count("order.arrived_unpaid") == 1
    assert "order.lost" not in letters(order)
    assert [one.did for one in reading.timeline(order)][-3:] == ["lost", "out_for_delivery", "arrived"]


def test_an_unknown_parcel_waits_until_somebody_says_whose_it_is() -> None:
    order = led(customer(), State.PACKED, how="arrival")
    assert logistics.hear("sandbox", [told("PX1", "in_transit", later(hours=1))], now=later(hours=1)) == ["unknown"]
    assert [one.number for one in logistics.unknown()] == ["PX1"]
    logistics.hand_over(order.number, COURIER, parcel="PX1", by=STAFF, now=later(hours=2))
    assert logistics.unknown() == []
    assert "in_transit" in deeds_of(order)


def test_one_parcel_is_of_one_order() -> None:
    _, parcel = on_its_way()
    other = led(customer(), State.PACKED, how="arrival")
    with pytest.raises(NotAllowed, match="parcel_used"):
        logistics.hand_over(other.number, COURIER, parcel=parcel, by=STAFF, now=NOON)
    assert read(other).state == State.PACKED


def test_the_sandbox_brings_a_parcel_in_its_slot() -> None:
    order = led(customer(), State.PACKED, how="arrival")
    logistics.hand_over(order.number, COURIER, by=STAFF, now=NOON)
    seen = []
    for hours in range(0, 60, 2):
        logistics.ask({"sandbox": COURIER}, later(hours=hours))
        seen.append(read(order).state)
    assert list(dict.fromkeys(seen)) == [State.DISPATCHED, State.OUT_FOR_DELIVERY, State.ARRIVED]
    arrived = read(order).arrived_at
    assert arrived is not None
    assert order.slot_from <= arrived <= order.slot_until
    assert Parcel.objects.get(order=order).ask_at is None


@pytest.mark.parametrize("how", STUMBLES)
def test_the_sandbox_stumbles_on_request_and_we_say_so(how: str) -> None:
    order = led(customer(), State.PACKED, how="arrival")
    logistics.hand_over(order.number, COURIER, by=STAFF, now=NOON)
    stumble(read(order).parcels.get().number, how)
    for hours in range(2, 120, 6):
        logistics.ask({"sandbox": COURIER}, later(hours=hours))
        sweeping.due(later(hours=hours))
    state, did = read(order).state, deeds_of(order)
    if how == "lost":
        assert (state, "order.lost" in letters(order)) == (State.LOST, True)
        anew = sending.send_anew(order.number, "2026-11-16/09:00-12:00", by=STAFF, now=later(days=5))
        assert anew.state == State.CONFIRMED
    elif how == "late":
        assert (state, "late" in did, "order.late" in letters(order)) == (State.ARRIVED, True, True)
    elif how == "wrong_address":
        assert state == State.ARRIVED
        assert did.index("wrong_address") < did.index("attempted") < did.index("arrived")
    else:
        assert (state, did[-1]) == (State.REFUSED, "back")
        assert "order.refused" in letters(order)


def test_what_comes_back_is_collected() -> None:
    who = customer()
    order = led(who, State.RETURNING, how="arrival")
    logistics.collect(order.number, COURIER, by=STAFF, now=NOON)
    logistics.ask({"sandbox": COURIER}, later(days=3))
    assert deeds_of(order)[-1] == "back"
    assert read(order).state == State.RETURNING  # until somebody has looked at it


def test_a_courier_refuses_and_nothing_has_left() -> None:
    from careline.orders.placing import Receiver

    order = placed(customer(), how="arrival", receiver=Receiver("陈", "13900050009", "无法送达的村子", "linjiang"))
    sending.accept(order.number, by=STAFF, now=NOON)
    sending.pack(order.number, by=STAFF, now=NOON)
    with pytest.raises(NotAllowed, match="courier_refused"):
        logistics.hand_over(order.number, COURIER, by=STAFF, now=NOON)
    assert read(order).state == State.PACKED


def test_news_of_last_year_is_no_news_and_the_future_is_now() -> None:
    order, parcel = on_its_way()
    assert logistics.hear("sandbox", [told(parcel, "lost", later(days=-90))], now=NOON) == ["old"]
    logistics.hear("sandbox", [told(parcel, "arrived", later(days=300))], now=NOON)
    arrived = read(order).arrived_at
    assert arrived is not None
    assert arrived <= NOON + logistics.AHEAD
    assert Report.objects.filter(number=parcel).count() == 1
