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
from careline.hall.serving import Serving
from careline.hall.telephone import Open, answer, begin, late_acts, name
from careline.ledger.models import Attempt, OpenAttempt
from careline.outbox.models import Message
from careline.postgres.sql import execute
from careline.probes.deriving import calls
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
    told = line.press("135790#")
    assert "100" in told.text, "the answer is said at once, without another key"
    assert told.cue.then == "keys"
    assert not told.cue.secret
    assert told.served is not None
    assert told.served.outcome is Outcome.DONE
    assert ends(line) == [("balance", "query", "done", ""), ("password", "status", "done", "")]
    assert not OpenAttempt.objects.exists()
    assert Message.objects.filter(msisdn=line.msisdn.digits, in_reply_to=told.served.arrival.message_id).count() == 1


@pytest.mark.parametrize("channel", ["voice", "ussd"])
def test_the_dial_test_of_what_needs_the_password_hears_its_answer_after_the_password(line: Line, channel: str) -> None:
    line.channel = channel
    derived = calls.derive(line.hall.reception.book(), line.hall.clock(), channel)
    (probe,) = [one for one in derived if one.id == f"{channel}/deed/balance.query"]
    assert [(step.do, step.what) for step in probe.steps] == [
        ("dial", ""), ("press", "1"), ("press", "135790#"), ("hang_up", "")
    ]  # fmt: skip
    assert probe.records == ("balance:query:done/refused",)
    line.dial()
    asked = line.press("1")
    assert asked.text == probe.steps[1].wanted.text
    told = line.press("135790#")
    wanted = probe.steps[2].wanted
    assert wanted.after
    assert told.text.endswith(wanted.after)
    assert wanted.keys


def test_the_same_keys_twice_are_checked_once_and_answered_alike(line: Line) -> None:
    line.dial()
    line.press("1")
    moment = line.moment(Event.KEYS, "135790#")
    first, again = (answer(line.hall.reception, [moment])[0] for _ in range(2))
    assert first is not None
    assert again is not None
    assert (again.text, again.cue) == (first.text, first.cue)
    assert len(ends(line)) == 2


def test_a_carrier_that_fails_after_the_right_password_is_said_as_a_fault_of_the_query(line: Line) -> None:
    line.dial()
    line.press("1")
    line.hall.reception.serving = Failing(line.hall.reception.serving.carrier, line.hall.reception.serving.behaviours)
    act = line.press("135790#")
    assert act.key == "error.carrier_fault"
    assert ends(line) == [("balance", "query", "failed", "carrier_fault"), ("password", "status", "done", "")]
    assert not OpenAttempt.objects.exists()


class Failing(Serving):
    """Its carrier dies as soon as it has answered once."""

    def serve(self, errands: Any, now: Any, later: Any) -> Any:
        results = super().serve(errands, now, later)
        stumbling.stumble("down")
        return results


def test_what_the_book_alone_answers_is_said_at_once_as_well(line: Line) -> None:
    hall = line.hall
    book = hall.reception.book()
    about = replace(book.services["balance"], behaviour="info")
    hall.reception.book = lambda: replace(book, services={**book.services, "balance": about})
    line.dial()
    line.press("1")
    told = line.press("135790#")
    assert about.about.zh[:4] in told.text
    assert told.served is not None
    assert (told.served.outcome, told.cue.secret) == (Outcome.DONE, False)
    assert ends(line) == [("balance", "query", "done", ""), ("password", "status", "done", "")]


def test_who_was_overtaken_is_told_that_nothing_was_done(line: Line) -> None:
    line.dial()
    line.press("1")
    line.hall.reception.serving = Overtaken(line.hall.reception.serving.carrier, line.hall.reception.serving.behaviours)
    act = line.press("135790#")
    assert (act.key, act.cue.secret) == ("error.hall_fault", False)
    assert ends(line) == [("password", "status", "done", "")]


class Overtaken(Serving):
    """While it asks, somebody else moves the conversation on."""

    def serve(self, errands: Any, now: Any, later: Any) -> Any:
        results = super().serve(errands, now, later)
        execute("UPDATE hall_conversation SET version = version + 1")
        return results


def test_a_slow_carrier_holds_nobody_and_the_answer_comes_late(racing_hall: Hall) -> None:
    hall = guarded(racing_hall)
    line = Line(hall, hall.fresh())
    Account.objects.filter(msisdn=line.msisdn.digits).update(password=hashed("135790"))
    line.dial()
    line.press("1")
    reception = hall.another(patience_seconds=0.2, waits=True)
    reception.book = hall.reception.book
    told: list[Any] = []
    known = threading.Event()

    def late(served: Any) -> None:
        told.extend(late_acts(served))
        if told:
            known.set()

    reception.on_late = late
    stumbling.stumble("slow", msisdns=[line.msisdn], seconds=2.0)  # far from the patience: machines stall
    moment = line.moment(Event.KEYS, "135790#")
    assert begin(reception, [moment]) == [Open.LATER]
    assert known.wait(20)
    stumbling.recover()
    reception.serving.close()
    ((named, act),) = told
    assert (named, act.served.outcome) == (name(moment), Outcome.DONE), "one act for one moment, when all is known"
    assert "100" in act.text


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
