"""Kannel, and the many aggregators that copy it: the reply rides in the response, or is handed in at sendsms.

In Kannel's sms-service (Kannel user guide, "SMS-service group"), with this account's name and secret:

    get-url = "https://HALL/gateway/kannel/NAME?secret=SECRET&id=%I&from=%p&to=%P&text=%a&charset=%C&coding=%c"

    omit-empty = true
    accept-x-kannel-headers = true

`%I` is Kannel's own id of the message and makes a repetition recognisable. `charset` and `coding` may be left out: then
the text is UTF-8. Without omit-empty Kannel sends a text of its own when our answer comes
later; without its headers accepted, Chinese answers leave as 7-bit garbage. Let the secret be of
letters and digits: Kannel reads percent signs in addresses as its own. A receipt comes to the dlr-url that we give with
each message; %d is 1 delivered, 2 not, 16 rejected.
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

UCS2_CODING = "2"
DELIVERED, FAILED, REJECTED = 1, 2, 16
_STATES = {DELIVERED: DeliveryState.DELIVERED, FAILED: DeliveryState.UNDELIVERABLE, REJECTED: DeliveryState.REJECTED}


class Kannel(Dialect):
    name = "kannel"

    def read(self, call: Call, account: GatewayAccount) -> Message:
        fields = call.fields()
        _dialect.check_secret(fields.get("secret", ""), account)
        if "text" not in fields:
            raise BadForm("text is missing")
        text = _dialect.decoded(call.octets()["text"], fields.get("charset") or "utf-8")
        return _dialect.message(
            id_=fields.get("id", ""),
            source=fields.get("from", ""),
            destination=fields.get("to", ""),
            text=text,
            names=("id", "from", "to"),
        )

    def answer(self, text: str, account: GatewayAccount, *, message_id: str, repeat: bool) -> Answer:
        # Kannel sends the body as it is; without the coding a Chinese text would leave as 7-bit question marks.
        headers = {"X-Kannel-Coding": UCS2_CODING} if not text.isascii() else {}
        return Answer(text.encode(), headers=headers)

    def read_report(self, call: Call, account: GatewayAccount) -> Report | None:
        fields = call.fields()
        _dialect.check_secret(fields.get("secret", ""), account)
        if not fields.get("id"):
            raise BadForm("id is missing")
        try:
            state = int(fields.get("state", ""))
        except ValueError as error:
            raise BadForm("state is no number") from error
        if state not in _STATES:
            return None  # buffered (4), or handed to the SMSC (8)
        return Report(fields["id"], _STATES[state], fields.get("reply", "")[:64])

    def submission(self, outgoing: Outgoing, account: GatewayAccount, now: datetime) -> Submission:
        fields = {
            "username": account.username,
            "password": account.password,
            "from": outgoing.source,
            "to": outgoing.destination,
            "text": outgoing.text,
            "charset": "UTF-8",
            "coding": UCS2_CODING,
        }
        if account.receipts and account.callback_url:
            report = _dialect.with_query(
                f"{account.callback_url.rstrip('/')}/receipt", secret=account.secret, id=outgoing.id
            )
            fields |= {"dlr-mask": str(DELIVERED | FAILED | REJECTED), "dlr-url": f"{report}&state=%d&reply=%A"}
        # Kannel takes sendsms by GET, which every version and every copy of it understands.
        return Submission(_dialect.with_query(account.send_url, **fields), None)

    def accepted(self, status: int, body: bytes, outgoing: Outgoing) -> str:
        words = body[:200].decode("utf-8", "replace").strip()
        if 200 <= status < 300 and words[:1] in {"0", "3"}:  # accepted for delivery; queued for later delivery
            return outgoing.id
        raise NotTaken(words or f"HTTP {status}", status, busy=status in {429, 503})


DIALECT = Kannel()
