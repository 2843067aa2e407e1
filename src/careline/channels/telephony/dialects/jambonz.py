"""jambonz: webhooks in JSON, answered with a list of verbs.

The application's calling webhook is https://HALL/telephony/jambonz/NAME by POST, its call status webhook the same
address with /status. Requests are signed (Jambonz-Signature: t=SECONDS,v1=HEX, the HMAC-SHA256 with the webhook secret,
our `secret`, over t, a full stop and the body) or carry the secret as password of HTTP Basic. call_sid is the call.
"""

import json
from typing import Any

from careline.channels.signing import check_signature, object_of
from careline.channels.telephony.accounts import MediaAccount
from careline.channels.telephony.dialects import _dialect
from careline.channels.telephony.dialects._dialect import (
    LANGUAGES,
    NEVER_KEPT,
    Answer,
    BadForm,
    Call,
    Dialect,
    Page,
    Told,
)
from careline.channels.telephony.verbs import Gather, HangUp, Record, Say, Transfer, Verb
from careline.dialogue.talk import Event

ENDED = {"completed", "failed", "busy", "no-answer"}


class Jambonz(Dialect):
    name = "jambonz"

    def read(self, call: Call, account: MediaAccount) -> Told:
        _check(call, account)
        told = object_of(call.body)
        asked = Call(call.method, call.url, call.query, b"", {}, call.now).fields()
        remote = _dialect.identified(_text(told, "call_sid"), "call_sid")
        session = asked.get("s", "")
        if _text(told, "call_status") in ENDED:
            return Told(Event.HUNG_UP, session, remote)
        if not session:
            return Told(Event.HELLO, remote=remote, caller=_text(told, "from"), called=_text(told, "to"))
        number = _dialect.moment_number(asked)
        if asked.get("w") == "person":
            talked = _text(told, "dial_call_status") == "completed"
            return Told(Event.RETURNED, session, remote, number, "talked" if talked else "nobody")
        if keys := _text(told, "digits"):
            return Told(Event.KEYS, session, remote, number, keys)
        if _text(told, "reason") == "dtmfDetected":  # the ending key alone
            return Told(Event.KEYS, session, remote, number, "#")
        return Told(Event.SILENCE, session, remote, number)

    def write(self, page: Page, account: MediaAccount) -> Answer:
        *before, last = page.verbs
        said = [_said(verb, page, account) for verb in before if isinstance(verb, Say)]
        verbs = _last(last, said, page)
        return Answer(json.dumps(verbs, ensure_ascii=False).encode(), "application/json", headers=NEVER_KEPT)


def _last(verb: Verb, said: list[dict[str, Any]], page: Page) -> list[dict[str, Any]]:
    match verb:
        case Gather():
            gather: dict[str, Any] = {
                "verb": "gather",
                "input": ["digits"],
                "maxDigits": verb.keys_max,
                "timeout": verb.silence_seconds,
                "interDigitTimeout": verb.between_seconds,
                "dtmfBargein": verb.barge_in,
                "listenDuringPrompt": verb.barge_in,
                "actionHook": page.after(),
            }
            if verb.keys_max == 1:
                gather["numDigits"] = 1
            if verb.ends_with:
                gather["finishOnKey"] = verb.ends_with
            if said:
                *before, inside = said
                gather[inside["verb"]] = {key: value for key, value in inside.items() if key != "verb"}
                return [*before, gather]
            return [gather]
        case Transfer():
            target = (
                {"type": "sip", "sipUri": verb.to}
                if verb.to.startswith(("sip:", "sips:"))
                else {"type": "phone", "number": verb.to}
            )
            dial: dict[str, Any] = {
                "verb": "dial",
                "target": [target],
                "timeout": verb.seconds,
                "answerOnBridge": True,
                "actionHook": page.after(w="person"),
            }
            if verb.handover:
                dial["headers"] = {"X-Careline-Handover": verb.handover}
            return [*said, dial]
        case Record():
            # jambonz records by streaming to a socket, which we do not offer: the words, then silence for the hall.
            return [*said, {"verb": "redirect", "actionHook": page.after()}]
        case HangUp() | Say():
            return [*said, {"verb": "hangup"}]


def _said(say: Say, page: Page, account: MediaAccount) -> dict[str, Any]:
    if clips := page.clips(say):
        return {"verb": "play", "url": clips if len(clips) > 1 else clips[0]}
    voice = account.voice_en if say.language == "en" else account.voice_zh
    synthesizer = {"vendor": "default", "language": LANGUAGES[say.language]} | ({"voice": voice} if voice else {})
    return {"verb": "say", "text": say.text, "synthesizer": synthesizer}


def _check(call: Call, account: MediaAccount) -> None:
    header = call.headers.get("jambonz-signature", "")
    if not header:
        _dialect.check(call, account, {})
        return
    parts = dict(part.strip().partition("=")[::2] for part in header.split(",")[:8])
    timestamp, given = parts.get("t", ""), parts.get("v1", "")
    check_signature(call, account.name, account.secret, given, timestamp, "Jambonz-Signature", "the signature")


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name, "")
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadForm(f"{name} is no text")
    return str(value)


DIALECT = Jambonz()
