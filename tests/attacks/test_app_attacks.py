"""The app interface before a customer who has a token of their own and the numbers of somebody else's records."""

from typing import Any

import pytest

from careline.channels.app.door import APP_HEADER
from careline.offers.models import Showing
from careline.orders.records.order import Order
from careline.outbox.models import Message
from careline.payments.models import Payment
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from tests.app.conftest import App, SignUp, fresh, refused, with_password
from tests.app.conftest import app as app
from tests.app.conftest import hall_is_open as hall_is_open
from tests.app.conftest import sign_up as sign_up
from tests.app.test_orders import order_for


@pytest.fixture
def hers(sign_up: SignUp) -> App:
    return sign_up()


@pytest.fixture
def his(sign_up: SignUp) -> App:
    return sign_up()


def test_no_page_of_a_list_begins_at_somebody_elses_record(hers: App, his: App) -> None:
    number = hers.post("/orders", order_for(hers)).json()["number"]
    paid = hers.post("/top-ups", {"fen": 3_000, "agreed_fen": 3_000}).json()["id"]
    refused(his.post(f"/payments/{paid}/cancel"), 404)
    assert his.get(f"/orders?cursor={number}").status_code in {404, 422}
    refused(his.get(f"/payments?cursor={paid}"), 422)
    assert Payment.objects.get(pk=paid).state == "redirected"


def test_so_many_for_so_little_is_never_ordered(hers: App) -> None:
    body = order_for(hers, "online")
    assert body["agreed_fen"] > 0
    for count in (0, -1, 10**9, 1.5, "1", True):
        lines = [body["lines"][0] | {"count": count}]
        answer = hers.post("/orders", body | {"lines": lines, "agreed_fen": 0})
        assert answer.status_code in {409, 422}, (count, answer.content)
    for bent in ({"agreed_fen": 1}, {"agreed_fen": -body["agreed_fen"]}, {"fen": 1}, {"pay": "gift"}):
        assert hers.post("/orders", body | bent).status_code in {409, 422}, bent
    assert not Order.objects.exists()


def test_one_key_of_two_customers_is_two_orders_and_two_payments(hers: App, his: App) -> None:
    key = new_reference()[0]
    body = {"fen": 3_000, "agreed_fen": 3_000}
    one = hers.post("/top-ups", body, Idempotency_Key=key).json()["id"]
    other = his.post("/top-ups", body, Idempotency_Key=key).json()["id"]
    assert one != other
    assert hers.post("/top-ups", body, Idempotency_Key=key).json()["id"] == one
    assert Payment.objects.count() == 2


def test_a_top_up_costs_what_was_worked_out_here(hers: App) -> None:
    bents: list[dict[str, Any]] = [
        {"fen": 0}, {"fen": -3_000}, {"fen": 10**12}, {"fen": 3_000.5}, {"fen": "3000"}, {"fen": True}, {"agreed_fen": 1},
        {"agreed_fen": -1}, {"price": 1}, {"discount": 2_999}, {"msisdn": "8613900000001"}, {"number": "\x00"},
    ]  # fmt: skip
    for bent in bents:
        answer = hers.post("/top-ups", {"fen": 3_000, "agreed_fen": 3_000} | bent)
        assert answer.status_code in {400, 409, 422}, (bent, answer.content)
    assert not Payment.objects.exists()


def test_a_token_does_what_was_granted_and_grants_itself_nothing(sign_up: SignUp) -> None:
    reader = sign_up(scopes=["account:read"])
    for method, path in (
        ("GET", "/orders"), ("GET", "/payments"), ("GET", "/bills"), ("GET", "/cases"), ("GET", "/privacy"),
        ("POST", "/top-ups"), ("POST", "/wishes"), ("POST", "/privacy/export"), ("POST", "/privacy/deletion"),
    ):  # fmt: skip
        refused(reader.ask(method, path, {} if method == "POST" else None), 403, "scope_missing")
    more = reader.post("/tokens/refresh", {"refresh_token": reader.refresh, "scopes": ["privacy"]})
    assert more.status_code == 422
    told = reader.post("/tokens/refresh", {"refresh_token": reader.refresh}).json()
    assert told["scopes"] == ["account:read"]


def test_copies_and_deletions_ask_who_it_is_and_no_code_of_another_serves(hers: App, his: App) -> None:
    refused(his.post("/privacy/export", {}), 403, "prove_first")
    refused(his.post("/privacy/deletion", {"word": "delete"}), 403, "prove_first")
    other = fresh()
    ticket = his.post("/codes", {"number": f"+{other.digits}", "device": his.device}).json()["ticket"]
    text = str(Message.objects.filter(msisdn=other.digits).latest("created_at").text)
    code = "".join(sign for sign in text if sign.isdigit())[:6]
    refused(his.post("/privacy/export", {"ticket": ticket, "code": code}), 403, "wrong_code")


def test_numbers_are_not_found_out_by_the_answers_of_the_way_in(app: App) -> None:
    known, nobody = with_password(), Msisdn("8619912345678")
    told = []
    for number in (known, nobody):
        asked = app.post("/codes", {"number": f"+{number.digits}", "device": "device-0001"})
        wrong = app.post("/tokens", {"number": f"+{number.digits}", "password": "000000", "device": "device-0001",
                                     "scopes": ["account:read"]})  # fmt: skip
        told.append(
            (asked.status_code, sorted(asked.json()), wrong.status_code, wrong.json()["code"], wrong.json()["title"])
        )
    assert told[0] == told[1]


def test_the_apps_token_alone_reads_nothing(app: App) -> None:
    for path in ("/me", "/orders", "/payments", "/bills", "/devices", "/privacy"):
        refused(app.get(path, **{APP_HEADER: app.token}), 401, "no_token")


def test_a_recommendation_to_another_is_not_there(hers: App, his: App) -> None:
    showing = new_reference()[0]
    for answer in ("yes", "later", "never"):
        found = his.post(f"/offers/{showing}/answer", {"answer": answer})
        assert found.status_code in {404, 422}, found.content
    assert not Showing.objects.exclude(answer="").exists()
