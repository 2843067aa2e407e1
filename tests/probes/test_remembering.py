"""Turns that were rehearsed are not worked out again while a plan is made, and come to the same."""

from datetime import UTC, datetime

from careline.dialogue.talk import Subscriber, Wish
from careline.probes.deriving.calls import SOMEBODY
from careline.probes.deriving.rehearsal import Rehearsal, remembering
from tests.shipped import the_book

NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)


def walked(*pressed: str, language: str = "zh", menu_on: bool = False) -> Rehearsal:
    book = the_book()
    person = Subscriber(SOMEBODY, sorted(book.brands)[0], sorted(book.regions)[0], language, menu_on=menu_on)
    rehearsal = Rehearsal(book, person, NOON).hello()
    for keys in pressed:
        rehearsal.press(keys)
    return rehearsal


def outcome(rehearsal: Rehearsal) -> tuple[object, ...]:
    job = rehearsal.job
    named = (job.service.id, job.verb, dict(job.parameters)) if job else None
    return (
        rehearsal.said,
        rehearsal.key,
        rehearsal.state,
        rehearsal.then,
        rehearsal.understood,
        named,
        rehearsal.moments,
    )


WALKS = [("1",), ("1", "1"), ("1", "2"), ("2", "*", "1"), ("1", "9", "9", "9"), ("#",), ("1", "1")]


def test_what_is_remembered_is_what_would_be_worked_out() -> None:
    fresh = [outcome(walked(*one)) for one in WALKS]
    with remembering():
        assert [outcome(walked(*one)) for one in WALKS] == fresh
        assert [outcome(walked(*one)) for one in WALKS] == fresh
        assert walked("1").state is walked("1").state, "worked out once"
    assert walked("1").state is not walked("1").state, "and only while a plan is made"


def test_another_state_language_or_customer_is_another_turn() -> None:
    with remembering():
        assert walked("#").said != walked("#", language="en").said
        one, other = walked(), walked()
        other.state = {**other.state, "language": "en"}
        assert one.press("#").said != other.press("#").said
        assert one.said == walked("#").said


def test_who_has_a_menu_of_their_own_is_offered_it_though_others_were_told_before() -> None:
    without, having = walked(), walked(menu_on=True)
    assert without.said == walked().said
    assert having.said == walked(menu_on=True).said


def test_wishes_that_differ_in_a_value_alone_are_different_turns() -> None:
    def picked(amount: str) -> tuple[object, ...]:
        rehearsal = Rehearsal(the_book(), walked().subscriber, NOON, channel="app")
        rehearsal.wish(Wish("balance_alert", "subscribe", values={"amount": amount}, agreed="0/once", assurance=2))
        return outcome(rehearsal)

    fresh = [picked("10.00"), picked("20.00"), picked("x")]
    with remembering():
        assert [picked("10.00"), picked("20.00"), picked("x")] == fresh
        assert picked("10.00") == fresh[0]
    assert fresh[0] != fresh[1] != fresh[2]
