"""Our own dialect: signed JSON in, JSON out; for whoever can choose.

    POST https://HALL/gateway/signed-json/NAME
    Careline-Timestamp: 1731211200
    Careline-Signature: hexadecimal HMAC-SHA256 with the secret over TIMESTAMP + "." + the body
    {"id": "m-1", "from": "8613900000001", "to": "10086", "text": "CXYE"}

Answer: {"id": "m-1", "repeat": false, "answer": {"text": "...", "parts": 1}}; `answer` is null when it comes later. A
timestamp more than five minutes off is refused, so that a request that was overheard cannot be used again later; within
that time the id takes care of it, and therefore stands in the body, which is signed, and in no header. Messages are
handed in at `send_url`, and receipts come to .../receipt as {"id", "state", "error"}, with the same signature.
"""

import json
from datetime import datetime
from typing import Any

from careline.channels.signing import SIGNATURE, TIMESTAMP, check_signature, object_of, signature
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
from careline.protocols.smstext import count_parts


class SignedJson(Dialect):
    name = "signed-json"

    def read(self, call: Call, account: GatewayAccount) -> Message:
        told = _signed(call, account)
        text = told.get("text")
        if not isinstance(text, str):
            raise BadForm("text is missing or no text")
        return _dialect.message(
            id_=_text(told, "id"),
            source=_text(told, "from"),
            destination=_text(told, "to"),
            text=text,
            names=("id", "from", "to"),
        )

    def answer(self, text: str, account: GatewayAccount, *, message_id: str, repeat: bool) -> Answer:
        answer = {"text": text, "parts": count_parts(text)} if text else None
        return Answer(_dialect.dumped({"id": message_id, "repeat": repeat, "answer": answer}), "application/json")

    def read_report(self, call: Call, account: GatewayAccount) -> Report | None:
        told = _signed(call, account)
        if not _text(told, "id"):
            raise BadForm("id is missing")
        try:
            state = DeliveryState(_text(told, "state"))
        except ValueError as error:
            states = ", ".join(DeliveryState)
            raise BadForm(f"state must be one of {states}") from error
        return Report(_text(told, "id"), state, _text(told, "error")[:64]) if state.final else None

    def report_taken(self) -> Answer:
        return Answer(_dialect.dumped({"taken": True}), "application/json")

    def submission(self, outgoing: Outgoing, account: GatewayAccount, now: datetime) -> Submission:
        body = _dialect.dumped(
            {"id": outgoing.id, "from": outgoing.source, "to": outgoing.destination, "text": outgoing.text}
        )
        timestamp = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": outgoing.id,
            TIMESTAMP: timestamp,
            SIGNATURE: signature(timestamp, body, account.secret),
        }
        return Submission(account.send_url, body, headers)

    def accepted(self, status: int, body: bytes, outgoing: Outgoing) -> str:
        if not 200 <= status < 300:
            raise NotTaken(f"HTTP {status}", status, busy=status in {429, 503})
        try:
            told = json.loads(body) if body else {}
        except ValueError:
            told = {}
        return str(told.get("id") or outgoing.id) if isinstance(told, dict) else outgoing.id


def _signed(call: Call, account: GatewayAccount) -> dict[str, Any]:
    """The object of a request that is signed, fresh and JSON. Raises BadSecret, BadForm."""
    timestamp = call.headers.get(TIMESTAMP.lower(), "")
    given = call.headers.get(SIGNATURE.lower(), "")
    if account.secret and not (timestamp and given):
        raise BadSecret(f"{TIMESTAMP} or {SIGNATURE} is missing")
    check_signature(call, account.name, account.secret, given, timestamp)
    return object_of(call.body)


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name, "")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadForm(f"{name} is no text")
    return str(value)


DIALECT = SignedJson()
