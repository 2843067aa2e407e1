"""The questions of a category on the pages: asked beside the case, answered once, read by the department."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from careline.cases import handling, opening
from careline.cases.departments import settle_departments
from careline.cases.models import Case
from careline.cases.opening import NewCase
from careline.values.msisdn import Msisdn
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def wang(sign_in: SignIn) -> Client:
    return sign_in("wang", "handler")


@pytest.fixture
def case(wang: Client) -> Case:
    settle_departments()
    new = NewCase(key="s:1", msisdn=Msisdn("8613900000001"), kind="complaint", category="", words="多收", channel="sms")
    case = opening.accept(new, by="wang", now=timezone.now()).case
    handling.analyse(case.docket, "billing", "重复话单", "normal", by="wang", now=timezone.now())
    return case


def test_answers_are_written_on_the_page_and_the_department_reads_them(
    wang: Client, case: Case, sign_in: SignIn
) -> None:
    address = f"/staff/cases/{case.docket}"
    shown = wang.get(address).content.decode()
    assert 'type="month" id="answers-answer-month"' in shown
    assert "answers to the category" in shown, "they are still missing"
    sent = {"answer-month": "2026-10", "answer-item": "长途", "answer-amount": "20"}
    assert wang.post(f"{address}/do/answers", sent).status_code == 302
    shown = wang.get(address).content.decode()
    assert '<strong class="answer">2026-10</strong>' in shown
    assert "Still missing" not in shown
    now = timezone.now()
    handling.record(case.docket, now + timedelta(hours=2), by="wang", now=now)
    handling.ask(case.docket, "billing", "请核对话单", by="wang", now=now)
    sun = sign_in("sun", "support")
    seen = sun.get("/staff/cases/departments").content.decode()
    assert "长途" in seen
    assert "The month of the bill" in seen
    assert "多收" not in seen, "the customer's own words stay with the case"


def test_a_refused_answer_is_said_and_what_was_typed_stays(wang: Client, case: Case) -> None:
    answer = wang.post(f"/staff/cases/{case.docket}/do/answers", {"answer-item": "长" * 501, "answer-month": "上个月"})
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "长" * 501 in shown
    assert 'type="text" id="answers-answer-month" name="answer-month" value="上个月"' in shown
