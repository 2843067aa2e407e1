"""What keys do on a call: menus, orders, values, and what is said when they fit nothing."""

from dataclasses import replace

import pytest

from careline.dialogue.book import Choice, Menu, MenuNode, Verb
from careline.dialogue.talk import Event, Question
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.secret import Secret
from tests.dialogue.building import WANG
from tests.dialogue.keyed import keyed_book
from tests.dialogue.keys import Phone


def called(**more: object) -> Phone:
    phone = Phone(replace(WANG, **more))  # type: ignore[arg-type]
    phone.dial()
    return phone


# -- the menu


def test_a_call_is_greeted_and_hears_the_options_before_their_keys() -> None:
    phone = called()
    assert "<voice.talk.greeting>" in phone.said
    assert "查询余额，请按1。" in phone.said
    assert "办业务，请按2。" in phone.said
    assert (phone.cue.then, phone.cue.keys_max, phone.cue.node) == ("keys", 1, "main")


def test_no_code_of_an_sms_is_said_on_a_call() -> None:
    phone = called()
    heard = [phone.said, phone.press("2"), phone.press("1"), phone.press("1"), phone.press("*", "1")]
    for spelling in ("CXYE", "KTLDXS", "QXLDXS", "4011"):
        assert not any(spelling in said for said in heard)


def test_a_query_is_answered_and_leads_back_to_where_it_was_chosen() -> None:
    phone = called()
    assert "余额办好了" in phone.press("1")
    assert "<voice.talk.anything_else>" in phone.said
    assert phone.done == [("balance", "query")]
    assert "主菜单" in phone.press("*")
    assert phone.open == set()


def test_digits_may_be_pressed_ahead_of_the_menus() -> None:
    phone = called()
    phone.press("21")
    assert phone.asks == "confirm"
    assert phone.cue.node == "orders"


def test_star_leads_up_and_at_the_top_says_so() -> None:
    phone = called()
    phone.press("2")
    assert "主菜单" in phone.press("*")
    assert "<voice.error.at_top>" not in phone.said
    assert "<voice.error.at_top>" in phone.press("*")
    assert "主菜单" in phone.said


def test_nine_says_it_again() -> None:
    phone = called()
    orders = phone.press("2")
    assert phone.press("9") == orders
    question = phone.press("1")
    assert phone.press("9") == question
    answer = phone.press("1")
    assert phone.press("9") == answer


def test_zero_is_a_person_who_gets_to_know_what_happened() -> None:
    phone = called()
    phone.press("2", "1")
    phone.press("0")
    handover = phone.cue.handover
    assert phone.cue.then == "person"
    assert handover is not None
    assert (handover.reason, handover.path, handover.node) == ("asked", ("主菜单", "办业务"), "orders")
    assert (handover.service, handover.verb, handover.assurance) == ("caller_id", "subscribe", 1)
    assert phone.last_end == ("abandoned", "left")


def test_services_that_do_not_exist_here_are_not_offered() -> None:
    phone = called(region="west")  # whose table has no movies
    said = phone.press("2")
    assert "nowhere" not in said
    assert "电影手机报" not in said


def test_a_long_list_goes_on_on_its_last_key() -> None:
    node = MenuNode("main", Text("长", "Long"), tuple([Choice(service="balance", verb=Verb.QUERY)] * 10))
    book = keyed_book()
    book = replace(book, menus={"long": Menu("long", Text("长", "Long"), {"main": node}, "main")})
    phone = Phone(WANG, book)
    assert "<voice.talk.more>，请按8。" in phone.dial()
    assert "请按4" not in phone.press("8")
    phone.press("3")
    assert phone.done == [("balance", "query")]


def test_without_a_published_menu_one_is_made_of_the_services() -> None:
    phone = Phone(WANG, replace(keyed_book(), menus={}))
    phone.dial()
    assert phone.cue.node == "main"
    for _ in range(3):
        if phone.done or phone.asks:
            break
        phone.press("1")
    assert phone.done or phone.asks


def test_everybody_hears_their_own_language_for_good() -> None:
    phone = called()
    assert "<voice.talk.language>" in phone.press("5")
    assert "Check Balance, press 1." in phone.said
    assert phone.subscriber.language == "en"
    phone.hang_up()
    assert "Check Balance, press 1." in phone.dial()


def test_the_senior_menu_is_short_and_slow_and_stays_until_it_is_left() -> None:
    phone = called()
    phone.press("6")
    assert (phone.subscriber.senior, phone.cue.slow) == (True, True)
    assert "<voice.talk.menu_senior>" in phone.said
    assert phone.cue.silence_seconds > 6
    phone.hang_up()
    assert "<voice.talk.menu_senior>" in phone.dial()
    phone.press("2")
    assert (phone.subscriber.senior, phone.cue.slow) == (False, False)


def test_the_personal_menu_is_offered_where_it_is_on() -> None:
    assert "我的菜单" not in called().said
    phone = called(menu_on=True, menu=("CXYE",))
    assert "我的菜单，请按7。" in phone.said
    phone.press("71")
    assert phone.done == [("balance", "query")]


# -- orders


def test_an_order_is_asked_back_and_done_with_one() -> None:
    phone = called()
    said = phone.press("2", "1")
    assert "<voice.talk.confirm>" in said
    assert "price=5.00元" in said
    assert phone.bought == []
    phone.press("1")
    assert phone.done == [("caller_id", "subscribe")]
    assert phone.last_end == ("done", "")
    assert phone.turn.endings == ()


def test_two_leaves_it_as_it_is() -> None:
    phone = called()
    phone.press("2", "1", "2")
    assert "<voice.talk.declined>" in phone.said
    assert phone.bought == []
    assert phone.last_end == ("abandoned", "declined")


@pytest.mark.parametrize("keys", ["2111", "211", "21 1"])
def test_nobody_buys_by_dialling_ahead(keys: str) -> None:
    phone = called()
    phone.press(keys)
    assert phone.bought == []
    assert phone.asks == "confirm"


def test_a_yes_before_the_price_was_said_is_not_taken_and_the_question_is_then_heard_whole() -> None:
    phone = called()
    phone.press("21")
    assert (phone.asks, phone.cue.barge_in) == ("confirm", True)
    phone.press("1", heard=10)
    assert "<voice.error.too_soon>" in phone.said
    assert "<voice.talk.confirm>" in phone.said
    assert (phone.asks, phone.cue.barge_in) == ("confirm", False)
    assert phone.bought == []
    phone.press("1", heard=100)
    assert phone.done == [("caller_id", "subscribe")]


def test_a_no_counts_at_once() -> None:
    phone = called()
    phone.press("21")
    phone.press("2", heard=5)
    assert phone.last_end == ("abandoned", "declined")


def test_two_step_orders_need_no_second_code_on_a_call() -> None:
    phone = called()
    phone.press("2", "3", "1")
    assert phone.done == [("movies", "subscribe")]
    assert "waiting" not in phone.state


def test_who_may_not_have_it_is_told_before_anything_is_asked() -> None:
    phone = called()
    said = phone.press("2", "4")
    assert "<voice.error.not_eligible>" in said
    assert phone.last_end == ("refused", "not_eligible")
    assert phone.mode == "tail"


def test_tiers_are_chosen_by_key() -> None:
    phone = called()
    said = phone.press("3")
    assert "流量包 5.00元/月，请按1。" in said or "5元流量包" in said
    phone.press("2")
    assert phone.asks == "confirm"
    phone.press("1")
    tier = phone.jobs[0].tier
    assert tier is not None
    assert tier.id == "20"


def test_what_is_picked_from_a_list_is_asked_back_by_its_name() -> None:
    phone = called(menu_on=True, menu=("0000",))
    options = ({"value": "1", "zh": "每日一笑", "en": "Daily joke"}, {"value": "2", "zh": "天气", "en": "Weather"})
    phone.carrier(Outcome.DONE, question=Question("pick", options, "listed", "cancel"))
    phone.press("7", "1", "2")
    assert "given=天气" in phone.said
    assert phone.done == [("listed", "query")]
    phone.press("1")
    assert phone.done[-1] == ("listed", "cancel")
    assert phone.jobs[-1].parameters["picked"] == "2"


# -- values


def test_a_number_is_keyed_and_ended_with_the_hash() -> None:
    phone = called()
    assert "<voice.talk.fill.msisdn>" in phone.press("4", "1")
    assert (phone.cue.ends_with, phone.cue.keys_max, phone.cue.secret) == ("#", 16, False)
    phone.press("13900000002#")
    assert phone.asks == "confirm"
    phone.press("1")
    assert phone.jobs[0].parameters["number"] == Msisdn("8613900000002")
    assert "13900000002" not in phone.turns[-2].masked


def test_a_month_that_the_action_could_do_without_is_asked_where_the_menu_says_so() -> None:
    phone = called()
    phone.press("42200903#")
    assert phone.jobs[0].parameters["month"] == "2009-03"


@pytest.mark.parametrize(
    ("keys", "words"),
    [("139#", "bad.msisdn"), ("13900000002139000#", "too_many"), ("33900000#", "bad.msisdn"), ("#", "bad.msisdn")],
)
def test_each_wrong_number_has_its_own_words_and_is_asked_again(keys: str, words: str) -> None:
    phone = called()
    phone.press("41")
    said = phone.press(keys)
    assert f"<voice.error.{words}>" in said
    assert "<voice.talk.fill.msisdn>" in said
    phone.press("13900000002#", "1")
    assert phone.bought[0].service.id == "forward"
    assert phone.open == set()
    assert next(iter(phone.ended.values())).outcome is Outcome.DONE


def test_who_gives_up_over_a_value_has_failed_at_it() -> None:
    phone = called()
    phone.press("41", "139#", "1390#")
    phone.hang_up()
    assert phone.last_end == ("failed", "wrong_parameter")


def test_an_id_number_is_keyed_with_star_for_x_and_shown_nowhere() -> None:
    phone = called()
    phone.press("43")
    assert phone.cue.secret
    phone.press("11010119900101004*#")
    job = phone.jobs[0]
    assert isinstance(job.parameters["id_number"], Secret)
    assert "01004" not in repr(phone.turn) + str(phone.state)
    assert phone.turn.masked == "******"


def test_two_passwords_are_one_entry_with_a_star_between() -> None:
    phone = called()
    assert "<voice.talk.fill.passwords>" in phone.press("44")
    phone.press("135790*246801#")
    parameters = phone.jobs[0].parameters
    assert [Secret(parameters[name]).reveal() for name in ("old", "new")] == ["135790", "246801"]
    assert "246801" not in str(phone.state)


def test_what_cannot_be_keyed_is_said_so_with_another_way() -> None:
    phone = called()
    said = phone.press("45")
    assert "<voice.talk.by_text>" in said
    assert "number=10086" in said
    assert phone.last_end == ("failed", "guidance")


def test_star_alone_leaves_the_entry() -> None:
    phone = called()
    phone.press("41", "*")
    assert "要填的" in phone.said
    assert phone.last_end == ("abandoned", "left")


# -- wrong keys, silence


def test_each_kind_of_error_has_words_of_its_own() -> None:
    heard = {
        "key": called().press("2", "8"),
        "hash": called().press("#"),
        "top": called().press("*"),
        "silence": called().silence(),
        "again": called().silence(2),
        "goodbye": called().silence(3),
        "reply": called().press("21", "5"),
        "after": called().press("1", "7"),
        "few": called().press("41", "1#"),
        "many": called().press("41", "1390000000213900#"),
        "declined": called().press("21", "2"),
        "not eligible": called().press("24"),
    }
    for name, cause in (
        ("on", Cause.ALREADY_ON),
        ("off", Cause.NOT_ON),
        ("money", Cause.NOT_ENOUGH_MONEY),
        ("password", Cause.WRONG_PASSWORD),
    ):
        heard[name] = called().carrier(Outcome.REFUSED, cause=cause).press("21", "1")
    for name, cause in (
        ("down", Cause.CARRIER_FAULT),
        ("silent", Cause.CARRIER_SILENT),
        ("busy", Cause.CARRIER_BUSY),
        ("ours", Cause.HALL_FAULT),
    ):
        heard[name] = called().carrier(Outcome.FAILED, cause=cause).press("21", "1")
    firsts = {name: said.split(">")[0] for name, said in heard.items()}
    assert len(set(firsts.values())) == len(firsts), firsts
    assert all(said.startswith("<voice.") or "没有开通" in said for said in heard.values())


def test_silence_is_met_three_times_and_then_with_goodbye() -> None:
    phone = called()
    assert "<voice.error.silence>" in phone.silence()
    assert "请按1。" in phone.said
    assert "<voice.error.silence_again>" in phone.silence()
    assert phone.cue.then == "keys"
    assert "<voice.error.silence_goodbye>" in phone.silence()
    assert phone.cue.then == "hang_up"


def test_a_key_ends_the_silence() -> None:
    phone = called()
    phone.silence(2)
    phone.press("2")
    assert "<voice.error.silence>" in phone.silence()


def test_silence_after_an_answer_is_goodbye_sooner() -> None:
    phone = called()
    phone.press("1")
    assert "<voice.talk.anything_else_again>" in phone.silence()
    assert "<voice.talk.goodbye>" in phone.silence()
    assert phone.cue.then == "hang_up"


@pytest.mark.requirement("IVR-20")
def test_after_some_misses_a_person_is_offered_and_after_more_called() -> None:
    phone = called()
    phone.press("2", "8", "8")
    assert "<voice.talk.person_offer>" not in phone.said
    phone.press("8")
    assert "<voice.talk.person_offer>" in phone.said
    assert phone.last_end == ("failed", "unknown_words")
    assert phone.turn.begun is not None
    assert (phone.turn.begun.service.id, phone.turn.node) == ("hotline", "orders")
    phone.press("2")
    assert "办业务" in phone.said
    phone.press("8", "8", "8")
    assert phone.cue.then == "person"
    assert "<voice.talk.handed_over>" in phone.said
    phone.hang_up()
    assert len(phone.ended) == 1


def test_who_comes_back_from_the_queue_is_in_the_menu_again() -> None:
    for why in ("nobody", "left_queue"):
        phone = called()
        phone.press("2", "0")
        phone.happen(Event.RETURNED, why)
        assert f"<voice.talk.returned.{why}>" in phone.said
        assert "办业务" in phone.said
        assert phone.cue.then == "keys"
    phone.happen(Event.RETURNED, "callback")
    assert "<voice.talk.returned.callback>" in phone.said
    phone.happen(Event.RETURNED, "talked")
    assert phone.cue.then == "hang_up"


def test_a_stranger_is_told_so_and_offered_a_person() -> None:
    phone = Phone(replace(WANG, brand="", region="", status="stranger"))
    assert "<voice.error.stranger>" in phone.dial()
    phone.press("5")
    assert "<voice.error.stranger>" in phone.said
    phone.press("1")
    assert phone.cue.then == "person"
    assert phone.state == {}


def test_wrong_keys_after_an_answer_do_not_pile_up_what_is_said() -> None:
    phone = called()
    answer = phone.press("1")
    once = phone.press("7")
    assert phone.press("7") == once
    assert "<voice.talk.anything_else>" in once
    assert phone.press("9") == answer
