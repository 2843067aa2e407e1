"""FreeSWITCH's mod_httapi: form fields in, a document of work out (FreeSWITCH 1.10, mod_httapi_doc.txt).

In the dialplan: <action application="httapi" data="{url=https://HALL/telephony/httapi/NAME,method=POST}"/>. The secret
goes as HTTP Basic (gateway-credentials of the profile), or as one more parameter `secret=S` in the braces, which
FreeSWITCH sends with each request. `session_id` is the call's; our documents put session and moment into the address of
the next request alone (temp-action). A hang-up is told by `exiting=true`. The profile must permit execute-apps (set,
bridge, flush_dtmf) and get-vars (originate_disposition) where persons are connected.
"""

from careline.channels.telephony.accounts import MediaAccount
from careline.channels.telephony.dialects import _dialect
from careline.channels.telephony.dialects._dialect import (
    NEVER_KEPT,
    XML,
    Answer,
    Call,
    Dialect,
    Page,
    Told,
    element,
    text_of,
)
from careline.channels.telephony.verbs import Gather, HangUp, Record, Say, Transfer, Verb
from careline.dialogue.talk import Event

SILENCE = "silence_stream://250"  # a file that is always there, for waiting without a word
NO_KEYS = {"", "invalid"}  # what mod_httapi sends where nothing matched


class Httapi(Dialect):
    name = "httapi"

    def read(self, call: Call, account: MediaAccount) -> Told:
        fields = call.fields()
        _dialect.check(call, account, fields)
        remote = _dialect.identified(fields.get("session_id", ""), "session_id")
        session = fields.get("s", "")
        if fields.get("exiting") == "true":
            return Told(Event.HUNG_UP, session, remote)
        if not session:
            return Told(
                Event.HELLO,
                remote=remote,
                caller=fields.get("Caller-Caller-ID-Number", ""),
                called=fields.get("Caller-Destination-Number", ""),
            )
        number = _dialect.moment_number(fields)
        if fields.get("w") == "person":
            talked = fields.get("originate_disposition") == "SUCCESS"
            return Told(Event.RETURNED, session, remote, number, "talked" if talked else "nobody")
        keys = fields.get("keys", "")
        if keys in NO_KEYS:
            return Told(Event.SILENCE, session, remote, number)
        return Told(Event.KEYS, session, remote, number, keys)

    def write(self, page: Page, account: MediaAccount) -> Answer:
        *before, last = page.verbs
        said = [verb for verb in before if isinstance(verb, Say)]
        work = [_said(say, page, account) for say in said[:-1]]
        work.append(_last(last, said[-1] if said else None, page, account))
        body = element("document", element("work", "".join(work)), type="xml/freeswitch-httapi")
        return Answer(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode(), XML, headers=NEVER_KEPT)


def _last(verb: Verb, say: Say | None, page: Page, account: MediaAccount) -> str:
    match verb:
        case Gather() if say is not None and not verb.barge_in:
            # Keys have nothing to bind to while the words are said, and those that came meanwhile are dropped.
            dropped = element("execute", application="flush_dtmf")
            return _said(say, page, account) + dropped + _said(None, page, account, gather=verb)
        case Gather():
            return _said(say, page, account, gather=verb)
        case Transfer():
            return (
                (_said(say, page, account) if say else "")
                # Back to us whatever becomes of it.
                + element("execute", application="set", data="hangup_after_bridge=false")
                + element("execute", application="set", data="continue_on_fail=true")
                + element("execute", application="set", data=f"call_timeout={verb.seconds}")
                + element("execute", application="set", data=f"sip_h_X-Careline-Handover={_plain(verb.handover)}")
                + element("execute", application="bridge", data=endpoint(verb.to))
                + element("getVariable", name="originate_disposition", temp_action=page.after(w="person"))
            )
        case Record():
            ends = element("bind", text_of(verb.ends_with)) if verb.ends_with else ""
            return (_said(say, page, account) if say else "") + element(
                "record",
                ends,
                file="voice.wav",
                name="voice",
                limit=verb.seconds_max,
                temp_action=page.after(),
            )
        case HangUp() | Say():
            return (_said(say, page, account) if say else "") + element("hangup", cause="NORMAL_CLEARING")


def _said(say: Say | None, page: Page, account: MediaAccount, gather: Gather | None = None) -> str:
    more: dict[str, object] = {}
    binds = ""
    if gather is not None:
        binds = "".join(element("bind", text_of(one), strip=strip) for one, strip in patterns(gather))
        more = {
            "name": "keys",
            # mod_httapi.c: digit-timeout is between keys, input-timeout the silence after the file.
            "digit_timeout": round(gather.between_seconds * 1000),
            "input_timeout": round(gather.silence_seconds * 1000),
            "loops": 0,
            "temp_action": page.after(),
        }
    clips = page.clips(say) if say else []
    if say is not None and not clips:
        voice = account.voice_en if say.language == "en" else account.voice_zh
        engine, _, name = (voice or "flite|kal").partition("|")
        return element("speak", binds, engine=engine, voice=name, text=say.text, **more)
    file = clips[0] if len(clips) == 1 else "file_string://" + "!".join(clips) if clips else SILENCE
    return element("playback", binds, file=file, **more)


def patterns(gather: Gather) -> list[tuple[str, str | None]]:
    """What the keys are matched with (regular expressions, marked ~), and what is stripped of a match.

    A pattern must not match what is only a beginning: FreeSWITCH takes the first match at once.
    """
    if gather.keys_max == 1:
        return [("~^[0-9*#]$", None)]
    if not gather.ends_with:
        return [(f"~^[0-9*#]{{{gather.keys_max}}}$", None)]
    end = f"\\{gather.ends_with}"
    others = "0-9*" if gather.ends_with == "#" else "0-9#"
    return [
        (f"~^[{others}]{{1,{gather.keys_max - 1}}}{end}$", gather.ends_with),
        (f"~^[{others}]{{{gather.keys_max}}}$", None),
        (f"~^{end}$", None),
    ]


def endpoint(to: str) -> str:
    """A number or address as FreeSWITCH dials it: a dial string goes as it is, a SIP address by sofia."""
    if "/" in to:
        return to
    if to.startswith(("sip:", "sips:")):
        return f"sofia/external/{to}"
    return f"loopback/{to}"


def _plain(text: str) -> str:
    """`set` would expand variables."""
    return text.replace("$", "%24")


DIALECT = Httapi()
