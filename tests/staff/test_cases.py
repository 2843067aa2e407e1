"""The pages of cases: who sees what, what is refused and how it is said, and that nothing typed is lost."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from careline.cases import categories, opening
from careline.cases.models import Case
from careline.cases.opening import NewCase
from careline.values.msisdn import Msisdn
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db
LI = Msisdn("8613900000001")
BILLING = next(iter(categories.categories()))


@pytest.fixture
def wang(sign_in: SignIn) -> Client:
    return sign_in("wang", "handler")


def bring(
    by: str = "subscriber", words: str = "多收了十块钱", key: str = "sms:1", number: Msisdn = LI, **more: Any
) -> Case:
    new = NewCase(key=key, msisdn=number, kind="complaint", category="", words=words, channel="sms", **more)
    return opening.accept(new, by=by, now=timezone.now()).case


@pytest.fixture
def case(wang: Client) -> Case:
    """A complaint whose owner is Wang, who was asked first."""
    return bring(by="wang")


def do(client: Client, case: Case, deed: str, **sent: Any) -> Any:
    case.refresh_from_db()
    return client.post(f"/staff/cases/{case.docket}/do/{deed}", {"version": case.version, **sent})


def read(client: Client, case: Case) -> str:
    return str(client.get(f"/staff/cases/{case.docket}").content.decode())


def test_the_inbox_shows_the_case_with_masked_number_time_left_and_owner(wang: Client, case: Case) -> None:
    shown = wang.get("/staff/cases/").content.decode()
    assert case.docket in shown
    assert "139****0001" in shown
    assert "13900000001" not in shown
    assert " left" in shown
    assert "Wang" in shown
    for tab in ("unowned", "at_risk", "escalated", "all", "archive", "nonsense"):
        assert wang.get(f"/staff/cases/?tab={tab}").status_code == 200


def test_a_page_is_made_and_says_the_next_step(wang: Client, case: Case) -> None:
    shown = read(wang, case)
    assert "Analyse and classify" in shown
    assert "Still missing:" in shown
    assert "13900000001" not in shown
