"""How codes are written, which rules the tables state, and what was lost from them: nobody is served by a guess."""

from datetime import UTC, datetime

import pytest

from careline.dialogue.book import READS
from careline.dialogue.talk import Question
from tests.dialogue.building import Handset, of, real_book

# 6. Chinese aliases and ways of writing.


@pytest.mark.parametrize(
    ("spellings", "service", "verb"),
    [
        (("1331", "满3送3", "满三送三", "滿三送三", "满３送３"), "promo_msj", "subscribe"),
        (("1330", "取消满3送3", "取消满三送三"), "promo_msj", "cancel"),
        (("1751", "夜话畅聊", "夜話暢聊", "YHCL", "yhcl"), "pkg_night_talk", "subscribe"),
        (("1831", "动感音乐特权"), "promo_music", "subscribe"),
        (("1881", "网聊短信优惠"), "promo_webchat_sms", "subscribe"),
        (("1890", "取消虚拟网短信包"), "pkg_sms_vnet", "cancel"),
    ],
)
def test_every_way_of_writing_an_alias_is_its_code(spellings: tuple[str, ...], service: str, verb: str) -> None:
    for spelling in spellings:
        handset = of("zhejiang", "mzone")
        handset.say(spelling)
        assert handset.understood == (service, verb, "exact")


@pytest.mark.parametrize(
    ("said", "tier"),
    [
        ("5元虚拟网短信包", "5"),
        ("五元虚拟网短信包", "5"),
        ("十元虚拟网短信包", "10"),
        ("15元虚拟网短信包", "15"),
        ("二十元虚拟网短信包", "20"),
    ],
)
def test_an_alias_that_begins_with_digits_is_whole(said: str, tier: str) -> None:
    handset = of("zhejiang", "mzone")
    handset.say(said)
    assert handset.understood == ("pkg_sms_vnet", "subscribe", "exact")
    begun = handset.turn.begun
    assert begun is not None
    assert begun.tier is not None
    assert begun.tier.id == tier


@pytest.mark.parametrize(
    ("one", "other"), [("取消彩玲", "取消彩铃"), ("查询帐单", "查询账单"), ("短信帐单", "短信账单")]
)
def test_variants_of_a_character_are_one_name(one: str, other: str) -> None:
    first, second = of("yunling"), of("yunling")
    first.say(one)
    second.say(other)
    assert first.understood == second.understood
    assert first.understood[0]


# 7. Separators and parameters.


def test_space_and_star_are_one_where_the_table_says_so() -> None:
    for said in ("1601*13800000000", "1601 13800000000", "1601　13800000000", "1601＊13800000000"):
        handset = of("zhejiang")
        handset.say(said)
        assert handset.understood == ("number_region", "query", "parameters")
        assert handset.done == [("number_region", "query")]


def test_a_bill_is_asked_for_by_its_month_and_a_bad_month_is_named() -> None:
    handset = of("yunling")
    handset.say("CXZD#0903")
    assert handset.jobs[0].parameters == {"month": "2009-03"}
    answer = handset.say("CXZD#0913")
    assert handset.turn.reply is not None
    assert handset.turn.reply.key == "error.bad.month"
    assert "0913" in answer
    assert handset.endings == [("failed", "wrong_parameter")]
    handset.say("0912")
    assert handset.jobs[1].parameters == {"month": "2009-12"}


def test_other_separators_serve_a_query_and_ask_back_an_order() -> None:
    handset = of("yunling")
    handset.say("CXZD*0903")
    handset.say("CXZD 0903")
    handset.say("CXZD0903")
    assert [job.parameters for job in handset.jobs] == 3 * [{"month": "2009-03"}]
    for said in ("KTSJLL 5", "KTSJLL5", "KTSJLL*5"):
        order = of("yunling")
        order.say(said)
        assert order.done == []
        assert order.asks == "confirm"
        order.say("Y")
        assert order.done == [("pkg_data", "subscribe")]


def test_a_plus_may_be_typed_or_left_out() -> None:
    for said in ("GS+13900000002", "GS13900000002", "DJ+50", "DJ50"):
        handset = of("", "gotone")
        handset.say(said)
        assert handset.understood[2] == "parameters"
        assert len(handset.done) == 1


@pytest.mark.parametrize(
    ("region", "said", "service"),
    [
        ("yunling", "KTSJLL#7", "pkg_data"),
        ("linjiang", "GPRS7", "pkg_data"),
        ("", "BL99", "tariff_business"),
        ("shuoyuan", "KTCXTC#2", "pkg_mms"),
    ],
)
def test_a_tier_that_does_not_exist_is_refused_with_those_that_do(region: str, said: str, service: str) -> None:
    handset = of(region, "gotone")
    answer = handset.say(said)
    assert handset.done == []
    assert handset.understood[0] == service
    assert handset.endings == [("failed", "wrong_parameter")]
    assert "1." in answer
    assert "2." in answer


@pytest.mark.parametrize(
    ("region", "said"), [("yunling", "KTSJLL"), ("yunling", "KTSJLL#"), ("linjiang", "GPRS"), ("shuoyuan", "KTDXTC")]
)
def test_a_family_without_its_tier_asks_which(region: str, said: str) -> None:
    handset = of(region)
    handset.say(said)
    assert handset.asks == "choose"
    assert len(handset.open) == 1
    handset.say("1")
    assert handset.asks == "confirm"
    handset.say("是")
    assert len(handset.done) == 1
    assert handset.jobs[0].tier is not None


def test_a_selector_of_two_services_asks_which() -> None:
    handset = of("yunling")
    handset.say("CXYH")
    assert handset.asks == "choose"
    handset.say("2")
    assert handset.done == [("discount_minutes_used", "query")]


@pytest.mark.parametrize(
    ("region", "said", "reply", "parameters"),
    [
        ("yunling", "206", "13900000002", {"number": "8613900000002"}),
        ("shuoyuan", "HM", "13900000002", {"number": "8613900000002"}),
        ("", "BLHJZY", "13900000002", {"number": "8613900000002"}),
        ("yunling", "1061", "10.00", {"amount": "1000"}),
        ("", "DJ", "50", {"amount": "5000"}),
        ("zhejiang", "4003", "6661", {"short": "6661"}),
    ],
)
def test_what_must_follow_and_does_not_is_asked_for(
    region: str, said: str, reply: str, parameters: dict[str, str]
) -> None:
    handset = of(region, "gotone")
    handset.say(said)
    assert handset.done == []
    assert handset.asks == "fill"
    handset.say(reply)
    assert len(handset.jobs) == 1
    values = [getattr(value, "digits", value) for value in handset.jobs[0].parameters.values()]
    assert values == list(parameters.values())


def test_a_month_may_be_left_out_of_the_numeric_twin() -> None:
    handset = of("yunling")
    handset.say("103")
    handset.say("103#0903")
    assert [dict(job.parameters) for job in handset.jobs] == [{}, {"month": "2009-03"}]


# 8. The rules that the Zhejiang table states.


def local(*when: int) -> datetime:
    year, month, day, hour, minute = when
    return datetime(year, month, day, (hour - 8) % 24, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "served"),
    [
        (local(2009, 10, 31, 12, 0), False),
        (local(2009, 10, 30, 12, 0), True),
        (local(2009, 11, 30, 17, 59), True),
        (local(2009, 11, 30, 18, 1), False),
        (local(2009, 12, 31, 18, 0), False),
        (local(2010, 1, 31, 23, 59), True),
    ],
)
def test_orders_rest_at_month_end_as_the_rule_of_the_day_says(now: datetime, served: bool) -> None:
    handset = of("zhejiang")
    handset.now = now
    handset.say("4050")
    assert handset.done == ([("paper_405", "cancel")] if served else [])
    assert served or handset.endings == [("refused", "frozen")]
    handset.say("17")
    assert handset.done[-1] == ("balance", "query"), "queries are served"


def test_a_yes_within_the_rest_is_refused_too() -> None:
    handset = of("zhejiang")
    handset.now = local(2009, 11, 30, 17, 50)
    handset.say("4011")
    handset.wait(minutes=15)
    handset.say("401191")
    assert handset.done == []
    assert handset.endings == [("refused", "frozen")]


def test_nothing_is_served_abroad_where_the_table_says_so() -> None:
    handset = of("zhejiang", abroad=True)
    for said in ("4051", "17", "查余额"):
        handset.say(said)
        assert handset.endings == [("refused", "roaming")]
    assert handset.done == []
    at_home = of("yunling", abroad=True)
    at_home.say("101")
    assert at_home.done == [("charges_and_balance", "query")]


def test_before_the_first_day_nothing_is_served() -> None:
    handset = of("zhejiang")
    handset.now = datetime(2006, 6, 17, 15, 59, 59, tzinfo=UTC)  # a second before midnight in China
    for said in ("4051", "17", "查余额"):
        handset.say(said)
        assert handset.endings == [("refused", "not_started")]
    handset.wait(seconds=1)
    handset.say("17")
    assert handset.done == [("balance", "query")]


def test_the_second_number_takes_suggestions_and_parses_nothing() -> None:
    handset = of("zhejiang")
    for said in ("4051", "希望多些路灯", "", "401191"):
        handset.say(said, address="10086900")
    assert handset.done == 4 * [("suggestion", "other")]
    assert [next(iter(job.parameters.values()), "") for job in handset.jobs[:2]] == ["4051", "希望多些路灯"]
    assert handset.turn.understood is not None
    assert handset.turn.understood.rule == "suggestions"


def test_eighteen_orders_ask_twice_and_nine_do_not() -> None:
    twice = {401, 402, 403, 404, 409, *range(413, 422), 423, 424, 425, 427}
    for number in range(401, 428):
        handset = of("zhejiang", "mzone")
        handset.say(f"{number}1")
        if number in twice:
            assert handset.done == [], number
            handset.say(f"{number}191")
        assert handset.done == [(f"paper_{number}", "subscribe")], number


def test_numbers_replied_to_a_list_are_not_commands() -> None:
    handset = of("", "gotone")
    options = ({"value": "7", "zh": "早报", "en": "Morning"}, {"value": "9", "zh": "晚报", "en": "Evening"})
    handset.say("0000", question=Question("pick", options, "sp_query_unsub", "cancel"))
    assert handset.asks == "pick"
    handset.say("1、2")
    assert handset.done[-1] == ("sp_query_unsub", "cancel")
    assert handset.jobs[-1].parameters == {"picked": "7,9"}


def test_more_zeros_are_not_an_unsubscription_of_everything() -> None:
    handset = of("", "gotone")
    handset.say("00000")
    assert handset.done == [("sp_query_unsub", "other")]


# 9. Gaps: what was lost from the tables is not filled in.


@pytest.mark.parametrize(
    ("region", "said"), [("yunling", "3053"), ("yunling", "3054"), ("zhejiang", "1632"), ("zhejiang", "4270")]
)
def test_lost_rows_are_not_invented(region: str, said: str) -> None:
    handset = of(region)
    handset.say(said)
    assert handset.done == []
    assert handset.turn.miss or handset.asks == "confirm"


def test_a_cancel_only_service_can_be_cancelled_and_not_ordered() -> None:
    handset = of("shuoyuan")
    handset.say("QXYDMS")
    assert handset.done == [("mobile_secretary", "cancel")]
    handset.say("开通移动秘书")
    assert handset.done == [("mobile_secretary", "cancel")]


def test_a_handset_of_another_table_does_not_share_its_codes() -> None:
    """Every numeric code of one region that the other does not print is no order there."""
    east, west = of("yunling"), real_book().tables["T2"].codes
    for spelling, row in west.items():
        if row.verb not in READS and spelling not in real_book().tables["T5"].codes:
            handset = Handset(east.subscriber, real_book())
            handset.say(spelling)
            assert handset.done == [], spelling
