"""Two accounts, who may take from which, what happens when there is not enough, and who is told in time."""

from datetime import date, timedelta

import pytest

from careline.carrier.adapters.sandbox.opening import Held
from careline.postgres.sql import run
from careline.values.cause import Cause
from careline.values.language import Text
from tests.carrier.conftest import NOON, Counter, line

SP = {"paid_to": "墨香阅读", "product": "sp_novel", "name_zh": "手机小说", "name_en": "Mobile novels"}


@pytest.mark.requirement("ACC-01", "RET-03")
def test_a_provider_fee_suspends_though_there_is_gift_money_and_seven_yuan_bring_the_line_back(
    counter: Counter,
) -> None:
    number = line(basic=300, gift=5000)
    charged = counter.done(number, "charge", amount=1000, **SP)
    assert (charged["basic"], charged["gift"], charged["status"], charged["debt"]) == (-700, 5000, "suspended", 700)
    assert counter.refused(number, "switch_on", "caller_id", fee=100) is Cause.SUSPENDED

    assert counter.done(number, "top_up", amount=699)["status"] == "suspended"
    assert counter.done(number, "top_up", amount=1)["status"] == "active"
    assert counter.money(number) == (0, 5000, "active")
    # The gift money is spendable again.
    assert counter.done(number, "charge", amount=1200, product="calls")["gift"] == 3800


def test_own_fees_take_basic_money_first_and_then_gift_money(counter: Counter) -> None:
    number = line(basic=300, gift=500)
    assert counter.done(number, "charge", amount=400, product="calls") == {
        "basic": 0,
        "gift": 400,
        "status": "active",
        "debt": 0,
    }
    assert counter.done(number, "charge", amount=401, product="calls")["status"] == "suspended"
    assert counter.money(number) == (-1, 0, "suspended")


def test_credit_is_used_last_and_suspends_only_beyond_its_limit(counter: Counter) -> None:
    number = line(basic=100, gift=100, credit_limit=1000)
    assert counter.done(number, "charge", amount=1200, product="calls") == {
        "basic": -1000,
        "gift": 0,
        "status": "active",
        "debt": 1000,
    }
    assert counter.done(number, "charge", amount=1, product="calls")["status"] == "suspended"


@pytest.mark.requirement("ACC-02")
def test_a_suspended_number_can_be_saved_on_its_ninetieth_day_and_is_released_after_it(
    counter: Counter,
) -> None:
    saved, lost = line(basic=0), line(basic=0)
    for number in (saved, lost):
        counter.done(number, "charge", amount=100, **SP)
    facts = counter.done(saved, "account")
    assert facts["retained_until"] == date(2026, 11, 21) + timedelta(days=90)
    assert facts["debt"] == 100

    last_day, day_after = NOON + timedelta(days=90), NOON + timedelta(days=91)
    assert counter.carrier.retain(last_day) == 0
    assert counter.done(saved, "top_up", amount=100, at=last_day)["status"] == "active"
    assert counter.refused(lost, "top_up", amount=100, at=day_after) is Cause.NOT_FOUND
    assert counter.carrier.retain(day_after) == 1
    assert counter.carrier.lines([saved, lost])[lost].status == "released"
    assert counter.carrier.lines([saved, lost])[saved].status == "active"
    assert counter.refused(lost, "switch_on", "caller_id", fee=0, at=day_after) is Cause.NOT_FOUND


def test_the_reminder_fires_exactly_once_when_the_balance_falls_below_the_chosen_amount(
    counter: Counter,
) -> None:
    number = line(basic=1001)
    counter.done(number, "switch_on", "balance_alert", amount="1000")
    assert counter.carrier.alerts_due() == []
    counter.done(number, "charge", amount=2, product="calls")
    [alert] = counter.carrier.alerts_due()
    assert (alert.msisdn, alert.below, alert.balance) == (number, 1000, 999)
    counter.done(number, "charge", amount=2, product="calls")
    assert counter.carrier.alerts_due() == [alert]

    assert counter.carrier.alert_told([alert], NOON) == 1
    assert counter.carrier.alert_told([alert], NOON) == 0, "only one teller may send it"
    assert counter.carrier.alerts_due() == []


def test_the_reminder_is_armed_again_by_a_top_up_and_stops_when_it_is_cancelled(counter: Counter) -> None:
    number = line(basic=1001)
    counter.done(number, "switch_on", "balance_alert", amount=1000)
    counter.done(number, "charge", amount=100, product="calls")
    counter.done(number, "top_up", amount=500)
    counter.done(number, "charge", amount=500, product="calls")
    assert len(counter.carrier.alerts_due()) == 2

    counter.done(number, "top_up", amount=500)
    counter.done(number, "switch_off", "balance_alert")
    counter.done(number, "charge", amount=500, product="calls")
    assert len(counter.carrier.alerts_due()) == 2


def test_a_reminder_at_another_amount_changes_the_one_that_is_on(counter: Counter) -> None:
    number = line(basic=2500)
    counter.done(number, "switch_on", "balance_alert", amount=1000)
    assert counter.refused(number, "switch_on", "balance_alert", amount=1000) is Cause.ALREADY_ON
    counter.done(number, "switch_on", "balance_alert", amount=2000)
    counter.done(number, "charge", amount=600, product="calls")
    assert [alert.below for alert in counter.carrier.alerts_due()] == [2000]
    assert counter.refused(number, "switch_on", "balance_alert", amount="ten") is Cause.WRONG_PARAMETER


def test_the_bill_of_the_month_is_the_sum_of_its_items_and_names_what_each_is_for(counter: Counter) -> None:
    number = line(basic=5000)
    counter.done(number, "switch_on", "caller_id", fee=500, name_zh="来电显示", name_en="Caller ID")
    counter.done(number, "charge", amount=1000, **SP)
    counter.done(number, "charge", amount=240, product="calls")
    bill = counter.done(number, "bill")
    assert bill["month"] == "2026-11"
    assert bill["items"] == [
        ("来电显示", "Caller ID", 500),
        ("手机小说", "Mobile novels", 1000),
        ("本地通话费", "Local calls", 240),
    ]
    assert bill["total"] == bill["paid"] == 1740 == counter.done(number, "account")["charges_now"]
    assert counter.done(number, "bill", month="2026-11") == bill
    assert counter.refused(number, "bill", month="2025-01") is Cause.NOT_FOUND
    assert counter.refused(number, "bill", month="soon") is Cause.NOT_FOUND


@pytest.mark.requirement("CRP-01")
def test_a_bill_that_was_not_paid_in_full_is_paid_when_the_debt_is_gone(counter: Counter) -> None:
    number = line(basic=300)
    counter.done(number, "charge", amount=1000, **SP)
    assert (counter.done(number, "bill")["total"], counter.done(number, "bill")["paid"]) == (1000, 300)
    rating = counter.done(number, "profile", at=NOON + timedelta(days=20))["credit_rating"]
    counter.done(number, "top_up", amount=700)
    assert counter.done(number, "bill")["paid"] == 1000
    assert counter.done(number, "profile", at=NOON + timedelta(days=20))["credit_rating"] > rating


def test_histories_show_what_came_in_and_how(counter: Counter) -> None:
    number = line(basic=0)
    counter.done(number, "top_up", amount=5000, how="card")
    counter.done(number, "top_up", amount=3000, how="counter")
    counter.done(number, "top_up", amount=200, how="refund")
    today = date(2026, 11, 21)
    assert counter.done(number, "payments", "topups")["entries"] == [(today, 5000, "充值卡", "Top-up card")]
    assert counter.done(number, "payments", "returned")["entries"] == [(today, 200, "退费", "Refund")]
    assert sorted(entry[1] for entry in counter.done(number, "payments", "payments")["entries"]) == [3000, 5000]
    assert counter.done(number, "payments", "payments", month="2026-10")["entries"] == []
    assert counter.refused(number, "payments", "wishes") is Cause.WRONG_PARAMETER


def test_a_new_month_charges_what_is_on_once_and_begins_what_was_agreed(counter: Counter) -> None:
    number = line(basic=3000, held=[Held("caller_id", Text("来电显示", "Caller ID"), 500)])
    counter.done(number, "switch_on", "pkg_data", tier="5", fee=700, effect="next_month", allowances={"data_mb": 30})
    assert counter.done(number, "account")["basic"] == 3000
    assert counter.refused(number, "usage", "left_data_plan") is Cause.NOT_ON

    december = NOON + timedelta(days=10)
    assert counter.carrier.roll_month(december) == 1
    assert counter.carrier.roll_month(december + timedelta(hours=5)) == 0
    assert counter.done(number, "account", at=december)["basic"] == 1800
    assert counter.done(number, "bill", at=december)["total"] == 1200
    [quota] = counter.done(number, "usage", "left_data_plan", at=december)["quotas"]
    assert quota[4:] == (0, 30)
    assert counter.carrier.roll_month(NOON + timedelta(days=41)) == 1
    assert counter.done(number, "account", at=december)["basic"] == 600


def test_a_new_month_suspends_who_cannot_pay_a_provider_and_charges_the_suspended_nothing(
    counter: Counter,
) -> None:
    number = line(basic=300, gift=5000, held=[Held("sp_joke", Text("笑话", "Jokes"), 1000, paid_to="乐天信息")])
    assert counter.carrier.roll_month(NOON + timedelta(days=10)) == 1
    assert counter.money(number) == (-700, 5000, "suspended")
    counter.carrier.roll_month(NOON + timedelta(days=41))
    assert counter.money(number) == (-700, 5000, "suspended")


def test_points_that_expire_go_in_january(counter: Counter) -> None:
    number = line(points=1000, points_expiring=300)
    assert counter.done(number, "points")["expires_on"] == date(2026, 12, 31)
    counter.carrier.roll_month(NOON + timedelta(days=45))
    assert counter.done(number, "points")["points"] == 700
    [(summed,)] = run("SELECT sum(points) FROM sandbox_entry WHERE msisdn = %s", [number.digits])
    assert summed == 700


@pytest.mark.requirement("SMS-18", "CRP-02")
def test_points_become_fee_credit_at_a_hundred_for_a_yuan_and_never_more_than_there_are(counter: Counter) -> None:
    number = line(basic=100, points=1250)
    facts = counter.done(number, "redeem", amount=1000)
    assert (facts["points"], facts["redeemed_points"], facts["basic"]) == (250, 1000, 1100)
    assert counter.refused(number, "redeem", amount=251) is Cause.NOT_ENOUGH_POINTS
    assert counter.done(number, "points")["points"] == 250
    # Both sides stand in one entry.
    rows = run("SELECT basic, points FROM sandbox_entry WHERE msisdn = %s AND kind = 'redeem'", [number.digits])
    assert rows == [(1000, -1000)]


@pytest.mark.parametrize("amount", [0, -5, None, "x", 10**12, 1.5])
def test_money_that_is_no_sane_amount_moves_nothing(counter: Counter, amount: object) -> None:
    number = line(basic=100, points=100)
    for kind in ("top_up", "charge", "redeem"):
        assert counter.refused(number, kind, amount=amount) is Cause.WRONG_PARAMETER
    assert counter.money(number) == (100, 0, "active")
