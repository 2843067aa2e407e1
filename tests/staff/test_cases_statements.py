"""The pages of cases ask the database as often for a long history and a full inbox as for a short one and an empty one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from careline.cases import handling, opening
from careline.cases.departments import settle_departments
from careline.cases.looking.inbox import Filter, _statement
from careline.cases.opening import NewCase
from careline.catalogue.version import Version
from careline.identity import looking
from careline.identity.models import Staff
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db
LI = Msisdn("8613900000001")


@pytest.fixture
def chen(sign_in: SignIn, published: Version) -> Client:
    """A manager's browser, where a catalogue is published, as it always is."""
    settle_departments()
    return sign_in("chen", "duty_manager")


def bring(number: Msisdn, key: str) -> str:
    new = NewCase(
        key=key, msisdn=number, kind="complaint", category="billing", words="多收了十块钱", channel="sms", matter=key
    )
    return opening.accept(new, by="chen", now=timezone.now()).case.docket


def filed(key: str) -> None:
    """A case of LI's that was settled, with everything in its history."""
    docket, now = bring(LI, key), timezone.now()
    handling.analyse(docket, "billing", "计费规则配错", "normal", by="chen", now=now)
    handling.solve_on_site(docket, by="chen", now=now)
    handling.decide(docket, "退还", by="chen", now=now)
    handling.reply(docket, "已退还", by="chen", now=now)
    handling.customer_says(docket, True, channel="sms", by="subscriber", now=now)
    handling.archive(docket, "计费规则配错，已退费", by="chen", now=now)


def asked(page: Callable[[], object]) -> int:
    """Statements of a page, when what is read once has been read."""
    page()
    with sql.counting() as count:
        page()
    return count.statements


def test_a_case_asks_no_more_when_its_history_grows(chen: Client) -> None:
    docket = bring(LI, "sms:1")
    now = timezone.now()
    handling.analyse(docket, "billing", "计费规则配错", "normal", by="chen", now=now)
    handling.record(docket, now + timedelta(hours=3), by="chen", now=now)
    handling.ask(docket, "billing", "请核对话单", by="chen", now=now)
    few = asked(lambda: chen.get(f"/staff/cases/{docket}"))
    for department in ("network", "partners", "data", "service"):
        handling.remark(docket, "电话没人接", by="chen", now=now)
        handling.ask(docket, department, "请再核对", by="chen", now=now)
    assert asked(lambda: chen.get(f"/staff/cases/{docket}")) == few


def test_a_customers_record_asks_no_more_when_there_are_many_cases(chen: Client) -> None:
    docket = bring(LI, "sms:1")
    looking.look(Staff.objects.get(username="chen"), LI, docket, timezone.now())
    filed("sms:2")
    few = asked(lambda: chen.get(f"/staff/cases/{docket}"))
    for place in range(3, 7):
        filed(f"sms:{place}")
    assert asked(lambda: chen.get(f"/staff/cases/{docket}")) == few


def test_lists_search_and_reports_ask_no_more_when_there_are_many_cases(chen: Client) -> None:
    pages: dict[str, Callable[[], object]] = {
        "mine": lambda: chen.get("/staff/cases/?tab=mine"),
        "all": lambda: chen.get("/staff/cases/?tab=all"),
        "archive": lambda: chen.get("/staff/cases/?tab=archive"),
        "search": lambda: chen.post("/staff/cases/search", {"q": "计费规则"}),
        "reports": lambda: chen.get("/staff/cases/reports"),
    }
    bring(LI, "sms:1")
    filed("sms:2")
    few = {name: asked(page) for name, page in pages.items()}
    for place in range(3, 8):
        bring(Msisdn(f"861390000001{place}"), f"sms:new:{place}")
        filed(f"sms:{place}")
    assert {name: asked(page) for name, page in pages.items()} == few


@pytest.mark.parametrize(
    "filter", [one for one in Filter if one is not Filter.DEPARTMENT]
)  # which begins with its tasks
def test_lists_are_read_from_the_index_of_open_cases(db: None, filter: Filter) -> None:
    """However large the archive is: the planner sees that the index of open cases has all that is asked for."""
    sql.execute("SET LOCAL enable_seqscan = off")
    now = timezone.now()
    rows = sql.run("EXPLAIN " + _statement(filter, after=False), {"who": "chen", "now": now, "risk": now, "size": 51})
    assert "case_board" in "".join(row[0] for row in rows)
