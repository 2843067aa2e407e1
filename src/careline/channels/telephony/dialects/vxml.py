"""VoiceXML 2.1, which the IVRs of carriers consume (W3C Recommendation of 19 June 2007).

The number's document is https://HALL/telephony/vxml/NAME?secret=S by GET: it holds no more than a fresh session and
sends itself on with caller and called number. Every further document is one turn: a form with one item, whose events
(keys, silence, a wrong key, hang-up, the transfer's result) are submitted with the session `s`, the moment's number
`n`, the event `e` and its keys `k`. Those documents need no secret: nobody knows `s` who was not given it.

A browser that cannot fetch a WAV says the text in its place.
"""

import secrets

from django.core import signing

from careline.channels.telephony.accounts import MediaAccount
from careline.channels.telephony.dialects import _dialect
from careline.channels.telephony.dialects._dialect import (
    KEYS,
    LANGUAGES,
    NEVER_KEPT,
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

TYPE = "application/voicexml+xml; charset=utf-8"
FRESH_SECONDS = 300  # from fetching the first document to sending it on
NOBODY = {"busy", "noanswer", "network_busy", "unknown", ""}  # VoiceXML 2.1, table 36: the rest had somebody
_SIGNER = signing.TimestampSigner(salt="careline.telephony.vxml")
_EVENTS = {
    "hello": Event.HELLO,
    "keys": Event.KEYS,
    "silence": Event.SILENCE,
    "returned": Event.RETURNED,
    "hung_up": Event.HUNG_UP,
    "lost": Event.LOST,
}


class Vxml(Dialect):
    name = "vxml"

    def entrance(self, call: Call, account: MediaAccount, here: str) -> Answer | None:
        fields = call.fields()
        if "e" in fields:
            return None
        _dialect.check(call, account, fields)
        where = "namelist", "s n e caller called"
        hello = "".join(
            [
                element("assign", name="caller", expr="session.connection.remote.uri"),
                element("assign", name="called", expr="session.connection.local.uri"),
                element("submit", next=here, method="post", **dict([where])),
            ]
        )
        variables = _variables(_SIGNER.sign(secrets.token_urlsafe(24)), 0, "hello")
        variables += element("var", name="caller", expr="''") + element("var", name="called", expr="''")
        form = element("form", element("block", hello), id="hello")
        return _document("zh", variables + form)

    def read(self, call: Call, account: MediaAccount) -> Told:
        fields = call.fields()
        event = _EVENTS.get(fields.get("e", ""))
        if event is None:
            raise BadForm("e is missing or no event that we know")
        session = _dialect.identified(fields.get("s", ""), "s")
        if event is Event.HELLO:
            try:
                session = _SIGNER.unsign(session, max_age=FRESH_SECONDS)
            except signing.BadSignature as error:
                raise BadSecret("s is not of our first document, or too old") from error
            return Told(event, session, caller=fields.get("caller", ""), called=fields.get("called", ""))
        keys = fields.get("k", "")
        if event is Event.RETURNED:
            keys = "nobody" if keys in NOBODY else "talked"
        elif event is Event.KEYS and not keys.strip():
            keys = "#"  # a nomatch without its keys is still a wrong key
        if event is Event.KEYS and keys == "undefined":
            keys = "#"
        return Told(event, session, number=_dialect.moment_number(fields), keys=keys)

    def write(self, page: Page, account: MediaAccount) -> Answer:
        *before, last = page.verbs
        said = [verb for verb in before if isinstance(verb, Say)]
        prompts = [_prompt(say, page, last) for say in said]
        language = said[-1].language if said else "zh"
        submit = element("submit", next=page.here, method="post", namelist="s n e k")
        handlers = _handlers(submit) if page.session else ""
        body = element("form", _item(last, "".join(prompts), submit, page), id="turn")
        return _document(language, _variables(page.session, page.next, "keys") + handlers + body)


def _document(language: str, body: str) -> Answer:
    root = element("vxml", body, version="2.1", xmlns="http://www.w3.org/2001/vxml", xml__lang=LANGUAGES[language])
    return Answer(f'<?xml version="1.0" encoding="UTF-8"?>\n{root}'.encode(), TYPE, headers=NEVER_KEPT)


def _variables(session: str, number: int, event: str) -> str:
    values = {"s": session, "n": str(number), "e": event, "k": ""}
    return "".join(element("var", name=name, expr=f"'{value}'") for name, value in values.items())


def _catch(event: str, becomes: str, submit: str) -> str:
    return element("catch", element("assign", name="e", expr=f"'{becomes}'") + submit, event=event)


def _handlers(submit: str) -> str:
    """What is told whatever item is active; of two that fit, a browser takes the first (VoiceXML 2.1, 5.2.4)."""
    return "".join(
        [
            # A fetch that failed would fail again.
            element("catch", element("exit"), event="error.badfetch"),
            _catch("error", "lost", submit),
            _catch("connection.disconnect.hangup", "hung_up", submit),
            # Somebody took the transferred call, and it is no longer ours.
            _catch("connection.disconnect.transfer", "hung_up", submit),
        ]
    )


def _prompt(say: Say, page: Page, last: Verb) -> str:
    """The words: our clips, with the whole text in place of the first if it cannot be had."""
    text = text_of(say.text)
    if say.slow:
        text = element("prosody", text, rate="slow")
    first, *rest = [*page.clips(say), ""]
    content = element("audio", text, src=first) if first else text
    content += "".join(element("audio", src=one) for one in rest if one)
    barge_in = str(getattr(last, "barge_in", False)).lower()
    timeout = f"{last.silence_seconds:g}s" if isinstance(last, Gather) else None
    return element("prompt", content, bargein=barge_in, timeout=timeout, xml__lang=LANGUAGES[say.language])


def _item(verb: Verb, prompts: str, submit: str, page: Page) -> str:
    match verb:
        case Gather():
            return _field(verb, prompts, submit)
        case Transfer():
            taken = element("assign", name="e", expr="'returned'") + element("assign", name="k", expr="person") + submit
            lost = (
                element("assign", name="e", expr="'returned'") + element("assign", name="k", expr="'unknown'") + submit
            )
            return element(
                "transfer",
                prompts
                + element("catch", lost, event="error.connection error.unsupported.transfer")
                + element("filled", taken),
                name="person",
                dest=destination(verb.to),
                type="bridge",
                connecttimeout=f"{verb.seconds}s",
                aai=verb.handover or None,
            )
        case Record():
            heard = element(
                "submit", next=page.here, method="post", namelist="s n e k voice", enctype="multipart/form-data"
            )
            silent = element("assign", name="e", expr="'silence'") + submit
            return element(
                "record",
                prompts + element("noinput", silent) + element("filled", heard),
                name="voice",
                beep="true",
                maxtime=f"{verb.seconds_max}s",
                finalsilence=f"{verb.silence_seconds:g}s",
                dtmfterm="true",
                type="audio/x-wav",
            )
        case HangUp() | Say():
            return element("block", prompts + element("disconnect"))


def _field(gather: Gather, prompts: str, submit: str) -> str:
    properties = {
        "inputmodes": "dtmf",
        "interdigittimeout": f"{gather.between_seconds:g}s",
        "termtimeout": "0s",
        # The platform's own terminator is #, which is a key of ours wherever it ends nothing.
        "termchar": gather.ends_with,
    }
    keys = "".join(element("item", key) for key in KEYS if key != gather.ends_with)
    repeat = f"1-{gather.keys_max}" if gather.keys_max > 1 else "1"
    rule = element("rule", element("item", element("one-of", keys), repeat=repeat), id="keys", scope="public")
    grammar = element("grammar", rule, mode="dtmf", version="1.0", root="keys", type="application/srgs+xml")
    silence = element("assign", name="e", expr="'silence'") + submit
    wrong = element("assign", name="k", expr="application.lastresult$.utterance") + submit
    right = element("assign", name="k", expr="keys") + submit
    return element(
        "field",
        "".join(element("property", name=name, value=value) for name, value in properties.items())
        + grammar
        + (prompts or element("prompt", element("break", time="10ms"), timeout=f"{gather.silence_seconds:g}s"))
        + element("noinput", silence)
        + element("nomatch", wrong)
        + element("filled", right),
        name="keys",
    )


def destination(to: str) -> str:
    """A number or address as a URI."""
    return to if ":" in to else f"tel:{to}"


DIALECT = Vxml()
