"""What happens in a call, as its application hears it: `Digit`, `Held`, `Resumed`, `Referred`, and `Ended` last."""

from dataclasses import dataclass

from careline.protocols.sip.steps import Ended, Referred

__all__ = ["CallEvent", "Digit", "Ended", "Held", "Referred", "Resumed", "Unreached"]


@dataclass(frozen=True, slots=True)
class Digit:
    """A key: one of 0123456789*#ABCD; `how` it came: rfc4733, info or inband."""

    key: str
    how: str


@dataclass(frozen=True, slots=True)
class Held:
    """The other side put us on hold: it hears nothing."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The other side hears us again."""


CallEvent = Digit | Held | Resumed | Referred | Ended


class Unreached(Exception):
    """A call of ours that was not answered; `status` says why, as SIP counts: 486 busy, 408 nobody, 503 no way."""

    def __init__(self, status: int, detail: str = "") -> None:
        super().__init__(f"{status} {detail}".strip())
        self.status = status
