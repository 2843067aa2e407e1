"""Urging: counted once, passed on to whoever owes something, and answered with how the matter itself stands."""

from datetime import timedelta
from typing import Any

import pytest

from careline.cases import handling, opening, urging
from careline.cases.records.help import Task
from careline.cases.states import NotAllowed, State
from tests.cases.desk import NOON, analysed, brought, deeds_of, led, letters, opened, read, settled, task_of

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=30)
URGES: dict[str, Any] = {"channel": "sms", "by": "subscriber"}


def test_urging_raises_the_priority_and_is_written_down() -> None:
    docket = analysed()
    before = read(docket)
    case = urging.urge(docket, now=LATER, words="怎么还没消息", **URGES)
    assert (case.urged, case.state) == (1, before.state)
    assert case.priority > before.priority
    assert deeds_of(docket)[-1] == "urged"
    assert case.contacts.filter(words="怎么还没消息").exists()


def test_one_contact_urges_once() -> None:
    docket = analysed()
    for _ in range(3):
        urging.urge(docket, now=LATER, key="sms:test:u1", **URGES)
    urging.urge(docket, now=LATER, key="sms:test:u2", **URGES)
    assert read(docket).urged == 2
    assert [key for key, _ in letters(docket)].count("case.urged") == 2


def test_whoever_asks_why_there_was_no_reply_hears_how_the_matter_stands() -> None:
    """The customer's own words of scene H1: no reply, 48 hours are over."""
    settled()
    docket = led(State.SUPPORT)
    two_days = NOON + timedelta(hours=49)
    urging.urge(docket, now=two_days, words="不是48小时有回复的吗", **URGES)
    key, text = letters(docket)[-1]
    assert key == "case.urged"
    department = task_of(docket).department.name_zh
    assert text == (
        f"编号{docket}已加急。最近一步：请相关部门协助（11月10日12:00）。现在由{department}办理："
        "正等相关部门的处理办法；原定11月10日15:00答复，已经晚了，是我们的责任。"
    )
    for debating in ("已经回复", "回复过", "打过电话", "we did reply", "我们联系过"):
        assert debating not in text


def test_the_same_in_english() -> None:
    settled()
    docket = led(State.SUPPORT, language="en")
    urging.urge(docket, now=NOON + timedelta(hours=1), **URGES)
    assert letters(docket)[-1][1] == (
        f"Number {docket} is now urgent. Last step: a department was asked for help (12:00)."
        f" With {task_of(docket).department.name_en}: waiting for a department's plan; answer by 15:00."
    )


def test_urging_reaches_the_department_that_owes_a_plan_and_counts_there() -> None:
    settled()
    docket = led(State.SUPPORT)
    urging.urge(docket, now=LATER, **URGES)
    urging.urge_task(task_of(docket).pk, by="wang", now=LATER)
    assert task_of(docket).urged == 2
    assert Task.objects.filter(department_id="network", urged__gt=0).count() == 0
    assert deeds_of(docket)[-1] == "task_urged"


def test_a_department_that_has_answered_is_urged_no_more() -> None:
    settled()
    docket = led(State.SUPPORT)
    task = task_of(docket)
    handling.answer_task(task.pk, "退20元", by="sun", now=LATER)
    urging.urge(docket, now=LATER, **URGES)
    with pytest.raises(NotAllowed, match="answered"):
        urging.urge_task(task.pk, by="wang", now=LATER)
    assert Task.objects.get(pk=task.pk).urged == 0


@pytest.mark.parametrize("by", ["subscriber", "clock"])
def test_customers_urge_cases_and_staff_urge_departments(by: str) -> None:
    settled()
    docket = led(State.SUPPORT)
    with pytest.raises(NotAllowed, match="no_such_task"):
        urging.urge_task(task_of(docket).pk, by=by, now=LATER)
    with pytest.raises(NotAllowed, match="no_such_task"):
        urging.urge_task(999_999, by="wang", now=LATER)


def test_what_is_over_is_not_urged() -> None:
    docket = led(State.CLOSED)
    with pytest.raises(NotAllowed, match="closed"):
        urging.urge(docket, now=LATER, **URGES)
    assert read(docket).urged == 0


def test_a_door_that_answers_by_itself_posts_no_letter() -> None:
    docket = analysed()
    urging.urge(docket, now=LATER, tell=False, **URGES)
    assert "case.urged" not in [key for key, _ in letters(docket)]


def test_calling_again_after_hanging_up_makes_no_second_case_and_urging_finds_the_first() -> None:
    """Scene H5."""
    case = opened(category="network", channel="voice")
    again = opening.accept(brought(category="network", channel="voice"), by="liu", now=LATER)
    assert again.case.docket == case.docket
    assert urging.urge(case.docket, channel="voice", by="liu", now=LATER).urged == 1
