"""What workers and the hall process say to each other: one JSON object a line over a Unix socket.

A worker asks, the hall process answers by the number of the question; nothing is sent unasked. Telephone numbers are
whole here, since the hall must know them: the socket is readable for our own user only, and no line is ever logged.
"""

from typing import Any

import msgspec

from careline.dialogue.talk import Cue, Handover

LINE_BYTES_MAX = 256 * 1024


class Ask(msgspec.Struct, array_like=True):
    """A question: `do` names a deed of the hall process, `what` holds its arguments."""

    id: int
    do: str
    what: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"Ask({self.id}, {self.do!r})"  # keys and numbers are in the rest


class Answer(msgspec.Struct, array_like=True):
    """The answer to the question of that number; `fault` names what kept the hall from doing it."""

    id: int
    fault: str = ""
    what: Any = None


class Clip(msgspec.Struct, array_like=True, frozen=True):
    """A piece of sound: raw A-law of 8 kHz in a file that never changes."""

    path: str
    ms: int


class Told(msgspec.Struct):
    """The hall's answer to a moment: what to say, and what to do then."""

    language: str
    clips: list[Clip]
    cue: Cue
    key: str = ""  # of the words, for logs and tests: never the words themselves


class Standing(msgspec.Struct):
    """Where a caller stands in the queue, and the announcement of it."""

    position: int = 0
    refused: str = ""
    announce_seconds: float = 20.0
    wait_seconds_max: float = 600.0
    recorded: bool = False
    clips: list[Clip] = []


class Rung(msgspec.Struct):
    """A seat that is ours to ring, with what its telephone is told."""

    seat: int
    name: str
    uri: str
    ring_seconds: float
    headers: list[tuple[str, str]] = []


class Due(msgspec.Struct):
    """A callback to make."""

    id: int
    msisdn: str
    language: str


class Going(msgspec.Struct):
    """A call that goes on, as a worker reports it when it finds the hall process again."""

    session: str
    msisdn: str
    address: str
    link: str
    number: int  # of its last moment
    contact: str = ""  # at the desk


__all__ = ["Answer", "Ask", "Clip", "Cue", "Due", "Going", "Handover", "Rung", "Standing", "Told"]
