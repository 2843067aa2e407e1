"""The doors of TM Forum as a client of ours uses them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from careline.channels.tmf import entering
from careline.identity import tokens

TICKETS = "/tmf-api/troubleTicket/v4/troubleTicket"
INTERACTIONS = "/tmf-api/partyInteraction/v4/partyInteraction"
MESSAGES = "/tmf-api/communicationManagement/v4/communicationMessage"
TICKET = {"description": "no signal at home", "severity": "Low", "ticketType": "network"}
INTERACTION = {"channel": [{"id": "shop-7"}], "direction": "inbound", "reason": "wants a new plan"}
MESSAGE = {
    "content": "Your router is ready.",
    "messageType": "SMS",
    "receiver": [{"phoneNumber": "+8613900000001"}],
    "sender": {"id": "shop"},
}


@dataclass
class Partner:
    """Another system with a token; what it gets back is parsed."""

    token: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        kind = given.pop("Content-Type", "application/json")
        data = body if isinstance(body, bytes | str) else b"" if body is None else json.dumps(body)
        return Client().generic(method, path, data, content_type=kind, headers=given)

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("PATCH", path, body, **headers)

    def delete(self, path: str) -> Any:
        return self.ask("DELETE", path)


@pytest.fixture
def partner_of(db: None) -> Callable[..., Partner]:
    """A partner with a token of these scopes."""
    entering._buckets.clear()

    def make(name: str = "shop", *scopes: str) -> Partner:
        wanted = scopes or ("tmf:read", "tmf:write", "tmf:subscriber")
        return Partner(tokens.issue(name, wanted, by="test", now=datetime.now(UTC)))

    return make


@pytest.fixture
def partner(partner_of: Callable[..., Partner]) -> Partner:
    return partner_of()
