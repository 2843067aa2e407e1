"""Transcripts: a conversation as a text file that is documentation and test at once.

    # 王秀兰 orders caller ID          a title; further lines of the kind are remarks
    table: T5                         a fresh subscriber of that table; or `person:` and a name of the town
    brand: easyown                    optional; so are language, on (a moment, local), to (the number written to),
                                      status, abroad (yes) and fresh (yes: each text is said by someone new)
    ! 61 minutes later                what happens in between: time passes, `! carrier down`, `! carrier well`
    > KTLDXS                          what the customer says; \\x0a stands for a control character
    < 您已开通来电显示…               what must be heard; `…` stands for anything
    = done                            how it ends: an outcome and its cause, or `? confirm` for an open question
    keys: @caller_id.subscribe 1      the same by keys, in a call or USSD session of its own: presses one after the other,
                                      each heard before the next; @service.verb is the way there through the menu

Punctuation is heard in either width. With `keys:` the ends must be the same on a call and on a screen as by SMS.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from careline.demo import town
from careline.dialogue.saying import local
from careline.hall.turn import Served

if TYPE_CHECKING:
    from careline.demo.visit import Visit


_DOCKET = re.compile(r"(?<![0-9])[0-9]{10}(?![0-9])")


class TranscriptError(ValueError):
    """A line that is none of those a transcript has; the text names file and line."""


@dataclass(slots=True)
class Exchange:
    """One thing said and what must come of it."""

    said: str
    heard: list[str] = field(default_factory=list)
    end: str = ""
    line: int = 0
    before: list[str] = field(default_factory=list)  # what happens in between
    keys: list[str] = field(default_factory=list)  # by which the same is reached on calls


@dataclass(slots=True)
class Transcript:
    title: str = ""
    header: dict[str, str] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)


def read(path: Path) -> Transcript:
    """The transcript in this file. Raises TranscriptError."""
    transcript = Transcript()
    before: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        mark, rest = line[0], line[1:].strip()
        if mark == "#":
            transcript.title = transcript.title or rest
        elif mark == ">":
            transcript.exchanges.append(Exchange(_unescaped(rest), line=number, before=before))
            before = []
        elif mark == "!":
            before.append(rest)
        elif mark in "<=" and transcript.exchanges:
            if mark == "<":
                transcript.exchanges[-1].heard.append(rest)
            else:
                transcript.exchanges[-1].end = rest
        elif line.startswith("keys:") and transcript.exchanges:
            transcript.exchanges[-1].keys = line.removeprefix("keys:").split()
        elif ":" in line and not transcript.exchanges:
            name, _, value = line.partition(":")
            transcript.header[name.strip()] = value.strip()
        else:
            raise TranscriptError(
                f"{path.name}:{number}: a line begins with #, !, >, <, =, `keys:` or `name:`; this is {line!r}"
            )
    return transcript


def end_of(served: Served) -> str:
    """How a turn ended, as transcripts write it."""
    if served.outcome is not None:
        return f"{served.outcome.value} {served.cause.value}" if served.cause else served.outcome.value
    return f"? {served.asks}" if served.asks else "-"


def fits(heard: Sequence[str], answer: str) -> bool:
    """Whether the answer holds these lines in their order; `…` stands for anything."""
    lines = [[re.escape(_one_width(piece.strip())) for piece in line.split("…")] for line in heard]
    return re.search(".*".join(".*?".join(pieces) for pieces in lines), _one_width(answer), re.DOTALL) is not None


def write(visit: "Visit", turns: Sequence[Served]) -> str:
    """A transcript of what was said and answered in this visit."""
    lines = [f"# {_escaped(turns[0].arrival.text) if turns else ''}"]
    person = town.find(visit.msisdn.digits)
    lines.append(f"table: {visit.table}" if visit.table or person is None else f"person: {person.name}")
    if visit.brand:
        lines.append(f"brand: {visit.brand}")
    if visit.language != "zh":
        lines.append(f"language: {visit.language}")
    if visit.address != "10086":
        lines.append(f"to: {visit.address}")
    if turns:
        lines.append(f"on: {local(turns[0].arrival.received_at):%Y-%m-%dT%H:%M}")
    if len({served.arrival.msisdn.digits for served in turns}) > 1:
        lines.append("fresh: yes")
    for served in turns:
        lines += ["", f"> {_escaped(served.arrival.text)}".rstrip()]
        answer = _DOCKET.sub("…", served.letter.text if served.letter else "")  # another number the next time
        lines += [f"< {line}" for line in answer.splitlines() if line.strip()]
        lines.append(f"= {end_of(served)}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f\\]", lambda found: f"\\x{ord(found[0]):02x}", text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\x([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), text)


def _one_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
