"""A toll fraudster: callbacks and transfers lead only where we decided that they may."""

from datetime import timedelta

import pytest

from careline.channels.calls.desk_deeds import DeskDeeds
from careline.channels.calls.settings import from_environment
from careline.desk import callbacks, queue, seats
from careline.desk.models import Callback, Contact, Seat, SeatState
from careline.desk.queue import Caller
from careline.dialogue.book import Book
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from tests.halls import NOON

LI = Msisdn("8613900000001")
GATEWAY = {"CARELINE_CALLBACK_URI": "sip:{number}@gateway"}


@pytest.mark.parametrize(
    ("environment", "number", "called"),
    [
        (GATEWAY, "8613900000001", True),
        (GATEWAY, "882130000000", False),  # satellites: some euros a minute, shared with who is called
        (GATEWAY, "2420000000000", False),
        (GATEWAY, "0", False),
        (GATEWAY, "86110", False),
        (GATEWAY | {"CARELINE_COUNTRY_CODE": "49"}, "8613900000001", False),
        (GATEWAY | {"CARELINE_CALLBACK_PREFIXES": "861, 852"}, "85290000000", True),
        (GATEWAY | {"CARELINE_CALLBACK_PREFIXES": "861, 852"}, "8695000000", False),
        ({}, "8613900000001", False),
    ],
)
def test_only_numbers_at_home_are_called_back(environment: dict[str, str], number: str, called: bool) -> None:
    assert from_environment(environment).may_call_back(number) is called


def _no_book() -> Book:
    raise AssertionError("a transfer needs no catalogue")


def _waits(msisdn: Msisdn, summary: str = "balance") -> str:
    contact = new_reference()[0]
    caller = Caller(contact, f"call-{contact}", msisdn, summary=summary)
    assert not queue.enter(caller, NOON).refused
    return contact


@pytest.mark.django_db
def test_nobody_is_rung_all_day_because_somebody_calls_under_that_number() -> None:
    seats.settle("801", "sip:801@127.0.0.1", "care", NOON)
    for minute in range(20):
        contact = _waits(LI)
        assert callbacks.promise(contact, NOON + timedelta(minutes=minute)) <= NOON + timedelta(minutes=62)
        queue.leave(contact, "callback", "customer", NOON + timedelta(minutes=minute))
    assert Callback.objects.count() == callbacks.OPEN_MAX
    other = _waits(Msisdn("8613900000002"))
    callbacks.promise(other, NOON)
    assert Callback.objects.filter(msisdn="8613900000002").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "target",
    [
        "sip:+88213000000@gateway",
        "tel:+88213000000",
        "sip:900123456@127.0.0.1",
        "file:///etc/passwd",
        "sip:127.0.0.1:6379",
        "sip:%38%30%32@elsewhere.example",
        "sip:802' OR '1'='1@x",
        "<sip:803@127.0.0.1?Replaces=x>",
        "",
        "802",
    ],
)
def test_a_talk_is_passed_on_to_free_seats_of_ours_alone(target: str) -> None:
    seats.settle("801", "sip:801@127.0.0.1", "care", NOON)
    seats.settle("802", "sip:802@127.0.0.1", "care", NOON)
    assert DeskDeeds(_no_book, lambda: NOON).transfer(_waits(LI), target) is None
    assert set(Seat.objects.values_list("state", flat=True)) == {SeatState.FREE}


@pytest.mark.django_db
def test_a_seat_s_name_at_another_house_rings_our_own_seat() -> None:
    seats.settle("802", "sip:802@127.0.0.1", "care", NOON)
    rung = DeskDeeds(_no_book, lambda: NOON).transfer(_waits(LI), "sip:802@evil.example:5060;transport=tcp")
    assert rung is not None
    assert rung.uri == "sip:802@127.0.0.1"


@pytest.mark.django_db
def test_a_number_that_a_telephone_asks_to_pass_a_talk_on_to_is_kept_masked_and_short() -> None:
    seats.settle("801", "sip:801@127.0.0.1", "care", NOON)
    contact = _waits(LI)
    DeskDeeds(_no_book, lambda: NOON).transferred(contact, "801", "tel:+8613912345678" + ";x" * 5000, "refused")
    [kept] = Contact.objects.get(id=contact).transfers
    assert "13912345678" not in str(kept)
    assert len(kept["to"]) <= 64
