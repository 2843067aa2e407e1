"""Orders in two steps: asked back, and confirmed by a second code or a plain yes."""

from dataclasses import replace

import pytest

from tests.dialogue.building import WANG, Handset


def test_the_first_code_asks_and_the_second_does_it_as_the_same_attempt() -> None:
    handset = Handset()
    answer = handset.say("4011")
    assert "5.00元/月" in answer
    assert "401191" in answer
    assert handset.done == []
    begun = handset.turn.begun
    assert begun is not None
    assert handset.turn.due_at is not None
    handset.say("401191")
    assert handset.turn.begun is None
    assert handset.jobs[0].reference == begun.reference
    assert handset.done == [("movies", "subscribe")]
    assert handset.understood[:2] == ("movies", "confirm")


@pytest.mark.parametrize("yes", ["是", "Y", "y", "1", "好的", "确认", "ok", "是。", "１"])
def test_a_plain_yes_confirms(yes: str) -> None:
    handset = Handset()
    handset.say("4011")
    handset.say(yes)
    assert handset.done == [("movies", "subscribe")]


@pytest.mark.parametrize("no", ["否", "N", "2", "不要", "取消", "算了"])
def test_a_no_ends_it(no: str) -> None:
    handset = Handset()
    handset.say("4011")
    handset.say(no)
    assert handset.done == []
    assert handset.endings == [("abandoned", "declined")]
    handset.say("401191")
    assert handset.endings == [("refused", "nothing_to_confirm")]


@pytest.mark.parametrize("said", ["可以吗", "是?", "好吗", "要吗？", "对么", "4011 91", "1,2", "12", "是不是"])
def test_what_is_no_plain_yes_is_none(said: str) -> None:
    handset = Handset()
    handset.say("4011")
    handset.say(said)
    assert handset.done == []
    assert len(handset.open) == 1


def test_the_second_code_alone_is_refused() -> None:
    handset = Handset()
    handset.say("401191")
    assert handset.done == []
    assert handset.endings == [("refused", "nothing_to_confirm")]
    assert handset.understood[:2] == ("movies", "confirm")


def test_an_order_waits_while_other_things_are_done() -> None:
    handset = Handset()
    handset.say("4011")
    handset.say("17")
    handset.say("CXGSD")
    handset.say("13900000002")
    handset.say("401191")
    assert handset.done == [("balance", "query"), ("region_of", "query"), ("movies", "subscribe")]


def test_two_orders_wait_side_by_side_and_each_has_its_code() -> None:
    handset = Handset()
    handset.say("4011")
    handset.say("4021")
    handset.say("401191")
    handset.say("402191")
    assert handset.done == [("movies", "subscribe"), ("fashion", "subscribe")]


def test_the_second_code_of_another_order_confirms_nothing() -> None:
    handset = Handset()
    handset.say("4011")
    handset.say("402191")
    assert handset.done == []
    assert handset.endings == [("refused", "nothing_to_confirm")]
    handset.say("401191")
    assert handset.done == [("movies", "subscribe")]


def test_the_first_code_again_begins_anew() -> None:
    handset = Handset()
    handset.say("4011")
    handset.say("4011")
    assert handset.endings == [("abandoned", "left")]
    assert len(handset.open) == 1
    handset.say("401191")
    assert handset.done == [("movies", "subscribe")]
    assert handset.open == set()


def test_within_the_limit_the_code_still_confirms_though_the_question_has_lapsed() -> None:
    handset = Handset()
    handset.say("4011")
    handset.wait(minutes=59)
    handset.say("401191")
    assert handset.done == [("movies", "subscribe")]


def test_after_the_limit_it_confirms_nothing() -> None:
    handset = Handset()
    handset.say("4011")
    handset.wait(minutes=60)
    handset.say("401191")
    assert handset.done == []
    assert handset.endings == [("abandoned", "no_answer"), ("refused", "nothing_to_confirm")]


def test_a_yes_after_other_commands_is_asked_once_more() -> None:
    handset = Handset()
    handset.say("4011")
    handset.say("17")
    handset.say("是")
    assert handset.done == [("balance", "query")]
    assert handset.asks == "confirm"
    handset.say("是")
    assert handset.done[-1] == ("movies", "subscribe")


def test_once_confirmed_it_is_not_done_again() -> None:
    handset = Handset()
    handset.say("4011")
    handset.say("是")
    handset.say("401191")
    handset.say("是")
    assert handset.done == [("movies", "subscribe")]


def test_suspension_between_the_steps_refuses() -> None:
    handset = Handset()
    handset.say("4011")
    handset.subscriber = replace(WANG, status="suspended")
    handset.say("401191")
    assert handset.endings == [("refused", "suspended")]
    assert handset.done == []


def test_a_paid_plan_asks_although_its_code_is_exact_where_its_pack_says_so() -> None:
    handset = Handset()
    answer = handset.say("BL98")
    assert "98.00元/月" in answer
    assert handset.done == []
    handset.say("是")
    assert handset.done == [("plan", "order")]
    assert handset.jobs[0].effect == "next_month"


def test_a_service_ordered_by_name_asks_in_two_steps_as_well() -> None:
    handset = Handset()
    handset.say("开通电影手机报")
    assert handset.done == []
    handset.say("401191")
    assert handset.done == [("movies", "subscribe")]
