"""Spellings that only another region's table knows, and spellings that nobody knows."""

from dataclasses import replace

import pytest

from careline.dialogue.nearest import distance
from tests.dialogue.building import BOOK, WANG, Handset, of, small_book


def test_a_query_in_another_regions_spelling_is_served_with_the_local_code() -> None:
    handset = Handset()
    answer = handset.say("YE")
    assert handset.done == [("balance", "query")]
    assert handset.understood[2] == "elsewhere"
    assert "CXYE" in answer


def test_an_order_in_another_regions_spelling_is_asked_back() -> None:
    handset = Handset()
    handset.say("GPRS20")
    assert handset.done == []
    assert handset.asks == "confirm"
    handset.say("是")
    assert handset.done == [("data", "subscribe")]
    assert handset.jobs[0].tier is not None
    assert handset.jobs[0].tier.id == "20"


def test_a_spelling_that_orders_here_and_asks_there_is_asked_which() -> None:
    services = {**BOOK.services, "reminder": replace(BOOK.services["reminder"], everywhere=True)}
    services["bill"] = replace(services["bill"], everywhere=True)
    handset = Handset(replace(WANG, region="north"), small_book(services=services))
    handset.say("CXZD")
    assert handset.done == []
    assert handset.asks == "choose"
    assert {one["service"] for one in handset.state["question"]["options"]} == {"bill", "reminder"}
    number = 1 + [one["service"] for one in handset.state["question"]["options"]].index("reminder")
    handset.say(str(number))
    assert handset.done == []
    assert handset.asks == "confirm"


def test_what_does_not_exist_here_is_refused_by_name() -> None:
    handset = Handset()
    handset.say("夜话畅聊")
    assert handset.endings == [("refused", "not_eligible")]
    assert handset.done == []


def test_one_or_two_digits_of_another_table_are_no_order() -> None:
    handset = of("linjiang")
    handset.say("1")
    assert handset.turn.miss
    assert handset.open == set()


@pytest.mark.parametrize(
    ("said", "spelling"),
    [
        ("KTLDX", "KTLDXS"),
        ("KLTDXS", "KTLDXS"),
        ("KTLDXD", "KTLDXS"),
        ("CXYR", "CXYE"),
        ("CXTE", "CXYE"),
        ("40l1", "4011"),
    ],
)
def test_a_slip_is_offered_what_is_nearest(said: str, spelling: str) -> None:
    handset = Handset()
    answer = handset.say(said)
    assert handset.turn.miss
    assert handset.done == []
    assert spelling in answer.split("\n")[-3:][0] or spelling in answer
    assert handset.asks == "choose"


@pytest.mark.parametrize("said", ["来点显示", "开通来电现实", "ldxs", "laidianxianshi", "来电先使"])
def test_a_name_that_sounds_alike_or_is_abbreviated_is_offered(said: str) -> None:
    handset = Handset()
    handset.say(said)
    assert handset.done == []
    offered = [one.get("service") for one in (handset.state.get("question") or {}).get("options", ())]
    assert "caller_id" in offered


def test_what_is_offered_is_asked_back_when_it_changes_something() -> None:
    handset = Handset()
    handset.say("KTLDX")
    number = 1 + [one["service"] for one in handset.state["question"]["options"]].index("caller_id")
    handset.say(str(number))
    assert handset.done == []
    assert handset.asks == "confirm"


@pytest.mark.parametrize(
    ("said", "done"),
    [("发送CXYE到10086", [("balance", "query")]), ("请问CXYE，谢谢", [("balance", "query")]), ("我要KTLDXS", [])],
)
def test_politeness_around_a_code_serves_a_query_and_asks_back_an_order(said: str, done: list[tuple[str, str]]) -> None:
    handset = Handset()
    handset.say(said)
    assert handset.done == done
    assert done or handset.asks == "confirm"


def test_a_single_proposal_is_taken_with_a_yes_and_still_asked_back() -> None:
    handset = Handset()
    handset.say("BL89")
    assert len(handset.state["question"]["options"]) == 1
    handset.say("是")
    assert handset.done == []
    assert handset.asks == "confirm"


def test_at_most_three_are_offered_and_never_a_second_step() -> None:
    for said in ("40119", "401192", "40219", "KTL", "CX"):
        handset = Handset()
        handset.say(said)
        options = (handset.state.get("question") or {}).get("options", ())
        assert len(options) <= 3
        assert all(one.get("verb") != "confirm" for one in options)


def test_a_long_sentence_is_answered_without_guesses() -> None:
    handset = Handset()
    handset.say("昨天晚上我在山上看星星的时候发现这里什么信号也没有到底是怎么回事情啊我很生气想要找人说说这件事")
    assert handset.turn.reply is not None
    assert handset.turn.reply.key == "error.unknown"


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("KTL", "KTL", 0),
        ("KTL", "KLT", 1),
        ("CXYE", "CXYR", 0.5),
        ("4O11", "4011", 0.5),
        ("CXYE", "CXE", 1),
    ],
)
def test_edits_are_counted_as_fingers_slip(one: str, other: str, edits: float) -> None:
    assert distance(one, other, 2) == edits


def test_what_is_too_far_is_not_counted_out() -> None:
    assert distance("AB", "XYZQ", 2) > 2
    assert distance("A", "ABCDEF", 2) > 2


def test_a_slip_of_another_regions_query_is_offered_as_the_code_that_does_it_here() -> None:
    handset = of("zhejiang")
    handset.say("CXYR")
    assert handset.done == []
    options = handset.state["question"]["options"]
    assert (options[0]["service"], options[0]["verb"]) == ("balance", "query")
    handset.say("1")
    assert handset.done == [("balance", "query")]


@pytest.mark.parametrize("said", ["我的话费怎么这么多", "话费太贵了", "为什么扣我10块钱", "why is my bill so high"])
def test_who_finds_the_bill_too_high_is_shown_where_the_money_went(said: str) -> None:
    handset = of("yunling", "gotone")
    handset.say(said)
    assert handset.done == []
    assert handset.state["question"]["options"][0]["service"] == "charges_detail"
