"""Upward: major complaints are reported in the same deed while work goes on; the ladder is climbed step by step, timed."""

from datetime import timedelta

import pytest
from django.db import transaction

from careline.cases import escalating, handling, supporting
from careline.cases.records.help import Department, Task
from careline.cases.states import NotAllowed, State
from tests.cases.desk import NOON, analysed, deeds_of, letters, opened, promised, read, settled

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.mark.requirement("CMP-04")
def test_a_major_complaint_is_reported_in_the_same_deed_and_the_work_goes_on() -> None:
    settled()
    Department.objects.filter(name="network").update(takes_major=True)
    docket = analysed(severity="major")
    reports = Task.objects.filter(case__docket=docket, report=True)
    assert set(reports.values_list("department_id", flat=True)) == {"network", "quality"}
    case = read(docket)
    assert (case.state, case.level, case.severity) == (State.ANALYSING, 2, "major")
    assert deeds_of(docket) == ["accepted", "analysed", "reported"]
    handling.solve_on_site(docket, "退20元", by="wang", now=NOON)
    handling.reply(docket, "已退", by="wang", now=NOON)
    handling.customer_says(docket, True, channel="sms", by="subscriber", now=NOON)
    assert handling.archive(docket, "已退", by="wang", now=NOON).state == State.ARCHIVED  # nobody waited for them


def test_the_report_and_the_analysis_stand_or_fall_together() -> None:
    settled()
    docket = opened().docket
    with pytest.raises(RuntimeError), transaction.atomic():
        handling.analyse(docket, "billing", "大面积多扣", "major", by="wang", now=NOON)
        raise RuntimeError
    assert read(docket).severity == "normal"
    assert Task.objects.count() == 0


def test_a_major_complaint_is_more_urgent_and_reported_once() -> None:
    settled()
    docket = analysed(severity="major")
    urgent = read(docket).priority
    assert urgent > 0
    handling.analyse(docket, "billing", "大面积多扣", "major", by="wang", now=LATER)
    assert Task.objects.filter(report=True).count() == 1
    assert read(docket).priority == urgent
    assert deeds_of(docket).count("reported") == 1


def test_what_turns_out_to_be_major_later_is_reported_then() -> None:
    settled()
    docket = analysed()
    assert Task.objects.count() == 0
    handling.analyse(docket, "billing", "大面积多扣", "major", by="wang", now=LATER)
    assert Task.objects.filter(report=True).count() == 1


def test_without_a_department_for_major_complaints_the_duty_manager_has_it(caplog: pytest.LogCaptureFixture) -> None:
    Department.objects.update(takes_major=False)
    docket = analysed(severity="major")
    assert read(docket).level == 2
    assert "no department takes major complaints" in caplog.text


def test_a_department_takes_note_of_a_report_and_nothing_waits_for_it() -> None:
    settled()
    docket = analysed(severity="major")
    supporting.answer_task(Task.objects.get(report=True).pk, "知悉", by="sun", now=LATER)
    assert read(docket).state == State.ANALYSING
    assert deeds_of(docket)[-1] == "acknowledged"


@pytest.mark.requirement("CMP-17")
def test_the_ladder_is_climbed_one_step_at_a_time_each_with_its_reason_and_time() -> None:
    settled()
    docket = analysed()
    for number, reason in enumerate(("要找上一级", "还不行", "找你们公司"), 1):
        at = NOON + timedelta(hours=number)
        case = escalating.escalate(docket, reason, by="subscriber", now=at)
        assert (case.level, case.owner) == (number + 1, "wang")
    with pytest.raises(NotAllowed, match="top_level"):
        escalating.escalate(docket, "再往上", by="subscriber", now=NOON + timedelta(hours=4))
    steps = escalating.steps(docket)
    assert [(step.level, step.reason) for step in steps] == [
        (1, ""),
        (2, "要找上一级"),
        (3, "还不行"),
        (4, "找你们公司"),
    ]
    now = NOON + timedelta(hours=5)
    assert [step.lasted(now) for step in steps] == [timedelta(hours=1)] * 3 + [timedelta(hours=2)]
    assert promised(docket)["contact"] == "open"


def test_escalating_needs_a_reason_and_raises_the_priority() -> None:
    docket = analysed()
    with pytest.raises(NotAllowed, match="no_reason"):
        escalating.escalate(docket, "  ", by="subscriber", now=LATER)
    before = read(docket).priority
    assert escalating.escalate(docket, "要找上一级", by="subscriber", now=LATER).priority > before


def test_the_customer_is_told_when_the_next_level_calls_and_never_a_name_or_number() -> None:
    docket = analysed()
    escalating.escalate(docket, "我要总经理电话", channel="sms", by="subscriber", now=LATER)
    # Four working hours from 13:00: the afternoon until 17:30.
    assert letters(docket)[-1] == (
        "case.escalated",
        f"编号{docket}已交上一级处理，17:30前有人联系您。原来接待您的人继续负责到底。",
    )


def test_an_earlier_agreed_time_stands() -> None:
    docket = analysed()
    handling.record(docket, LATER + timedelta(minutes=30), by="wang", now=NOON)
    escalating.escalate(docket, "要找上一级", by="subscriber", now=LATER)
    assert read(docket).promises.get(what="contact").due_at == LATER + timedelta(minutes=30)


def test_a_major_case_begins_its_ladder_with_the_duty_manager() -> None:
    settled()
    docket = analysed(severity="major")
    assert [step.level for step in escalating.steps(docket)] == [1, 2]
    assert escalating.escalate(docket, "要找上一级", by="subscriber", now=LATER).level == 3
