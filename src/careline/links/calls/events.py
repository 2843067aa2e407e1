"""What happens in a call, as its application hears it: `Digit`, `Held`, `Resumed`, `Referred`, and `Ended` last."""

from dataclasses import dataclass

from careline.protocols.sip.steps import Ended, Referred

__all__ = ["CallEvent", "Digit", "Ended", "Held", "Referred", "Resumed"]


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
