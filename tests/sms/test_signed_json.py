"""Our own dialect over HTTP, what is refused in every dialect, and handing messages in."""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from careline.channels import signing
from careline.channels.sms import views
from careline.daemons.sms import SmsService
from careline.ledger.models import Arrived, Attempt
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn

from .aggregator import SECRET, Aggregator, Heard, fresh, kannel
from .street import eventually

# Our own


def json_call(
    aggregator: Aggregator,
    told: Any,
    *,
    secret: str = SECRET,
    age_seconds: int = 0,
    headers: dict[str, str] | None = None,
) -> Heard:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    timestamp = str(int(time.time()) - age_seconds)
    signed = {
        "Content-Type": "application/json",
        signing.TIMESTAMP: timestamp,
        signing.SIGNATURE: signing.signature(timestamp, body, secret),
    }
    return aggregator.call("/gateway/signed-json/agg-signed-json", body=body, headers=signed | (headers or {}))


def test_signed_json_is_answered_in_json_and_knows_repetitions(aggregator: Aggregator) -> None:
    aggregator.account("signed-json")
    customer = fresh()
    told = {"id": "m-1", "from": customer.digits, "to": "10086", "text": "CXYE"}
    first = json.loads(json_call(aggregator, told).body)
    assert (first["id"], first["repeat"]) == ("m-1", False)
    assert "余额" in first["answer"]["text"]
    again = json.loads(json_call(aggregator, told).body)
    assert again == first | {"repeat": True}
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        ({"secret": "another"}, 403, "Careline-Signature does not fit the request"),
        ({"age_seconds": 400}, 403, "Careline-Timestamp is more than 300 seconds off"),
        ({"age_seconds": -400}, 403, "Careline-Timestamp is more than 300 seconds off"),
        ({"headers": {signing.SIGNATURE: ""}}, 403, "is missing"),
        ({"told": b"{"}, 400, "the body is no JSON"),
        ({"told": b"[1]"}, 400, "the body is no JSON object"),
        ({"told": {"id": "m", "from": "8613900000001", "to": "10086"}}, 400, "text is missing"),
        ({"told": {"from": "8613900000001", "to": "10086", "text": "x"}}, 400, "id is missing"),
        ({"told": {"id": "m", "from": [], "to": "10086", "text": "x"}}, 400, "from is no text"),
        ({"told": {"id": "m" * 200, "from": "8613900000001", "to": "1", "text": "x"}}, 400, "longer than 128"),
    ],
)
def test_each_fault_has_its_own_words(
    aggregator: Aggregator, caplog: pytest.LogCaptureFixture, options: dict[str, Any], status: int, words: str
) -> None:
    aggregator.account("signed-json")
    options = {"told": {"id": "m-1", "from": "8613900000001", "to": "10086", "text": "CXYE"}} | options
    with caplog.at_level(logging.INFO):
        heard = json_call(aggregator, **options)
    assert heard.status == status
    assert words in heard.text
    assert "8613900000001" not in caplog.text
    assert not Arrived.objects.exists()


def test_an_unknown_account_or_dialect_is_not_found(aggregator: Aggregator) -> None:
    aggregator.account("kannel")
    assert aggregator.call("/gateway/kannel/nobody").status == 404
    assert aggregator.call("/gateway/pigeon/agg-kannel").status == 404
    assert aggregator.call("/gateway/jasmin/agg-kannel").status == 404


def test_a_wrong_secret_an_address_from_elsewhere_and_too_big_a_request_are_refused(aggregator: Aggregator) -> None:
    aggregator.account("kannel")
    customer = fresh()
    heard = kannel(aggregator, customer, "CXYE", secret="guess")
    assert (heard.status, heard.text) == (403, "the secret is wrong\n")
    big = aggregator.call("/gateway/kannel/agg-kannel", body=b"x" * 70_000)
    assert big.status == 413
    assert aggregator.call("/gateway/kannel/agg-kannel", method="PUT", body=b"").status == 405
    aggregator.accounts[0] = replace(aggregator.accounts[0], allowed=("10.0.0.0/8",))
    heard = kannel(aggregator, customer, "CXYE")
    assert (heard.status, heard.text) == (403, "127.0.0.1 may not call for agg-kannel\n")
    assert not Arrived.objects.exists()


def test_an_account_without_a_secret_is_closed(aggregator: Aggregator) -> None:
    aggregator.account("kannel")
    aggregator.accounts[0] = replace(aggregator.accounts[0], secret="")
    assert kannel(aggregator, Msisdn("8613900000001"), "CXYE", secret="").status == 403


def test_without_a_database_the_gateway_is_asked_to_come_again(
    aggregator: Aggregator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    class Away:
        def receive(self, arrivals: object) -> object:
            raise OperationalError("connection refused")

    aggregator.account("kannel")
    monkeypatch.setattr(views, "reception", Away)
    heard = kannel(aggregator, Msisdn("8613900000001"), "CXYE")
    assert (heard.status, heard.headers["retry-after"]) == (503, "2")


def test_two_equal_requests_at_the_same_moment_are_done_once(aggregator: Aggregator) -> None:
    aggregator.account("kannel")
    customer = fresh()
    heard: list[Heard] = []
    threads = [threading.Thread(target=lambda: heard.append(kannel(aggregator, customer, "KTLDXS"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert {one.status for one in heard} <= {200, 503}
    assert 200 in {one.status for one in heard}
    assert Attempt.objects.count() == 1


# Handing in


def test_a_gateway_that_is_away_gets_its_messages_when_it_is_back(
    aggregator: Aggregator, sending: Callable[[], SmsService]
) -> None:
    refused = [True, True]
    aggregator.reply = lambda fields: (503, b"") if refused and refused.pop() else (202, b"0: Accepted for delivery")
    aggregator.account("kannel", at_once=False, send_url=f"http://127.0.0.1:{aggregator.port}/sendsms")
    sending()
    kannel(aggregator, fresh(), "CXYE")
    eventually(lambda: Message.objects.get().state == "sent")
    assert len(aggregator.taken) == 3
    assert Message.objects.get().tries == 1


def test_a_gateway_that_says_no_fails_the_message_after_its_tries(
    aggregator: Aggregator, sending: Callable[[], SmsService]
) -> None:
    aggregator.reply = lambda fields: (403, b"Authorization failed for sendsms")
    aggregator.account("kannel", at_once=False, send_url=f"http://127.0.0.1:{aggregator.port}/sendsms")
    sending()
    kannel(aggregator, fresh(), "CXYE")
    eventually(lambda: Message.objects.get().error)
    row = Message.objects.get()
    assert (row.state, row.error) == ("queued", "Authorization failed for sendsms")


def test_signed_json_is_handed_in_with_our_signature(aggregator: Aggregator, sending: Callable[[], SmsService]) -> None:
    aggregator.reply = lambda fields: (200, b'{"id": "remote-1"}')
    aggregator.account("signed-json", at_once=False, send_url=f"http://127.0.0.1:{aggregator.port}/in")
    sending()
    customer = fresh()
    heard = json_call(aggregator, {"id": "m-1", "from": customer.digits, "to": "10086", "text": "CXYE"})
    assert json.loads(heard.body)["answer"] is None
    eventually(lambda: Message.objects.get().state == "sent")
    [sent] = aggregator.taken
    assert sent["_signature"] == signing.signature(sent["_timestamp"], sent["_body"].encode(), SECRET)
    assert Message.objects.get().remote_ids == ["remote-1"]
