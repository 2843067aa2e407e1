"""The sweep over promises: warned once, late once, told honestly, and nobody waits for it."""

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from careline.cases import handling
from careline.cases.looking import timeline
from careline.cases.models import Case, Event, Promise, Task
from careline.cases.promised import alarms, promising, sweeping
from careline.cases.states import NotAllowed
from careline.daemons import sweeps
from careline.journal.models import Entry
from careline.outbox.models import Message
from careline.postgres import sql
from tests.cases.desk import analysed, opened, settled, task_of

HOME = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=HOME).astimezone(UTC)


MONDAY = at(3, 9, 9)  # an ordinary week


def open_case(number: int = 1, **given: object) -> Case:
    values = {"words": "扣错了", "channel": "sms", "opened_at": MONDAY, "owner": "wang", "state": "analysing"}
    values |= {"docket": f"26030{number:05d}", "key": f"t:{number}", "msisdn": f"86138{number:08d}"}
    return Case.objects.create(**(values | given))


def did(case: Case) -> list[str]:
    return list(Event.objects.filter(case=case).order_by("pk").values_list("did", flat=True))


@pytest.mark.django_db
def test_without_a_reply_the_promise_of_48_hours_is_broken_at_48_hours_and_a_second() -> None:
    case = open_case()
    promise = promising.start(case, "first_reply", minutes=48 * 60, calendar="always", by="clock", now=MONDAY)
    assert promise.due_at == case.opened_at + timedelta(hours=48)
    sweeping.warn(promise.due_at)
    assert sweeping.late(promise.due_at) == 0
    assert sweeping.late(promise.due_at + timedelta(seconds=1)) == 1
    promise.refresh_from_db()
    assert promise.broken_at == promise.due_at
    (clock,) = promising.standing(case, promise.due_at + timedelta(seconds=1))
    assert (clock.state, clock.left) == ("broken", timedelta(seconds=-1))


@pytest.mark.django_db
def test_each_promise_is_warned_of_once_and_late_once_and_makes_the_case_more_urgent() -> None:
    case = open_case()
    promising.start(case, "solution", minutes=450, calendar="office", by="clock", now=MONDAY)
    seen = []
    for moment in (at(3, 9, 16, 29), at(3, 9, 16, 30), at(3, 9, 17), at(3, 9, 18), at(3, 9, 18, 0, 1), at(3, 10, 9)):
        sweeping.sweep(moment)
        case.refresh_from_db()
        seen.append((len(did(case)), case.priority))
    assert seen == [(0, 0), (1, 1), (1, 1), (1, 1), (2, 3), (2, 3)]
    assert did(case) == ["warned", "late"]
    late = Event.objects.get(did="late")
    assert (late.by, late.public, late.detail["what"]) == ("clock", False, "solution")
    assert case.next_at == at(3, 9, 18)  # it stays first in the inbox until it is done
    assert case.version == 0  # a page that was open meanwhile may still be sent


@pytest.mark.django_db
def test_what_was_late_before_anybody_could_be_warned_is_late_only() -> None:
    case = open_case()
    promising.start(case, "solution", minutes=450, calendar="office", by="clock", now=MONDAY)
    assert sweeping.sweep(at(3, 12)) == 1
    assert did(case) == ["late"]


@pytest.mark.django_db
def test_a_paused_clock_does_not_breach() -> None:
    case = open_case()
    promising.start(case, "solution", minutes=450, calendar="office", by="clock", now=MONDAY)
    promising.pause(case, "等客户", "wang", at(3, 9, 12))
    assert sweeping.sweep(at(12, 31)) == 0
    promising.resume(case, "wang", at(3, 16, 9))  # four and a half hours are left
    assert sweeping.late(at(3, 16, 15)) == 0
    assert sweeping.late(at(3, 16, 15, 0, 1)) == 1


@pytest.mark.django_db
def test_a_promise_that_was_called_off_stops_escalating() -> None:
    """Zammad #4353: a deactivated SLA kept escalating, and its notices went on."""
    case = open_case()
    promising.start(case, "solution", minutes=450, calendar="office", by="clock", now=MONDAY)
    sweeping.sweep(at(3, 9, 17))
    promising.cancel(case, "solution", "wang", at(3, 9, 17, 30))
    assert sweeping.sweep(at(4, 1)) == 0
    assert did(case) == ["warned"]
    assert case.next_at is None
    assert promising.standing(case, at(4, 1)) == []


@pytest.mark.django_db
def test_nothing_escalates_of_a_case_that_has_ended_but_money_that_is_owed() -> None:
    """Zammad #904: a ticket that was merged away stood in the list of escalated ones."""
    case = open_case()
    promising.start(case, "solution", minutes=450, calendar="office", by="clock", now=MONDAY)
    promising.start(case, "refund", minutes=450, calendar="office", by="zhao", now=MONDAY)
    Case.objects.filter(pk=case.pk).update(state="archived")  # by somebody who forgot the promises
    sweeping.late(at(3, 10))
    assert [event.detail["what"] for event in Event.objects.all()] == ["refund"]
    solution = Promise.objects.get(what="solution")
    assert (solution.broken_at, solution.cancelled_at) == (None, at(3, 10))
    assert sweeping.late(at(3, 11)) == 0


@pytest.mark.django_db
def test_every_kind_of_promise_escalates() -> None:
    """Zammad #3523: after an upgrade no escalation fired at all. Here each kind is seen to, through the registered sweep."""
    case = open_case()
    kinds = sorted(promising.WHATS)
    for what in kinds:
        promising.start(case, what, minutes=60, calendar="office", by="clock", now=MONDAY)
    pace, sweep = sweeps.sweeps()["promises"]
    assert pace <= timedelta(seconds=5)
    sweep(at(3, 9, 10, 30))
    assert sorted(event.detail["what"] for event in Event.objects.filter(did="late")) == kinds


@pytest.mark.django_db
@pytest.mark.requirement("CMP-05")
def test_a_plan_that_is_overdue_alarms_the_department_and_the_owner() -> None:
    settled()
    docket = analysed(now=MONDAY)
    handling.record(docket, at(3, 20, 9), by="wang", now=MONDAY)
    handling.ask(docket, "billing", "请核对话单", by="wang", now=MONDAY)
    promise = Promise.objects.get(case__docket=docket, what="department")
    assert promise.due_at == at(3, 11, 18)  # three working days
    task = task_of(docket)
    sweeping.late(promise.due_at)
    assert not Task.objects.get(pk=task.pk).late
    overdue = at(3, 11, 18, 0, 1)
    sweeping.late(overdue)
    assert Task.objects.get(pk=task.pk).late
    for hearer in ({"owner": "wang"}, {"department": "billing"}):
        (alarm,) = alarms.heard_by(**hearer, since=MONDAY)  # type: ignore[arg-type]
        assert (alarm.docket, alarm.due_at, alarm.at) == (docket, promise.due_at, overdue)
    entries = Entry.objects.filter(did="alarm").order_by("pk")
    assert [(one.what, one.record, one.detail) for one in entries] == [
        ("department", "billing", {"cases": [docket]}),
        ("staff", "wang", {"cases": [docket]}),
    ]
    assert alarms.heard_by(owner="liu", since=MONDAY) == []
    sweeping.late(overdue + timedelta(days=1))
    assert len(alarms.heard_by(owner="wang", since=MONDAY)) == 1


@pytest.mark.django_db
@pytest.mark.requirement("CMP-07")
def test_a_customer_whom_nobody_told_anything_is_told_so_once_and_the_case_is_flagged() -> None:
    case = opened(now=MONDAY, language="en")
    due = at(3, 10, 9)
    Message.objects.all().delete()  # that it was accepted
    for moment in (due, due + timedelta(seconds=1), due + timedelta(seconds=30), due + timedelta(minutes=5)):
        sweeping.sweep(moment)
    letter = Message.objects.get()
    assert (letter.key, letter.msisdn) == ("case.still_working", case.msisdn)
    assert case.docket in letter.text
    assert "not forgotten" in letter.text
    told = Event.objects.get(did="progress")
    assert (told.public, told.by, told.words) == (True, "clock", letter.text)
    assert Event.objects.get(did="late").detail["what"] == "progress"  # nobody of us told: that is on record
    first, following = Promise.objects.filter(what="progress").order_by("pk")
    assert (first.broken_at, first.kept_at) == (due, due + timedelta(seconds=1))
    assert following.due_at == due + timedelta(seconds=1, minutes=1440)
    assert following.warn_at is not None
    case.refresh_from_db()
    assert case.next_at == at(3, 11, 9)  # the first reply, a second before
    assert letter.text in [moment.words for moment in timeline.for_customer(case.docket)]


@pytest.mark.django_db
def test_a_customer_who_was_told_in_time_gets_no_notice_from_the_clock() -> None:
    case = open_case()
    promising.start(case, "progress", minutes=1440, calendar="always", by="clock", now=MONDAY)
    promising.keep(case, "progress", at(3, 9, 20))
    sweeping.sweep(at(3, 11))
    assert not Message.objects.exists()
    assert did(case) == []


@pytest.mark.django_db
def test_a_notice_that_falls_due_at_night_waits_until_people_are_awake() -> None:
    case = open_case()
    promising.start(case, "progress", minutes=60, calendar="always", by="clock", now=at(3, 10, 1))
    sweeping.late(at(3, 10, 2, 0, 1))
    assert Message.objects.get().due_at == at(3, 10, 8)


@pytest.mark.django_db
def test_the_notice_says_that_we_are_late_when_we_are() -> None:
    case = open_case(language="en")
    promising.start(case, "solution", minutes=60, calendar="office", by="clock", now=MONDAY)
    promising.start(case, "progress", minutes=120, calendar="office", by="clock", now=MONDAY)
    sweeping.late(at(3, 9, 12))
    assert "late" in Message.objects.get().text


@pytest.mark.django_db
def test_a_case_without_a_number_is_not_written_to() -> None:
    case = open_case(msisdn="")
    promising.start(case, "progress", minutes=60, calendar="office", by="clock", now=MONDAY)
    sweeping.late(at(3, 9, 11))
    assert not Message.objects.exists()
    assert did(case) == ["late", "progress"]


@pytest.mark.django_db
@pytest.mark.requirement("CMP-20")
def test_who_agreed_to_call_back_is_reminded_before_the_moment_and_the_moment_is_needed() -> None:
    docket = analysed(now=MONDAY)
    with pytest.raises(NotAllowed, match="no_time"):
        handling.record(docket, None, by="wang", now=MONDAY)
    agreed = at(3, 9, 15)
    handling.record(docket, agreed, by="wang", now=MONDAY)
    case = Case.objects.get(docket=docket)
    assert case.next_at == agreed  # first in the inbox
    assert sweeping.sweep(agreed - timedelta(minutes=31)) == 0
    assert sweeping.sweep(agreed - timedelta(minutes=30)) == 1
    reminder = Event.objects.get(case=case, did="warned")
    assert (reminder.detail["what"], reminder.detail["owner"]) == ("contact", "wang")
    assert sweeping.sweep(agreed + timedelta(seconds=1)) == 1
    assert Event.objects.get(case=case, did="late").detail["what"] == "contact"


@pytest.mark.django_db
def test_a_hand_takes_as_many_statements_for_many_as_for_one() -> None:
    counts = []
    for size in (1, 40):
        for number in range(size):
            case = open_case(1000 * size + number)
            promising.start(case, "progress", minutes=60, calendar="office", by="clock", now=MONDAY)
            promising.start(case, "solution", minutes=60, calendar="office", by="clock", now=MONDAY)
        with sql.counting() as count:
            assert sweeping.sweep(at(3, 9, 11)) == 2 * size
        counts.append(count.statements)
    assert counts[0] == counts[1] <= 16


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_find_every_promise_once() -> None:
    cases = [open_case(number) for number in range(120)]
    for case in cases:
        for what in ("solution", "progress", "first_reply"):
            promising.start(case, what, minutes=60, calendar="office", by="clock", now=MONDAY)
    begin = threading.Barrier(2)
    found: list[int] = []

    def run() -> None:
        try:
            begin.wait(10)
            taken, idle = 0, 0
            while idle < 3:
                hand = sweeping.sweep(at(3, 9, 11), limit=7)
                taken, idle = taken + hand, 0 if hand else idle + 1
            found.append(taken)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    rest = sweeping.sweep(at(3, 9, 11), limit=500)
    assert sum(found) + rest == 360
    assert Event.objects.filter(did="late").count() == 360
    assert Event.objects.filter(did="progress").count() == Message.objects.count() == 120
    assert Promise.objects.filter(what="progress", kept_at=None).count() == 120
    assert set(Case.objects.values_list("priority", flat=True)) == {6}


@pytest.mark.django_db(transaction=True)
def test_a_case_that_somebody_is_changing_is_left_for_the_next_sweep() -> None:
    case = open_case()
    promising.start(case, "solution", minutes=60, calendar="office", by="clock", now=MONDAY)
    held, done = threading.Event(), threading.Event()

    def change() -> None:
        try:
            with transaction.atomic():
                Case.objects.select_for_update().get(pk=case.pk)
                held.set()
                done.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=change)
    thread.start()
    assert held.wait(10)
    assert sweeping.sweep(at(3, 9, 11)) == 0  # and did not wait
    done.set()
    thread.join(10)
    assert sweeping.sweep(at(3, 9, 11)) == 1
