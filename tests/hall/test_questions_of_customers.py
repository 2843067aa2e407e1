"""What customers ask in their own words, and what must never be taken for something else."""

import pytest

from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.opening import Held
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.outcome import Outcome
from tests.halls import Hall, answer_of

JOKE = Held("sp_joke", Text("每日一笑", "A joke a day"), 300, paid_to="乐天信息", channel="wap")
STAR = Held("sp_star", Text("星座运势", "Daily horoscope"), 500, paid_to="星语网络")


@pytest.mark.parametrize(
    ("said", "service"),
    [
        ("流量还剩多少", "left_data_plan"),
        ("还剩多少流量", "left_data_plan"),
        ("流量剩多少", "left_data_plan"),
        ("用了多少流量", "data_usage"),
        ("流量", "data_usage"),
        ("短信还剩多少", "left_sms_plan"),
        ("话费还剩多少", "balance"),
        ("套餐还剩多少", "free_resources_usage"),
    ],
)
@pytest.mark.parametrize("table", ["T1", "T2", "T5"])
def test_what_is_left_is_told_apart_from_what_was_used(hall: Hall, table: str, said: str, service: str) -> None:
    served = hall.say(hall.fresh(table), said)
    assert served.understood is not None
    assert (served.understood.service, served.understood.verb) == (service, "query")
    assert served.outcome is Outcome.DONE


@pytest.mark.parametrize("said", ["为什么扣我10块钱", "你们乱扣费！", "怎么扣了我5元", "why was I charged 10 yuan"])
def test_who_asks_what_money_went_for_is_shown_where_to_see_it_and_nothing_is_ordered(hall: Hall, said: str) -> None:
    customer = hall.fresh("T5", held=(JOKE,))
    asked = hall.say(customer, said)
    assert (asked.outcome, asked.asks) == (None, "choose")
    assert "人工" in answer_of(asked)
    assert "9.70元" in answer_of(hall.say(customer, "1"))
    assert "每日一笑 3.00元/月" in answer_of(hall.say(customer, said, "2"))
    assert "每日一笑" in answer_of(hall.say(customer, said, "3"))
    ended = hall.say(customer, "1")
    assert "已退订每日一笑" in answer_of(ended)


def test_paid_content_that_only_its_provider_knows_is_ended_by_its_name(hall: Hall) -> None:
    customer = hall.fresh("T5", held=(JOKE, STAR))
    hall.say(customer, "取消收费信息")
    assert "已退订每日一笑" in answer_of(hall.say(customer, "取消每日一笑"))
    offered = hall.say(customer, "取消星座运势")
    assert "取消收费信息" in answer_of(offered)
    hall.say(customer, "1")
    assert "已退订星座运势" in answer_of(hall.say(customer, "星座运势"))


@pytest.mark.parametrize("said", ["十月账单", "查10月话费", "2026年10月的账单", "今年十月份的账单"])
def test_the_bill_of_a_month_is_that_of_the_month_that_was_named(hall: Hall, said: str) -> None:
    served = hall.say(hall.fresh("T5"), said)
    assert served.understood is not None
    assert served.understood.parameters["month"] == "2026-10"
    assert "49.70元" in answer_of(served)


def test_a_month_without_a_bill_is_not_answered_with_another(hall: Hall) -> None:
    served = hall.say(hall.fresh("T5"), "3月账单")
    assert (served.outcome, served.cause) == (Outcome.REFUSED, Cause.NOT_FOUND)
    assert "2026年3月" in answer_of(served)


def test_yes_no_and_thanks_to_nothing_are_answered_politely_and_do_nothing(hall: Hall) -> None:
    customer = hall.fresh("T5")
    assert "没有办到一半" in answer_of(hall.say(customer, "是"))
    assert "没有办到一半" in answer_of(hall.say(customer, "否"))
    assert "不客气" in answer_of(hall.say(customer, "谢谢"))
    hall.say(customer, "开通来电显示")
    thanked = hall.say(customer, "谢谢")
    assert thanked.asks == "confirm"
    assert hall.say(customer, "是").outcome is Outcome.DONE


def test_a_verb_alone_is_asked_what_it_is_about(hall: Hall) -> None:
    customer = hall.fresh("T5")
    assert "查询已开通业务" in answer_of(hall.say(customer, "取消"))
    assert "您可以办理" in answer_of(hall.say(customer, "查询"))


@pytest.mark.parametrize(
    "said", ["查\x00余额", "\x00", "\ud83d", "KTLDXS\x00\ud800", "\x1b[31m", "😀" * 400, "查" * 500]
)
def test_no_characters_keep_a_message_from_being_recorded_and_answered(hall: Hall, said: str) -> None:
    neighbour = hall.fresh("T5")
    served = hall.say_all([(hall.fresh("T5"), said), (neighbour, "CXYE")])
    assert all(one.recorded for one in served)
    assert "120.00元" in answer_of(served[1])
    assert answer_of(served[0])


def test_calls_are_not_forwarded_to_a_number_with_a_digit_too_few(hall: Hall) -> None:
    served = hall.say(hall.fresh("T6a"), "BLHJZY+1390000000")
    assert (served.outcome, served.cause) == (Outcome.FAILED, Cause.WRONG_PARAMETER)
    assert hall.say(hall.fresh("T6a"), "BLHJZY+057187654321").outcome is Outcome.DONE


def test_the_hall_finds_out_by_itself_that_a_line_may_be_served_again(hall: Hall) -> None:
    card = hall.fresh("T2", status="inactive")
    assert hall.say(card, "1121").cause is Cause.SUSPENDED
    hall.say(card, "1111")
    assert hall.say(card, "1121").outcome is Outcome.DONE


def test_a_carrier_that_cannot_tell_leaves_what_is_known_of_a_line(hall: Hall) -> None:
    card = hall.fresh("T2", status="inactive")
    stumbling.stumble("down")
    try:
        served = hall.say(card, "1121")
    finally:
        stumbling.recover()
    assert served.cause is Cause.SUSPENDED
    assert "激活" in answer_of(served)


def test_a_turn_that_leaves_an_order_for_another_tells_of_the_new_one(hall: Hall) -> None:
    customer = hall.fresh("T5")
    first = hall.say(customer, "开通来电显示")
    second = hall.say(customer, "开通彩铃")
    assert (second.outcome, second.asks) == (None, "confirm")
    assert first.reference != second.reference
    goodbye = hall.say(customer, "退出")
    assert (goodbye.outcome, goodbye.cause, goodbye.reference) == (Outcome.ABANDONED, Cause.LEFT, second.reference)


def test_an_answer_that_comes_too_late_is_told_so(hall: Hall) -> None:
    customer = hall.fresh("T5")
    hall.say(customer, "开通来电显示")
    hall.clock.pass_(minutes=40)
    late = hall.say(customer, "是")
    assert "没有等到您的回复，来电显示没有办理" in answer_of(late)
    assert "没有开通来电显示" in answer_of(hall.say(customer, "CXLDXS"))


def test_a_plan_chosen_after_a_wrong_tier_still_begins_next_month(hall: Hall) -> None:
    customer = hall.fresh("T6a")
    hall.say(customer, "BL128")
    assert "下月1日生效" in answer_of(hall.say(customer, "BL98"))
    assert "12月1日生效" in answer_of(hall.say(customer, "是"))


@pytest.mark.parametrize(
    ("table", "said", "asked"), [("T6b", "我要换成大众卡", "大众卡套餐"), ("T5", "换成20元流量套餐", "20元流量套餐")]
)
def test_to_change_over_to_a_plan_is_to_order_it_and_is_asked_back(
    hall: Hall, table: str, said: str, asked: str
) -> None:
    customer = hall.fresh(table)
    served = hall.say(customer, said)
    assert served.asks == "confirm"
    assert asked in answer_of(served)
    assert hall.say(customer, "是").outcome is Outcome.DONE
