"""What can be on a line: begun, replaced, excluded, ended, and traced."""

from datetime import UTC, date, datetime, timedelta

import pytest

from careline.carrier.adapters.sandbox.numbers import open_ranges
from careline.carrier.adapters.sandbox.opening import Held
from careline.postgres.sql import run
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from tests.carrier.conftest import NOON, Counter, line

DECEMBER = datetime(2026, 11, 30, 16, tzinfo=UTC)  # midnight of the 1st at the carrier


def test_what_is_on_is_not_sold_twice(counter: Counter) -> None:
    number = line(basic=2000)
    counter.done(number, "switch_on", "caller_id", fee=500)
    assert counter.refused(number, "switch_on", "caller_id", fee=500) is Cause.ALREADY_ON
    assert counter.money(number)[0] == 1500


def test_another_tier_takes_the_place_of_the_first_with_its_allowance(counter: Counter) -> None:
    number = line(basic=5000)
    counter.done(number, "switch_on", "pkg_data", tier="5", fee=500, allowances={"data_mb": 30})
    facts = counter.done(number, "switch_on", "pkg_data", tier="20", fee=2000, allowances={"data_mb": 150})
    assert facts["replaced"] == ["pkg_data"]
    assert counter.holds(number) == [("pkg_data", "20")]
    [quota] = counter.done(number, "usage", "left_data_plan")["quotas"]
    assert quota[4:] == (0, 150)


def test_a_named_product_is_replaced_and_a_stranger_is_refused(counter: Counter) -> None:
    number = line(basic=5000)
    counter.done(number, "switch_on", "pkg_sms", fee=500, name_zh="短信套餐")
    refused = counter.ask(number, "switch_on", "pkg_vnet", fee=500, excludes=["pkg_sms"])
    assert refused.refused is Cause.EXCLUDED
    assert (refused.facts["product"], refused.facts["name_zh"]) == ("pkg_sms", "短信套餐")
    assert counter.done(number, "switch_on", "pkg_vnet", fee=500, replaces=["pkg_sms"])["replaced"] == ["pkg_sms"]
    assert counter.holds(number) == [("pkg_vnet", "")]


def test_who_cannot_pay_is_refused_by_the_account_that_would_pay(counter: Counter) -> None:
    number = line(basic=300, gift=5000)
    assert counter.refused(number, "switch_on", "sp_joke", fee=500, paid_to="乐天信息") is Cause.NOT_ENOUGH_MONEY
    facts = counter.done(number, "switch_on", "caller_id", fee=500, paid_to="carrier")
    assert (facts["basic"], facts["gift"]) == (0, 4800)
    assert counter.money(number)[2] == "active"


def test_next_month_begins_on_the_first_of_it_and_the_old_tier_runs_until_then(counter: Counter) -> None:
    number = line(basic=5000, held=[Held("pkg_data", Text("流量5元", "Data 5"), 500, "5")])
    facts = counter.done(number, "switch_on", "pkg_data", tier="20", fee=2000, effect="next_month")
    assert (facts["effective_on"], facts["basic"], facts["replaced"]) == (date(2026, 12, 1), 5000, ["pkg_data"])
    assert counter.holds(number) == [("pkg_data", "5"), ("pkg_data", "20")]
    assert counter.holds(number, DECEMBER) == [("pkg_data", "20")]
    assert counter.refused(number, "switch_on", "pkg_data", tier="20", effect="next_month") is Cause.ALREADY_ON

    counter.done(number, "switch_on", "pkg_data", tier="5", effect="next_month")
    assert counter.holds(number, DECEMBER) == [("pkg_data", "5")], "to keep what one has takes the order back"


def test_an_order_made_in_the_last_hour_of_the_carriers_year_begins_in_the_next(counter: Counter) -> None:
    number = line(basic=500)
    last_hour = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    facts = counter.done(number, "switch_on", "pkg_data", effect="next_month", at=last_hour)
    assert facts["effective_on"] == date(2027, 1, 1)


def test_one_cancel_ends_every_tier_and_a_second_one_finds_nothing_on(counter: Counter) -> None:
    number = line(basic=5000, held=[Held("pkg_sms_vnet", Text("短信包", "SMS pack"), 500, "5")])
    counter.done(number, "switch_on", "pkg_sms_vnet", tier="10", fee=1000, effect="next_month")
    facts = counter.done(number, "switch_off", "pkg_sms_vnet")
    assert (facts["ended"], facts["tiers"]) == (["pkg_sms_vnet"], ["5", "10"])
    assert counter.holds(number) == []
    assert counter.refused(number, "switch_off", "pkg_sms_vnet") is Cause.NOT_ON


def test_a_cancel_of_one_tier_leaves_another_running(counter: Counter) -> None:
    number = line(held=[Held("pkg_sms_vnet", Text("短信包", "SMS pack"), 500, "5")])
    assert counter.refused(number, "switch_off", "pkg_sms_vnet", tier="10") is Cause.NOT_ON
    assert counter.holds(number) == [("pkg_sms_vnet", "5")]
    assert counter.done(number, "switch_off", "pkg_sms_vnet", tier="5")["ended"] == ["pkg_sms_vnet"]


def test_a_cancel_of_one_tier_leaves_another_alone(counter: Counter) -> None:
    number = line(held=[Held("pkg_sms_shenzhouxing", Text("短信包", "SMS pack"), 100, "1")])
    assert counter.refused(number, "switch_off", "pkg_sms_shenzhouxing", tier="2") is Cause.NOT_ON
    assert counter.done(number, "switch_off", "pkg_sms_shenzhouxing", tier="1")["tiers"] == ["1"]


def test_a_cancel_for_next_month_lets_the_product_run_out(counter: Counter) -> None:
    number = line(held=[Held("caller_id", Text("来电显示", "Caller ID"))])
    assert counter.done(number, "switch_off", "caller_id", effect="next_month")["effective_on"] == date(2026, 12, 1)
    assert counter.holds(number) == [("caller_id", "")]
    assert counter.holds(number, DECEMBER) == []
    assert counter.refused(number, "switch_off", "caller_id", effect="next_month") is Cause.NOT_ON
    # A change of mind costs nothing: this month is paid.
    assert counter.done(number, "switch_on", "caller_id", fee=500)["fee"] == 0
    assert counter.holds(number, DECEMBER) == [("caller_id", "")]


def test_a_pack_that_is_ended_takes_its_allowance_along_and_what_was_used_stays_counted(counter: Counter) -> None:
    number = line(basic=5000, usage={"left_data_plan": (12, None), "data_usage": (12, None)})
    terms = {"tier": "5", "fee": 500, "allowances": {"data_mb": 30}}
    counter.done(number, "switch_on", "pkg_data", **terms)
    assert counter.done(number, "usage", "left_data_plan")["quotas"][0][4:] == (12, 30)
    counter.done(number, "switch_off", "pkg_data")
    assert counter.refused(number, "usage", "left_data_plan") is Cause.NOT_ON
    counter.done(number, "switch_on", "pkg_data", **terms)
    assert counter.done(number, "usage", "left_data_plan")["quotas"][0][4:] == (12, 30)


@pytest.mark.parametrize(
    ("quota", "unit"),
    [
        ("left_sms_plan", "条"), ("left_sms120", "条"), ("left_sms500", "条"), ("left_mms_pack", "条"),
        ("left_mplan_sms", "条"), ("left_mplan_mms", "条"), ("left_data_plan", "MB"), ("left_fetion_data", "MB"),
        ("left_super_talk", "MB"), ("left_mplan_data", "MB"), ("left_ip1000", "分钟"), ("left_vnet_minutes", "分钟"),
    ],
)  # fmt: skip
def test_what_is_left_is_the_allowance_less_what_was_used_in_its_own_unit(
    counter: Counter, quota: str, unit: str
) -> None:
    number = line(usage={quota: (35, 100)})
    [(id, _, _, counted_in, used, total)] = counter.done(number, "usage", quota)["quotas"]
    assert (id, counted_in, total - used) == (quota, unit, 65)
    assert counter.refused(line(), "usage", quota) is Cause.NOT_ON


def test_what_is_only_counted_is_nought_for_who_used_nothing(counter: Counter) -> None:
    number = line()
    for quota, unit in {
        "data_usage": "MB", "sms_count_month": "条", "mms_sent": "条", "wireless_broadband_time": "小时",
        "discount_amount_used": "元", "coin_game": "枚", "sp_charge_sms": "条", "campus_wlan_usage": "分钟",
    }.items():  # fmt: skip
        assert counter.done(number, "usage", quota)["quotas"][0][3:] == (unit, 0, None)
    assert counter.done(number, "usage")["quotas"] == []


def test_a_query_about_several_allowances_tells_those_that_are_there(counter: Counter) -> None:
    number = line(usage={"left_sms_plan": (1, 10), "left_ip1000": (2, 20), "data_usage": (9, None)})
    assert [q[0] for q in counter.done(number, "usage", "free_resources_usage")["quotas"]] == [
        "left_sms_plan",
        "left_ip1000",
    ]
    assert [q[0] for q in counter.done(number, "usage", "discount_minutes_used")["quotas"]] == ["left_sms_plan"]
    assert counter.refused(line(), "usage", "free_resources_usage") is Cause.NOT_ON


def test_what_a_friend_switched_on_shows_who_did_it_where_and_when_also_after_it_ended(counter: Counter) -> None:
    friend, owner = line(), line(basic=2000)
    counter.done(
        owner,
        "switch_on",
        "mobile_secretary",
        fee=1000,
        paid_to="云上助手",
        by=f"line:{friend.digits}",
        channel="shop",
        at=NOON - timedelta(days=3),
    )
    [held] = counter.done(owner, "holdings", "sp")["holdings"]
    assert held["by"] == f"line:{friend.masked()}"
    assert friend.national() not in str(held)
    assert (held["channel"], held["since"], held["provider"]) == ("shop", date(2026, 11, 18), "云上助手")

    counter.done(owner, "switch_off", "mobile_secretary", by="agent:7", channel="call")
    [trace] = run(
        "SELECT by, channel, since, ended_by, ended_channel, ends_at FROM sandbox_holding WHERE msisdn = %s",
        [owner.digits],
    )
    assert trace == (f"line:{friend.digits}", "shop", NOON - timedelta(days=3), "agent:7", "call", NOON)


def test_provider_services_are_ended_by_their_numbers_in_the_list(counter: Counter) -> None:
    number = line(
        held=[
            Held("sp_joke", Text("笑话", "Jokes"), 300, paid_to="乐天信息"),
            Held("caller_id", Text("来电显示", "Caller ID"), 500),
            Held("sp_star", Text("星座", "Stars"), 500, paid_to="星语网络"),
            Held("sp_novel", Text("小说", "Novels"), 500, paid_to="墨香阅读"),
        ]
    )
    listed = counter.done(number, "holdings", "sp")["holdings"]
    assert [held["product"] for held in listed] == ["sp_joke", "sp_star", "sp_novel"]
    numbers = [held["number"] for held in listed]
    assert counter.done(number, "switch_off", "sp", numbers=[numbers[0], numbers[2]])["ended"] == [
        "sp_joke",
        "sp_novel",
    ]
    assert counter.holds(number) == [("caller_id", ""), ("sp_star", "")]
    assert counter.refused(number, "switch_off", "sp", numbers=[numbers[0]]) is Cause.NOT_ON
    [own] = [held["number"] for held in counter.done(number, "holdings", "caller_id")["holdings"]]
    assert counter.refused(number, "switch_off", "sp", numbers=[own]) is Cause.NOT_ON, "not a provider's"


def test_settings_are_kept_and_changed_without_a_second_fee(counter: Counter) -> None:
    number = line(basic=1000)
    counter.done(number, "switch_on", "call_forward", fee=200, number="13900000002")
    assert counter.done(number, "switch_on", "call_forward", fee=200, number="13900000003")["fee"] == 0
    [held] = counter.done(number, "holdings", "call_forward")["holdings"]
    assert held["values"] == {"number": "13900000003"}
    assert counter.done(number, "configure", "call_forward", number="13900000004")["settings"] == {
        "number": "13900000004"
    }
    assert counter.refused(number, "configure", "voicemail", number="1") is Cause.NOT_ON
    assert counter.money(number)[0] == 800


def test_a_line_that_was_never_activated_orders_nothing(counter: Counter) -> None:
    assert counter.refused(line(status="inactive", basic=1000), "switch_on", "caller_id") is Cause.NOT_ELIGIBLE


@pytest.mark.requirement("SMS-26")
def test_a_starter_pack_is_activated_once_only(counter: Counter) -> None:
    number = line(status="inactive", basic=5000, valid_days=None)
    facts = counter.done(number, "activate")
    assert (facts["status"], facts["valid_until"]) == ("active", date(2026, 11, 21) + timedelta(days=90))
    assert counter.refused(number, "activate") is Cause.ALREADY_ON
    assert counter.done(number, "profile")["activated_on"] == date(2026, 11, 21)
    assert counter.money(number) == (5000, 0, "active")


@pytest.mark.requirement("SMS-22")
def test_a_short_number_leads_to_the_long_one_inside_its_group_only(counter: Counter) -> None:
    here, colleague = line(group=("alpha", "601")), line(group=("alpha", "602"))
    elsewhere = line(group=("beta", "603"))
    assert counter.done(here, "short_number", short="602")["number"] == colleague
    assert counter.refused(here, "short_number", short="603") is Cause.NOT_FOUND
    assert counter.refused(elsewhere, "short_number", short="602") is Cause.NOT_FOUND
    assert counter.refused(line(), "short_number", short="602") is Cause.NOT_ON
    for odd in ("60\x00", "六零二", "", "9" * 40):
        assert counter.refused(here, "short_number", short=odd) is Cause.NOT_FOUND


def test_a_number_is_at_home_where_its_longest_range_says(counter: Counter) -> None:
    open_ranges(
        [
            ("139", "a", Text("甲地", "A"), "x"),
            ("1390571", "b", Text("乙地", "B"), "x"),
            ("571", "c", Text("丙地", "C"), "y"),
        ]
    )
    number = line()
    for written, region in {
        "13905710001": "乙地",
        "13905720001": "甲地",
        "8613905710001": "乙地",
        "0571-88880000": "丙地",
    }.items():
        assert counter.done(number, "number", number=written)["region_zh"] == region
    assert counter.done(number, "number", number=Msisdn.parse("13905710001"))["region_en"] == "B"
    assert counter.refused(number, "number", number="15900000000") is Cause.NOT_FOUND
    assert counter.refused(number, "number", number="hello") is Cause.WRONG_PARAMETER
