"""What tests of the web hall begin with: the real packs, and customers who have come in by the pages.

In this folder pages are asked for by Django's client. Journeys in a real browser stand in `tests/browser/test_web_*.py`,
on its one server, with `subscriber` of `tests/browser/conftest.py`.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from careline.carrier.adapters.sandbox import stumbling
from careline.catalogue import library
from careline.demo import town
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn
from careline.values.secret import Secret
from tests.halls import the_book

PASSWORD = "246801"
Enter = Callable[..., Client]


def text_to(msisdn: Msisdn) -> str:
    """The last text that was sent to this number."""
    return str(Message.objects.filter(msisdn=msisdn.digits, channel="sms").latest("created_at").text)


def code_for(msisdn: Msisdn) -> str:
    found = re.search(r"\d{6}", text_to(msisdn))
    assert found is not None
    return found.group()


def fresh(table: str = "T5", brand: str | None = None, **wishes: Any) -> Msisdn:
    """A customer whom nobody met before, of today; `password=Secret(PASSWORD)` for one with a service password."""
    return town.fresh(table, brand, now=datetime.now(UTC), **wishes).msisdn


def with_password(**wishes: Any) -> Msisdn:
    return fresh(password=Secret(PASSWORD), **wishes)


@pytest.fixture(autouse=True)
def hall_is_open(db: None) -> Iterator[None]:
    """The packs are in force, and the carrier is well; afterwards it is well again."""
    library.hold(the_book())
    stumbling.forget()
    yield
    stumbling.forget()


@pytest.fixture
def enter() -> Enter:
    """A browser whose owner has signed in, by way of the pages: `enter(msisdn, password=PASSWORD, language="en")`."""

    def go_in(msisdn: Msisdn | None = None, password: str = "", language: str = "zh") -> Client:
        msisdn = msisdn or fresh()
        client = Client(headers={"Accept-Language": language})
        client.post("/my/speak", {"language": language})
        if password:
            answer = client.post("/my/password", {"number": msisdn.national(), "password": password})
        else:
            client.post("/my/sign-in", {"number": msisdn.national()})
            answer = client.post("/my/code", {"code": code_for(msisdn)})
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/my/"), answer.content.decode()[:2000]
        return client

    return go_in
