"""What needs the service password asks for it by text: each service, each order anew, and nothing of it stays."""

import json
from dataclasses import replace

import pytest

from careline.dialogue.book import READS, Action, Service
from careline.dialogue.talk import Subscriber
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from tests.dialogue.building import SERVICES, WANG, WORDS, Handset, real_book, small_book
from tests.dialogue.test_secrets import everything_kept

RIGHT, WRONG = "135792", "246813"
CHECK = ("password", "status")
SAID = {
    "talk.ask_password": Text("{label}{service}，请回{number}位密码", "{label} {service}: password, {number} digits"),
    "error.password_check.wrong_password": Text("不对，还有{number}次", "Wrong, {number} left"),
    "error.password_check.too_many_tries": Text("锁到{date}", "Locked until {date}"),
    "error.password_check.not_on": Text("{service}：没有密码", "{service}: no password"),
    "error.bad.password": Text("不是密码", "No password"),
    "error.no_answer": Text("{service}没等到", "{service}: too late"),
    "error.wrong_reply": Text("没看懂", "Again"),
    "talk.in_person": Text("{service}请到营业厅", "{service}: visit a shop"),
}


def guarded(service: Service, assurance: int) -> Service:
    """The same service, of which every action but the password's own asks for this assurance."""
    actions: dict[object, Action] = {verb: replace(one, assurance=assurance) for verb, one in service.actions.items()}
    return replace(service, actions=actions)  # type: ignore[arg-type]


def phone(assurance: int = 2, subscriber: Subscriber = WANG) -> Handset:
    services = {one.id: one if one.id == "password" else guarded(one, assurance) for one in SERVICES}
    return Handset(subscriber, small_book(services=services, words={**WORDS, **SAID}))


def wrong(handset: Handset, left: int = 4) -> str:
    return handset.say(
        WRONG, outcome=Outcome.FAILED, key="wrong_password", cause=Cause.WRONG_PASSWORD, values={"number": str(left)}
    )


def test_an_order_goes_on_where_it_was_when_the_password_is_right() -> None:
    handset = phone()
    assert handset.say("KTLDXS") == "开通来电显示，请回6位密码"
    assert (handset.asks, handset.done) == ("check", [])
    assert handset.say(RIGHT) == "来电显示已开通"
    assert handset.done == [CHECK, ("caller_id", "subscribe")]
    assert not handset.open
    assert handset.jobs[1].reference == "a1", "the attempt that the code began, and no other"


@pytest.mark.parametrize(
    ("said", "then", "done"),
    [
        ("CXYE", [], ("balance", "query")),  # a query is answered at once
        ("BLHJZY#13912345678", [], ("forward", "subscribe")),  # a value that came with the code
        ("BLHJZY", ["13912345678"], ("forward", "subscribe")),  # one that comes after
        ("KTLL#20", [], ("data", "subscribe")),
        ("开通流量包", ["2", "是"], ("data", "subscribe")),  # a tier, and then a yes
        ("BL98", ["是"], ("plan", "order")),
        ("4011", ["401191"], ("movies", "subscribe")),  # two steps: the code of the second
        ("4011", ["是"], ("movies", "subscribe")),
        ("QXLDXS", [], ("caller_id", "cancel")),
        ("取消来电显示", ["是"], ("caller_id", "cancel")),
    ],
)
def test_whatever_is_asked_for_the_password_comes_first_and_the_rest_as_ever(
    said: str, then: list[str], done: tuple[str, str]
) -> None:
    handset, free = phone(), Handset(book=small_book(words={**WORDS, **SAID}))
    free.say(said)
    handset.say(said)
    assert handset.asks == "check"
    handset.say(RIGHT)
    assert handset.asks == free.asks, "asked what it would have been asked"
    for text in then:
        handset.say(text)
        free.say(text)
    assert handset.done == [CHECK, done]
    (ours,), (theirs,) = handset.jobs[1:], free.jobs
    assert (ours.parameters, ours.tier, ours.effect, ours.spelling) == (
        theirs.parameters, theirs.tier, theirs.effect, theirs.spelling,
    )  # fmt: skip
    assert not handset.open


def test_each_order_is_proved_for_itself() -> None:
    handset = phone()
    handset.say("KTLDXS")
    handset.say(RIGHT)
    handset.say("KTLDTX")
    assert handset.asks == "check"


def test_a_wrong_one_is_told_with_the_tries_left_and_asked_for_again() -> None:
    handset = phone()
    handset.say("KTLDXS")
    assert wrong(handset, 4) == "不对，还有4次"
    assert (handset.asks, handset.done) == ("check", [CHECK])
    assert handset.open == {"a1"}
    handset.say(RIGHT)
    assert handset.done[-1] == ("caller_id", "subscribe")


@pytest.mark.parametrize(
    ("cause", "outcome", "said"),
    [
        (Cause.TOO_MANY_TRIES, Outcome.FAILED, "锁到明天"),
        (Cause.NOT_ON, Outcome.REFUSED, "来电显示：没有密码"),
    ],
)
def test_a_locked_password_and_none_at_all_end_the_order(cause: Cause, outcome: Outcome, said: str) -> None:
    handset = phone()
    handset.say("KTLDXS")
    told = handset.say(RIGHT, outcome=outcome, key=cause.value, cause=cause, values={"date": "明天"})
    assert told == said
    assert (handset.ended["a1"].outcome, handset.ended["a1"].cause) == (outcome, cause)
    assert not handset.open
    assert not handset.asks


@pytest.mark.parametrize("cause", [Cause.CARRIER_FAULT, Cause.CARRIER_SILENT, Cause.CARRIER_BUSY])
def test_a_carrier_that_cannot_check_is_no_wrong_password(cause: Cause) -> None:
    handset = phone()
    handset.say("KTLDXS")
    handset.say(RIGHT, outcome=Outcome.FAILED, key=cause.value, cause=cause)
    assert handset.ended["a1"].cause is cause
    assert handset.done == [CHECK]
    assert not handset.open


def test_a_code_in_place_of_the_password_is_another_wish() -> None:
    handset = phone()
    handset.say("KTLDXS")
    handset.say("CXYE")
    assert (handset.ended["a1"].outcome, handset.ended["a1"].cause) == (Outcome.ABANDONED, Cause.LEFT)
    assert handset.turn.understood is not None
    assert handset.turn.understood.service == "balance"
    assert handset.asks == "check", "which needs the password as well"


def test_a_code_with_a_value_in_place_of_the_password_is_another_wish_though_it_is_all_digits() -> None:
    handset = Handset(Subscriber(Msisdn("8613900000001"), "easyown", "zhejiang"), real_book())
    handset.say("新卡启用")
    assert handset.asks == "check"
    handset.say("1601*13912345678")
    assert handset.done == [("number_region", "query")]
    assert not handset.asks


def test_what_was_left_is_taken_up_again_with_the_password() -> None:
    handset = phone()
    handset.say("BL98")
    handset.say(RIGHT)
    assert handset.asks == "confirm"
    handset.say("CXYE")
    handset.say("否")
    handset.say("继续")
    assert handset.asks == "check", "a proof ends with what it was for"
    handset.say(RIGHT)
    handset.say("是")
    assert handset.done == [CHECK, CHECK, ("plan", "order")]


def test_no_is_no() -> None:
    handset = phone()
    handset.say("KTLDXS")
    handset.say("否")
    assert (handset.ended["a1"].outcome, handset.ended["a1"].cause) == (Outcome.ABANDONED, Cause.DECLINED)
    assert not handset.asks


def test_words_that_are_no_password_are_asked_about_again_and_no_try_is_counted() -> None:
    handset = phone()
    asked = handset.say("KTLDXS")
    assert handset.say("12345") == "不是密码"
    assert asked in handset.say("呜哩哇啦"), "the question once more, in full"
    assert (handset.asks, handset.done) == ("check", [])
    handset.say("135 792")
    assert handset.done == [CHECK, ("caller_id", "subscribe")]
    assert not handset.open


def test_six_digits_are_the_password_even_where_a_code_has_them_and_nothing_tells_that_it_has() -> None:
    handset = phone()
    handset.say("KTLDXS")
    handset.say("401191")
    assert handset.done == [CHECK, ("caller_id", "subscribe")]
    assert "401191" not in everything_kept(handset)
    assert "not_the_code_of" not in everything_kept(handset)


def test_a_password_that_comes_too_late_is_no_order_and_is_not_shown() -> None:
    handset = phone()
    handset.say("KTLDXS")
    handset.wait(minutes=31)
    assert handset.say(RIGHT) == "来电显示没等到"
    assert (handset.ended["a1"].outcome, handset.ended["a1"].cause) == (Outcome.ABANDONED, Cause.NO_ANSWER)
    assert handset.done == []
    assert RIGHT not in everything_kept(handset)


def test_a_new_text_after_a_crash_ends_what_waited_for_the_carriers_word() -> None:
    handset = phone()
    handset.say("BL98")
    handset.say(RIGHT)
    crashed = handset.turns[-1].state  # as it was written before the carrier was asked
    assert "proving" in crashed
    handset.state, handset.open = json.loads(json.dumps(crashed)), {"a1"}
    handset.say("CXYE")
    assert (handset.ended["a1"].outcome, handset.ended["a1"].cause) == (Outcome.FAILED, Cause.HALL_FAULT)
    assert "proving" not in handset.state


def test_what_needs_a_document_is_done_in_person() -> None:
    handset = phone(assurance=3)
    assert handset.say("KTLDXS") == "来电显示请到营业厅"
    assert handset.endings == [("refused", "not_eligible")]
    assert not handset.asks
    handset.say(RIGHT)
    assert handset.done == []


def test_a_catalogue_that_was_published_before_has_words_that_say_as_much() -> None:
    book = real_book()
    new = ("talk.ask_password", "talk.in_person", "late.password")
    words = {key: one for key, one in book.words.items() if key not in new and "error.password_check" not in key}
    card = replace(book.services["card_activation"], words={})
    older = replace(book, words=words, services={**book.services, "card_activation": card})
    handset = Handset(Subscriber(Msisdn("8613900000001"), "easyown", "yunling"), older)
    assert "服务密码" in handset.say("XKQY")
    assert "密码不对" in wrong(handset)
    handset.say(RIGHT, outcome=Outcome.REFUSED, key="not_on", cause=Cause.NOT_ON)
    assert handset.reply is not None
    assert "还没有服务密码" in handset.reply.words.text
    assert not any(step.rule == "missing_text" for turn in handset.turns for step in turn.steps)


def test_what_the_line_alone_may_do_asks_for_nothing() -> None:
    for assurance in (0, 1):
        handset = phone(assurance)
        handset.say("KTLDXS")
        assert handset.done == [("caller_id", "subscribe")]


@pytest.mark.parametrize(
    "conversation",
    [
        ("KTLDXS", RIGHT),
        ("KTLDXS", "1 3 5 7 9 2"),
        ("KTLDXS", "一三五七九二"),
        ("KTLDXS", "密码135792"),
        ("KTLDXS", "１３５７９２"),
        ("KTLDXS", "1357921"),
        ("KTLDXS", "135792", "135792"),
        ("KTLDXS", "CXYE", RIGHT, RIGHT),
        ("KTLDXS#135792",),
        ("KTLDXS 135792",),
        ("KTLDXS135792",),
        ("BL98", RIGHT, RIGHT),
    ],
)
def test_nothing_keeps_the_password(conversation: tuple[str, ...]) -> None:
    handset = phone()
    for said in conversation:
        handset.say(said)
    kept = everything_kept(handset) + json.dumps(handset.state, ensure_ascii=False)
    for secret in (RIGHT, "1 3 5 7 9 2", "一三五七九二", "１３５７９２"):
        assert secret not in kept, secret


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("region", ["yunling", "zhejiang"])
def test_the_published_packs_ask_in_the_customers_language_and_say_what_to_do(region: str, language: str) -> None:
    handset = Handset(Subscriber(Msisdn("8613900000001"), "easyown", region, language), real_book())
    asked = handset.say("XKQY")
    assert handset.asks == "check"
    assert "6" in asked
    words = (
        ("重置服务密码", "申请服务密码", "“否”")
        if language == "zh"
        else ("RESET SERVICE PASSWORD", "APPLY FOR", "N to")
    )
    assert all(word in asked for word in words)
    told = wrong(handset, 3)
    assert "3" in told
    assert words[0] in told
    for written in (words[0], "申请服务密码" if language == "zh" else "APPLY FOR SERVICE PASSWORD"):
        assert written in asked
        other = Handset(handset.subscriber, handset.book)
        other.say("XKQY")
        other.say(written)
        assert (other.understood[0], other.asks) == ("password", "fill"), "what is told to send is understood"
    handset.say(RIGHT)
    assert handset.asks == "confirm"
    handset.say("是" if language == "zh" else "YES")
    assert handset.done[-1] == ("card_activation", "other")


def test_every_code_of_the_published_tables_whose_action_needs_it_asks_for_the_password_and_no_other_does() -> None:
    book, asked, seen = real_book(), set(), 0
    for table in book.tables.values():
        for code in table.codes.values():
            action = book.services[code.service].actions.get(code.verb)
            if action is None or code.takes or (action.verb in READS and action.assurance < 2):
                continue
            region, brand = table.region or "yunling", table.brand or next(iter(sorted(code.brands)), "easyown")
            handset = Handset(Subscriber(Msisdn("8613900000001"), brand, region), book)
            handset.say(code.spelling)
            seen += 1
            assert (handset.asks == "check") == (action.assurance > 1), f"{table.id} {code.spelling}"
            if handset.asks == "check":
                asked.add(code.service)
    assert seen > 100
    assert asked == {"card_activation"}
