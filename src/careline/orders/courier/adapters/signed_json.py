"""A courier that speaks signed JSON over HTTP: for integrators who put a small service before their own system.

Every request of either side carries `Careline-Timestamp` (seconds since 1970) and `Careline-Signature`, the hexadecimal
HMAC-SHA256 with the shared secret over the timestamp, a full stop and the body.

    POST <url>/book      {"reference", "receiver", "phone", "address", "region", "from", "until", "needs_document",
                          "collect_fen", "back"}  ->  {"number"}; 422 {"reason"} when it will not be carried
    POST <url>/call-off  {"number"}  ->  {}
    POST <url>/told      {"numbers": [...]}  ->  {"events": [{"key", "number", "did", "at", "place", "words"}]}

The courier pushes the same events, {"events": [...]}, to /courier/<name>/events of ours. `did` is one of port.STEPS, `at`
is a time with its zone (RFC 3339).
"""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from careline.orders.courier.accounts import Account
from careline.orders.courier.port import NUMBER_MAX, Booking, Courier, CourierAway, CourierRefused, Told
from careline.orders.courier.reading import BadReport, read
from careline.values.language import Text

TIME_LIMIT_SECONDS = 5.0
ANSWER_OCTETS_MAX = 512 * 1024


@dataclass(frozen=True, slots=True)
class SignedJson:
    """A courier (`courier.port.Courier`)."""

    name: str
    label: Text
    url: str
    secret: str = field(repr=False)

    def book(self, booking: Booking, *, now: datetime) -> str:
        told = self._ask(
            "book",
            {
                "reference": booking.reference,
                "receiver": booking.receiver,
                "phone": booking.phone,
                "address": booking.address,
                "region": booking.region,
                "from": booking.since.isoformat(),
                "until": booking.until.isoformat(),
                "needs_document": booking.needs_document,
                "collect_fen": booking.collect_fen,
                "back": booking.back,
            },
            now,
        )
        number = told.get("number")
        if not isinstance(number, str) or not 0 < len(number) <= NUMBER_MAX:
            raise CourierAway(f"{self.name} gave no number")
        return number

    def call_off(self, number: str, *, now: datetime) -> None:
        self._ask("call-off", {"number": number}, now)

    def told(self, numbers: Sequence[str], *, now: datetime) -> Sequence[Told]:
        try:
            return read(self._ask("told", {"numbers": list(numbers)}, now))
        except BadReport as error:
            raise CourierAway(f"{self.name}: {error}") from error

    def _ask(self, what: str, body: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
        octets, timestamp = json.dumps(body, ensure_ascii=False).encode(), str(int(now.timestamp()))
        request = urllib.request.Request(  # noqa: S310 the address stands in the operator's own file
            f"{self.url.rstrip('/')}/{what}",
            octets,
            {
                "Content-Type": "application/json",
                "Careline-Timestamp": timestamp,
                "Careline-Signature": signature(timestamp, octets, self.secret),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=TIME_LIMIT_SECONDS) as answer:  # noqa: S310
                told = json.loads(answer.read(ANSWER_OCTETS_MAX))
        except urllib.error.HTTPError as error:
            if error.code == 422:
                raise CourierRefused(_reason(error)) from error
            raise CourierAway(f"{self.name} answered {error.code}") from error
        except (OSError, ValueError) as error:
            raise CourierAway(f"{self.name}: {type(error).__name__}") from error
        if not isinstance(told, dict):
            raise CourierAway(f"{self.name} answered no JSON object")
        return told


def signature(timestamp: str, body: bytes, secret: str) -> str:
    """The hexadecimal HMAC-SHA256 with the secret over the timestamp, a full stop and the body."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read(ANSWER_OCTETS_MAX))["reason"])[:200]
    except (OSError, ValueError, KeyError, TypeError):
        return "refused"


def make(account: Account) -> Courier:
    """The courier of this account."""
    return SignedJson(account.name, account.label, account.url, account.secret)
