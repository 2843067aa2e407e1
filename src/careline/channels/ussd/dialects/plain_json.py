"""Our own form, for whoever can choose: JSON in, JSON out, one input a request, each with its number.

    POST https://HALL/ussd/plain-json/NAME
    {"session": "u-1", "type": "begin", "number": 0, "msisdn": "8613900000001", "service": "*10086#"}
    {"session": "u-1", "type": "continue", "number": 1, "msisdn": "8613900000001", "text": "1"}
    {"session": "u-1", "type": "end", "reason": "user"}

Answer: {"session": "u-1", "number": 1, "text": "...", "end": false}. `number` counts the requests of a session, so that
one that is repeated is answered again and not dealt with again. `reason` is user, timeout (the customer did nothing) or
network. Requests carry `Authorization: Bearer SECRET`, or the signature of the SMS gateway signed-json: in
Careline-Signature the hexadecimal HMAC-SHA256 with the secret over Careline-Timestamp, a full stop and the body.
"""

import json
from typing import Any

from careline.channels.signing import SIGNATURE, TIMESTAMP, check_signature, object_of
from careline.channels.telephony.accounts import UssdAccount
from careline.channels.ussd.dialects import _dialect
from careline.channels.ussd.dialects._dialect import Answer, BadForm, Call, Dialect, Told
from careline.channels.ussd.screens import Screen
from careline.dialogue.talk import Event

NUMBER_MAX = 100_000
REASONS = {"user": Event.HUNG_UP, "timeout": Event.HUNG_UP, "network": Event.LOST}


class PlainJson(Dialect):
    name = "plain-json"

    def read(self, call: Call, account: UssdAccount) -> Told:
        _check(call, account)
        told = object_of(call.body)
        remote = _dialect.identified(_text(told, "session"), "session")
        kind = _text(told, "type")
        if kind == "end":
            reason = _text(told, "reason") or "user"
            if reason not in REASONS:
                raise BadForm(f"reason must be one of {', '.join(REASONS)}")
            return Told(REASONS[reason], remote)
        caller = _dialect.identified(_text(told, "msisdn"), "msisdn")
        if kind == "begin":
            return Told(Event.HELLO, remote, caller, _text(told, "service"))
        if kind != "continue":
            raise BadForm("type must be begin, continue or end")
        number = told.get("number")
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= NUMBER_MAX:
            raise BadForm(f"number must be 1 to {NUMBER_MAX}: the inputs of a session are counted")
        text = _dialect.short(_text(told, "text"))
        return Told(Event.KEYS, remote, caller, text=text, number=number)

    def write(self, screen: Screen, told: Told) -> Answer:
        return _json({"session": told.remote, "number": told.number, "text": screen.text, "end": screen.ends})

    def taken(self, told: Told) -> Answer:
        return _json({"session": told.remote, "end": True})


def _check(call: Call, account: UssdAccount) -> None:
    given = call.headers.get(SIGNATURE.lower(), "")
    if not given:
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        _dialect.check_secret(token.strip() if scheme.lower() == "bearer" else "", account)
        return
    check_signature(call, account.name, account.secret, given, call.headers.get(TIMESTAMP.lower(), ""))


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name, "")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadForm(f"{name} is no text")
    return str(value)


def _json(value: dict[str, object]) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False).encode(), "application/json")


DIALECT = PlainJson()
