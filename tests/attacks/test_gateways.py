"""The doors of gateways before forged, replayed, oversized and malformed requests."""

import base64
import hashlib
import hmac
import json
import logging
import time
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from careline.catalogue import library
from careline.channels import signing
from careline.channels.sms import views
from careline.channels.sms.accounts import Accounts, GatewayAccount
from careline.demo import town
from careline.hall.reception import Reception
from careline.ledger.models import Arrived, Attempt
from careline.values.msisdn import Msisdn
from tests.halls import NOON, Hall

SECRET = "s3cretword-of-the-gateway"


@pytest.fixture
def door(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A client that calls as a gateway; the accounts and the hall are those of the test."""
    accounts = tuple(
        GatewayAccount(name=name, dialect=name, secret=SECRET, callback_url=f"https://hall.example/{name}")
        for name in ("kannel", "jasmin", "twilio", "signed-json")
    )
    mute = GatewayAccount(name="mute", dialect="kannel")
    fenced = GatewayAccount(name="fenced", dialect="kannel", secret=SECRET, allowed=("10.0.0.0/8",))

    def the_accounts() -> Accounts:
        return Accounts(gateways=(*accounts, mute, fenced))

    def the_reception() -> Reception:
        return hall.reception

    monkeypatch.setattr(views, "accounts", the_accounts)
    monkeypatch.setattr(views, "reception", the_reception)
    monkeypatch.setattr(library, "current", hall.reception.book)
    return Client(raise_request_exception=False)


def customer() -> Msisdn:
    return town.fresh("T5", None, now=NOON).msisdn


def signed(door: Client, told: Any, *, at: float | None = None, path: str = "", key: str = "") -> Any:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    timestamp = str(int(at or time.time()))
    headers = {
        signing.TIMESTAMP: timestamp,
        signing.SIGNATURE: signing.signature(timestamp, body, SECRET),
        **({"Idempotency-Key": key} if key else {}),
    }
    return door.post(f"/gateway/signed-json/signed-json{path}", body, content_type="application/json", headers=headers)


def test_an_overheard_request_cannot_be_used_again_under_another_id(door: Client) -> None:
    who = customer()
    told = {"id": "m-1", "from": who.digits, "to": "10086", "text": "KTLDXS"}
    assert signed(door, told).status_code == 200
    for key in ("m-2", "m-3"):
        signed(door, told, key=key)
        without_id = {name: value for name, value in told.items() if name != "id"}
        assert signed(door, without_id, key=key).status_code == 400
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("late", [-301, 301, -86400, 10**12])
def test_an_overheard_request_is_too_old_after_five_minutes(door: Client, late: int) -> None:
    told = {"id": "m-1", "from": customer().digits, "to": "10086", "text": "KTLDXS"}
    assert signed(door, told, at=time.time() + late).status_code == 403


@pytest.mark.parametrize("timestamp", ["", "x", "-1", "1e9", "١٢٣", "9" * 400, "1 ", "nan", "½"])
def test_odd_timestamps_are_refused(door: Client, timestamp: str) -> None:
    body = b'{"id": "1", "from": "13900000001", "to": "10086", "text": "CXYE"}'
    signature = hmac.new(SECRET.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {signing.TIMESTAMP: timestamp, signing.SIGNATURE: signature}
    answer = door.post("/gateway/signed-json/signed-json", body, content_type="application/json", headers=headers)
    assert answer.status_code == 403


HOSTILE_BODIES: list[bytes] = [
    b"", b"{", b"null", b"[]", b"1", b'"x"', b"[" * 60_000, b'{"a":' * 10_000, b'{"id": ' + b"9" * 5000 + b"}",
    b"\xff\xfe", b'{"id": NaN}', b'{"id": "\\ud800", "from": "13900000001", "to": "1", "text": "CXYE"}',
    b'{"id": "a\\u0000b", "from": "13900000001", "to": "1", "text": "CXYE"}',
    b'{"id": "1", "from": "13900000001", "to": "\\u0000", "text": "CXYE"}',
    b'{"id": "1", "from": "13900000001", "to": "\\udfff1", "text": "CXYE"}',
    b'{"id": "1", "from": "\\u0000", "to": "1", "text": "CXYE"}',
    b'{"id": {"a": 1}, "from": "13900000001", "to": "1", "text": "CXYE"}',
    b'{"id": "1", "from": 13900000001.5, "to": "1", "text": "CXYE"}',
    b'{"id": true, "from": "13900000001", "to": "1", "text": "CXYE"}',
    b'{"id": "1\\n2", "from": "13900000001", "to": "1", "text": "CXYE"}',
]  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE_BODIES, ids=range(len(HOSTILE_BODIES)))
def test_a_signed_body_that_is_no_message_is_refused_and_leaves_nothing(door: Client, body: bytes) -> None:
    assert signed(door, body).status_code == 400
    assert signed(door, body, path="/receipt").status_code == 400
    assert not Arrived.objects.exists()


def test_a_text_of_halves_of_characters_and_nul_is_taken_and_breaks_nothing(door: Client) -> None:
    body = f'{{"id": "1", "from": "{customer().digits}", "to": "10086", "text": "CX\\u0000YE\\ud83d"}}'.encode()
    assert signed(door, body).status_code == 200
    assert Arrived.objects.count() == 1


@pytest.mark.parametrize("dialect", ["kannel", "jasmin"])
@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), "%00", "é", "%ff"])
def test_a_wrong_secret_opens_nothing(door: Client, dialect: str, secret: str) -> None:
    path = f"/gateway/{dialect}/{dialect}?secret={secret}&id=1&from=13900000001&to=10086&text=CXYE&content=CXYE"
    assert door.get(path).status_code == 403
    assert door.get(path.replace("?", "/receipt?")).status_code == 403
    assert not Arrived.objects.exists()


def test_an_account_without_a_secret_is_open_to_nobody(door: Client) -> None:
    assert door.get("/gateway/kannel/mute?secret=&id=1&from=13900000001&to=1&text=CXYE").status_code == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-Ip", "Forwarded", "Client-Ip"])
def test_a_caller_cannot_say_himself_that_he_is_allowed(door: Client, header: str) -> None:
    path = f"/gateway/kannel/fenced?secret={SECRET}&id=1&from={customer().digits}&to=10086&text=CXYE"
    assert door.get(path, REMOTE_ADDR="203.0.113.9", headers={header: "10.1.2.3"}).status_code == 403
    assert door.get(path, REMOTE_ADDR="").status_code == 403
    assert door.get(path, REMOTE_ADDR="10.1.2.3").status_code == 200


@pytest.mark.parametrize(
    "charset",
    ["undefined", "idna", "punycode", "zlib", "hex", "rot13", "a%00b", "x" * 9000, "utf-8%0aERROR", "unicode_escape"],
)
@pytest.mark.parametrize("text", ["CXYE", "%ff%fe", "%5cx", "%5cN%7bx%7d", "xn--" + "a" * 60])
def test_odd_character_sets_break_nothing(door: Client, charset: str, text: str) -> None:
    path = (
        f"/gateway/kannel/kannel?secret={SECRET}&id=1&from={customer().digits}&to=10086&charset={charset}&text={text}"
    )
    assert door.get(path).status_code in {200, 400}


@pytest.mark.parametrize(
    "fields",
    [
        "&".join(f"f{n}=1" for n in range(200)), "binary=zz", "binary=0", "coding=x", "coding=99999999999999999999",
        "coding=-1&binary=ff", "from=%00", "id=%00", "to=%00", "id=" + "9" * 500, "from=" + "9" * 500, "text=" + "x" * 30_000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialect", ["kannel", "jasmin"])
def test_hostile_fields_are_refused_or_served_and_break_nothing(door: Client, dialect: str, fields: str) -> None:
    usual = f"secret={SECRET}&id=1&from={customer().digits}&to=10086&text=CXYE&content=CXYE"
    assert door.get(f"/gateway/{dialect}/{dialect}?{usual}&{fields}").status_code in {200, 400}


def twilio(fields: dict[str, str], url: str = "https://hall.example/twilio") -> str:
    text = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(SECRET.encode(), text.encode(), hashlib.sha1).digest()).decode()


def test_a_twilio_signature_fits_its_own_fields_and_its_own_address_only(door: Client) -> None:
    fields = {"MessageSid": "S1", "From": f"+{customer().digits}", "To": "10086", "Body": "KTLDXS"}
    right = {"X-Twilio-Signature": twilio(fields)}
    path = "/gateway/twilio/twilio"
    for changed in (fields | {"Body": "KTFX"}, fields | {"MessageSid": "S2"}, fields | {"Extra": "1"}):
        assert (
            door.post(path, changed, content_type="application/x-www-form-urlencoded", headers=right).status_code == 403
        )
    form = "&".join(f"{name}={quote(value)}" for name, value in fields.items())
    kind = "application/x-www-form-urlencoded"
    assert door.post(f"{path}/receipt", form, content_type=kind, headers=right).status_code == 403
    assert door.post(path, form + "&Body=KTFX", content_type=kind, headers=right).status_code == 403
    assert door.get(f"{path}?{form}", headers=right).status_code == 403
    assert door.post(path, form, content_type=kind, headers=right).status_code == 200
    assert door.post(path, form, content_type=kind, headers=right).status_code == 200
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("length", [65_537, 10**9])
def test_an_oversized_body_is_refused_before_it_is_read(door: Client, length: int) -> None:
    answer = door.generic("POST", "/gateway/signed-json/signed-json", b"x" * 65_537, CONTENT_LENGTH=str(length))
    assert answer.status_code == 413


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_are_refused(door: Client, method: str) -> None:
    assert getattr(door, method)(f"/gateway/kannel/kannel?secret={SECRET}").status_code == 405


def test_nobody_writes_lines_of_his_own_into_the_log(door: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    door.get("/gateway/kannel/x%0A2026-11-21 CRITICAL careline: all numbers were lost")
    door.get("/gateway/x%0Ay/z%0Aw")
    door.get(f"/gateway/kannel/kannel?secret={SECRET}&id=1&from=13900000001&to=1&text=x&charset=a%0ACRITICAL")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("careline")]
    assert ours
    assert all("\n" not in line for line in ours)


def test_no_secret_and_no_number_is_in_the_log_or_in_an_answer(door: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    who = customer()
    answers = [
        door.get(f"/gateway/kannel/kannel?secret={SECRET}&id=1&from={who.digits}&to=10086&text=BGMM%23135792%23246813"),
        door.get(f"/gateway/kannel/kannel?secret={SECRET}x&id=1&from={who.digits}&to=10086&text=CXYE"),
        door.get(f"/gateway/kannel/kannel?secret={SECRET}&id=%00&from={who.digits}&to=10086&text=CXYE"),
        door.get(f"/gateway/kannel/nobody?secret={SECRET}&id=1&from={who.digits}&to=10086&text=CXYE"),
        door.put(f"/gateway/kannel/kannel?secret={SECRET}&id=1&from={who.digits}"),
    ]
    said = "".join(answer.content.decode() for answer in answers) + caplog.text
    for secret in (SECRET, who.digits[2:], "135792", "246813"):
        assert secret not in said
