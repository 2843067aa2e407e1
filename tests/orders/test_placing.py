"""Placing orders: once by key, at the price that was shown, for those who may, never more than there is."""

import pytest

from careline.orders import placing, reading, shelf
from careline.orders.placing import Receiver, Wanted
from careline.orders.records.order import Order
from careline.orders.states import How, NotAllowed
from tests.orders.shop import HOME, NOON, SLOT, customer, letters, payment_of, placed, read

pytestmark = pytest.mark.django_db


def test_an_order_waits_for_its_payment_and_its_goods_are_set_apart() -> None:
    who = customer()
    before = shelf.left()["charger"]
    order = placed(who, "charger")
    assert (read(order).state, read(order).money, order.fen) == ("waiting", "waiting", 6_900 + 800)
    assert payment_of(order).price == order.fen
    assert payment_of(order).subject == order.number
    assert shelf.left()["charger"] == before - 1
    assert letters(order) == ["order.waiting"]
    assert [one.did for one in reading.timeline(order)] == ["placed", "waiting"]


def test_the_same_key_is_the_same_order() -> None:
    who = customer()
    first, second = (placed(who, "charger", key="web:form-1") for _ in range(2))
    assert first.number == second.number
    assert Order.objects.filter(msisdn=who.digits).count() == 1
    with pytest.raises(NotAllowed, match="no_key"):
        placed(customer(), "charger", key="web:form-1")


def test_a_price_that_changed_is_asked_again() -> None:
    with pytest.raises(NotAllowed, match="price"):
        placed(customer(), "charger", agreed_fen=6_900)


def test_gotone_pays_less_for_a_tit_and_only_gotone_may_have_a_cloudsail() -> None:
    draft = placing.draft(customer("gotone"), [Wanted("phone_shanque")], region="linjiang", now=NOON)
    assert [line.price.fen for line in draft.lines] == [35_900]
    assert draft.delivery_fen == 0
    with pytest.raises(NotAllowed, match="brand"):
        placed(customer("easyown"), "phone_yunfan")


def test_what_is_paid_how_is_said_before() -> None:
    draft = placing.draft(customer(), [Wanted("phone_xingye")], region="linjiang", now=NOON)
    assert draft.pays[How.ONLINE] == ""
    assert draft.pays[How.ARRIVAL] == "not_this_way"
    with pytest.raises(NotAllowed, match="not_this_way"):
        placed(customer(), "phone_xingye", how="arrival")


@pytest.mark.parametrize(
    ("receiver", "code"),
    [
        (Receiver("", "13900050009", "海棠路18号", "linjiang"), "no_name"),
        (Receiver("陈", "139", "海棠路18号", "linjiang"), "no_phone"),
        (Receiver("陈", "13900050009", "  ", "linjiang"), "no_address"),
        (Receiver("陈", "13900050009", "海" * 201, "linjiang"), "too_long"),
    ],
)
def test_who_gets_it_and_where_must_be_said(receiver: Receiver, code: str) -> None:
    with pytest.raises(NotAllowed, match=code):
        placed(customer(), receiver=receiver)


def test_nobody_orders_for_the_next_hour_or_a_day_that_is_past() -> None:
    for slot in ("2026-11-10/13:00-17:00", "2026-11-01/09:00-12:00", "2030-01-01/09:00-12:00", ""):
        with pytest.raises(NotAllowed, match="no_slot"):
            placed(customer(), slot=slot)


def test_goods_of_two_sellers_are_two_orders() -> None:
    with pytest.raises(NotAllowed, match="sellers"):
        placing.draft(customer(), [Wanted("charger"), Wanted("phone_shanque")], region="linjiang", now=NOON)


def test_what_is_not_there_is_not_sold_and_nobody_empties_the_shelf_for_nothing() -> None:
    with pytest.raises(NotAllowed, match="sold_out"):
        placed(customer(), "power_bank")
    who = customer()
    for _ in range(placing.WAITING_MAX):
        placed(who, "charger")
    with pytest.raises(NotAllowed, match="too_many"):
        placed(who, "charger")


def test_receivers_are_not_printed_or_told() -> None:
    who = customer()
    order = placed(who)
    assert HOME.name not in repr(HOME)
    assert HOME.phone not in repr(HOME)
    assert SLOT not in repr(order)
    from careline.journal.models import Entry
    from careline.outbox.models import Message

    kept = [str(one) for one in Entry.objects.values_list("detail", "record")]
    kept += list(Message.objects.values_list("text", flat=True))
    assert not [one for one in kept if HOME.name in one or HOME.phone in one or "海棠路" in one]
