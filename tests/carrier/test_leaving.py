"""Lines that are given up and lines that are kept: exact days over months, leap years and midnights."""

from datetime import UTC, date, datetime, timedelta

import pytest

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.opening import Held
from careline.values.cause import Cause
from careline.values.language import Text
from tests.carrier.conftest import NOON, Counter, line

CALLER_ID = Held("caller_id", Text("来电显示", "Caller ID"), 500)


def midnight(day: date) -> datetime:
    """The first moment of a day at the carrier, UTC+8."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("leaving_on", "kept_until"),
    [
        (date(2026, 12, 1), date(2027, 3, 1)),
        (date(2027, 1, 1), date(2027, 4, 1)),
        (date(2026, 12, 31), date(2027, 3, 31)),
    ],
)
def test_a_line_that_was_given_up_is_served_to_the_last_minute_and_kept_for_90_days(
    counter: Counter, leaving_on: date, kept_until: date
) -> None:
    number, carrier = line(basic=3000, gift=500, held=[CALLER_ID]), Sandbox()
    facts = counter.done(number, "close_line", effective_on=str(leaving_on))
    assert facts["retained_until"] == kept_until
    assert carrier.leave(midnight(leaving_on) - timedelta(seconds=1)) == 0
    assert counter.money(number) == (3000, 500, "active")
    assert carrier.leave(midnight(leaving_on)) == 1
    assert counter.money(number) == (3000, 500, "suspended")
    assert counter.holds(number, midnight(leaving_on)) == []
    [kept] = [one for one in carrier.kept() if one.msisdn == number]
    assert (kept.since, kept.until, kept.reason, kept.debt) == (leaving_on, kept_until, "left", 0)
    carrier.retain(midnight(kept_until + timedelta(days=1)) - timedelta(seconds=1))
    assert counter.money(number)[2] == "suspended"
    carrier.retain(midnight(kept_until + timedelta(days=1)))
    assert counter.money(number)[2] == "released"
    assert number not in {one.msisdn for one in carrier.kept()}
    late = midnight(kept_until + timedelta(days=1))
    assert counter.refused(number, "reopen_line", at=late) is Cause.NOT_FOUND


def test_a_month_that_begins_with_the_leaving_costs_nothing(counter: Counter) -> None:
    number, carrier = line(basic=3000, held=[CALLER_ID]), Sandbox()
    counter.done(number, "close_line", effective_on="2026-12-01")
    carrier.roll_month(midnight(date(2026, 12, 1)) + timedelta(minutes=1))
    assert counter.money(number)[0] == 3000
    carrier.leave(midnight(date(2026, 12, 1)) + timedelta(minutes=2))
    assert counter.holds(number, midnight(date(2026, 12, 2))) == []


def test_money_alone_does_not_bring_back_who_left_but_asking_does(counter: Counter) -> None:
    number, carrier = line(basic=100), Sandbox()
    counter.done(number, "close_line", effective_on="2026-11-30")
    later = midnight(date(2026, 12, 5))
    carrier.leave(later)
    assert counter.done(number, "top_up", amount=1000, at=later)["status"] == "suspended"
    assert counter.done(number, "reopen_line", at=later) == {
        "status": "active",
        "basic": 1100,
        "gift": 0,
        "was": "left",
    }
    assert number not in {one.msisdn for one in carrier.kept()}


@pytest.mark.parametrize(
    ("suspended_on", "last_day"),
    [
        (date(2027, 11, 30), date(2028, 2, 28)),
        (date(2027, 12, 1), date(2028, 2, 29)),  # a leap day is the last one
        (date(2027, 12, 2), date(2028, 3, 1)),
        (date(2026, 12, 1), date(2027, 3, 1)),  # and none in the year before
    ],
)
@pytest.mark.requirement("ACC-02")
def test_active_suspended_released_on_exact_days(counter: Counter, suspended_on: date, last_day: date) -> None:
    number, carrier = line(basic=300, gift=5000), Sandbox()
    at = midnight(suspended_on) + timedelta(hours=23, minutes=59)
    fee = {"amount": 1000, "product": "sp_news", "paid_to": "news", "name_zh": "新闻", "name_en": "News"}
    assert counter.done(number, "charge", at=at, **fee)["status"] == "suspended"
    [kept] = [one for one in carrier.kept() if one.msisdn == number]
    assert (kept.since, kept.until, kept.reason, kept.debt, kept.gift) == (suspended_on, last_day, "debt", 700, 5000)
    over = midnight(last_day + timedelta(days=1))
    carrier.retain(over - timedelta(seconds=1))
    assert counter.money(number)[2] == "suspended"
    assert carrier.retain(over) >= 1
    assert counter.money(number) == (-700, 5000, "released")


@pytest.mark.requirement("RET-03")
def test_after_the_debt_is_paid_the_gift_money_pays_for_calls_again(counter: Counter) -> None:
    number = line(basic=300, gift=5000)
    counter.done(number, "charge", amount=1000, product="sp_news", paid_to="news", name_zh="新闻", name_en="News")
    assert (
        counter.refused(number, "charge", amount=60, product="calls", name_zh="通话", name_en="Calls")
        is Cause.SUSPENDED
    )
    assert counter.done(number, "top_up", amount=700, at=NOON + timedelta(days=90))["status"] == "active"
    spent = counter.done(number, "charge", amount=60, product="calls", name_zh="通话", name_en="Calls")
    assert (spent["basic"], spent["gift"], spent["status"]) == (0, 4940, "active")
    assert number not in {one.msisdn for one in Sandbox().kept()}
