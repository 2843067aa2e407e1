"""Promises of a case as rows: kept, broken, paused, changed and made anew, by the clock of the wall and by working time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from careline.cases.models import Case, Department, Event, Pause, Promise, Task
from careline.cases.promised import promising
from careline.cases.states import NotAllowed

pytestmark = pytest.mark.django_db

HOME = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=HOME).astimezone(UTC)


MONDAY = at(3, 9, 9)  # an ordinary week


@pytest.fixture
def case() -> Case:
    return Case.objects.create(
        docket="2603090017", key="test:1", msisdn="8613800000001", words="扣错了", channel="sms", opened_at=MONDAY
    )


def open_promise(case: Case, what: str) -> Promise:
    return Promise.objects.get(case=case, what=what, kept_at=None, cancelled_at=None)


def clock_of(case: Case, what: str, now: datetime) -> promising.Clock:
    return next(one for one in promising.standing(case, now) if one.what == what)


def test_the_first_reply_is_due_after_48_hours_of_the_wall_clock_weekend_or_not(case: Case) -> None:
    saturday = at(2, 14, 23, 30)
    promise = promising.start(case, "first_reply", minutes=48 * 60, calendar="office", by="clock", now=saturday)
    assert promise.due_at == at(2, 16, 23, 30)  # the eve of Spring Festival
    assert promise.calendar == "always"
    assert case.next_at == promise.due_at


@pytest.mark.parametrize(("seconds", "broken"), [(0, False), (1, True)])
def test_a_reply_at_48_hours_is_in_time_and_one_second_later_it_is_broken(
    case: Case, seconds: int, broken: bool
) -> None:
    promising.start(case, "first_reply", minutes=48 * 60, calendar="always", by="clock", now=MONDAY)
    replied = MONDAY + timedelta(hours=48, seconds=seconds)
    assert (clock_of(case, "first_reply", replied).state == "broken") is broken
    promising.keep(case, "first_reply", replied)
    kept = Promise.objects.get(case=case)
    assert kept.kept_at == replied
    assert (kept.broken_at is not None) is broken
    assert Event.objects.filter(case=case, did="late").count() == broken


def test_pausing_and_resuming_leaves_as_much_working_time_as_was_left(case: Case) -> None:
    promising.start(case, "solution", minutes=450, calendar="office", by="wang", now=MONDAY)
    assert open_promise(case, "solution").due_at == at(3, 9, 18)
    promising.pause(case, "等客户寄来账单", "wang", at(3, 9, 11))  # two hours gone, five and a half left
    assert clock_of(case, "solution", at(3, 10, 11)).left == timedelta(hours=5, minutes=30)
    promising.resume(case, "wang", at(3, 11, 14))  # Wednesday afternoon: four hours, and one and a half on Thursday
    promise = open_promise(case, "solution")
    assert promise.due_at == at(3, 12, 10, 30)
    assert clock_of(case, "solution", at(3, 11, 14)).left == timedelta(hours=5, minutes=30)
    assert Pause.objects.get(promise=promise).reason == "等客户寄来账单"


def test_a_pause_takes_the_case_out_of_the_order_of_what_is_due_and_resuming_puts_it_back(case: Case) -> None:
    promising.start(case, "solution", minutes=450, calendar="office", by="wang", now=MONDAY)
    promising.pause(case, "等客户", "wang", at(3, 9, 10))
    assert case.next_at is None
    promising.resume(case, "wang", at(3, 9, 11))
    assert case.next_at == at(3, 10, 9) + timedelta(hours=1)
    case.refresh_from_db()
    assert case.next_at == at(3, 10, 10)


def test_a_pause_needs_a_reason_and_numbers_in_it_are_masked(case: Case) -> None:
    promising.start(case, "solution", minutes=450, calendar="office", by="wang", now=MONDAY)
    with pytest.raises(NotAllowed, match="no_reason"):
        promising.pause(case, "  ", "wang", at(3, 9, 10))
    promising.pause(case, "等机主13800000001回来", "wang", at(3, 9, 10))
    assert "13800000001" not in Pause.objects.get().reason


@pytest.mark.parametrize("what", ["first_reply", "regulator", "contact"])
def test_what_was_told_to_the_customer_in_hours_never_stands_still(case: Case, what: str) -> None:
    promising.start(case, what, minutes=600, calendar="always", by="wang", now=MONDAY)
    with pytest.raises(NotAllowed, match="way"):
        promising.pause(case, "等客户", "wang", at(3, 9, 10), what=what)
    assert promising.pause(case, "等客户", "wang", at(3, 9, 10)) == 0
    assert open_promise(case, what).paused_at is None


def test_a_pause_does_not_save_what_is_late_already(case: Case) -> None:
    promising.start(case, "solution", minutes=60, calendar="office", by="wang", now=MONDAY)
    assert promising.pause(case, "等客户", "wang", at(3, 9, 10, 1)) == 0  # before any sweep came by
    promise = Promise.objects.get(case=case)
    assert promise.broken_at == at(3, 9, 10)
    assert promise.paused_at is None


def test_pausing_twice_and_resuming_twice_changes_nothing(case: Case) -> None:
    promising.start(case, "solution", minutes=450, calendar="office", by="wang", now=MONDAY)
    assert promising.pause(case, "等客户", "wang", at(3, 9, 10)) == 1
    assert promising.pause(case, "还在等", "wang", at(3, 9, 10, 30)) == 0
    assert promising.resume(case, "wang", at(3, 9, 11)) == 1
    assert promising.resume(case, "wang", at(3, 9, 12)) == 0
    assert open_promise(case, "solution").due_at == at(3, 10, 10)


def test_pending_time_is_not_lost_when_a_new_category_brings_new_terms(case: Case) -> None:
    """GLPI #6902: the time a ticket was pending fell away when its SLA was replaced."""
    promising.start(case, "solution", minutes=900, calendar="office", by="clock", now=MONDAY)
    promising.pause(case, "等客户", "wang", at(3, 9, 10))
    promising.resume(case, "wang", at(3, 10, 10))  # seven and a half hours stood still
    promise = promising.change(case, "solution", minutes=450, calendar="office", by="wang", now=at(3, 10, 11))
    assert promise.started_at == MONDAY
    assert promise.due_at == at(3, 10, 18)
    clock = clock_of(case, "solution", at(3, 10, 11))
    assert clock.elapsed == timedelta(hours=2)
    assert clock.paused == timedelta(hours=7, minutes=30)
    assert clock.left == timedelta(hours=5, minutes=30)


def test_terms_that_change_during_a_pause_keep_it_and_what_had_gone_by(case: Case) -> None:
    """GLPI #6902, as it was reported: the SLA changed while the ticket was still pending."""
    promising.start(case, "solution", minutes=900, calendar="office", by="clock", now=MONDAY)
    promising.pause(case, "等客户", "wang", at(3, 9, 10))
    promise = promising.change(case, "solution", minutes=450, calendar="office", by="wang", now=at(3, 11, 10))
    assert promise.paused_at == at(3, 9, 10)
    assert clock_of(case, "solution", at(3, 12, 10)).left == timedelta(hours=6, minutes=30)
    promising.resume(case, "wang", at(3, 16, 9))  # the next Monday
    assert open_promise(case, "solution").due_at == at(3, 16, 17)


def test_new_terms_do_not_wash_away_what_was_late(case: Case) -> None:
    promising.start(case, "solution", minutes=60, calendar="office", by="clock", now=MONDAY)
    promise = promising.change(case, "solution", minutes=9000, calendar="office", by="wang", now=at(3, 9, 11))
    assert promise.broken_at == at(3, 9, 10)
    assert clock_of(case, "solution", at(3, 9, 11)).state == "broken"


def test_a_promise_that_is_called_off_leaves_the_order_of_what_is_due(case: Case) -> None:
    promising.start(case, "solution", minutes=450, calendar="office", by="clock", now=MONDAY)
    promising.start(case, "progress", minutes=60, calendar="office", by="clock", now=MONDAY)
    assert case.next_at == at(3, 9, 10)
    promising.cancel(case, "progress", "wang", at(3, 9, 9, 30))
    assert case.next_at == at(3, 9, 18)
    assert promising.end(case, "wang", at(3, 9, 9, 40)) == 1
    assert case.next_at is None


def test_the_end_of_a_case_leaves_the_money_that_is_owed(case: Case) -> None:
    promising.start(case, "refund", minutes=900, calendar="office", by="zhao", now=MONDAY)
    promising.start(case, "regulator", minutes=15 * 1440, calendar="always", by="clock", now=MONDAY)
    assert promising.end(case, "wang", at(3, 9, 10)) == 1
    assert open_promise(case, "refund").due_at == case.next_at


def test_a_reopened_case_is_promised_anew_and_its_history_stays(case: Case) -> None:
    """Zammad #188: a reopened ticket had either no escalation at all or that of its first life."""
    promising.start(case, "solution", minutes=60, calendar="office", by="clock", now=MONDAY)
    promising.keep(case, "solution", at(3, 9, 11))  # an hour late
    again = at(3, 13, 17, 30)
    promise = promising.start(case, "solution", minutes=60, calendar="office", by="clock", now=again)
    assert promise.due_at == at(3, 16, 9, 30)
    assert clock_of(case, "solution", again).elapsed == timedelta()
    first = Promise.objects.exclude(pk=promise.pk).get()
    assert (first.broken_at, first.kept_at) == (at(3, 9, 10), at(3, 9, 11))
    assert [one.state for one in promising.standing(case, again)] == ["open", "broken"]


def test_each_message_of_the_customer_that_is_owed_an_answer_starts_a_clock_of_its_own(case: Case) -> None:
    """osTicket PR #419: the clock counts from the customer's last message, not only from the first."""
    promising.start(case, "progress", minutes=120, calendar="office", by="clock", now=MONDAY)
    promising.keep(case, "progress", at(3, 9, 10))
    assert case.next_at is None  # nothing is owed while the customer has the word
    promise = promising.start(case, "progress", minutes=120, calendar="office", by="clock", now=at(3, 9, 17))
    assert promise.due_at == at(3, 10, 10)


def test_a_shorter_clock_of_another_kind_does_not_move_the_first_reply(case: Case) -> None:
    """Zammad #5177: a shorter update time overruled the first response time."""
    promising.start(case, "first_reply", minutes=48 * 60, calendar="always", by="clock", now=MONDAY)
    promising.start(case, "progress", minutes=60, calendar="always", by="clock", now=MONDAY)
    promising.keep(case, "progress", at(3, 9, 9, 30))
    promising.start(case, "progress", minutes=60, calendar="always", by="clock", now=at(3, 9, 9, 30))
    assert open_promise(case, "first_reply").due_at == MONDAY + timedelta(hours=48)
    assert open_promise(case, "progress").due_at == at(3, 9, 10, 30)
    assert case.next_at == at(3, 9, 10, 30)


def test_what_a_department_owes_is_kept_for_the_task_that_was_answered_only(case: Case) -> None:
    department = Department.objects.create(name="charging", name_zh="计费部", name_en="Billing")
    tasks = [
        Task.objects.create(case=case, department=department, question=question, asked_by="wang", asked_at=MONDAY)
        for question in ("哪一笔", "为什么")
    ]
    for task in tasks:
        promising.start(case, "department", minutes=1350, calendar="office", by="wang", now=MONDAY, task=task)
    assert promising.keep(case, "department", at(3, 10, 9), task=tasks[0]) == 1
    assert open_promise(case, "department").task == tasks[1]
    assert open_promise(case, "department").due_at == at(3, 11, 18)  # three working days


def test_a_plan_that_comes_late_marks_the_task(case: Case) -> None:
    department = Department.objects.create(name="charging", name_zh="计费部", name_en="Billing")
    task = Task.objects.create(case=case, department=department, question="?", asked_by="wang", asked_at=MONDAY)
    promising.start(case, "department", minutes=60, calendar="office", by="wang", now=MONDAY, task=task)
    promising.keep(case, "department", at(3, 9, 10, 30), task=task)
    task.refresh_from_db()
    assert task.late


def test_an_agreed_moment_is_due_then_and_is_not_moved_by_a_calendar(case: Case) -> None:
    sunday = at(3, 15, 20)
    promise = promising.start(case, "contact", due_at=sunday, calendar="office", by="wang", now=MONDAY)
    assert promise.due_at == sunday
    assert promise.warn_at == sunday - timedelta(minutes=30)
    assert clock_of(case, "contact", at(3, 15, 19)).left == timedelta(hours=1)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({}, "no_time"),
        ({"minutes": -5}, "no_time"),
        ({"due_at": MONDAY}, "past_time"),
        ({"due_at": MONDAY + timedelta(days=400)}, "too_long"),
        ({"minutes": 2_000_000_000}, "too_long"),
    ],
)
def test_a_promise_needs_a_time_to_come_that_somebody_will_see(case: Case, terms: dict[str, object], code: str) -> None:
    with pytest.raises(NotAllowed, match=code):
        promising.start(case, "contact", calendar="office", by="wang", now=MONDAY, **terms)  # type: ignore[arg-type]


def test_a_warning_comes_while_a_fifth_of_the_working_time_is_left(case: Case) -> None:
    promise = promising.start(case, "solution", minutes=450, calendar="office", by="clock", now=MONDAY)
    assert promise.warn_at == at(3, 9, 16, 30)


def test_nobody_is_warned_at_midnight_of_a_clock_that_runs_by_night(case: Case) -> None:
    """Zammad #4432: reminders came at midnight and on weekends. A fifth of 48 hours before Wednesday 9 is 23:24 at night."""
    promise = promising.start(case, "first_reply", minutes=48 * 60, calendar="always", by="clock", now=MONDAY)
    assert promise.warn_at == at(3, 10, 21, 30)  # while the evening's shift is there
    early = at(3, 9, 2)
    promise = promising.start(case, "progress", minutes=7 * 60, calendar="always", by="clock", now=early)
    assert promise.due_at == at(3, 9, 9)
    assert promise.warn_at == at(3, 9, 8)  # as soon as somebody is there


def test_a_warning_of_office_time_falls_into_office_hours_only(case: Case) -> None:
    """Zammad #4432, for clocks of working time: over a weekend and a festival, too."""
    for minutes in (30, 60, 450, 900, 1350, 4500):
        promise = promising.start(
            case, "solution", minutes=minutes, calendar="office", by="clock", now=at(2, 13, 16, 40)
        )
        assert promise.warn_at is not None
        local = promise.warn_at.astimezone(HOME)
        assert 9 <= local.hour < 18 or (local.hour, local.minute) == (18, 0)
        assert promise.warn_at < promise.due_at


def test_a_calendar_whose_file_has_gone_lets_the_wall_clock_run_on(case: Case) -> None:
    promising.start(case, "solution", minutes=450, calendar="office", by="clock", now=MONDAY)
    Promise.objects.filter(case=case).update(calendar="gone")
    promising.pause(case, "等客户", "wang", at(3, 9, 10))
    promising.resume(case, "wang", at(3, 9, 11))
    assert open_promise(case, "solution").due_at == MONDAY + timedelta(minutes=450 + 60)
