"""The door of couriers: only signed and fresh, nothing crooked, each event once."""

import json
import time
from typing import Any

import pytest
from django.test import Client

from careline.channels.signing import signature
from careline.orders import logistics
from careline.orders.courier.adapters.sandbox import Sandbox
from careline.orders.states import State
from tests.orders.shop import NOON, STAFF, customer, led, read

pytestmark = pytest.mark.django_db
SECRET = "demo-courier"


def post(body: Any, *, secret: str = SECRET, name: str = "sandbox", at: float | None = None) -> Any:
    octets = body if isinstance(body, bytes) else json.dumps(body).encode()
    timestamp = str(int(at if at is not None else time.time()))
    headers = {"Careline-Timestamp": timestamp, "Careline-Signature": signature(timestamp, octets, secret)}
    return Client(enforce_csrf_checks=True).post(
        f"/courier/{name}/events", octets, content_type="application/json", headers=headers
    )


def event(parcel: str, did: str = "arrived", **more: Any) -> dict[str, Any]:
    from datetime import UTC, datetime

    return {"key": "e-1", "number": parcel, "did": did, "at": datetime.now(UTC).isoformat(), **more}


@pytest.mark.requirement("ORD-07")
def test_a_signed_push_moves_the_order_and_the_same_again_does_not() -> None:
    order = led(customer(), State.PACKED, how="arrival")
    logistics.hand_over(order.number, Sandbox(), by=STAFF, now=NOON)
    parcel = order.parcels.get().number
    told = {"events": [event(parcel, place="<b>临江</b>", words="本人签收，电话13900050009")]}
    assert post(told).json() == {"moved": 1}
    assert post(told).json() == {"again": 1}
    assert post({"events": [event("NOBODYS", key="e-2")]}).json() == {"unknown": 1}
    assert read(order).state == State.ARRIVED
    said = read(order).events.get(did="arrived")
    assert "13900050009" not in said.words


def test_what_is_not_signed_stale_or_crooked_is_not_taken_in() -> None:
    told = {"events": [event("P1")]}
    assert post(told, secret="wrong").status_code == 403
    assert post(told, at=time.time() - 900).status_code == 403
    assert post(told, name="nobody").status_code == 404
    assert Client().post("/courier/sandbox/events", told, content_type="application/json").status_code == 403
    assert Client().get("/courier/sandbox/events").status_code == 405
    crooked: Any
    for crooked in (
        b"[]",
        b"{",
        {"events": {}},
        {"events": ["x"]},
        {"events": [event("P1", did="eaten")]},
        {"events": [event("P1", at="yesterday")]},
        {"events": [event("P1", at="2026-11-24T10:00:00")]},
        {"events": [event("P" * 41)]},
        {"events": [event("P1", place="x\0y")]},
        {"events": [event("P1")] * 201},
    ):
        assert post(crooked).status_code == 400
    assert logistics.unknown() == []
