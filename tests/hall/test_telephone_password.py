"""The service password on a call, with the carrier that knows it; and two moments of one caller at the same time."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.models import Account
from careline.carrier.adapters.sandbox.passwords import hashed
from careline.dialogue.book import Action, Verb
from careline.dialogue.talk import Event
from careline.hall.telephone import answer
from careline.ledger.models import Attempt, OpenAttempt
from careline.values.outcome import Outcome
from tests.hall.test_telephone import MENU, Line
from tests.halls import Hall, the_book


def guarded(hall: Hall) -> Hall:
    """A hall in which the balance is told only after the service password."""
    book = the_book()
    balance = replace(book.services["balance"], actions={Verb.QUERY: Action(Verb.QUERY, assurance=2)})
    kept = replace(book, menus={"test": MENU}, services={**book.services, "balance": balance})
    hall.reception.book = lambda: kept
    return hall


@pytest.fixture
def line(db: None) -> Line:
    hall = guarded(Hall())
    line = Line(hall, hall.fresh())
    Account.objects.filter(msisdn=line.msisdn.digits).update(password=hashed("135790"))
    return line


def ends(line: Line) -> list[tuple[str, str, str, str]]:
    found = Attempt.objects.filter(msisdn=line.msisdn.digits).order_by("begun_at", "ended_at", "id")
    return sorted((one.service, one.verb, one.outcome, one.cause) for one in found)


def test_the_right_password_opens_what_was_wished(line: Line) -> None:
    line.dial()
    assert line.press("1").cue.secret
    assert line.press("135790#").key == "password.status.done"
    told = line.press("1")
    assert told.served is not None
    assert told.served.outcome is Outcome.DONE
    assert ends(line) == [("balance", "query", "done", ""), ("password", "status", "done", "")]
    assert not OpenAttempt.objects.exists()


def test_three_wrong_ones_end_in_the_offer_of_a_person(line: Line) -> None:
    line.dial()
    line.press("1")
    first = line.press("111111#")
    assert first.key == "password.status.wrong_password"
    assert first.cue.secret
    line.press("222222#", "333333#")
    assert ends(line)[0] == ("balance", "query", "failed", "too_many_tries")
    assert line.press("1").cue.then == "person"
    assert not OpenAttempt.objects.exists()


def test_who_has_no_password_is_told_so(line: Line) -> None:
    Account.objects.filter(msisdn=line.msisdn.digits).update(password="")
    line.dial()
    act = line.press("1", "135790#")
    assert act.key == "password.status.not_on"
    assert ("balance", "query", "refused", "not_on") in ends(line)


def test_a_dead_carrier_is_not_a_wrong_password(line: Line) -> None:
    line.dial()
    line.press("1")
    stumbling.stumble("down")
    try:
        act = line.press("135790#")
    finally:
        stumbling.recover()
    assert act.key.endswith("carrier_fault")
    assert ("balance", "query", "failed", "carrier_fault") in ends(line)
    assert not OpenAttempt.objects.exists()


def test_a_key_that_comes_while_the_carrier_is_asked_waits_for_its_turn(racing_hall: Hall) -> None:
    hall = racing_hall
    book = replace(the_book(), menus={"test": MENU})
    hall.reception.book = lambda: book
    line = Line(hall, hall.fresh())
    line.dial()
    line.press("21")
    yes, again = line.moment(Event.KEYS, "1"), line.moment(Event.KEYS, "9")
    other: Any = hall.another(waits=True)
    other.book = lambda: book
    stumbling.stumble("slow", seconds=0.2)
    acts: dict[str, Any] = {}

    def order() -> None:
        (acts["yes"],) = answer(other, [yes])
        connection.close()

    thread = threading.Thread(target=order)
    thread.start()
    while not OpenAttempt.objects.filter(asking=False).exists() and thread.is_alive():
        pass
    (acts["again"],) = answer(hall.reception, [again])
    thread.join()
    stumbling.recover()
    assert acts["yes"].served.outcome is Outcome.DONE
    assert acts["again"].text == acts["yes"].text
    assert Attempt.objects.filter(msisdn=line.msisdn.digits).count() == 1
