"""Where the printed tables contradict each other, each customer gets what their own table says."""

import pytest

from careline.dialogue.book import READS, Verb
from careline.dialogue.lexicon import Lexicon
from tests.dialogue.building import of, real_book

# 1. The same spelling with different meanings.


@pytest.mark.requirement("SMS-24")
@pytest.mark.parametrize(
    ("spelling", "meanings"),
    [
        ("0000", {"zhejiang": ("my_services", "query"), "": ("sp_query_unsub", "other")}),
        ("00000", {"zhejiang": ("my_services", "query"), "": ("sp_query_unsub", "other")}),
        ("CXZD", {"shuoyuan": ("bill_reminder", "subscribe"), "yunling": ("bill_by_month", "query")}),
        ("HF", {"shuoyuan": ("charges_now", "query"), "": ("charges_now", "query")}),
        (
            "CXYE",
            {
                "linjiang": ("balance", "query"),
                "haitang": ("balance", "query"),
                "yunling": ("charges_and_balance", "query"),
            },
        ),
        ("1", {"zhejiang": ("pkg_roampass", "register"), "yunling": ("nav", "help")}),
        ("2", {"zhejiang": ("pkg_roampass", "cancel"), "yunling": ("nav", "help")}),
    ],
)
def test_one_spelling_means_what_the_customers_own_table_says(
    spelling: str, meanings: dict[str, tuple[str, str]]
) -> None:
    for region, meaning in meanings.items():
        handset = of(region, "gotone")
        handset.say(spelling)
        assert handset.understood[:2] == meaning, region


def test_an_order_that_is_a_query_elsewhere_asks_for_a_yes_although_it_is_exact() -> None:
    handset = of("shuoyuan")
    answer = handset.say("CXZD")
    assert handset.done == []
    assert handset.asks == "confirm"
    assert "不是查询" in answer
    handset.say("是")
    assert handset.done == [("bill_reminder", "subscribe")]


def test_the_same_spelling_is_a_plain_query_where_it_is_printed_as_one() -> None:
    handset = of("yunling")
    handset.say("CXZD")
    assert handset.done == [("bill_by_month", "query")]
    assert handset.jobs[0].parameters == {}


def test_a_query_with_its_month_is_not_taken_for_the_order_of_that_spelling() -> None:
    handset = of("shuoyuan")
    handset.say("CXZD#0903")
    assert handset.done == [("bill_by_month", "query")]
    assert handset.jobs[0].parameters == {"month": "2009-03"}


def test_only_spellings_with_both_meanings_ask_for_that_reason() -> None:
    two_faced = Lexicon.of(real_book()).two_faced
    assert two_faced == {"CXZD"}


def test_charges_and_the_bill_of_a_month_share_a_spelling_and_differ_by_the_month() -> None:
    handset = of("shuoyuan")
    handset.say("HF")
    handset.say("HF#200903")
    handset.say("HF# 0903")
    assert handset.done == [("charges_now", "query"), ("bill_by_month", "query"), ("bill_by_month", "query")]


def test_the_two_halves_of_a_spelling_are_not_swapped() -> None:
    handset = of("shuoyuan")
    handset.say("YECX")
    assert handset.done == [("free_resources_usage", "query")]


def test_two_codes_of_one_function_both_work() -> None:
    for spelling in ("1140", "1440"):
        handset = of("zhejiang")
        handset.say(spelling)
        assert handset.done == [("promo_warm_home", "cancel")]


# 2. One service, several codes.


def test_all_spellings_of_a_code_are_one() -> None:
    for spelling in ("101", "CXHF", "CXYE"):
        handset = of("yunling")
        handset.say(spelling)
        assert handset.done == [("charges_and_balance", "query")]


@pytest.mark.parametrize(
    ("region", "said"),
    [
        ("zhejiang", "1601*13900000002"),
        ("yunling", "CXGSD#13900000002"),
        ("shuoyuan", "HM#13900000002"),
        ("", "GS+13900000002"),
    ],
)
def test_a_numbers_home_is_asked_in_each_tables_own_way(region: str, said: str) -> None:
    handset = of(region, "gotone")
    handset.say(said)
    assert handset.done == [("number_region", "query")]
    assert "0002" in handset.jobs[0].parameters["number"].masked()  # type: ignore[attr-defined]


# 3. The whole message counts, never the shortest prefix.


@pytest.mark.parametrize(
    ("said", "service", "verb"),
    [
        ("1", "pkg_roampass", "register"),
        ("11", "charges_and_balance", "query"),
        ("1111", "sim_activation", "other"),
        ("15", "nav", "help"),
        ("1531", "sms_count_month", "query"),
        ("16", "sp_charge_sms", "query"),
        ("0000", "my_services", "query"),
        ("00000", "my_services", "query"),
        ("4091", "paper_409", "subscribe"),
        ("4191", "paper_419", "subscribe"),
        ("1691", "promo_comics_zone", "subscribe"),
        ("1891", "pkg_sms_vnet", "subscribe"),
    ],
)
def test_a_short_code_is_not_read_out_of_a_longer_one(said: str, service: str, verb: str) -> None:
    handset = of("zhejiang", "mzone")
    handset.say(said)
    assert handset.understood[:2] == (service, verb)


@pytest.mark.parametrize(
    ("said", "service", "verb"),
    [
        ("303", "nav", "help"),
        ("3038", "nav", "help"),
        ("30381", "pkg_data", "describe"),
        ("104", "nav", "help"),
        ("1041", "discount_amount_used", "query"),
        ("KTSJLL#20", "pkg_data", "subscribe"),
        ("KTSJLL#200", "pkg_data", "subscribe"),
        ("CXJF", "points", "query"),
        ("CXJFLS", "payment_history", "query"),
        ("CXYETX", "balance_alert", "status"),
    ],
)
def test_a_menu_and_its_leaves_are_told_apart(said: str, service: str, verb: str) -> None:
    handset = of("yunling")
    handset.say(said)
    assert handset.understood[:2] == (service, verb)


def test_only_a_printed_second_step_confirms() -> None:
    handset = of("zhejiang", "mzone")
    handset.say("4011")
    handset.say("4011 91")
    assert ("paper_401", "subscribe") not in handset.done
    assert handset.understood[1] != "confirm"
    handset.say("4091")
    assert handset.understood[:2] == ("paper_409", "subscribe")
    handset.say("409191")
    assert handset.done == [("paper_409", "subscribe")]


def test_a_prefix_of_pinyin_is_its_own_code() -> None:
    west = of("shuoyuan")
    west.say("KTL")
    assert west.done == [("missed_call", "subscribe")]
    # KTLDXS is another service, and not of this table: it is asked back, never read as KTL.
    west.say("KTLDXS")
    assert west.understood[:2] == ("caller_id", "subscribe")
    assert west.asks == "confirm"


# 4. Nothing is derived from how a code ends.


@pytest.mark.parametrize(
    ("region", "said", "verb"),
    [
        ("zhejiang", "4010", "cancel"),
        ("zhejiang", "0000", "query"),
        ("zhejiang", "1531", "query"),
        ("zhejiang", "1601", "query"),
        ("zhejiang", "1111", "other"),
        ("zhejiang", "1682", "subscribe"),
        ("zhejiang", "4002", "query"),
        ("zhejiang", "4003", "query"),
        ("zhejiang", "1819", "describe"),
        ("yunling", "3012", "cancel"),
        ("yunling", "3032", "subscribe"),
        ("yunling", "1042", "query"),
        ("yunling", "3037", "cancel"),
        ("yunling", "3039", "status"),
        ("yunling", "1074", "cancel"),
        ("yunling", "2034", "describe"),
        ("yunling", "3013", "describe"),
        ("yunling", "1073", "subscribe"),
    ],
)
def test_the_last_digit_says_nothing(region: str, said: str, verb: str) -> None:
    handset = of(region, "mzone")
    handset.say(said)
    assert handset.understood[1] == verb


@pytest.mark.parametrize("said", ["4012", "1630 1", "3019", "40119", "401192", "4018", "1009"])
def test_a_number_that_is_not_printed_is_not_guessed(said: str) -> None:
    for region in ("zhejiang", "yunling"):
        handset = of(region)
        handset.say(said)
        assert handset.done == []
        assert handset.open == set()


@pytest.mark.parametrize(
    ("region", "said", "service"),
    [
        ("zhejiang", "1890", "pkg_sms_vnet"),
        ("shuoyuan", "QXDXTC", "pkg_sms"),
        ("shuoyuan", "QXCLTC", "pkg_ringback"),
        ("shuoyuan", "QXCXTC", "pkg_mms"),
        ("shuoyuan", "QXSWTC", "pkg_data"),
        ("yunling", "QXSJLL", "pkg_data"),
        ("yunling", "3037", "pkg_data"),
    ],
)
def test_one_cancel_is_for_all_tiers(region: str, said: str, service: str) -> None:
    handset = of(region, "mzone")
    handset.say(said)
    assert handset.done == [(service, "cancel")]
    assert handset.jobs[0].tier is None


# 5. The same two letters mean different words.


@pytest.mark.parametrize(
    ("region", "said", "service", "verb"),
    [
        ("shuoyuan", "CXP", "mobile_paper", "subscribe"),
        ("yunling", "CXJF", "points", "query"),
        ("yunling", "DZZD", "ebill_sms", "subscribe"),
        ("yunling", "QXZD", "ebill_sms", "cancel"),
        ("yunling", "CXDZZD", "ebill_any", "status"),
        ("yunling", "QXCXZD", "ebill_mms", "cancel"),
        ("linjiang", "BLHZ", "sms_receipt", "subscribe"),
        ("linjiang", "QXHZ", "sms_receipt", "cancel"),
        ("linjiang", "CXCXB", "left_mms_pack", "query"),
    ],
)
def test_letters_mean_what_the_row_says(region: str, said: str, service: str, verb: str) -> None:
    handset = of(region)
    handset.say(said)
    assert handset.understood[:2] == (service, verb)


@pytest.mark.parametrize("said", ["夜话畅聊", "YHCL", "网聊短信优惠", "满3送3"])
def test_a_bare_name_orders_only_where_it_is_printed_as_an_order(said: str) -> None:
    at_home = of("zhejiang", "mzone")
    at_home.say(said)
    assert at_home.understood[1:] == ("subscribe", "exact")
    elsewhere = of("yunling", "mzone")
    elsewhere.say(said)
    assert elsewhere.done == []


@pytest.mark.parametrize("name", ["来电显示", "彩铃", "飞信", "流量套餐", "来电提醒"])
def test_a_bare_name_that_is_no_spelling_is_described_and_offered(name: str) -> None:
    handset = of("yunling")
    handset.say(name)
    assert all(Verb(verb) in READS for _, verb in handset.done)
    assert handset.asks == "choose"
