"""Open questions: what answers them, what leaves them, and what becomes of them."""

from dataclasses import replace

import pytest

from careline.dialogue.talk import Question
from careline.values.outcome import Outcome
from tests.dialogue.building import BOOK, SERVICES, WANG, Handset, small_book


def test_an_open_question_wins_over_a_code() -> None:
    handset = Handset()
    handset.say("15")
    handset.say("1")
    assert handset.done == [("balance", "query")], "the first of the menu, not the roaming pass"
    steps = {step.rule: dict(step.detail) for step in handset.turn.steps}
    assert steps["question"] == {"asked": "choose", "answer": "1", "not_the_code_of": "E"}


def test_after_its_time_the_number_is_a_code_again() -> None:
    handset = Handset()
    handset.say("15")
    handset.wait(minutes=30)
    handset.say("1")
    assert handset.done == []  # it may be a late answer: as a code that changes something it is asked back for a day
    assert handset.understood[:2] == ("roaming", "register")
    handset.say("是")
    assert handset.done == [("roaming", "register")]


def test_a_question_with_an_attempt_lapses_into_no_answer() -> None:
    handset = Handset()
    handset.say("BLHJZY")
    due_at = handset.turn.due_at
    assert due_at is not None
    assert (due_at - handset.now).total_seconds() == 1800
    handset.wait(minutes=31)
    handset.say("17")
    assert handset.endings == [("abandoned", "no_answer")]
    assert handset.done == [("balance", "query")]


def test_another_command_leaves_the_attempt() -> None:
    handset = Handset()
    handset.say("BLHJZY")
    handset.say("CXYE")
    assert handset.endings == [("abandoned", "left")]
    assert handset.done == [("balance", "query")]


def test_a_left_question_is_taken_up_when_asked_for() -> None:
    handset = Handset()
    handset.say("BLHJZY")
    handset.say("CXYE")
    handset.say("继续")
    assert handset.asks == "fill"
    assert handset.turn.begun is not None
    handset.say("13900000002")
    assert handset.done == [("balance", "query"), ("forward", "subscribe")]


def test_resuming_an_order_asks_for_its_yes_again() -> None:
    handset = Handset()
    handset.say("开通来电显示")
    handset.say("CXYE")
    handset.say("继续")
    assert handset.done == [("balance", "query")]
    assert handset.asks == "confirm"
    handset.say("是")
    assert handset.done[-1] == ("caller_id", "subscribe")


def test_nothing_is_resumed_where_nothing_was_left() -> None:
    handset = Handset()
    handset.say("继续")
    assert handset.turn.reply is not None
    assert handset.turn.reply.key == "talk.nothing_open"


def test_a_menu_is_walked_down_and_up() -> None:
    handset = Handset()
    assert "2.账单 153" in handset.say("15")
    answer = handset.say("2")
    assert "1.查询账单 CXZD" in answer
    assert handset.say("返回") != answer
    assert handset.turn.reply is not None
    assert handset.turn.reply.key == "talk.menu"
    handset.say("2")
    handset.say("2")
    assert handset.done == [("balance", "query")]


def test_a_menu_lists_what_is_below_it_and_its_codes_work_too() -> None:
    handset = Handset()
    answer = handset.say("15")
    assert [line.split(".")[0] for line in answer.split("\n") if "." in line] == ["1", "2", "3"]
    handset.say("KTLDXS")
    assert handset.done == [("caller_id", "subscribe")], "typed as it is printed it is an exact code"


def test_an_order_chosen_by_number_is_asked_back() -> None:
    handset = Handset()
    handset.say("15")
    handset.say("3")
    assert handset.done == []
    assert handset.asks == "confirm"


def test_a_menu_reached_directly_goes_back_to_the_one_above() -> None:
    handset = Handset()
    handset.say("153")
    handset.say("返回")
    assert handset.turn.understood is not None
    assert handset.state["question"]["node"] == "15"


def test_repeat_says_the_last_answer_again_and_keeps_the_question() -> None:
    handset = Handset()
    answer = handset.say("4011")
    assert handset.say("重复") == answer
    assert handset.say("重复") == answer
    handset.say("是")
    assert handset.done == [("movies", "subscribe")]
    served = handset.reply
    assert served is not None
    assert handset.say("再说一遍") == served.words.text


def test_a_wrong_reply_to_an_order_is_asked_again_and_does_nothing() -> None:
    handset = Handset()
    question = handset.say("开通来电显示")
    answer = handset.say("这是什么鬼")
    assert answer.endswith(question)
    assert handset.turn.miss
    assert handset.asks == "confirm"
    assert len(handset.open) == 1
    again = handset.say("咕咕")
    assert again.count(question) == 1, "questions do not pile up"


def test_after_some_misses_a_person_is_named() -> None:
    handset = Handset()
    assert "请发人工" not in handset.say("咕咕咕咕")
    assert "请发人工" in handset.say("呱呱呱呱")
    handset.say("CXYE")
    assert "请发人工" not in handset.say("咕咕咕咕"), "what is understood starts the count anew"


def test_a_number_that_the_menu_does_not_have_is_asked_again() -> None:
    handset = Handset()
    handset.say("15")
    handset.say("9")
    assert handset.turn.reply is not None
    assert handset.turn.reply.key == "error.wrong_reply"
    handset.say("1")
    assert handset.done == [("balance", "query")]


def test_a_missing_value_may_be_given_with_its_code_as_the_example_shows() -> None:
    handset = Handset()
    answer = handset.say("CXGSD")
    handset.say("CXGSD#13900000002")
    assert handset.turn.begun is None, "the attempt that asked goes on"
    assert handset.done == [("region_of", "query")]
    assert answer


def test_a_value_that_does_not_fit_is_asked_for_again() -> None:
    handset = Handset()
    handset.say("CXGSD")
    handset.say("12")
    assert handset.done == []
    assert handset.asks == "fill"
    handset.say("13900000002")
    assert handset.done == [("region_of", "query")]
    assert len(handset.ended) == 1


def test_a_question_for_a_value_can_be_declined() -> None:
    handset = Handset()
    handset.say("BLHJZY")
    handset.say("算了")
    assert handset.endings == [("abandoned", "declined")]


def test_too_many_values_are_named() -> None:
    handset = Handset()
    handset.say("CXGSD#13900000002#1")
    assert handset.endings == [("failed", "wrong_parameter")]
    assert handset.done == []


def test_the_exact_code_answers_the_question_whether_it_was_meant() -> None:
    handset = Handset()
    handset.say("开通来电显示")
    handset.say("KTLDXS")
    assert handset.turn.begun is None
    assert handset.done == [("caller_id", "subscribe")]


def test_tiers_are_chosen_by_number_price_or_code() -> None:
    for reply, exact in (("2", False), ("20元", False), ("KTLL#20", True)):
        handset = Handset()
        handset.say("KTLL")
        assert handset.asks == "choose"
        handset.say(reply)
        assert (handset.asks == "") is exact, "only a published code is a yes"
        if not exact:
            handset.say("是")
        assert handset.jobs[0].tier is not None
        assert handset.jobs[0].tier.id == "20"
        assert len(handset.ended) == 1


def test_help_lists_what_can_be_done_and_numbers_choose() -> None:
    handset = Handset()
    answer = handset.say("帮助")
    assert "1." in answer
    handset.say("1")  # the table's menu comes first
    handset.say("1")
    assert len(handset.done) == 1


@pytest.mark.parametrize("word", ["help", "HELP", "?", "？", "菜单", "帮助", "你好"])
def test_help_has_many_words(word: str) -> None:
    handset = Handset()
    handset.say(word)
    assert handset.turn.reply is not None
    assert handset.turn.reply.key == "talk.help"
    assert not handset.turn.miss


def test_a_tables_own_code_wins_over_a_word() -> None:
    east = BOOK.tables["E"]
    codes = {**east.codes, "HELP": replace(east.codes["17"], spelling="HELP")}
    handset = Handset(book=small_book(tables={**BOOK.tables, "E": replace(east, codes=codes)}))
    handset.say("help")
    assert handset.done == [("balance", "query")]


def test_leaving_drops_everything_that_was_open() -> None:
    handset = Handset()
    handset.say("4011")
    handset.say("15")
    handset.say("退出")
    assert handset.open == set()
    handset.say("401191")
    assert handset.endings == [("refused", "nothing_to_confirm")]


def test_the_language_changes_by_a_word() -> None:
    handset = Handset()
    handset.say("EN")
    assert handset.say("开通来电显示") == "Subscribe to Caller ID? CNY 5.00 a month, effective now"
    handset.say("中文")
    assert "来电显示" in handset.say("重复") or handset.asks == "confirm"
    handset.say("N")
    assert "5.00元/月" in handset.say("open caller id")


def test_an_answer_may_end_with_a_list_to_pick_from() -> None:
    options = tuple({"value": str(10 + n), "zh": f"第{n}", "en": f"no {n}"} for n in range(1, 4))
    for reply, picked in (("1,3", "11,13"), ("1 3", "11,13"), ("1、3", "11,13"), ("3", "13"), ("2，2", "12")):
        handset = Handset()
        handset.say("0000", question=Question("pick", options, "listed", "cancel"))
        handset.say(reply)
        assert handset.done == [("listed", "query"), ("listed", "cancel")]
        assert handset.jobs[1].parameters == {"picked": picked}
        assert handset.jobs[1].reference != handset.jobs[0].reference


def test_a_number_that_the_list_does_not_have_ends_nothing() -> None:
    handset = Handset()
    handset.say("0000", question=Question("pick", ({"value": "11", "zh": "甲", "en": "a"},), "listed", "cancel"))
    handset.say("1,2")
    assert handset.done == [("listed", "query")]
    assert handset.asks == "pick"


def test_what_the_book_no_longer_offers_is_not_confirmed() -> None:
    handset = Handset()
    handset.say("开通来电显示")
    handset.book = small_book(services={one.id: one for one in SERVICES if one.id != "caller_id"})
    handset.say("是")
    assert handset.done == []
    assert ("refused", "closed") in handset.endings
    assert handset.open == set()


def test_a_follow_up_survives_an_unhappy_end() -> None:
    handset = Handset()
    handset.say("CXYE", outcome=Outcome.FAILED, key="carrier_fault")
    assert handset.ended["a1"].outcome is Outcome.FAILED
    handset.say("CXYE")
    assert len(handset.done) == 2


def test_an_empty_message_is_answered() -> None:
    handset = Handset()
    for said in ("", "   ", "。", "\u200b"):
        handset.say(said)
        assert handset.turn.reply is not None
        assert handset.turn.reply.key == "error.empty"


def test_a_message_that_is_too_long_has_an_answer_of_its_own() -> None:
    handset = Handset(WANG)
    handset.say("余" * 501)
    assert handset.turn.reply is not None
    assert handset.turn.reply.key == "error.too_long"
    assert len(handset.turn.masked) <= 500
