"""USSD gateways as they call us, on the hall of the test."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from careline.channels.telephony import views
from careline.channels.telephony.accounts import Doors, UssdAccount
from careline.channels.ussd.paging import Size
from careline.values.msisdn import Msisdn
from tests.halls import Hall

SECRET = "s3cretword"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Handset:
    """One session: what stands on the screen, and whether it is over."""

    caller: Msisdn
    id: str = "u-1"
    shown: str = ""
    over: bool = False
    status: int = 0
    client: Client = field(default_factory=Client)

    def key_of(self, label: str) -> str:
        """The key of the option that holds this label, turning pages until it is there."""
        for _ in range(8):
            if found := re.search(rf"^(\d)\.[^\n]*{label}", self.shown, re.MULTILINE):
                return found[1]
            assert "9.更多" in self.shown, self.shown
            self.press("9")
        raise AssertionError(f"{label} is not offered")

    def choose(self, label: str) -> None:
        self.press(self.key_of(label))

    def dial(self) -> None:
        raise NotImplementedError

    def press(self, text: str) -> None:
        raise NotImplementedError

    def repeat(self) -> None:
        """The gateway makes its last request again."""
        raise NotImplementedError

    def hang_up(self) -> None:
        raise NotImplementedError

    def show(self, text: str, over: bool) -> None:
        assert Size().holds(text), text
        self.shown, self.over = text, over


@dataclass
class AfricasTalking(Handset):
    inputs: list[str] = field(default_factory=list)

    def ask(self, **fields: str) -> str:
        body = urlencode({"sessionId": self.id, "serviceCode": "*384*10086#", "networkCode": "1"} | fields)
        path = f"/ussd/africas-talking/at?secret={SECRET}"
        response = self.client.generic("POST", path, body, content_type=FORM)
        self.status = response.status_code
        return response.content.decode()

    def repeat(self) -> None:
        answer = self.ask(phoneNumber=f"+{self.caller.digits}", text="*".join(self.inputs))
        if self.status == 200:
            word, _, text = answer.partition(" ")
            assert word in {"CON", "END"}
            self.show(text, word == "END")

    def dial(self) -> None:
        self.repeat()

    def press(self, text: str) -> None:
        self.inputs.append(text)
        self.repeat()

    def hang_up(self) -> None:
        assert self.ask(phoneNumber=f"+{self.caller.digits}", status="Success", input="*".join(self.inputs)) == "OK"


@dataclass
class PlainJson(Handset):
    number: int = 0
    last: dict[str, Any] = field(default_factory=dict)

    def ask(self, told: dict[str, Any]) -> None:
        self.last = {"session": self.id} | told
        self.repeat()

    def repeat(self) -> None:
        body = json.dumps(self.last).encode()
        headers = {"Authorization": f"Bearer {SECRET}"}
        response = self.client.generic(
            "POST", "/ussd/plain-json/pj", body, content_type="application/json", headers=headers
        )
        self.status = response.status_code
        if self.status == 200 and self.last["type"] != "end":
            answer = response.json()
            assert (answer["session"], answer["number"]) == (self.id, self.last["number"])
            self.show(answer["text"], answer["end"])

    def dial(self) -> None:
        self.ask({"type": "begin", "number": 0, "msisdn": self.caller.digits, "service": "*10086#"})

    def press(self, text: str) -> None:
        self.number += 1
        self.ask({"type": "continue", "number": self.number, "msisdn": self.caller.digits, "text": text})

    def hang_up(self) -> None:
        self.ask({"type": "end", "reason": "user"})


HANDSETS: dict[str, type[Handset]] = {"africas-talking": AfricasTalking, "plain-json": PlainJson}
NAMES = {"africas-talking": "at", "plain-json": "pj"}


@pytest.fixture
def gateways(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The gateways in force; call it to give both other options."""
    now: dict[str, Any] = {}

    def doors() -> Doors:
        return Doors(
            ussd=tuple(
                UssdAccount(**({"name": name, "dialect": dialect, "secret": SECRET} | now))
                for dialect, name in NAMES.items()
            )
        )

    monkeypatch.setattr(views, "doors", doors)
    monkeypatch.setattr(views, "reception", lambda: hall.reception)
    return now.update


@pytest.fixture(params=list(HANDSETS))
def handset(request: pytest.FixtureRequest, hall: Hall, gateways: Callable[..., None]) -> Callable[..., Handset]:
    """Dials the service code: a session of a fresh customer, at each kind of gateway."""

    def dial(customer: Msisdn | None = None, id: str = "u-1") -> Handset:
        handset = HANDSETS[request.param](customer or hall.fresh(), id)
        handset.dial()
        return handset

    return dial
