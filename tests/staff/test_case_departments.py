"""Departments are set up by who manages staff, and alarms are seen by both sides until the plan is there."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from careline.cases import handling, opening
from careline.cases.departments import settle_departments
from careline.cases.models import Department
from careline.cases.opening import NewCase
from careline.cases.promised import sweeping
from careline.journal.models import Entry
from careline.values.msisdn import Msisdn
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db
SETUP = "/staff/cases/departments/setup"
SENT = {"name": "billing", "name_zh": "计费部", "name_en": "billing & charging", "calendar": "hotline", "minutes": "900",
        "email": "billing@care.example"}  # fmt: skip


def test_a_department_is_changed_and_made_and_the_journal_says_what_it_was(sign_in: SignIn) -> None:
    settle_departments()
    admin = sign_in("admin", "admin")
    shown = admin.get(SETUP).content.decode()
    assert "CARELINE_MAIL_HOST" in shown, "without a mail server an address has no use, and the page says so"
    assert 'value="1350"' in shown
    assert admin.post(SETUP, SENT).status_code == 302
    kept = Department.objects.get(name="billing")
    assert (kept.name_en, kept.calendar, kept.minutes, kept.takes_major) == (
        "billing & charging",
        "hotline",
        900,
        False,
    )
    entry = Entry.objects.get(did="change_department")
    assert (entry.record, entry.detail["was"]["minutes"]) == ("billing", 1350)
    assert admin.post(SETUP, {**SENT, "name": "hall", "new": "1", "takes_major": "on"}).status_code == 302
    assert Department.objects.get(name="hall").takes_major
    assert admin.get("/staff/journal").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"minutes": "x"}, "whole minutes"),
        ({"minutes": "99999999"}, "whole minutes"),
        ({"calendar": "moon"}, "Choose the calendar"),
        ({"email": "billing"}, "not an e-mail"),
        ({"name_zh": " "}, "both languages"),
        ({"name": "nobody"}, "Choose the department"),
        ({"new": "1"}, "already"),
        ({"new": "1", "name": "计费"}, "small letters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(sign_in: SignIn, wrong: dict[str, str], said: str) -> None:
    settle_departments()
    before = list(Department.objects.order_by("name").values())
    answer = sign_in("admin", "admin").post(SETUP, SENT | wrong)
    assert answer.status_code == 409
    assert said in answer.content.decode()
    assert list(Department.objects.order_by("name").values()) == before


def test_only_who_manages_staff_sets_up_departments(sign_in: SignIn) -> None:
    settle_departments()
    for name, role in (("chen", "duty_manager"), ("sun", "support"), ("wang", "handler")):
        assert sign_in(name, role).post(SETUP, SENT).status_code == 403
    assert Department.objects.get(name="billing").minutes == 1350


def test_owner_and_department_see_an_alarm_until_the_plan_is_there(sign_in: SignIn) -> None:
    settle_departments()
    wang, sun = sign_in("wang", "handler"), sign_in("sun", "support")
    then, now = timezone.now() - timedelta(days=20), timezone.now()
    do: dict[str, Any] = {"by": "wang", "now": then}
    new = NewCase(key="s:1", msisdn=Msisdn("8613900000001"), kind="complaint", category="", words="多收", channel="sms")
    case = opening.accept(new, **do).case
    handling.analyse(case.docket, "billing", "重复话单", "normal", **do)
    handling.record(case.docket, then + timedelta(hours=2), **do)
    handling.ask(case.docket, "billing", "请核对话单", **do)
    assert "Alarms" not in wang.get("/staff/cases/").content.decode()
    sweeping.late(now)
    shown = wang.get("/staff/cases/").content.decode()
    assert "1 alarm<" in shown
    assert '<section class="card flush alarms" id="alarms"' in shown
    task = case.tasks.get()
    for address in ("/staff/cases/departments", "/staff/cases/departments?department=billing"):
        assert f'href="#task-{task.pk}"' in sun.get(address).content.decode()
    assert "Alarms" not in sun.get("/staff/cases/departments?department=network").content.decode()
    handling.answer_task(task.pk, "退还", by="sun", now=now)
    assert "1 alarm<" not in wang.get("/staff/cases/").content.decode()


def test_the_causes_of_any_month_are_reported(sign_in: SignIn) -> None:
    he = sign_in("he", "duty_manager")
    new = NewCase(
        key="s:1", msisdn=Msisdn("8613900000001"), kind="complaint", category="network", words="x", channel="sms"
    )
    opening.accept(new, by="wang", now=timezone.now() - timedelta(days=400))
    month = timezone.localtime(timezone.now() - timedelta(days=400)).strftime("%Y-%m")
    assert f"Complaints of {month} by category" in he.get(f"/staff/cases/reports?month={month}").content.decode()
    this = timezone.localtime().strftime("%Y-%m")
    for nonsense in ("x", "2026-13", "9999-01", ""):
        assert f"Complaints of {this} by category" in he.get(f"/staff/cases/reports?month={nonsense}").content.decode()
