"""The low-balance reminder: exactly one, when the balance falls below what the customer set."""

import pytest

from careline import wiring
from careline.carrier.port import Request
from careline.hall.reminding import LOW_BALANCE, remind
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from tests.halls import Hall, the_book


def spend(hall: Hall, customer: Msisdn, fen: int) -> None:
    """The carrier charges the customer this."""
    request = Request(
        new_reference()[0],
        customer,
        "charge",
        values={"amount": fen, "product": "call", "paid_to": "carrier", "name_zh": "通话", "name_en": "Calls"},
        by="system",
    )
    list(wiring.carrier().ask([request], now=hall.clock(), time_limit_seconds=5))


def reminders(customer: Msisdn) -> list[str]:
    return list(Message.objects.filter(msisdn=customer.digits, key=LOW_BALANCE).values_list("text", flat=True))


def look(hall: Hall) -> int:
    return remind(wiring.carrier(), the_book(), hall.clock(), link="smsc")


@pytest.mark.requirement("SMS-12", "NTF-06")
def test_a_balance_that_falls_below_the_customer_s_amount_is_told_exactly_once(hall: Hall) -> None:
    customer = hall.fresh("T5")
    spend(hall, customer, 120_00 - 10_01)
    assert hall.say(customer, "KTYETX#10.00").outcome == "done"
    assert look(hall) == 0
    spend(hall, customer, 2)
    assert look(hall) == 1
    assert look(hall) == 0
    spend(hall, customer, 1_00)
    assert look(hall) == 0
    assert len(reminders(customer)) == 1
    assert "9.99" in reminders(customer)[0]
    assert "10.00" in reminders(customer)[0]


@pytest.mark.requirement("SMS-12")
def test_who_cancelled_the_reminder_is_not_reminded(hall: Hall) -> None:
    customer = hall.fresh("T5")
    hall.say(customer, "KTYETX#10.00")
    assert hall.say(customer, "QXYETX").outcome == "done"
    spend(hall, customer, 119_00)
    assert look(hall) == 0
    assert reminders(customer) == []


def test_a_reminder_leaves_by_the_link_on_which_the_customer_wrote_last(hall: Hall) -> None:
    customer = hall.fresh("T5")
    hall.reception.receive([hall.arrival(customer, "KTYETX#10.00", link="east")])
    spend(hall, customer, 115_00)
    assert look(hall) == 1
    assert Message.objects.get(msisdn=customer.digits, key=LOW_BALANCE).link == "east"
