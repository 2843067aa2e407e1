import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from careline.cases.models import Case
from careline.identity import passes
from careline.identity.subscriber import Subscriber
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn
from tests.cases.desk import settled

NUMBER, OTHER = Msisdn("8613900050017"), Msisdn("8613900050018")
Customer = Callable[..., Client]


def text_to(msisdn: Msisdn) -> str:
    """The last text that was sent to this number."""
    return str(Message.objects.filter(msisdn=msisdn.digits).latest("created_at").text)


def code_for(msisdn: Msisdn) -> str:
    found = re.search(r"\d{6}", text_to(msisdn))
    assert found is not None
    return found.group()


def link_to(case: Case) -> str:
    return f"/c/{passes.give(case.docket, datetime.now(UTC))}"


@pytest.fixture(autouse=True)
def town(db: None) -> None:
    settled()
    for number, language in ((NUMBER, "en"), (OTHER, "zh")):
        Subscriber.objects.create(
            msisdn=number.digits, brand="gotone", region="changchun", language=language, refreshed_at=datetime.now(UTC)
        )


@pytest.fixture
def customer() -> Customer:
    """A browser whose owner has proved this number, by way of the pages."""

    def prove(msisdn: Msisdn = NUMBER, language: str = "en") -> Client:
        client = Client(headers={"Accept-Language": language})
        assert client.post("/complain", {"number": msisdn.national()}).headers["Location"] == "/complain/code"
        answer = client.post("/complain/code", {"code": code_for(msisdn)})
        assert answer.headers["Location"] == "/complain/tell"
        return client

    return prove
