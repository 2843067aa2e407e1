"""The app interface as an app uses it: an app with a token, a customer who is signed in, answers that are parsed."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from careline.carrier.adapters.sandbox import stumbling
from careline.catalogue import library
from careline.channels.app import pace
from careline.channels.app.scopes import SCOPES
from careline.demo import town
from careline.identity import tokens
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from careline.values.secret import Secret
from tests.halls import the_book

BASE = "/api/v1"
PASSWORD = "246801"
EVERYTHING = tuple(SCOPES)
SignUp = Callable[..., "App"]


def now() -> datetime:
    return datetime.now(UTC)


def fresh(table: str = "T5", brand: str | None = None, **wishes: Any) -> Msisdn:
    """A customer whom nobody met before."""
    return town.fresh(table, brand, now=now(), **wishes).msisdn


def with_password() -> Msisdn:
    return fresh(password=Secret(PASSWORD))


def code_for(msisdn: Msisdn) -> str:
    text = str(Message.objects.filter(msisdn=msisdn.digits, channel="sms").latest("created_at").text)
    found = re.search(r"\d{6}", text)
    assert found is not None
    return found.group()


@dataclass
class App:
    """One app on one device, perhaps signed in."""

    token: str
    access: str = ""
    refresh: str = ""
    device: str = "device-0001"
    language: str = "en"
    address: str = "127.0.0.1"
    told: dict[str, Any] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, **headers: str | None) -> Any:
        given = {
            "Accept-Language": self.language,
            "Authorization": f"Bearer {self.access}" if self.access else None,
            "X-Careline-App": self.token or None,
            "Idempotency-Key": new_reference()[0] if method == "POST" else None,
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in given.items() if value is not None}
        kind = kept.pop("Content-Type", "application/json")
        data = body if isinstance(body, bytes | str) else b"" if body is None else json.dumps(body)
        path = path if path.startswith(BASE) else f"{BASE}{path}"
        return Client(REMOTE_ADDR=self.address).generic(method, path, data, content_type=kind, headers=kept)

    def get(self, path: str, **headers: str | None) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str | None) -> Any:
        return self.ask("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str | None) -> Any:
        return self.ask("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str | None) -> Any:
        return self.ask("DELETE", path, **headers)

    def take(self, told: dict[str, Any]) -> "App":
        self.told, self.access, self.refresh = told, told["access_token"], told["refresh_token"]
        return self

    def sign_in(self, msisdn: Msisdn, scopes: Sequence[str] = EVERYTHING, password: str = "") -> Any:
        """By a code that is sent, or by password; the answer."""
        body: dict[str, Any] = {"device": self.device, "scopes": list(scopes), "name": "a phone"}
        if password:
            body |= {"number": f"+{msisdn.digits}", "password": password}
        else:
            asked = self.post("/codes", {"number": f"+{msisdn.digits}", "device": self.device})
            assert asked.status_code == 202, asked.content
            body |= {"ticket": asked.json()["ticket"], "code": code_for(msisdn)}
        return self.post("/tokens", body)


def refused(answer: Any, status: int, code: str = "") -> dict[str, Any]:
    """A problem of this status and code, told as RFC 9457 asks for."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told["title"]
    assert "Idempotent-Replayed" in answer or told["reference"] == answer["X-Request-Id"]
    assert told["type"] == f"/api/v1/reference#{told['code']}"
    assert not code or told["code"] == code, told
    return told


@pytest.fixture(autouse=True)
def hall_is_open(db: None) -> Iterator[None]:
    """The packs are in force, and the carrier is well; afterwards it is well again."""
    library.hold(the_book())
    stumbling.forget()
    pace._buckets.clear()
    yield
    stumbling.forget()


@pytest.fixture
def app() -> App:
    """An app that nobody has signed in to."""
    return App(tokens.issue("carrier-app", ["app"], by="test", now=now()))


@pytest.fixture
def sign_up(app: App) -> SignUp:
    """The same app on a device of its own, signed in by a customer: `sign_up(msisdn, scopes, password="")`."""

    def enter(msisdn: Msisdn | None = None, scopes: Sequence[str] = EVERYTHING, password: str = "") -> App:
        own = App(app.token, device=f"device-{new_reference()[0][-12:]}")
        answer = own.sign_in(msisdn or fresh(), scopes, password)
        assert answer.status_code == 201, answer.content
        return own.take(answer.json())

    return enter
