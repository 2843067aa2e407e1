"""What a media server is to do, in words that all of them know: say, gather, transfer, record, hang up.

`verbs_of` is the only place where an act of the hall becomes verbs; the dialects only spell them.
"""

from urllib.parse import quote

import msgspec

from careline.dialogue.talk import Cue, Handover
from careline.hall.telephone import Act

TITLES_MAX = 6  # of the way through the menu that a person is told; a SIP header line stays readable


class Say(msgspec.Struct, frozen=True, tag=True):
    """Say this; `audio` are ids of clips that together hold exactly these words (see audio.py)."""

    text: str
    language: str = "zh"
    slow: bool = False
    audio: tuple[str, ...] = ()


class Gather(msgspec.Struct, frozen=True, tag=True):
    """Wait for keys, as careline.dialogue.talk.Cue says."""

    keys_max: int = 1
    ends_with: str = ""
    silence_seconds: float = 6.0
    between_seconds: float = 3.0
    barge_in: bool = True
    secret: bool = False


class Transfer(msgspec.Struct, frozen=True, tag=True):
    """Connect the caller with a person at `to`; `handover` is what that person gets to know, in ASCII."""

    to: str
    handover: str = ""
    seconds: int = 30  # that it may ring


class Record(msgspec.Struct, frozen=True, tag=True):
    """Record what the caller says."""

    seconds_max: int = 120
    ends_with: str = "#"
    silence_seconds: float = 4.0


class HangUp(msgspec.Struct, frozen=True, tag=True):
    """End the call."""


Verb = Say | Gather | Transfer | Record | HangUp


def verbs_of(act: Act, *, person: str = "", person_seconds: int = 30) -> tuple[Verb, ...]:
    """The verbs of an act, in order; `person` is where persons are reached. The last one is never a Say."""
    said = (Say(act.text, act.language, act.cue.slow),) if act.text else ()
    return (*said, _then(act.cue, person, person_seconds))


def written(verbs: tuple[Verb, ...]) -> str:
    """The verbs as text that `read` understands."""
    return msgspec.json.encode(verbs).decode()


def read(text: str) -> tuple[Verb, ...]:
    return msgspec.json.decode(text, type=tuple[Verb, ...])


def told(handover: Handover | None) -> str:
    """What the person who takes over gets to know, as one line of ASCII: `reason=asked;node=bills;...`.

    What is not ASCII, a semicolon or a percent sign is written %XX (UTF-8), so that it fits every header.
    """
    if handover is None:
        return ""
    known = {
        "reason": handover.reason,
        "node": handover.node,
        "path": "/".join(handover.path[-TITLES_MAX:]),
        "service": handover.service,
        "verb": handover.verb,
        "reference": handover.reference,
        "outcome": handover.outcome,
        "cause": handover.cause,
        "misses": str(handover.misses or ""),
        "assurance": str(handover.assurance),
    }
    return ";".join(f"{name}={quote(value, safe='/:.-_ ')}" for name, value in known.items() if value)


def _then(cue: Cue, person: str, person_seconds: int) -> Verb:
    match cue.then:
        case "hang_up":
            return HangUp()
        case "person":
            return Transfer(person, told(cue.handover), person_seconds)
        case _:
            # These servers do not tell how much was heard when a key came: a price is heard to its end.
            barge_in = cue.barge_in and not cue.binding
            return Gather(cue.keys_max, cue.ends_with, cue.silence_seconds, cue.between_seconds, barge_in, cue.secret)
