"""One ESME's connection to the SMSC simulator: a session on a socket."""

import asyncio
import socket
import time
from typing import Any, Final, Protocol

from careline.protocols.events import Answered, Broken, Common, Garbled, Unanswered, UnbindRequested
from careline.protocols.smpp.pdu import BindRequest, Message
from careline.protocols.smpp.session import Session
from careline.protocols.smpp.states import Side
from careline.simulators.deliveries import Arrival, Delivery

TICK_SECONDS: Final = 0.5


class SmscOffice(Protocol):
    """What a connection tells and asks of its SMSC."""

    connections: list["SmscConnection"]
    response_seconds: float
    deaf: bool
    garbage: list[str]

    def bind_requested(self, connection: "SmscConnection", request: BindRequest) -> None:
        """Someone wants to be bound."""

    def submitted(self, connection: "SmscConnection", message: Message, now: float) -> Arrival | None:
        """A part came; gives the text it completes."""

    def arrived(self, arrivals: list[Arrival]) -> None:
        """What one read brought."""

    def answered(self, delivery: Delivery, status: int, now: float) -> None:
        """The ESME answered a delivery."""

    def send_again(self, delivery: Delivery) -> None:
        """A delivery was not answered."""

    def pump(self, connection: "SmscConnection") -> None:
        """Give the connection what its window holds."""

    def happened(self) -> None:
        """Something happened."""


class SmscConnection(asyncio.Protocol):
    """One ESME's connection."""

    def __init__(self, smsc: SmscOffice) -> None:
        self.smsc = smsc
        self.account: str | None = None
        self.writable = True
        self.session: Any = Session(Side.SMSC, now=time.monotonic(), response_seconds=smsc.response_seconds)
        self._transport: asyncio.Transport | None = None
        self._ticking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the bind."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.smsc.connections.append(self)
        self._ticking = asyncio.get_running_loop().call_later(TICK_SECONDS, self._tick)

    def data_received(self, data: bytes) -> None:
        """One read: all its events, then one write."""
        if self.smsc.deaf:
            return
        now = time.monotonic()
        self._handle(self.session.receive(data, now), now)
        self.smsc.pump(self)
        self.flush()
        self.smsc.happened()

    def _handle(self, events: list[Any], now: float) -> None:
        smsc = self.smsc
        arrivals: list[Arrival] = []
        for event in events:
            if isinstance(event, Message):
                if (arrival := smsc.submitted(self, event, now)) is not None:
                    arrivals.append(arrival)
            elif isinstance(event, Answered):
                assert isinstance(event.token, Delivery)
                smsc.answered(event.token, event.status, now)
            elif isinstance(event, BindRequest):
                smsc.bind_requested(self, event)
            else:
                self._handle_rare(event)
        if arrivals:
            smsc.arrived(arrivals)

    def _handle_rare(self, event: Common) -> None:
        if isinstance(event, Unanswered):
            assert isinstance(event.token, Delivery)
            self.smsc.send_again(event.token)
        elif isinstance(event, Garbled | Broken):
            self.smsc.garbage.append(event.reason)
        if isinstance(event, Broken | UnbindRequested) and self._transport:
            self.flush()
            self._transport.close()

    def _tick(self) -> None:
        self._ticking = asyncio.get_running_loop().call_later(TICK_SECONDS, self._tick)
        now = time.monotonic()
        self._handle(self.session.tick(now), now)
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """What was not acknowledged will be sent again."""
        if self._ticking:
            self._ticking.cancel()
        if self in self.smsc.connections:
            self.smsc.connections.remove(self)
        self._transport = None
        for token in self.session.close():
            assert isinstance(token, Delivery)
            self.smsc.send_again(token)
        self.smsc.happened()

    def pause_writing(self) -> None:
        """The ESME does not read."""
        self.writable = False

    def resume_writing(self) -> None:
        """The ESME reads again."""
        self.writable = True
        self.smsc.pump(self)
        self.flush()

    def flush(self) -> None:
        """Write what is outgoing."""
        if self._transport and not self._transport.is_closing() and (outgoing := self.session.take()):
            self._transport.write(outgoing)

    def write(self, data: bytes) -> None:
        """Write these bytes as they are."""
        if self._transport:
            self._transport.write(data)

    def abort(self) -> None:
        """Drop the connection."""
        if self._transport:
            self._transport.abort()
