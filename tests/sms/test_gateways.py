"""Aggregators over HTTP: each dialect with requests that are right, wrong and repeated; answers at once and later."""

from collections.abc import Callable
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import pytest

from careline.channels.sms.gateways import twilio
from careline.daemons.sms import SmsService
from careline.ledger.models import Arrived, Attempt
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn

from .aggregator import SECRET, Aggregator, Heard, fresh, kannel
from .street import eventually

# Kannel


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
