"""What each page and each answer to an app costs in SQL statements: the same for everybody, and no more than today."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from careline.carrier.adapters.sandbox import stumbling
from careline.cases import opening
from careline.cases.opening import NewCase
from careline.channels.app import devices
from careline.channels.app.scopes import SCOPES
from careline.channels.portal import visiting
from careline.identity import tokens
from careline.postgres import sql
from careline.values.assurance import Assurance
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from tests.web.billed import billed, last_month
from tests.web.conftest import Enter, fresh

_key = itertools.count(1)

# Of a customer without cases and orders.
PAGES = {
    "/my/": 10,
    "/my/usage": 5,
    "/my/services": 11,
    "/my/services?q=彩铃": 5,
    "/my/services/caller_id": 4,
    "/my/running": 6,
    "/my/third-party": 6,
    "/my/bills": 6,
    "/my/shop": 4,
    "/my/orders": 3,
    "/my/cases": 3,
    "/my/notices": 3,
    "/my/me": 3,
}
ANSWERS = {"/me": 9, "/services": 3, "/services/caller_id": 5, "/running": 5, "/balances": 6}


@pytest.fixture(autouse=True)
def looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """The once-a-second look for stumbles of the sandbox is not what is counted here, however slow the machine."""
    monkeypatch.setattr(stumbling, "KNOWN_FOR_SECONDS", 3600.0)


def counted(ask: Callable[[], Any], status: int = 200) -> int:
    """Statements of one request, when the one before has filled what is kept in memory, and what is counted once a visit."""
    ask()
    with sql.counting() as count:
        answer = ask()
    assert answer.status_code == status, answer.content.decode()[:500]
    return count.statements


def wish(client: Client, **wanted: str) -> Any:
    return client.post("/my/pick", {"key": new_reference()[0], **wanted})


def complains(number: Msisdn, times: int) -> None:
    for place in range(times):
        new = NewCase(f"st:{next(_key)}", number, "complaint", "billing", "多扣了", "web", matter=f"m{place}")
        opening.accept(new, by="subscriber", now=datetime.now(UTC))


@pytest.mark.parametrize("address", PAGES)
def test_a_page_costs_no_more_statements_than_it_needs(enter: Enter, address: str) -> None:
    client = enter(fresh())
    assert counted(lambda: client.get(address)) <= PAGES[address]


@pytest.mark.parametrize("address", ["/my/", "/my/cases"])
def test_many_cases_cost_no_more_statements_than_one(enter: Enter, address: str) -> None:
    one, many = fresh(), fresh()
    complains(one, 1)
    complains(many, 6)
    clients = [enter(one), enter(many)]
    few, more = (counted(lambda client=client: client.get(address)) for client in clients)  # type: ignore[misc]
    assert few == more


def test_a_bill_of_many_items_costs_a_fixed_number_of_statements(enter: Enter) -> None:
    client = enter(billed())
    assert counted(lambda: client.get(f"/my/bills/{last_month()}")) <= 9


def test_a_click_costs_no_more_statements_than_it_needs(enter: Enter) -> None:
    client = enter(fresh())
    assert counted(lambda: wish(client, service="balance", verb="query"), 302) <= 16


def test_a_page_writes_the_session_once_a_minute_and_not_each_time(enter: Enter) -> None:
    client = enter(fresh())
    now = datetime.now(UTC)
    client.get("/my/orders")
    noted = client.session["portal_until"]
    client.get("/my/orders")
    assert client.session["portal_until"] == noted
    session = client.session
    session["portal_until"] = (now + visiting.VALID - timedelta(minutes=2)).isoformat()
    session.save()
    client.get("/my/orders")
    assert datetime.fromisoformat(client.session["portal_until"]) > now + visiting.VALID - timedelta(minutes=1)


@pytest.mark.parametrize("address", ANSWERS)
def test_an_answer_to_an_app_costs_no_more_statements_than_it_needs(address: str) -> None:
    now = datetime.now(UTC)
    tokens.issue("counted", ["app"], by="system", now=now)
    issued = devices.enter(fresh(), "counted", "device-0001", "phone", tuple(SCOPES), Assurance.LINE, now)
    client = Client(headers={"Authorization": f"Bearer {issued.access}"})
    assert counted(lambda: client.get(f"/api/v1{address}")) <= ANSWERS[address]
