"""Transcripts: a conversation as a text file that is documentation and test at once.

# 王秀兰 orders caller ID          a title
table: T5                         a fresh subscriber of that table; or `person:` and a name of the town
brand: easyown                    optional; so are language, on (a moment) and to (the number written to)
> KTLDXS                          what the customer says
< 您已开通来电显示…               what must be heard; `…` stands for anything
= done                            how it ends: an outcome and its cause, or `? confirm` for an open question
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from careline.hall.turn import Served

if TYPE_CHECKING:
    from careline.demo.visit import Visit


class TranscriptError(ValueError):
    """A line that is none of those a transcript has; the text names file and line."""


@dataclass(slots=True)
class Exchange:
    """One thing said and what must come of it."""

    said: str
    heard: list[str] = field(default_factory=list)
    end: str = ""
    line: int = 0


@dataclass(slots=True)
class Transcript:
    title: str = ""
    header: dict[str, str] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)


def read(path: Path) -> Transcript:
    """The transcript in this file. Raises TranscriptError."""
    transcript = Transcript()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        mark, rest = line[0], line[1:].strip()
        if mark == "#":
            transcript.title = transcript.title or rest
        elif mark == ">":
            transcript.exchanges.append(Exchange(rest, line=number))
        elif mark in "<=" and transcript.exchanges:
            if mark == "<":
                transcript.exchanges[-1].heard.append(rest)
            else:
                transcript.exchanges[-1].end = rest
        elif ":" in line and not transcript.exchanges:
            name, _, value = line.partition(":")
            transcript.header[name.strip()] = value.strip()
        else:
            raise TranscriptError(f"{path.name}:{number}: a line begins with #, >, <, = or `name:`; this is {line!r}")
    return transcript


def end_of(served: Served) -> str:
    """How a turn ended, as transcripts write it."""
    if served.outcome is not None:
        return f"{served.outcome.value} {served.cause.value}" if served.cause else served.outcome.value
    return f"? {served.asks}" if served.asks else "-"


def fits(heard: Sequence[str], answer: str) -> bool:
    """Whether the answer holds these lines in their order; `…` stands for anything."""
    pattern = ".*".join(".*?".join(re.escape(piece.strip()) for piece in line.split("…")) for line in heard)
    return re.search(pattern, answer, re.DOTALL) is not None


def write(visit: "Visit", turns: Sequence[Served]) -> str:
    """A transcript of what was said and answered in this visit."""
    lines = [f"# {turns[0].arrival.text if turns else ''}"]
    lines.append(f"table: {visit.table}" if visit.table else f"person: {visit.msisdn.masked()}")
    if visit.brand:
        lines.append(f"brand: {visit.brand}")
    if visit.language != "zh":
        lines.append(f"language: {visit.language}")
    for served in turns:
        lines += ["", f"> {served.arrival.text}"]
        lines += [f"< {line}" for line in (served.letter.text if served.letter else "").splitlines() if line.strip()]
        lines.append(f"= {end_of(served)}")
    return "\n".join(lines) + "\n"
