"""Six hours from business notice to published prompt, who did what and when, and nothing of it can be changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction

from careline.daemons import sweeps
from careline.journal.models import Entry
from careline.prompts import logbook, notices
from careline.prompts.models import Notice, Step, Work
from careline.prompts.notices import OutOfTurn, Stage
from careline.values.period import Month

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
EIGHT = datetime(2026, 3, 2, 8, 0, tzinfo=SHANGHAI)
MARCH = notices.month_of(Month(2026, 3))


def published(arrived: datetime, took: timedelta, title: str = "新套餐上线") -> Notice:
    notice = notices.arrive(title, "", arrived_at=arrived, by="lin", now=arrived)
    notices.step(notice, Stage.TEXT, by="lin", now=arrived + took / 3)
    notices.step(notice, Stage.RECORDED, by="he", now=arrived + took / 2)
    notices.step(notice, Stage.PUBLISHED, by="zhou", now=arrived + took)
    return notice


@pytest.mark.requirement("IVR-14")
def test_six_hours_are_in_time_and_one_second_more_is_late() -> None:
    published(EIGHT, timedelta(hours=6))
    (in_time,) = notices.standings(*MARCH)
    assert in_time.notice.published_at == datetime(2026, 3, 2, 14, 0, tzinfo=SHANGHAI)
    assert not in_time.late(EIGHT + timedelta(days=1))
    assert notices.rate([in_time], EIGHT + timedelta(days=1)).conforms
    published(EIGHT, timedelta(hours=6, seconds=1), "资费调整")
    found = notices.standings(*MARCH)
    assert [one.late(EIGHT + timedelta(days=1)) for one in found] == [True, False]
    rate = notices.rate(found, EIGHT + timedelta(days=1))
    assert rate.percent == 50
    assert not rate.conforms


@pytest.mark.requirement("IVR-14")
def test_an_open_notice_counts_against_the_rate_once_it_is_due_and_not_before() -> None:
    notices.arrive("节日资费", "", arrived_at=EIGHT, by="lin", now=EIGHT)
    found = notices.standings(*MARCH)
    assert notices.rate(found, EIGHT + timedelta(hours=6)).percent is None
    assert notices.rate(found, EIGHT + timedelta(hours=6, seconds=1)).percent == 0


@pytest.mark.requirement("IVR-15")
def test_the_log_holds_when_and_by_whom_each_step_was_taken_and_the_hours_of_arrival() -> None:
    notice = published(EIGHT, timedelta(hours=3))
    published(EIGHT + timedelta(hours=2, minutes=30), timedelta(hours=1))
    published(EIGHT + timedelta(hours=2, minutes=59), timedelta(hours=1))
    standing = notices.standing(notice.pk)
    assert standing is not None
    assert [(step.step, step.by, step.at.astimezone(SHANGHAI).strftime("%H:%M")) for step in standing.steps.values()] == [
        ("arrived", "lin", "08:00"), ("text", "lin", "09:00"), ("recorded", "he", "09:30"), ("published", "zhou", "11:00"),
    ]  # fmt: skip
    hours = notices.hours(notices.standings(*MARCH))
    assert (hours[8], hours[10], sum(hours)) == (1, 2, 3)
    assert Work.objects.filter(did="notice").count() == 12
    assert Entry.objects.filter(what="notice", record=str(notice.pk)).count() == 4


@pytest.mark.requirement("IVR-15")
def test_what_stands_in_the_logs_stays_there() -> None:
    published(EIGHT, timedelta(hours=3))
    for deed in (
        lambda: Step.objects.update(by="somebody else"),
        lambda: Step.objects.all().delete(),
        lambda: Work.objects.update(by="somebody else"),
        lambda: Work.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            deed()


def test_steps_are_taken_in_their_order_and_once() -> None:
    notice = notices.arrive("新套餐", "", arrived_at=EIGHT, by="lin", now=EIGHT)
    with pytest.raises(OutOfTurn):
        notices.step(notice, Stage.PUBLISHED, by="lin", now=EIGHT)
    notices.step(notice, Stage.TEXT, by="lin", now=EIGHT + timedelta(minutes=5))
    with pytest.raises(OutOfTurn):
        notices.step(notice, Stage.TEXT, by="lin", now=EIGHT + timedelta(minutes=6))
    with pytest.raises(OutOfTurn):
        notices.step(notice, Stage.RECORDED, by="lin", now=EIGHT)
    with pytest.raises(OutOfTurn):
        notices.arrive("明天的", "", arrived_at=EIGHT + timedelta(days=1), by="lin", now=EIGHT)


def test_a_notice_that_was_entered_late_is_timed_from_its_arrival() -> None:
    notice = notices.arrive("晚登记", "", arrived_at=EIGHT, by="lin", now=EIGHT + timedelta(hours=5))
    assert notice.due_at == EIGHT + timedelta(hours=6)


def test_an_overdue_notice_sounds_the_alarm_once(caplog: pytest.LogCaptureFixture) -> None:
    notice = notices.arrive("新套餐", "", arrived_at=EIGHT, by="lin", now=EIGHT)
    due = EIGHT + timedelta(hours=6)
    assert sweeps.sound_alarms(due) == 0
    assert sweeps.sound_alarms(due + timedelta(seconds=1)) == 1
    assert f"notice {notice.pk} is overdue" in caplog.text
    assert sweeps.sound_alarms(due + timedelta(seconds=9)) == 0
    assert Work.objects.get(did="alarm").about == "新套餐"


def test_months_are_those_of_the_carriers_clock() -> None:
    assert notices.month_of(Month(2026, 12)) == (
        datetime(2026, 12, 1, tzinfo=SHANGHAI).astimezone(UTC),
        datetime(2027, 1, 1, tzinfo=SHANGHAI).astimezone(UTC),
    )


def test_a_day_without_maintenance_shows_as_a_day_without_entries() -> None:
    for day in (2, 4):
        logbook.note(logbook.Deed.AUDIT, by="lin", now=EIGHT.replace(day=day))
    counted = logbook.days(EIGHT.date(), EIGHT.replace(day=4).date())
    assert list(counted.values()) == [1, 0, 1]
