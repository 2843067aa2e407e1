"""One finding of `careline doctor`."""

import enum
from dataclasses import dataclass


class State(enum.StrEnum):
    FINE = "fine"
    WARN = "warn"
    BAD = "bad"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, what was seen, and what mends it."""

    name: str
    state: State
    said: str
    mend: str = ""

    def to_json(self) -> dict[str, str]:
        return {"name": self.name, "state": self.state.value, "said": self.said, "mend": self.mend}


def fine(name: str, said: str) -> Finding:
    return Finding(name, State.FINE, said)


def warn(name: str, said: str, mend: str) -> Finding:
    return Finding(name, State.WARN, said, mend)


def bad(name: str, said: str, mend: str) -> Finding:
    return Finding(name, State.BAD, said, mend)


def skipped(name: str, said: str, mend: str = "") -> Finding:
    return Finding(name, State.SKIPPED, said, mend)
