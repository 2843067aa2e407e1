"""One case through all its promises, from the Friday before Spring Festival 2026 into March, with the sweep running every hour.

Off were Sunday 15 to Monday 23 February; Saturdays 14 and 28 were worked. Counted by hand.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from careline.cases import handling
from careline.cases.models import Case, Event, Promise
from careline.cases.promised import holding, promising, sweeping
from careline.outbox.models import Message
from tests.cases.desk import opened, read, settled, task_of

pytestmark = pytest.mark.django_db

HOME = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=HOME).astimezone(UTC)


class Days:
    """Time goes by, and a sweep comes every hour."""

    def __init__(self, begin: datetime) -> None:
        self.now = begin

    def until(self, text: str) -> datetime:
        while self.now < at(text):
            self.now = min(self.now + timedelta(hours=1), at(text))
            sweeping.sweep(self.now)
        return self.now


def due(case: Case, what: str) -> datetime:
    return Promise.objects.get(case=case, what=what, kept_at=None, cancelled_at=None).due_at


def late(case: Case) -> list[str]:
    """What was called late, progress left out, in the order in which it was."""
    found = Event.objects.filter(case=case, did="late").order_by("pk")
    return [event.detail["what"] for event in found if event.detail["what"] != "progress"]


def test_a_case_keeps_and_breaks_its_promises_over_a_festival() -> None:
    settled()
    days = Days(at("02-13T16:00"))
    case = opened(now=days.now)
    docket = case.docket
    assert due(case, "first_reply") == at("02-15T16:00")  # a holiday, and it counts
    assert due(case, "solution") == at("02-25T16:00")  # 2 h, 7.5 h on Saturday, 7.5 h on Tuesday, 5.5 h on Wednesday
    assert due(case, "regulator") == at("02-28T16:00")

    handling.analyse(docket, "billing", "计费规则配错", "normal", by="wang", now=days.until("02-13T16:30"))
    handling.record(docket, at("02-14T15:00"), by="wang", now=days.until("02-13T16:40"))
    assert read(docket).next_at == due(case, "contact")
    handling.ask(docket, "billing", "请核对话单", by="wang", now=days.until("02-13T16:45"))
    assert due(case, "department") == at("02-25T16:45")

    days.until("02-14T15:30")  # nobody called at three
    assert late(case) == ["contact"]
    days.until("02-15T18:00")
    assert late(case) == ["contact", "first_reply"]
    told = Message.objects.filter(key="case.still_working", msisdn=case.msisdn)
    assert told.count() == 2  # on Saturday and on Sunday, as promised each day

    holding.pause(docket, "solution", "客户外出，账单过节后寄来", by="wang", now=days.until("02-24T10:00"))
    assert told.count() == 10  # one a day, never two
    (clock,) = [one for one in promising.standing(case, at("02-25T18:00")) if one.what == "solution"]
    assert (clock.state, clock.elapsed, clock.left) == ("paused", timedelta(hours=10.5), timedelta(hours=12))
    days.until("02-25T18:00")
    assert late(case) == ["contact", "first_reply", "department"]  # but not the solution, which stands still
    task = task_of(docket)
    assert task.late
    holding.resume(docket, "solution", by="wang", now=days.until("02-26T09:00"))
    assert due(case, "solution") == at("02-27T15:00")

    handling.answer_task(task.pk, "按实际用量重算", by="sun", now=days.until("02-26T10:00"))
    handling.decide(docket, "退还多收的话费", by="wang", now=days.until("02-26T11:00"))
    handling.reply(docket, "已退还20元", by="wang", now=days.until("02-27T11:00"))
    assert {one.what: one.state for one in promising.standing(case, days.now) if one.what != "progress"} == {
        "contact": "broken",
        "first_reply": "broken",
        "department": "broken",
        "solution": "kept",
        "regulator": "warned",
    }

    days.until("02-27T17:00")
    handling.customer_says(docket, False, channel="sms", by="subscriber", now=days.now)
    assert due(case, "solution") == at("03-03T17:00")  # 1 h, 7.5 h on Saturday, 7.5 h on Monday, 6.5 h on Tuesday
    handling.analyse(docket, "billing", "另一项也错了", "normal", by="wang", now=days.until("02-28T09:00"))
    handling.solve_on_site(docket, by="wang", now=days.until("02-28T10:00"))
    handling.decide(docket, "两项都退", by="wang", now=days.until("02-28T11:00"))
    handling.reply(docket, "两项都退了", by="wang", now=days.until("02-28T15:00"))
    days.until("02-28T16:30")
    assert late(case)[-1] == "regulator"  # fifteen days are over, and the customer has not said yes yet
    handling.customer_says(docket, True, channel="sms", by="subscriber", now=days.until("02-28T17:00"))
    handling.archive(docket, "两项计费规则配错，已改正并退费", by="wang", now=days.until("03-02T09:00"))

    history = Event.objects.filter(case=case).count()
    days.until("03-20T09:00")
    assert (
        Event.objects.filter(case=case, did__in=["late", "warned", "progress"], at__gt=at("03-02T09:00")).count() == 0
    )
    assert read(docket).next_at is None
    assert Event.objects.filter(case=case).count() == history
    # Whatever became of them, every promise of both rounds is still on record.
    assert Promise.objects.filter(case=case, what="solution").count() == 2
