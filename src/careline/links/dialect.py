"""What an account link must know of the protocol it speaks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from careline.links.link import Inbound, Outbound, Receipt, Refusal
from careline.links.wire import Wire, WireSession
from careline.protocols.smstext import Part


class Dialect(Protocol):
    """What differs between protocols; channels are the connections one account needs (0, 1, ...)."""

    name: str
    host: str
    port: int
    channels: int
    slow_down: frozenset[int]

    def session(self, channel: int, now: float) -> WireSession:
        """A new session for one connection."""

    def greet(self, session: Any, channel: int) -> None:
        """Ask to be bound."""

    def is_bound(self, session: Any) -> bool:
        """Whether the session is bound."""

    def may_submit(self, session: Any) -> bool:
        """Whether messages can leave on it."""

    def translate(self, wire: Wire, message: Any, received_at: datetime) -> Inbound | Receipt | None:
        """A message as its users know it; None for one that needs no care, which the dialect then answers."""

    def answer(self, session: Any, sequences: Sequence[int], refusal: Refusal | None) -> None:
        """Answer received messages."""

    def cut(self, outbound: Outbound, reference: int) -> Sequence[Part]:
        """The parts of a message."""

    def submit(self, session: Any, outbound: Outbound, part: Part, token: object, now: float) -> None:
        """Send one part; ValueError when it does not fit."""
