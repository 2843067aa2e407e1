"""Twilio's form and TwiML, spoken by Twilio and by gateways that are compatible with it.

The number's webhook is https://HALL/gateway/twilio/NAME by POST. The request is signed: X-Twilio-Signature is the
base64 of HMAC-SHA1 with the account's auth token (our `secret`) over the address and all fields in the order of their
names (Twilio documentation, "Security", validating requests). `callback_url` must be that very address wherever a proxy
stands in between. MessageSid is the id.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from xml.sax.saxutils import escape

from careline.channels.sms.accounts import GatewayAccount
from careline.channels.sms.gateways import _dialect
from careline.channels.sms.gateways._dialect import (
    Answer,
    BadForm,
    BadSecret,
    Call,
    Dialect,
    Message,
    NotTaken,
    Outgoing,
    Report,
    Submission,
)
from careline.protocols.receipts import DeliveryState

_STATES = {
    "delivered": DeliveryState.DELIVERED,
    "undelivered": DeliveryState.UNDELIVERABLE,
    "failed": DeliveryState.REJECTED,
}
_FORBIDDEN_IN_XML = {code: None for code in range(32) if code not in {9, 10, 13}}


class Twilio(Dialect):
    name = "twilio"

    def read(self, call: Call, account: GatewayAccount) -> Message:
        fields = _signed(call, account, account.callback_url)
        if "Body" not in fields:
            raise BadForm("Body is missing")
        return _dialect.message(
            id_=fields.get("MessageSid", ""),
            source=fields.get("From", ""),
            destination=fields.get("To", ""),
            text=fields["Body"],
            names=("MessageSid", "From", "To"),
        )

    def answer(self, text: str, account: GatewayAccount, *, message_id: str, repeat: bool) -> Answer:
        said = f"<Message>{escape(text.translate(_FORBIDDEN_IN_XML))}</Message>" if text else ""
        body = f'<?xml version="1.0" encoding="UTF-8"?><Response>{said}</Response>'
        return Answer(body.encode(), "text/xml; charset=utf-8")

    def read_report(self, call: Call, account: GatewayAccount) -> Report | None:
        url = f"{account.callback_url.rstrip('/')}/receipt" if account.callback_url else ""
        fields = _signed(call, account, url)
        if not fields.get("MessageSid"):
            raise BadForm("MessageSid is missing")
        state = _STATES.get(fields.get("MessageStatus", ""))
        return Report(fields["MessageSid"], state, fields.get("ErrorCode", "")[:64]) if state else None

    def submission(self, outgoing: Outgoing, account: GatewayAccount, now: datetime) -> Submission:
        fields = {"From": outgoing.source, "To": f"+{outgoing.destination}", "Body": outgoing.text}
        if account.receipts and account.callback_url:
            fields["StatusCallback"] = f"{account.callback_url.rstrip('/')}/receipt"
        return _dialect.form(account.send_url, fields, user=(account.username, account.password))

    def accepted(self, status: int, body: bytes, outgoing: Outgoing) -> str:
        try:
            told = json.loads(body)
        except ValueError:
            told = {}
        if status in {200, 201} and isinstance(told, dict) and told.get("sid"):
            return str(told["sid"])
        words = str(told.get("message", "")) if isinstance(told, dict) else ""
        raise NotTaken(words[:200] or f"HTTP {status}", status, busy=status in {429, 503})


def signature(url: str, fields: dict[str, str], token: str) -> str:
    """The signature of a request, as Twilio documents it."""
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def _signed(call: Call, account: GatewayAccount, url: str) -> dict[str, str]:
    """The fields of a request whose signature is right. Raises BadSecret."""
    if not account.secret:
        raise BadSecret(f"the account {account.name} has no secret here, so nobody may use it")
    given = call.headers.get("x-twilio-signature", "")
    if not given:
        raise BadSecret("X-Twilio-Signature is missing")
    posted = Call(call.method, call.url, "", call.body, call.headers, call.now).fields()
    if not hmac.compare_digest(given.encode(), signature(url or call.url, posted, account.secret).encode()):
        raise BadSecret("X-Twilio-Signature does not fit the request; is callback_url the address that is called?")
    return posted


DIALECT = Twilio()
