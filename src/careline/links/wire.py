"""One connection of a link: a session on a socket, with what is received and not yet answered.

Everything one read brings is told in one batch, and everything it causes is written in one go.
"""

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from careline.links.link import Inbound, Limits, Receipt, Refusal, Statistics
from careline.protocols.events import (
    Answered,
    BindAnswered,
    Broken,
    Common,
    EnquireAnswered,
    Garbled,
    Unanswered,
    UnbindAnswered,
    UnbindRequested,
)

log = logging.getLogger(__name__)

TICK_SECONDS = 0.1


class WireSession(Protocol):
    """What a wire needs of a protocol's session."""

    in_flight: dict[int, tuple[float, object]]

    def receive(self, data: bytes, now: float) -> list[Any]:
        """Bytes in, events out."""

    def tick(self, now: float, token: object = None) -> list[Any]:
        """Time passes."""

    def take(self) -> bytes:
        """Bytes out."""

    def enquire(self, now: float, token: object = None) -> bool:
        """Ask whether the other side is there."""

    def unbind(self) -> None:
        """Ask to end."""

    def close(self) -> list[object]:
        """The connection is gone."""


class WireOwner(Protocol):
    """The link a wire belongs to: it knows the protocol's messages and hears of everything."""

    limits: Limits
    statistics: Statistics

    def greet(self, wire: "Wire") -> None:
        """The connection stands: ask to be bound."""

    def translate(self, wire: "Wire", message: Any, received_at: datetime) -> Inbound | Receipt | None:
        """A message as its users know it; None for one that was answered at once."""

    def write_answers(self, wire: "Wire", sequences: Sequence[int], refusal: Refusal | None) -> None:
        """Answer these in the session."""

    def heard(
        self, wire: "Wire", messages: list[Inbound], receipts: list[Receipt], answered: list[Answered], now: float
    ) -> None:
        """What one read brought; what it lets leave is written with it."""

    def unanswered(self, wire: "Wire", tokens: list[object]) -> None:
        """Nobody answered these submissions in time, or the connection is gone."""

    def bound(self, wire: "Wire", answer: BindAnswered) -> None:
        """The other side answered the bind."""

    def proved(self, up_to: datetime) -> None:
        """What was received until then was answered, and the answers have arrived."""


class Wire(asyncio.Protocol):
    """See the module's sentence."""

    def __init__(self, owner: WireOwner, session: WireSession) -> None:
        self.session: Any = session
        self.gone = asyncio.Event()
        self.unbound = asyncio.Event()
        self.reason = ""
        self.was_bound = False
        self.unanswered: dict[int, datetime] = {}  # received and not answered, the oldest first
        self.writable = True
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._transport: asyncio.Transport | None = None
        self._ticking: asyncio.TimerHandle | None = None
        self._reading = False
        self._flush_due = False
        self._received_at: datetime | None = None
        self._answered_since_proof = False
        self._proof_at = 0.0
        self._unbind_proof: datetime | None = None

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Switch Nagle's algorithm off and begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if (connected := transport.get_extra_info("socket")) is not None:
            # Nagle and delayed acknowledgements together cost 40 ms for each answer that waits for another.
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._owner.greet(self)
        self._flush()
        self._ticking = self._loop.call_later(TICK_SECONDS, self._tick)

    def data_received(self, data: bytes) -> None:
        """One read: all its events, then one write."""
        now = time.monotonic()
        self._reading = True
        try:
            self._handle(self.session.receive(data, now), now)
        finally:
            self._reading = False
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the owner what was lost with the connection."""
        if self._ticking:
            self._ticking.cancel()
        self._transport = None
        self._owner.unanswered(self, self.session.close())
        self.unanswered.clear()
        self.gone.set()
        self.unbound.set()

    def pause_writing(self) -> None:
        """The other side does not read: no new submissions until it does."""
        self.writable = False

    def resume_writing(self) -> None:
        """The other side reads again."""
        self.writable = True
        self._owner.heard(self, [], [], [], time.monotonic())
        self._flush()

    # Answering, from any thread

    def answer(self, sequences: Sequence[int], refusal: Refusal | None) -> None:
        """Answer these requests in one write."""
        if threading.get_ident() == self._thread:
            self._answer(sequences, refusal)
            return
        try:
            self._loop.call_soon_threadsafe(self._answer, sequences, refusal)
        except RuntimeError:  # the loop is closed, and the connection with it
            self._owner.statistics.answered_too_late += len(sequences)

    def _answer(self, sequences: Sequence[int], refusal: Refusal | None) -> None:
        waiting = self.unanswered
        known = [sequence for sequence in sequences if sequence in waiting]
        statistics = self._owner.statistics
        statistics.answered_too_late += len(sequences) - len(known)
        if not known:
            return
        self._owner.write_answers(self, known, refusal)
        for sequence in known:
            del waiting[sequence]
        if refusal is None:
            statistics.acknowledged += len(known)
        else:
            statistics.refused += len(known)
        self._answered_since_proof = True
        self.flush_soon()

    # Events

    def _handle(self, events: list[Any], now: float) -> None:
        messages: list[Inbound] = []
        receipts: list[Receipt] = []
        answered: list[Answered] = []
        overdue: list[object] = []
        received_at = datetime.now(UTC)
        if self._received_at and received_at < self._received_at:
            received_at = self._received_at  # the clock was set back; proofs compare these times
        for event in events:
            if isinstance(event, Answered):
                answered.append(event)
            elif isinstance(event, Unanswered):
                overdue.append(event.token)
            elif isinstance(event, Common):
                self._handle_rare(event, now)
            elif (translated := self._owner.translate(self, event, received_at)) is None:
                pass
            elif len(self.unanswered) >= self._owner.limits.unanswered_max:
                self.unanswered[translated.sequence] = received_at
                self._answer((translated.sequence,), Refusal.BUSY)
            else:
                self._received_at = received_at
                self.unanswered[translated.sequence] = received_at
                if isinstance(translated, Inbound):
                    messages.append(translated)
                else:
                    receipts.append(translated)
        if overdue:
            self._owner.unanswered(self, overdue)
        if messages or receipts or answered or overdue:
            self._owner.heard(self, messages, receipts, answered, now)

    def _handle_rare(self, event: Common, now: float) -> None:
        statistics = self._owner.statistics
        if isinstance(event, BindAnswered):
            self.was_bound = event.status == 0
            self._owner.bound(self, event)
            self._owner.heard(self, [], [], [], now)
        elif isinstance(event, EnquireAnswered):
            if isinstance(event.token, datetime):
                statistics.proofs += 1
                self._owner.proved(event.token)
        elif isinstance(event, UnbindAnswered):
            if self._unbind_proof:
                statistics.proofs += 1
                self._owner.proved(self._unbind_proof)
            self.unbound.set()
        elif isinstance(event, UnbindRequested):
            self.close("the other side unbound")
        elif isinstance(event, Garbled):
            statistics.garbage += 1
            log.warning("odd PDU: %s", event.reason)
        elif isinstance(event, Broken):
            statistics.garbage += 1
            self.close(event.reason)

    def _tick(self) -> None:
        now = time.monotonic()
        self._ticking = self._loop.call_later(TICK_SECONDS, self._tick)
        limits = self._owner.limits
        due = self._answered_since_proof and now - self._proof_at >= limits.prove_seconds
        if due and self.session.enquire(now, self._provable()):
            self._answered_since_proof = False
            self._proof_at = now
        self._handle(self.session.tick(now, self._provable()), now)
        self._flush()

    def _provable(self) -> datetime | None:
        """The time up to which everything received has been answered."""
        if not self.unanswered:
            return self._received_at
        return next(iter(self.unanswered.values())) - timedelta(microseconds=1)

    # Writing and ending

    def flush_soon(self) -> None:
        """Write what is outgoing: at the end of this read, or of this turn of the loop."""
        if not self._reading and not self._flush_due:
            self._flush_due = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flush_due = False
        if (outgoing := self.session.take()) and self._transport:
            self._transport.write(outgoing)

    def unbind(self) -> None:
        """Ask to end; unbound is set when the other side has answered, or the connection is gone."""
        self._unbind_proof = self._provable()
        self.session.unbind()
        self._flush()

    def close(self, reason: str) -> None:
        """Write what is outgoing and close."""
        self.reason = self.reason or reason
        self._flush()
        if self._transport:
            self._transport.close()
