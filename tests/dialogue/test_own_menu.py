"""My 10086: each customer's own list, shown, chosen from and edited by text."""

from dataclasses import replace

import pytest

from tests.dialogue.building import WANG, Handset, of

OWNER = replace(WANG, menu_on=True, menu=("17", "KTLDXS"))


def keys(handset: Handset) -> str:
    reply = handset.turn.reply
    return reply.key if reply else ""


def test_the_list_is_shown_and_its_numbers_choose() -> None:
    handset = Handset(OWNER)
    answer = handset.say("我的10086")
    assert "1.查询余额 17" in answer
    assert "2.开通来电显示 KTLDXS" in answer
    handset.say("1")
    assert handset.done == [("balance", "query")]


def test_an_order_of_the_list_is_asked_back() -> None:
    handset = Handset(OWNER)
    handset.say("我的10086")
    handset.say("2")
    assert handset.done == []
    assert handset.asks == "confirm"


@pytest.mark.parametrize(
    ("said", "menu"),
    [
        ("我的10086 加 CXYE", ("17", "KTLDXS", "CXYE")),
        ("我的10086加cxye", ("17", "KTLDXS", "CXYE")),
        ("my10086 add CXYE", ("17", "KTLDXS", "CXYE")),
        ("我的10086 + CXYE", ("17", "KTLDXS", "CXYE")),
        ("我的10086 加 17", ("KTLDXS", "17")),
        ("我的10086 减 2", ("17",)),
        ("我的10086 删 1", ("KTLDXS",)),
        ("我的10086 删 KTLDXS", ("17",)),
        ("我的10086 删除 17", ("KTLDXS",)),
    ],
)
def test_it_is_edited_by_text(said: str, menu: tuple[str, ...]) -> None:
    handset = Handset(OWNER)
    handset.say(said)
    assert handset.turn.menu_change == menu


@pytest.mark.parametrize("said", ["我的10086 加 QQQQ", "我的10086 减 9", "我的10086 删 CXYE", "我的10086 加 夜话畅聊"])
def test_what_is_not_there_changes_nothing(said: str) -> None:
    handset = Handset(OWNER)
    handset.say(said)
    assert handset.turn.menu_change is None
    assert keys(handset) == "talk.mymenu_absent"


def test_it_has_a_limit() -> None:
    book = Handset().book
    handset = Handset(OWNER, replace(book, limits={**book.limits, "menu_max": 2}))
    handset.say("我的10086 加 CXYE")
    assert handset.turn.menu_change is None
    assert keys(handset) == "talk.mymenu_full"


def test_until_it_is_edited_it_fills_from_use() -> None:
    handset = Handset(replace(WANG, menu_on=True))
    assert handset.say("我的10086")
    assert keys(handset) == "talk.mymenu_empty"
    for said in ("CXYE", "CXZD", "CXZD"):
        handset.say(said)
    answer = handset.say("我的10086")
    assert answer.index("CXZD") < answer.index("CXYE"), "most used first"


def test_help_begins_with_it_when_it_is_on() -> None:
    handset = Handset(OWNER)
    answer = handset.say("帮助")
    assert keys(handset) == "talk.help_own"
    assert answer.index("17") < answer.index("KTLDXS")
    without = Handset(replace(OWNER, menu_on=False))
    without.say("帮助")
    assert keys(without) == "talk.help"


def test_without_it_is_told_how_to_switch_it_on() -> None:
    handset = Handset()
    answer = handset.say("我的10086 加 CXYE")
    assert "KT10086" in answer
    assert handset.turn.menu_change is None


def test_switching_it_on_and_off_are_services_like_any_other() -> None:
    handset = of("yunling")
    for said, verb in (("KT10086", "subscribe"), ("QX10086", "cancel"), ("JS10086", "describe")):
        handset.say(said)
        assert handset.done[-1] == ("my10086", verb)
