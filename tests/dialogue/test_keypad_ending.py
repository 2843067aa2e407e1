"""How calls end: every session leaves its mark, and says whose fault it was that nothing came of it."""

from dataclasses import replace

import pytest

from careline.dialogue.keypad.session import kept_cue
from careline.dialogue.talk import Event
from careline.values.outcome import Outcome
from tests.dialogue.building import WANG
from tests.dialogue.keys import Phone


def called() -> Phone:
    phone = Phone()
    phone.dial()
    return phone


def wander(phone: Phone) -> None:
    phone.press("2", "*", "4", "*", "2", "9")
    phone.hang_up(heard=30)


def one_miss(phone: Phone) -> None:
    phone.press("2", "8")
    phone.hang_up(heard=30)


def hears_it_all(phone: Phone) -> None:
    phone.press("2")
    phone.hang_up(heard=100)


def leaves_at_once(phone: Phone) -> None:
    phone.hang_up(heard=20)


def says_nothing(phone: Phone) -> None:
    phone.silence(3)
    phone.hang_up()


def falls_silent(phone: Phone) -> None:
    phone.press("2")
    phone.silence(3)
    phone.hang_up()


def is_cut_off(phone: Phone) -> None:
    phone.press("2")
    phone.happen(Event.LOST)


def asks_for_a_person(phone: Phone) -> None:
    phone.press("0")
    phone.hang_up()


@pytest.mark.parametrize(
    ("does", "end", "node", "journey"),
    [
        (wander, ("failed", "guidance"), "orders", "hung_up"),
        (one_miss, ("failed", "unknown_words"), "orders", "hung_up"),
        (hears_it_all, ("failed", "guidance"), "orders", "hung_up"),
        (leaves_at_once, ("abandoned", "left"), "main", "hung_up"),
        (says_nothing, ("abandoned", "no_answer"), "main", "silence"),
        (falls_silent, ("failed", "guidance"), "orders", "silence"),
        (is_cut_off, ("failed", "channel_fault"), "orders", "lost"),
        (asks_for_a_person, ("abandoned", "left"), "main", "person"),
    ],
)
def test_a_call_in_which_nothing_was_chosen_is_one_attempt_with_its_cause_and_its_node(
    does: object, end: tuple[str, str], node: str, journey: str
) -> None:
    phone = called()
    does(phone)  # type: ignore[operator]
    assert phone.last_end == end
    assert len(phone.ended) == 1
    begun = phone.turn.begun
    assert begun is not None
    assert (begun.service.id, begun.verb.value, phone.turn.node) == ("hotline", "help", node)
    assert (phone.journeys[0].node, phone.journeys[0].ended) == (node, journey)
    assert phone.open == set()
    assert "session" not in phone.state


def test_a_call_that_did_something_leaves_nothing_but_that() -> None:
    phone = called()
    phone.press("2", "1", "1")
    phone.hang_up()
    assert [one.outcome for one in phone.ended.values()] == [Outcome.DONE]
    (journey,) = phone.journeys
    assert journey.visits == ("main", "orders", "caller_id:subscribe")
    assert (journey.menu, journey.ended, journey.misses) == ("small", "done", 0)


def test_hanging_up_at_the_question_leaves_the_order() -> None:
    phone = called()
    phone.press("21")
    phone.hang_up()
    assert phone.last_end == ("abandoned", "left")
    assert phone.turn.begun is None
    assert phone.journeys[0].ended == "hung_up"


def test_a_line_that_breaks_at_the_question_is_our_failure() -> None:
    phone = called()
    phone.press("21")
    phone.happen(Event.LOST)
    assert phone.last_end == ("failed", "channel_fault")


def test_a_question_that_meets_silence_has_no_answer() -> None:
    phone = called()
    phone.press("21")
    phone.silence(3)
    phone.hang_up()
    assert phone.last_end == ("abandoned", "no_answer")


def test_a_new_call_ends_one_that_was_never_ended() -> None:
    phone = called()
    phone.press("21")
    phone.dial()
    assert phone.last_end == ("failed", "channel_fault")
    assert phone.journeys[0].session == "call-1"
    assert "<voice.talk.greeting>" in phone.said
    phone.calls = 1
    phone.hang_up()  # the old one, late
    assert len(phone.journeys) == 1
    phone.calls = 2
    phone.hang_up()
    assert len(phone.journeys) == 2
    assert phone.open == set()


def test_hanging_up_twice_counts_once() -> None:
    phone = called()
    phone.hang_up()
    phone.hang_up()
    assert len(phone.journeys) == len(phone.ended) == 1


def test_an_endless_call_is_remembered_by_its_beginning() -> None:
    phone = called()
    for _ in range(100):
        phone.press("2", "*")
    phone.hang_up()
    assert len(phone.journeys[0].visits) == 60


def test_the_last_cue_is_kept_for_a_moment_that_comes_twice() -> None:
    phone = called()
    phone.press("0")
    assert kept_cue(phone.state) == phone.cue
    phone.press("4", "3")
    assert kept_cue(phone.state) == phone.cue
    assert phone.cue.secret


# -- USSD


def screen(**more: object) -> Phone:
    phone = Phone(replace(WANG, **more), channel="ussd")  # type: ignore[arg-type]
    phone.dial()
    return phone


def test_on_a_screen_options_are_numbered_lines() -> None:
    said = screen().said
    assert "1.查询余额" in said
    assert "请按" not in said


def test_a_session_that_broke_off_goes_on_where_it_was() -> None:
    phone = screen()
    phone.press("2", "1")
    phone.hang_up()
    assert phone.last_end == ("abandoned", "left")
    phone.wait(minutes=2)
    assert "<voice.talk.resume>" in phone.dial()
    assert "<voice.talk.confirm>" in phone.press("1")
    phone.press("1")
    assert phone.done == [("caller_id", "subscribe")]
    assert phone.open == set()


def test_or_it_begins_anew() -> None:
    phone = screen()
    phone.press("2")
    phone.dial()  # a gateway that never tells of an end
    assert "<voice.talk.resume>" in phone.said
    assert "主菜单" in phone.press("2")
    phone.hang_up()
    phone.wait(minutes=1)
    assert "<voice.talk.greeting>" in phone.dial()


def test_after_some_minutes_nobody_remembers() -> None:
    phone = screen()
    phone.press("2", "1")
    phone.hang_up()
    phone.wait(minutes=6)
    assert "<voice.talk.greeting>" in phone.dial()


def test_a_call_begins_anew_whatever_broke_off() -> None:
    phone = called()
    phone.press("2")
    phone.happen(Event.LOST)
    assert "<voice.talk.greeting>" in phone.dial()
