"""A call from the handset in the browser: each thing that happens goes to the hall, and what to say and do comes back.

Its sessions lie where those of other people's servers do, so the same sweep ends those that the browser never ended.
"""

import logging
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import msgspec
from django.db import DatabaseError, InterfaceError, connection

from careline import wiring
from careline.catalogue import spoken_length
from careline.channels.phone.handset import LINK
from careline.channels.telephony import last_words, moments, sessions
from careline.channels.telephony.models import Session
from careline.dialogue.talk import Event
from careline.hall import conversation
from careline.hall.reception import Reception
from careline.hall.telephone import Act
from careline.prompts import house, sound
from careline.values.msisdn import Msisdn

NUMBER = "10086"
NUMBER_MAX = 100_000  # moments of one call
KEYS_MAX = 64  # pressed in one go; more is noise
EVENTS = (Event.HELLO, Event.KEYS, Event.SILENCE, Event.RETURNED, Event.HUNG_UP, Event.LOST)
NOBODY = "nobody"  # why a call comes back from the desk: it cannot leave the browser
_CALL = re.compile(r"[0-9a-f]{32}")
_KEYS = re.compile(r"[0-9*#]+")

log = logging.getLogger(__name__)


class Malformed(ValueError):
    """The browser sent what no page of ours sends."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the browser tells of its call."""

    call: str  # an id that it made by chance, 128 bits: nobody else guesses it
    event: Event
    number: int  # of this moment
    keys: str = field(default="", repr=False)
    heard_percent: int = 100

    @classmethod
    def read(cls, call: str, event: str, number: str, keys: str, heard: str) -> "Told":
        """Raises Malformed."""
        counted = number.isascii() and number.isdecimal() and len(number) <= len(str(NUMBER_MAX))
        if not _CALL.fullmatch(call) or event not in EVENTS or not counted or int(number) > NUMBER_MAX:
            raise Malformed("call, event or number")
        if event == Event.KEYS and not (_KEYS.fullmatch(keys) and len(keys) <= KEYS_MAX):
            raise Malformed("keys")
        percent = min(int(heard), 100) if heard.isdecimal() and len(heard) < 4 else 100
        return cls(call, Event(event), int(number), keys if event == Event.KEYS else "", percent)


class Answer(msgspec.Struct, frozen=True):
    """What the handset says and does now; kept, so that a repeated request hears it again."""

    number: int
    text: str
    language: str
    then: str = "hang_up"  # keys, person, hang_up; the rest is as careline.dialogue.talk.Cue says
    keys_max: int = 1
    ends_with: str = ""
    silence_seconds: float = 6.0
    between_seconds: float = 3.0
    barge_in: bool = True
    secret: bool = False
    slow: bool = False
    seconds: float = 0.0  # that the words take, roughly: for a handset without sound
    turn: str = ""  # by which its story is asked for
    path: tuple[str, ...] = ()  # titles from the main menu to where we are


@cache
def reception() -> Reception:
    """This process's way into the hall; it waits for the carrier, as a caller does."""
    return wiring.reception()


def answer(told: Told, msisdn: Msisdn, language: str) -> tuple[Answer, bool]:
    """What to do after this, and whether the hall took it in; where it did not, the answer says so and ends the call.

    `language` is the page's: in it a fault is told that comes before or instead of the caller's own.
    """
    now = wiring.clock()
    try:
        return _answer(told, msisdn, language, now), True
    except moments.Fault:
        log.error("handset: the hall could not take a moment in")
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        log.error("handset: the database does not answer: %s", (str(error).splitlines() or [""])[0])
    return Answer(told.number, last_words.fault(reception(), language), language), False


def over(told: Told) -> None:
    """The call has ended at the browser."""
    session = sessions.find_remote(LINK, told.call)
    if session is not None:
        moments.end(reception(), session, told.event, wiring.clock())


def caller(call: str) -> Msisdn | None:
    """Who makes this call; None where there is none."""
    session = sessions.find_remote(LINK, call) if _CALL.fullmatch(call) else None
    return Msisdn(session.msisdn) if session is not None else None


def prompt(call: str, number: int) -> bytes | None:
    """What is said now in this call, as WAV; None where it is over, or where no sound can be made of the words."""
    session = sessions.find_remote(LINK, call) if _CALL.fullmatch(call) else None
    said = _kept(session) if session is not None else None
    if said is None or said.number != number or not said.text:
        return None
    try:
        speaker = house.speaker()
        clips = speaker.clips(said.text, said.language, slow=said.slow)
        if [clip.id for clip in clips] == [speaker.fallback(said.language).id]:
            return None  # the words could not be made; the page shows them and says why
        return sound.wav(b"".join(clip.path.read_bytes() for clip in clips))
    except Exception:  # a prompt that cannot be made costs its sound, not the call
        log.exception("a prompt could not be made")
        return None


def _answer(told: Told, msisdn: Msisdn, language: str, now: datetime) -> Answer:
    session = sessions.find_remote(LINK, told.call)
    if session is None and told.event is Event.HELLO and told.number == 0:
        session = sessions.begin(LINK, told.call, channel="voice", msisdn=msisdn, address=NUMBER, now=now)
    if session is None:
        return Answer(told.number, last_words.over(reception(), language), language)
    kept = _kept(session)
    if kept is not None and told.number <= session.number:
        return kept
    if session.ended_at is not None or told.number != session.number + 1:
        language = kept.language if kept else language
        return Answer(told.number, last_words.over(reception(), language), language)
    return _step(session, told, now)


def _step(session: Session, told: Told, now: datetime) -> Answer:
    keys = NOBODY if told.event is Event.RETURNED else told.keys
    try:
        act = moments.act_of(reception(), session, told.number, told.event, keys, now, heard_percent=told.heard_percent)
    except moments.Fault:
        moments.end(reception(), session, Event.LOST, now)
        raise
    if act is not None:
        made = _answer_of(act, told.number, Msisdn(session.msisdn))
        sessions.answered(session, told.number, msgspec.json.encode(made).decode(), now=now)
        if made.then == "hang_up":
            moments.end(reception(), session, Event.HUNG_UP, now)
    kept = _kept(session)
    assert kept is not None, "what was answered is kept"
    return kept


def _answer_of(act: Act, number: int, msisdn: Msisdn) -> Answer:
    cue, language = act.cue, act.language or "zh"
    return Answer(
        number=number,
        text=act.text,
        language=language,
        then=cue.then,
        keys_max=cue.keys_max,
        ends_with=cue.ends_with,
        silence_seconds=cue.silence_seconds,
        between_seconds=cue.between_seconds,
        barge_in=cue.barge_in,
        secret=cue.secret,
        slow=cue.slow,
        seconds=round(spoken_length.seconds(act.text, language) * (1.3 if cue.slow else 1), 1),
        turn=act.served.turn if act.served else "",
        path=_path(msisdn, language),
    )


def _path(msisdn: Msisdn, language: str) -> tuple[str, ...]:
    """Where in the menu the caller stands, from its first node on; nothing once the session is over."""
    standing = conversation.stand([(msisdn, "voice")])[msisdn, "voice"]
    kept = standing.state.get("session") or {}
    menu = reception().book().menus.get(str(kept.get("menu", "")))
    if menu is None:
        return ()
    return tuple(menu.nodes[node].title.read(language) for node in kept.get("trail", ()) if node in menu.nodes)


def _kept(session: Session) -> Answer | None:
    return msgspec.json.decode(session.said, type=Answer) if session.said else None
