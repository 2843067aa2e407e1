"""The service password by keys: asked for once a session, and what waited for it goes on at once."""

from dataclasses import replace

from careline.dialogue import engine
from careline.dialogue.talk import Event, Heard, Question
from careline.values.cause import Cause
from careline.values.outcome import Outcome
from tests.dialogue.building import WANG
from tests.dialogue.test_keypad import called


def test_what_needs_the_service_password_asks_for_it_first_and_only_once() -> None:
    phone = called()
    assert "<voice.talk.ask_password>" in phone.press("46")
    assert phone.cue.secret
    phone.press("135790#")
    assert phone.done == [("password", "status"), ("secret_bill", "query")], "and is answered at once then"
    assert phone.said.endswith("<voice.talk.anything_else>")
    assert "password" not in phone.said
    assert phone.jobs[1].reference == next(one for one in phone.ended if one != phone.jobs[0].reference)
    assert phone.open == set()
    phone.press("*", "6")
    assert phone.done[2:] == [("secret_bill", "query")]
    assert "135790" not in str(phone.state)


def test_an_order_behind_the_password_is_still_asked_back() -> None:
    phone = called()
    phone.press("47", "135790#")
    assert "<voice.talk.confirm>" in phone.said
    assert phone.bought == []
    phone.press("1")
    assert phone.bought[0].service.id == "secret_plan"


def test_an_answer_with_a_question_behind_the_password_asks_it_by_keys() -> None:
    phone = called()
    options = ({"value": "1", "zh": "一", "en": "one"}, {"value": "2", "zh": "二", "en": "two"})
    phone.carrier(Outcome.DONE, "done").carrier(Outcome.DONE, question=Question("choose", options))
    phone.press("46", "135790#")
    assert (phone.mode, phone.asks) == ("question", "choose")


def test_a_caller_who_presses_again_before_the_carrier_has_answered_had_waited_in_vain() -> None:
    phone = called()
    phone.press("46")
    waiting = next(iter(phone.open))
    checked = engine.advance(
        phone.state, Heard("135790#", "x", "voice", event=Event.KEYS, session="call-1"), phone.book, WANG, phone.now
    )
    phone.state = dict(checked.state)  # and whoever asked the carrier for it died
    phone.press("9")
    assert (waiting, phone.last_end) == (next(iter(phone.ended)), ("failed", "hall_fault"))
    phone.press("*", "6", "135790#")
    assert phone.done[-1] == ("secret_bill", "query")


def test_what_the_line_may_no_longer_have_when_the_password_has_come_is_refused_with_words() -> None:
    phone = called()
    phone.press("47")
    phone.subscriber = replace(WANG, status="suspended")
    phone.press("135790#")
    assert phone.open == set()
    assert {one.outcome for one in phone.ended.values()} == {Outcome.DONE, Outcome.REFUSED}
    assert phone.bought == []
    assert phone.said.endswith("<voice.talk.anything_else>")


def test_after_three_wrong_passwords_it_is_refused_and_a_person_offered() -> None:
    phone = called()
    for _ in range(3):
        phone.carrier(Outcome.FAILED, cause=Cause.WRONG_PASSWORD)
    phone.press("46", "111111#")
    assert "<voice.talk.ask_password_again>" in phone.said
    phone.press("222222#", "333333#")
    assert "<voice.talk.person_offer>" in phone.said
    assert phone.open == set()
    ends = {(one.outcome.value, one.cause.value if one.cause else "") for one in phone.ended.values()}
    assert ("failed", "too_many_tries") in ends
    phone.press("1")
    assert phone.cue.then == "person"


def test_a_password_of_five_digits_never_reaches_the_carrier() -> None:
    phone = called()
    phone.press("46", "13579#")
    assert "<voice.error.too_few>" in phone.said
    assert phone.jobs == []
    assert phone.asks == "check"


def test_a_fault_while_the_password_is_checked_is_said_as_a_fault() -> None:
    phone = called()
    phone.carrier(Outcome.FAILED, "carrier_fault", Cause.CARRIER_FAULT)
    phone.press("46", "135790#")
    assert "<voice.error.carrier_fault>" in phone.said
    assert {one.cause for one in phone.ended.values()} == {Cause.CARRIER_FAULT}
    assert phone.open == set()
