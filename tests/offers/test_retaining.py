"""Numbers that are kept: who, how long, reminded once for each step, on the right days, with the sum to pay."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.port import KeptLine
from careline.offers import retaining
from careline.offers.models import Reminder
from careline.offers.policy import policy
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn
from tests.at_once import at_once
from tests.offers.conftest import NOON, ask, line

FEE: dict[str, Any] = {"amount": 1_000, "product": "sp_news", "paid_to": "news", "name_zh": "新闻", "name_en": "News"}
STEPS = policy().keeping.reminder_days


def suspended(at: datetime = NOON, **given: Any) -> Msisdn:
    """Basic 3 yuan, gift 50, a provider's fee of 10: suspended on that day, owing 7."""
    number = line(at, **{"basic": 300, "gift": 5_000, "language": "en"} | given)
    assert ask(number, "charge", at=at, **FEE)["status"] == "suspended"
    return number


def texts(number: Msisdn) -> list[str]:
    return list(Message.objects.filter(msisdn=number.digits).order_by("created_at").values_list("text", flat=True))


def remind(at: datetime) -> int:
    return retaining.remind(Sandbox(), at, link="test")


@pytest.mark.django_db
@pytest.mark.requirement("NTF-04")
def test_the_notice_names_the_last_day_and_what_to_pay_and_paying_on_it_restores_service() -> None:
    number = suspended()
    assert remind(NOON) == 1
    [text] = texts(number)
    assert "19 Feb 2027" in text, "the 90th day after 21 November"
    assert "CNY 7.00" in text
    assert "CNY 50.00" in text, "the gift money, which pays for calls again"
    last = datetime(2027, 2, 19, 15, 59, tzinfo=UTC)  # 23:59 at the carrier
    Sandbox().retain(last)
    assert ask(number, "top_up", at=last, amount=700)["status"] == "active"
    assert remind(last) == 0


@pytest.mark.django_db
def test_the_day_after_the_last_one_the_number_is_released() -> None:
    number = suspended()
    over = datetime(2027, 2, 19, 16, 0, tzinfo=UTC)  # midnight at the carrier
    Sandbox().retain(over)
    assert ask(number, "account", at=over)["status"] == "released"
    assert retaining.kept(Sandbox(), over) == []


@pytest.mark.django_db
@pytest.mark.requirement("RET-02")
def test_each_step_is_sent_once_and_after_paying_none() -> None:
    number, other = suspended(), suspended()
    sent: dict[int, int] = {}
    for day in range(91):
        at = NOON + timedelta(days=day)
        for _ in range(2):
            count = remind(at)
            if count:
                sent[90 - day] = sent.get(90 - day, 0) + count
        if day == 80:
            ask(other, "top_up", at=at, amount=700)
    assert sent == {90: 2, 60: 2, 30: 2, 14: 2, 7: 1, 3: 1, 1: 1, 0: 1}
    assert tuple(sorted(sent, reverse=True)) == STEPS
    assert len(texts(other)) == 4
    assert "last day" in texts(number)[-1]
    assert [one.line.msisdn for one in retaining.kept(Sandbox(), NOON + timedelta(days=90))] == [number]


@pytest.mark.django_db
def test_who_was_suspended_long_before_hears_only_the_step_that_counts_now() -> None:
    number = suspended()
    assert remind(NOON + timedelta(days=85)) == 1
    assert list(Reminder.objects.values_list("step", flat=True)) == [7]
    assert "5 more days" in texts(number)[0]


@pytest.mark.django_db
def test_nobody_is_reminded_at_night_and_days_end_at_the_carriers_midnight() -> None:
    number = suspended(datetime(2026, 11, 21, 15, 59, tzinfo=UTC))  # 23:59 there
    assert remind(datetime(2026, 11, 21, 16, 30, tzinfo=UTC)) == 0
    assert remind(datetime(2026, 11, 22, 0, 59, tzinfo=UTC)) == 0  # 8:59
    assert remind(datetime(2026, 11, 22, 1, 0, tzinfo=UTC)) == 1
    assert "89 " in texts(number)[0]


@pytest.mark.parametrize(
    ("today", "left", "step"),
    [
        (date(2028, 2, 28), 1, 1),
        (date(2028, 2, 29), 0, 0),
        (date(2028, 3, 1), -1, None),
        (date(2028, 2, 20), 9, 14),
        (date(2027, 12, 1), 90, 90),
    ],
)
def test_days_left_count_leap_days(today: date, left: int, step: int | None) -> None:
    kept = KeptLine(Msisdn("8619700000000"), date(2027, 12, 1), date(2028, 2, 29), "debt", 700, -700, 0)
    found = retaining.standing(kept, today, STEPS)
    assert (found.days_left, found.step, found.pay) == (left, step, 700)


@pytest.mark.django_db(transaction=True)
def test_many_who_sweep_send_one(db: None) -> None:
    number = suspended()
    results = at_once([lambda: remind(NOON) for _ in range(5)])
    assert sum(results) == 1, results
    assert len(texts(number)) == 1


@pytest.mark.django_db
def test_what_was_tried_is_kept_with_its_suspension_and_masked() -> None:
    number = suspended()
    [one] = retaining.kept(Sandbox(), NOON)
    retaining.tried(number, one.line.since, "call", "said: call 13912345678 later", by="wang", now=NOON)
    [row] = retaining.tries([one.line])[number.digits, one.line.since]
    assert "13912345678" not in row.words
    with pytest.raises(ValueError, match="say how"):
        retaining.tried(number, one.line.since, "visit", "x", by="wang", now=NOON)
