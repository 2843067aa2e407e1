"""TwiML for calls, spoken by Twilio and by platforms that are compatible with it.

The number's voice webhook is https://HALL/telephony/twiml/NAME by POST, its status callback the same address with
/status. Every request is signed as by the SMS gateway (X-Twilio-Signature: HMAC-SHA1 with the auth token, our
`secret`, over address and fields); `base_url` must be what Twilio calls wherever a proxy stands in between. CallSid is
the call.
"""

import hmac

from careline.channels.sms.gateways.twilio import signature
from careline.channels.telephony.accounts import MediaAccount
from careline.channels.telephony.dialects import _dialect
from careline.channels.telephony.dialects._dialect import (
    LANGUAGES,
    NEVER_KEPT,
    XML,
    Answer,
    BadForm,
    BadSecret,
    Call,
    Dialect,
    Page,
    Told,
    element,
    text_of,
)
from careline.channels.telephony.verbs import Gather, HangUp, Record, Say, Transfer, Verb
from careline.dialogue.talk import Event

ENDED = {"completed", "busy", "failed", "no-answer", "canceled"}
SECONDS_MAX = 600
HANDOVER_MAX = 255  # characters of a custom SIP header that Twilio passes on


class Twiml(Dialect):
    name = "twiml"

    def read(self, call: Call, account: MediaAccount) -> Told:
        posted, asked = _signed(call, account)
        remote = _dialect.identified(posted.get("CallSid", ""), "CallSid")
        session = asked.get("s", "")
        if posted.get("CallStatus") in ENDED:
            return Told(Event.HUNG_UP, session, remote)
        if not session:
            return Told(Event.HELLO, remote=remote, caller=posted.get("From", ""), called=posted.get("To", ""))
        number = _dialect.moment_number(asked)
        if "DialCallStatus" in posted:
            talked = posted["DialCallStatus"] in {"completed", "answered"}
            return Told(Event.RETURNED, session, remote, number, "talked" if talked else "nobody")
        if keys := posted.get("Digits", ""):
            return Told(Event.KEYS, session, remote, number, keys)
        if posted.get("FinishedOnKey"):
            return Told(Event.KEYS, session, remote, number, posted["FinishedOnKey"])
        return Told(Event.SILENCE, session, remote, number)

    def write(self, page: Page, account: MediaAccount) -> Answer:
        *before, last = page.verbs
        said = "".join(_said(verb, page, account) for verb in before if isinstance(verb, Say))
        body = element("Response", _last(last, said, page))
        return Answer(f'<?xml version="1.0" encoding="UTF-8"?>{body}'.encode(), XML, headers=NEVER_KEPT)


def _last(verb: Verb, said: str, page: Page) -> str:
    where = {"action": page.after(), "method": "POST"}
    match verb:
        case Gather():
            # Twilio knows one time only, for the first key and between keys; with barge-in the words are inside.
            seconds = verb.silence_seconds if verb.keys_max == 1 else max(verb.between_seconds, verb.silence_seconds)
            gather: dict[str, object] = {
                "input": "dtmf",
                "numDigits": verb.keys_max,
                "finishOnKey": verb.ends_with,
                "timeout": max(1, round(seconds)),
                "actionOnEmptyResult": "true",
                **where,
            }
            inside = said if verb.barge_in else ""
            return ("" if verb.barge_in else said) + element("Gather", inside, **gather)
        case Transfer():
            if verb.to.startswith(("sip:", "sips:")):
                header = f"X-Careline-Handover={verb.handover[:HANDOVER_MAX]}" if verb.handover else ""
                mark = "&" if "?" in verb.to else "?"
                target = element("Sip", text_of(f"{verb.to}{mark}{header}" if header else verb.to))
            else:
                target = element("Number", text_of(verb.to))
            return said + element("Dial", target, timeout=min(verb.seconds, SECONDS_MAX), **where)
        case Record():
            return said + element(
                "Record",
                maxLength=verb.seconds_max,
                finishOnKey=verb.ends_with,
                timeout=max(1, round(verb.silence_seconds)),
                playBeep="true",
                **where,
            )
        case HangUp() | Say():
            return said + element("Hangup")


def _said(say: Say, page: Page, account: MediaAccount) -> str:
    if clips := page.clips(say):
        return "".join(element("Play", text_of(one)) for one in clips)
    voice = account.voice_en if say.language == "en" else account.voice_zh
    return element("Say", text_of(say.text), language=LANGUAGES[say.language], voice=voice or None)


def _signed(call: Call, account: MediaAccount) -> tuple[dict[str, str], dict[str, str]]:
    """The posted fields, and those of the address, of a request whose signature is right. Raises BadSecret, BadForm."""
    if not account.secret:
        raise BadSecret(f"the account {account.name} has no secret here, so nobody may use it")
    given = call.headers.get("x-twilio-signature", "")
    if not given:
        raise BadSecret("X-Twilio-Signature is missing")
    posted = Call(call.method, call.url, "", call.body, call.headers, call.now).fields()
    if not hmac.compare_digest(given.encode(), signature(call.url, posted, account.secret).encode()):
        raise BadSecret("X-Twilio-Signature does not fit the request; is base_url the address that is called?")
    if not posted:
        raise BadForm("the form is empty")
    return posted, Call(call.method, call.url, call.query, b"", {}, call.now).fields()


DIALECT = Twiml()
