"""What comes of one run, whatever the channel: why it failed, step by step, with figures, and what was heard."""

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from careline.probes.listening.hearing import Samples
from careline.probes.visiting.ladder import Rung
from careline.values.cause import Cause

_DIGITS = re.compile(r"(?<![A-Za-z_\d])(?!10086)\d{5,}")  # not the hall's own number, nor names of services
ANSWER_MAX = 400  # characters of an answer that are kept with its step


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a call that is to be recognised when it is over; `words` are what must be said in it, if any must."""

    step: int
    sound: Samples
    words: tuple[str, ...] = ()


@dataclass(slots=True)
class Result:
    """What came of one run. `cause` is None when all that was wanted was heard or read.

    `unjudged` says why nothing can be said of a step that did not fail otherwise: then the run has neither passed nor failed.
    """

    cause: Cause | None = None
    why: str = ""
    unjudged: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    sound: Samples = field(default_factory=lambda: np.zeros(0, np.float32))
    calls: list[str] = field(default_factory=list)  # by which a ladder of SIP is found
    ladder: list[Rung] = field(default_factory=list)  # of channels without SIP: what went out and came in
    pieces: list[Piece] = field(default_factory=list)  # of sound, for the recogniser


class Failed(Exception):
    """A step did not come to what was wanted."""

    def __init__(self, cause: Cause, why: str) -> None:
        super().__init__(why)
        self.cause, self.why = cause, why


def shown(what: str) -> str:
    """What was pressed or sent, as it may be kept: long runs of digits may be a password or a number."""
    return _DIGITS.sub(lambda found: "*" * len(found.group()), what)


def kept(answer: str) -> str:
    """An answer as it may be kept."""
    return shown(answer)[:ANSWER_MAX]
