"""Jasmin: hands messages in by its httpccm client and wants to hear `ACK/Jasmin`; answers are handed in at /send.

The client's base URL is https://HALL/gateway/jasmin/NAME?secret=SECRET (Jasmin adds its fields by GET or POST). `id` is
Jasmin's own. Where `binary` is there it is the payload in hexadecimal and `coding` its SMPP data coding; that is the
only form in which Chinese arrives whole.
"""

from datetime import datetime

from careline.channels.sms.accounts import GatewayAccount
from careline.channels.sms.gateways import _dialect
from careline.channels.sms.gateways._dialect import (
    Answer,
    BadForm,
    Call,
    Dialect,
    Message,
    NotTaken,
    Outgoing,
    Report,
    Submission,
)
from careline.protocols.receipts import DeliveryState
from careline.protocols.smstext import UCS2, decode_text

ACKNOWLEDGED = b"ACK/Jasmin"
_STATES = {
    "DELIVRD": DeliveryState.DELIVERED,
    "EXPIRED": DeliveryState.EXPIRED,
    "DELETED": DeliveryState.DELETED,
    "UNDELIV": DeliveryState.UNDELIVERABLE,
    "REJECTD": DeliveryState.REJECTED,
}


class Jasmin(Dialect):
    name = "jasmin"
    answers_at_once = False

    def read(self, call: Call, account: GatewayAccount) -> Message:
        fields = call.fields()
        _dialect.check_secret(fields.get("secret", ""), account)
        return _dialect.message(
            id_=fields.get("id", ""),
            source=fields.get("from", ""),
            destination=fields.get("to", ""),
            text=_text(call, fields),
            names=("id", "from", "to"),
        )

    def answer(self, text: str, account: GatewayAccount, *, message_id: str, repeat: bool) -> Answer:
        return Answer(ACKNOWLEDGED)

    def read_report(self, call: Call, account: GatewayAccount) -> Report | None:
        fields = call.fields()
        _dialect.check_secret(fields.get("secret", ""), account)
        if not fields.get("id"):
            raise BadForm("id is missing")
        state = _STATES.get(fields.get("message_status", "").upper()[:7])
        return Report(fields["id"], state, fields.get("err", "")[:64]) if state else None

    def report_taken(self) -> Answer:
        return Answer(ACKNOWLEDGED)

    def submission(self, outgoing: Outgoing, account: GatewayAccount, now: datetime) -> Submission:
        fields = {
            "username": account.username,
            "password": account.password,
            "from": outgoing.source,
            "to": outgoing.destination,
            "coding": str(UCS2),
            "hex-content": outgoing.text.encode("utf-16-be", "replace").hex(),
        }
        if account.receipts and account.callback_url:
            url = _dialect.with_query(f"{account.callback_url.rstrip('/')}/receipt", secret=account.secret)
            # Level 3: from the SMSC and from the handset; the first settles nothing.
            fields |= {"dlr": "yes", "dlr-level": "3", "dlr-method": "POST", "dlr-url": url}
        return _dialect.form(account.send_url, fields)

    def accepted(self, status: int, body: bytes, outgoing: Outgoing) -> str:
        words = body[:300].decode("utf-8", "replace").strip()
        verdict, _, rest = words.partition(" ")
        if status == 200 and verdict == "Success":
            return rest.strip().strip('"') or outgoing.id
        raise NotTaken(rest.strip().strip('"') or words or f"HTTP {status}", status, busy=status in {403, 429, 503})


def _text(call: Call, fields: dict[str, str]) -> str:
    try:
        coding = int(fields.get("coding") or 0)
    except ValueError as error:
        raise BadForm("coding is no number") from error
    if "binary" in fields:
        try:
            payload = bytes.fromhex(fields["binary"])
        except ValueError as error:
            raise BadForm("binary is not hexadecimal") from error
        return decode_text(payload, coding & 0xFF)
    if "content" not in fields:
        raise BadForm("content is missing")
    content = call.octets()["content"]
    return decode_text(content, UCS2) if coding == UCS2 else content.decode("utf-8", "replace")


DIALECT = Jasmin()
