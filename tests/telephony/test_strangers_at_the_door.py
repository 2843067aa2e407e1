"""Requests that are wrong, forged, too large or nonsense: answered clearly, never with a fault of ours, and nothing done."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careline.channels.signing import signature
from careline.channels.sms.gateways.twilio import signature as twilio_signature
from careline.channels.telephony.models import Session

from .conftest import NAMES
from .players import HOST, SECRET

pytestmark = pytest.mark.usefixtures("doors")
FORM = "application/x-www-form-urlencoded"


def post(path: str, fields: dict[str, str] | bytes, kind: str = FORM, **headers: str) -> tuple[int, str]:
    body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    response = Client().generic("POST", path, body, content_type=kind, headers=headers)
    return response.status_code, response.content.decode()


def signed(body: bytes, secret: str = SECRET, shift: int = 0) -> dict[str, str]:
    now = str(int(datetime.now(UTC).timestamp()) + shift)
    return {"Jambonz-Signature": f"t={now},v1={signature(now, body, secret)}"}


def test_an_unknown_dialect_or_account_is_named() -> None:
    assert post("/telephony/morse/ivr", {}) == (
        404,
        "there is no dialect morse; there are httapi, jambonz, twiml, vxml\n",
    )
    assert post("/telephony/vxml/other", {}) == (404, "there is no account other that speaks vxml\n")


@pytest.mark.parametrize("dialect", list(NAMES))
def test_without_the_secret_nobody_is_served(dialect: str) -> None:
    path = f"/telephony/{dialect}/{NAMES[dialect]}"
    fields = {"session_id": "1", "CallSid": "1", "Caller-Caller-ID-Number": "+8613900000001"}
    wrong = {"Authorization": "Basic " + base64.b64encode(b"x:wrong").decode()}
    for headers in ({}, wrong, {"X-Twilio-Signature": "AAAA"}, {"Jambonz-Signature": "t=1,v1=00"}):
        asked = Client().get(f"{path}?secret=no", headers=headers)
        assert asked.status_code == 403, asked.content
        assert post(path, fields, **headers)[0] == 403
    assert not Session.objects.exists()


def test_the_secret_may_come_as_http_basic() -> None:
    right = {"Authorization": "Basic " + base64.b64encode(f"fs:{SECRET}".encode()).decode()}
    assert post("/telephony/httapi/fs", {"session_id": "1", "Caller-Caller-ID-Number": "x"}, **right)[0] == 200
    body = json.dumps({"call_sid": "c", "from": "anonymous", "to": "10086", "call_status": "trying"}).encode()
    assert post("/telephony/jambonz/jz", body, "application/json", **right)[0] == 200


def test_an_account_without_a_secret_is_kept_by_its_networks(doors: Callable[..., None]) -> None:
    doors("vxml", secret="", allowed=("10.0.0.0/8",))
    refused = Client().get("/telephony/vxml/ivr")
    assert (refused.status_code, refused.content) == (403, b"127.0.0.1 may not call for ivr\n")
    assert Client(REMOTE_ADDR="10.1.2.3").get("/telephony/vxml/ivr").status_code == 200
    doors("vxml", secret="", allowed=())
    assert Client().get("/telephony/vxml/ivr").status_code == 403


def test_a_signature_is_for_one_body_one_address_and_some_minutes() -> None:
    body = json.dumps({"call_sid": "c", "from": "x", "to": "10086", "call_status": "trying"}).encode()
    path = "/telephony/jambonz/jz"
    assert post(path, body, "application/json", **signed(body + b" "))[0] == 403
    assert post(path, body, "application/json", **signed(body, "other"))[0] == 403
    late = post(path, body, "application/json", **signed(body, shift=-400))
    assert late == (403, "the signature is more than 300 seconds off; is the clock right?\n")
    fields = {"CallSid": "C", "From": "x", "To": "10086"}
    elsewhere = twilio_signature(f"{HOST}/telephony/twiml/other", fields, SECRET)
    assert post("/telephony/twiml/tw", fields, **{"X-Twilio-Signature": elsewhere})[0] == 403
    assert not Session.objects.exists()


def test_twilio_signs_the_address_that_it_called_before_a_proxy_changed_it(doors: Callable[..., None]) -> None:
    doors("twiml", base_url="https://hall.example")
    fields = {"CallSid": "C", "From": "x", "To": "10086", "CallStatus": "ringing"}
    right = twilio_signature("https://hall.example/telephony/twiml/tw", fields, SECRET)
    status, document = post("/telephony/twiml/tw", fields, **{"X-Twilio-Signature": right})
    assert status == 200
    assert 'action="https://hall.example/telephony/twiml/tw?s=' in document


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"e": "dance", "s": "x"}, "e is missing or no event that we know\n"),
        ({"e": "keys"}, "s is missing\n"),
        (
            {"e": "keys", "s": "x" * 200, "n": "1"},
            "s is longer than 128 characters, or holds some that cannot be printed\n",
        ),
        ({"e": "keys", "s": "x"}, "n is missing or no number\n"),
        ({"e": "keys", "s": "x", "n": "-1"}, "n is missing or no number\n"),
        ({"e": "keys", "s": "x", "n": "٣"}, "n is missing or no number\n"),
        ({"e": "keys", "s": "x", "n": "9999999999"}, "n is missing or no number\n"),
    ],
)
def test_a_malformed_voicexml_request_is_told_what_is_wrong(fields: dict[str, str], words: str) -> None:
    assert post("/telephony/vxml/ivr", fields) == (400, words)


def test_a_voicexml_call_begins_with_our_own_document_only() -> None:
    status, words = post("/telephony/vxml/ivr", {"e": "hello", "s": "made-up", "caller": "x", "called": "y"})
    assert (status, words) == (403, "s is not of our first document, or too old\n")
    assert not Session.objects.exists()


def test_a_guessed_session_hears_goodbye_and_changes_nothing() -> None:
    status, document = post("/telephony/vxml/ivr", {"e": "keys", "s": "guessed", "n": "3", "k": "1"})
    assert status == 200
    assert "<disconnect/>" in document
    assert not Session.objects.exists()


def test_a_session_belongs_to_its_account(doors: Callable[..., None]) -> None:
    fields = {"session_id": "1", "secret": SECRET, "Caller-Caller-ID-Number": "+8613900000001"}
    assert post("/telephony/httapi/fs", fields)[0] == 200
    session = Session.objects.get()
    status, document = post("/telephony/vxml/ivr", {"e": "keys", "s": session.id, "n": "1", "k": "1"})
    assert status == 200
    assert "<disconnect/>" in document
    session.refresh_from_db()
    assert session.number == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"nonsense", b'{"call_sid": 1.5}', b'{"call_sid": "c", "call_status": []}', b"[" * 9000, b"\xff\xfe"],
)
def test_malformed_json_is_told_what_is_wrong(body: bytes) -> None:
    status, words = post("/telephony/jambonz/jz", body, "application/json", **signed(body))
    assert status == 400
    assert words.strip()


def test_a_request_may_not_be_too_large_nor_of_any_method() -> None:
    assert post("/telephony/vxml/ivr", b"k=" + b"1" * 70_000)[0] == 413
    assert Client().put("/telephony/vxml/ivr").status_code == 405
    assert post("/telephony/vxml/ivr", {f"f{number}": "" for number in range(100)})[0] == 400


def test_a_prompt_is_had_by_its_signed_name_only() -> None:
    assert Client().get("/telephony/audio/abcdef0123.wav").status_code == 404
    assert Client().get(f"/telephony/audio/{'ab' * 16}-{'0' * 32}.wav").status_code == 404


@given(
    st.dictionaries(
        st.sampled_from(["e", "s", "n", "k", "caller", "called", "session_id", "keys", "exiting", "w", "secret"]),
        st.text(max_size=40) | st.sampled_from(["keys", "silence", "hung_up", "lost", "returned", "1", SECRET, "true"]),
    ),
    st.sampled_from(["vxml", "httapi"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_request_makes_us_fail(fields: dict[str, str], dialect: str) -> None:
    status, _ = post(f"/telephony/{dialect}/{NAMES[dialect]}", fields)
    assert status in {200, 400, 403}
