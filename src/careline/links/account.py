"""An account at an SMSC or gateway, kept connected: what is the same for every protocol."""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Unpack

from careline.links.connections import Connections
from careline.links.dialect import Dialect
from careline.links.link import Callbacks, Inbound, Limits, LinkState, Outbound, Receipt, Refusal, Statistics
from careline.links.sending import Departures, LeavingPart
from careline.links.wire import Wire
from careline.protocols.events import Answered, BindAnswered
from careline.protocols.smstext import Part

log = logging.getLogger(__name__)

STATUS_OK = 0


class AccountLink:
    """A Link (see link.Link) for any dialect."""

    def __init__(self, dialect: Dialect, limits: Limits, **told: Unpack[Callbacks]) -> None:
        self.name = dialect.name
        self.limits = limits
        self.statistics = Statistics()
        self.last_failure = ""
        self._dialect = dialect
        self._on_messages = told["on_messages"]
        self._on_receipts = told["on_receipts"]
        self._on_results = told["on_results"]
        self._on_state = told.get("on_state")
        self._on_proved = told.get("on_proved")
        self._departures = Departures(self.name, self.limits, self.statistics, self._cut, time.monotonic())
        self._reference = 0
        self._state = LinkState.DOWN
        self._connections = Connections(dialect, self, self._lost)
        self._closing = False
        self._up = asyncio.Event()
        self._drained = asyncio.Event()
        self._wake: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} {self._state.value}>"

    # The Link interface

    @property
    def state(self) -> LinkState:
        """Whether messages can be sent and received now."""
        return self._state

    @property
    def room(self) -> int:
        """Parts that can still be queued."""
        return self._departures.room

    def start(self) -> None:
        """Begin to connect, on the running loop, and keep connected until close()."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._connections.start()

    async def wait_until_up(self, timeout_seconds: float = 10.0) -> None:
        """Return when the link is up; TimeoutError after that long, with the last failure."""
        try:
            await asyncio.wait_for(self._up.wait(), timeout_seconds)
        except TimeoutError:
            raise TimeoutError(f"link {self.name} is not up: {self.last_failure or 'no answer'}") from None

    async def close(self, drain_seconds: float = 5.0) -> None:
        """Let answers to what is in flight come in, unbind, close; what never left ends as not sent."""
        if self._closing:
            return
        self._closing = True
        self._departures.give_back("link closed")
        self._tell_results()
        self._notice_drained()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._drained.wait(), drain_seconds)
        await self._connections.close()
        if self._wake:
            self._wake.cancel()
        self._tell_results()
        self._become(LinkState.CLOSED)

    def submit(self, messages: Iterable[Outbound]) -> None:
        """Queue these messages, from any thread; each comes back once through on_results."""
        messages = list(messages)
        if self._loop is None:
            raise RuntimeError("start() the link first")
        if threading.get_ident() == self._thread:
            self._take(messages)
        else:
            self._loop.call_soon_threadsafe(self._take, messages)

    # Sending

    def _take(self, messages: list[Outbound]) -> None:
        departures = self._departures
        if self._state is LinkState.UP and not self._closing:
            for message in messages:
                departures.add(message)
        else:
            for message in messages:
                departures.turn_away(message, "link down")
        self._pump(time.monotonic())
        self._connections.flush_soon()
        assert self._loop
        self._loop.call_soon(self._tell_results)

    def _cut(self, outbound: Outbound) -> Sequence[Part]:
        if outbound.reference is None:
            self._reference = (self._reference + 1) & 0xFFFF
        return self._dialect.cut(outbound, outbound.reference or self._reference)

    def _pump(self, now: float) -> None:
        """Let leave what may leave now, and wake up again when time alone will let more leave."""
        wire = self._connections.sending()
        if wire is None or not wire.writable:
            return
        departures, dialect, session = self._departures, self._dialect, wire.session
        for leaving in departures.next(self.limits.window - len(session.in_flight), now):
            try:
                dialect.submit(session, leaving.job.outbound, leaving.part, leaving, now)
            except ValueError as error:
                departures.unsendable(leaving, str(error))
        if self._wake is None and len(session.in_flight) < self.limits.window:
            wait = departures.wait_seconds(now)
            if wait is not None and self._loop:
                self._wake = self._loop.call_later(wait + 0.001, self._awake)

    def _awake(self) -> None:
        self._wake = None
        self._pump(time.monotonic())
        self._connections.flush_soon()
        self._tell_results()

    def _tell_results(self) -> None:
        if results := self._departures.take_results():
            self._on_results(results)

    # What wires tell

    def greet(self, wire: Wire) -> None:
        """The connection stands: ask to be bound."""
        self._dialect.greet(wire.session, self._connections.wires.index(wire))

    def translate(self, wire: Wire, message: Any, received_at: datetime) -> Inbound | Receipt | None:
        """A message as its users know it."""
        return self._dialect.translate(wire, message, received_at)

    def write_answers(self, wire: Wire, sequences: Sequence[int], refusal: Refusal | None) -> None:
        """Answer these in the session."""
        self._dialect.answer(wire.session, sequences, refusal)

    def heard(
        self, wire: Wire, messages: list[Inbound], receipts: list[Receipt], answered: list[Answered], now: float
    ) -> None:
        """What one read brought: hand it on in batches and let leave what it made room for."""
        departures, slow_down = self._departures, self._dialect.slow_down
        for answer in answered:
            leaving = answer.token
            assert isinstance(leaving, LeavingPart)
            if answer.status == STATUS_OK:
                departures.accepted(leaving, answer.message_id)
            elif answer.status in slow_down and not self._closing:
                departures.slow_down(leaving, answer.status, now)
            else:
                departures.refused(leaving, answer.status)
        if messages:
            self.statistics.received += len(messages)
            self._on_messages(messages)
        # Results first: a receipt that came in the same read then finds its message's id.
        self._tell_results()
        if receipts:
            self.statistics.receipts += len(receipts)
            self._on_receipts(receipts)
        self._pump(now)
        self._tell_results()
        self._notice_drained()

    def unanswered(self, wire: Wire, tokens: list[object]) -> None:
        """Nobody knows what became of these parts."""
        for leaving in tokens:
            assert isinstance(leaving, LeavingPart)
            self._departures.unanswered(leaving)
        self._tell_results()
        self._notice_drained()

    def bound(self, wire: Wire, answer: BindAnswered) -> None:
        """The other side answered the bind."""
        if answer.remark:
            log.warning("link %s: %s", self.name, answer.remark)
        if answer.status != STATUS_OK:
            self.statistics.bind_failures += 1
            wire.close(f"bind refused with status {answer.status:#x}")
            return
        if self._connections.all_bound:
            self._become(LinkState.UP)

    def proved(self, up_to: datetime) -> None:
        """What was received until then was answered, and the answers have arrived."""
        if self._on_proved:
            self._on_proved(up_to)

    # Up and down

    def _lost(self, reason: str) -> None:
        self.last_failure = reason
        if not self._closing:
            log.warning("link %s is down: %s", self.name, reason)
        self._become(LinkState.DOWN)
        self._departures.give_back("link down")
        self._tell_results()

    def _become(self, state: LinkState) -> None:
        if self._state is state:
            return
        self._state = state
        if state is LinkState.UP:
            self._up.set()
        else:
            self._up.clear()
        if self._on_state:
            self._on_state(state)

    def _notice_drained(self) -> None:
        if self._closing and not self._connections.in_flight:
            self._drained.set()
