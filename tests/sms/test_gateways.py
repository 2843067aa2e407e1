"""Aggregators over HTTP: each dialect with requests that are right, wrong and repeated; answers at once and later."""

import http.client
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit
from xml.etree import ElementTree

import pytest
from pytest_django.live_server_helper import LiveServer

from careline.catalogue import library
from careline.channels.sms import views
from careline.channels.sms.accounts import Accounts, GatewayAccount
from careline.channels.sms.gateways import signed_json, twilio
from careline.daemons.sms import SmsService
from careline.demo import town
from careline.ledger.models import Arrived, Attempt
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn

from .conftest import Loop, clock, eventually, receptions, the_book

SECRET = "s3cretword"


@dataclass
class Heard:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Aggregator:
    """A gateway's side of HTTP: it calls us, and takes what we hand in."""

    live: str
    accounts: list[GatewayAccount] = field(default_factory=list)
    taken: list[dict[str, str]] = field(default_factory=list)
    reply: Callable[[dict[str, str]], tuple[int, bytes]] = lambda fields: (202, b"0: Accepted for delivery")
    port: int = 0

    def account(self, dialect: str, **options: Any) -> GatewayAccount:
        account = GatewayAccount(name=f"agg-{dialect}", dialect=dialect, secret=SECRET, **options)
        self.accounts.append(account)
        return account

    def call(
        self, path: str, *, body: bytes | None = None, headers: dict[str, str] | None = None, method: str = ""
    ) -> Heard:
        host = urlsplit(self.live).netloc
        connection = http.client.HTTPConnection(host, timeout=10)
        connection.request(method or ("GET" if body is None else "POST"), path, body, headers or {})
        response = connection.getresponse()
        heard = Heard(response.status, response.read(), {k.lower(): v for k, v in response.getheaders()})
        connection.close()
        return heard

    def form(self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> Heard:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.call(path, body=urlencode(fields).encode(), headers=kind | (headers or {}))


@pytest.fixture
def aggregator(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aggregator]:
    one = Aggregator(live_server.url)
    hall = receptions(patience_seconds=None)("")(0)
    for name, value in {
        "accounts": lambda: Accounts(gateways=tuple(one.accounts)),
        "reception": lambda: hall,
    }.items():
        monkeypatch.setattr(views, name, value)
    monkeypatch.setattr(library, "current", the_book)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fields = dict(parse_qsl(urlsplit(self.path).query, True) + parse_qsl(body.decode(), True))
            if self.headers.get("Content-Type") == "application/json":
                fields = json.loads(body)
            fields["_authorization"] = self.headers.get("Authorization", "")
            fields["_signature"] = self.headers.get(signed_json.SIGNATURE, "")
            fields["_timestamp"] = self.headers.get(signed_json.TIMESTAMP, "")
            fields["_body"] = body.decode()
            one.taken.append(fields)
            status, answer = one.reply(fields)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = _take  # noqa: N815

        def log_message(self, *_: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    one.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield one
    server.shutdown()
    server.server_close()


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture
def sending(aggregator: Aggregator, loop: Loop) -> Iterator[Callable[[], SmsService]]:
    """Starts an SMS process for the aggregator's accounts."""
    services: list[SmsService] = []

    def start() -> SmsService:
        service = SmsService(
            Accounts(gateways=tuple(aggregator.accounts)), reception_of=receptions(), clock=clock, parts_max=lambda: 5
        )
        loop.run(service.start())
        services.append(service)
        return service

    yield start
    for service in services:
        loop.run(service.stop())


def fresh() -> Msisdn:
    return town.fresh("T5", None, now=clock()).msisdn


# Kannel


def kannel(aggregator: Aggregator, customer: Msisdn, text: str, id_: str = "k-1", **more: str) -> Heard:
    fields = {"secret": SECRET, "id": id_, "from": f"+{customer.digits}", "to": "10086", "text": text} | more
    return aggregator.call("/gateway/kannel/agg-kannel?" + urlencode(fields))


def test_kannel_is_answered_in_the_body(aggregator: Aggregator) -> None:
    aggregator.account("kannel")
    customer = fresh()
    heard = kannel(aggregator, customer, "CXYE")
    assert heard.status == 200
    assert "余额" in heard.text
    assert heard.headers["content-type"] == "text/plain; charset=utf-8"
    assert heard.headers["x-kannel-coding"] == "2"
    assert Message.objects.get().state == "answered"


def test_kannel_repeating_a_message_hears_the_same_and_nothing_is_done_again(aggregator: Aggregator) -> None:
    aggregator.account("kannel")
    customer = fresh()
    first = kannel(aggregator, customer, "KTLDXS")
    again = kannel(aggregator, customer, "KTLDXS")
    assert again.body == first.body
    assert Attempt.objects.count() == 1
    other = kannel(aggregator, customer, "KTLDXS", id_="k-2")
    assert other.body != first.body  # it is on already
    assert Attempt.objects.count() == 2


def test_kannel_may_send_other_character_sets(aggregator: Aggregator) -> None:
    aggregator.account("kannel")
    customer = fresh()
    text = quote("查余额".encode("utf-16-be"))
    path = f"/gateway/kannel/agg-kannel?secret={SECRET}&id=k-9&from={customer.digits}&to=10086&charset=UTF-16BE"
    assert "余额" in aggregator.call(f"{path}&text={text}").text
    assert Arrived.objects.get().said == "查余额"
    wrong = aggregator.call(f"{path.replace('UTF-16BE', 'klingon')}&text={text}")
    assert (wrong.status, wrong.text) == (400, "the character set klingon is not known\n")


def test_kannel_takes_answers_by_sendsms_and_tells_what_became_of_them(
    aggregator: Aggregator, sending: Callable[[], SmsService]
) -> None:
    aggregator.account(
        "kannel", at_once=False, receipts=True, username="hall", password="pw",
        send_url=f"http://127.0.0.1:{aggregator.port}/cgi-bin/sendsms",
        callback_url=f"{aggregator.live}/gateway/kannel/agg-kannel",
    )  # fmt: skip
    sending()
    customer = fresh()
    heard = kannel(aggregator, customer, "CXYE")
    assert (heard.status, heard.body) == (200, b"")
    eventually(lambda: aggregator.taken)
    [sent] = aggregator.taken
    assert "余额" in sent["text"]
    assert (sent["from"], sent["to"], sent["coding"], sent["username"]) == ("10086", customer.digits, "2", "hall")
    eventually(lambda: Message.objects.get().state == "sent")
    # Kannel fills in %d and %A and calls the address that we gave.
    dlr = urlsplit(sent["dlr-url"].replace("%d", "1").replace("%A", "delivered"))
    assert aggregator.call(f"{dlr.path}?{dlr.query}").status == 200
    assert Message.objects.get().state == "delivered"


# Jasmin


def jasmin(customer: Msisdn, text: str, id_: str = "j-1", **more: str) -> dict[str, str]:
    binary = text.encode("utf-16-be").hex()
    return {"id": id_, "from": customer.digits, "to": "10086", "coding": "8", "binary": binary} | more


def test_jasmin_hears_its_acknowledgement_and_the_answer_goes_to_send(
    aggregator: Aggregator, sending: Callable[[], SmsService]
) -> None:
    aggregator.account(
        "jasmin", receipts=True, send_url=f"http://127.0.0.1:{aggregator.port}/send", username="hall", password="pw",
        callback_url=f"{aggregator.live}/gateway/jasmin/agg-jasmin",
    )  # fmt: skip
    aggregator.reply = lambda fields: (200, b'Success "07033084-5cfd-4812-90a4-e4d24ffb6e3d"')
    sending()
    customer = fresh()
    path = f"/gateway/jasmin/agg-jasmin?secret={SECRET}"
    for _ in range(2):
        heard = aggregator.form(path, jasmin(customer, "查余额"))
        assert (heard.status, heard.body) == (200, b"ACK/Jasmin")
    eventually(lambda: Message.objects.filter(state="sent").count() == 1)
    [sent] = aggregator.taken
    assert "余额" in bytes.fromhex(sent["hex-content"]).decode("utf-16-be")
    assert (sent["coding"], sent["dlr"]) == ("8", "yes")
    receipt = {"id": "07033084-5cfd-4812-90a4-e4d24ffb6e3d", "message_status": "DELIVRD", "level": "2"}
    dlr = urlsplit(sent["dlr-url"])
    heard = aggregator.form(f"{dlr.path}?{dlr.query}", receipt)
    assert heard.body == b"ACK/Jasmin"
    assert Message.objects.get().state == "delivered"
    assert Arrived.objects.get().said == "查余额"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"binary": "zz"}, "binary is not hexadecimal"),
        ({"coding": "x"}, "coding is no number"),
        ({"id": ""}, "id is missing"),
        ({"from": "SHOP"}, "the sender is no telephone number"),
    ],
)
def test_jasmin_is_told_what_is_wrong(aggregator: Aggregator, change: dict[str, str], words: str) -> None:
    aggregator.account("jasmin")
    fields = jasmin(Msisdn("8613900000001"), "CXYE") | change
    heard = aggregator.form(f"/gateway/jasmin/agg-jasmin?secret={SECRET}", fields)
    assert (heard.status, heard.text) == (400, f"{words}\n")
    assert not Arrived.objects.exists()


# Twilio


def twilio_call(aggregator: Aggregator, fields: dict[str, str], *, token: str = SECRET, path: str = "") -> Heard:
    path = path or "/gateway/twilio/agg-twilio"
    signature = twilio.signature(f"{aggregator.live}{path}", fields, token)
    return aggregator.form(path, fields, {"X-Twilio-Signature": signature})


def twilio_fields(customer: Msisdn, text: str, sid: str = "SM1") -> dict[str, str]:
    return {
        "MessageSid": sid,
        "AccountSid": "AC1",
        "From": f"+{customer.digits}",
        "To": "10086",
        "Body": text,
        "NumMedia": "0",
    }


def test_twilio_is_answered_in_twiml_and_a_repetition_hears_the_same(aggregator: Aggregator) -> None:
    aggregator.account("twilio")
    customer = fresh()
    first = twilio_call(aggregator, twilio_fields(customer, "CXYE"))
    assert first.status == 200
    assert first.headers["content-type"] == "text/xml; charset=utf-8"
    said = ElementTree.fromstring(first.body).findtext("Message")
    assert said
    assert "余额" in said
    assert twilio_call(aggregator, twilio_fields(customer, "CXYE")).body == first.body
    assert Attempt.objects.count() == 1


def test_a_twilio_request_signed_with_another_token_is_refused(aggregator: Aggregator) -> None:
    aggregator.account("twilio")
    customer = fresh()
    heard = twilio_call(aggregator, twilio_fields(customer, "CXYE"), token="another")
    assert heard.status == 403
    assert "X-Twilio-Signature does not fit" in heard.text
    tampered = twilio_fields(customer, "CXYE")
    signature = twilio.signature(f"{aggregator.live}/gateway/twilio/agg-twilio", tampered, SECRET)
    heard = aggregator.form(
        "/gateway/twilio/agg-twilio", tampered | {"Body": "KTLDXS"}, {"X-Twilio-Signature": signature}
    )
    assert heard.status == 403
    missing = aggregator.form("/gateway/twilio/agg-twilio", tampered)
    assert (missing.status, missing.text) == (403, "X-Twilio-Signature is missing\n")
    assert not Arrived.objects.exists()


def test_the_twilio_signature_is_the_documented_one() -> None:
    """The examples of Twilio's documentation and of its libraries' own tests."""
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    fields = {"CallSid": "CA1234567890ABCDE", "Digits": "1234", "To": "+18005551212"}
    for caller, expected in {
        "+12349013030": "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
        "+14158675309": "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
    }.items():
        assert twilio.signature(url, fields | {"Caller": caller, "From": caller}, "12345") == expected


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
        signed_json.TIMESTAMP: timestamp,
        signed_json.SIGNATURE: signed_json.signature(timestamp, body, secret),
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
    by_header = json_call(
        aggregator, {key: value for key, value in told.items() if key != "id"}, headers={"Idempotency-Key": "m-1"}
    )
    assert json.loads(by_header.body)["repeat"] is True
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        ({"secret": "another"}, 403, "Careline-Signature does not fit the request"),
        ({"age_seconds": 400}, 403, "Careline-Timestamp is more than 300 seconds off"),
        ({"age_seconds": -400}, 403, "Careline-Timestamp is more than 300 seconds off"),
        ({"headers": {signed_json.SIGNATURE: ""}}, 403, "is missing"),
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
    assert sent["_signature"] == signed_json.signature(sent["_timestamp"], sent["_body"].encode(), SECRET)
    assert Message.objects.get().remote_ids == ["remote-1"]
