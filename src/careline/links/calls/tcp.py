"""SIP over TCP: connections that others open and that we open, used again while they live, and all limited.

RFC 3261 §18: a connection carries many messages; what is answered goes back by the connection that asked.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from typing import Final, NamedTuple

from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.message import Request, Response
from careline.protocols.sip.steps import Hop
from careline.protocols.sip.stream import StreamParser

CONNECT_SECONDS: Final = 4.0
UNREAD_BYTES_MAX: Final = 1 << 20  # what the other side does not read; then the connection is cut
WAITING_MESSAGES_MAX: Final = 64  # for a connection that is being opened


class TcpLimits(NamedTuple):
    connections: int = 1000
    connections_per_address: int = 200
    strangers: int = 50  # of all, held by those who are no neighbours: they must not keep neighbours out
    idle_seconds: float = 300.0
    stranger_idle_seconds: float = 20.0
    unfinished_seconds: float = 10.0  # a message that began must be whole by then: slow senders hold no place
    sweep_seconds: float = 1.0  # between two looks at these


class Streams:
    """All TCP connections of an endpoint."""

    def __init__(
        self,
        received: Callable[[Request | Response, Hop], None],
        lost: Callable[[Hop], None],
        limits: TcpLimits,
        known: Callable[[str], bool] = lambda _host: True,
    ) -> None:
        """`received` hears every message, `lost` every connection that ended or could not be made.

        `known`: whether this address is a neighbour's.
        """
        self.received = received
        self.limits = limits
        self.counters: Counter[str] = Counter()
        self._lost = lost
        self._known = known
        self._strangers = 0
        self._numbers = itertools.count(1)
        self._open: dict[int, _Connection] = {}
        self._to: dict[tuple[str, int], int] = {}  # which connection leads there
        self._per_address: Counter[str] = Counter()
        self._opening: dict[tuple[str, int], tuple[asyncio.Task[None], list[bytes]]] = {}
        self._servers: list[asyncio.Server] = []
        self._sweeper: asyncio.TimerHandle | None = None

    async def listen(self, host: str, port: int) -> int:
        """Take connections there; the port that it became. Raises OSError."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Connection(self), host, port, backlog=512)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    def start(self) -> None:
        """Begin to look after the connections' limits."""
        self._sweeper = asyncio.get_running_loop().call_later(self.limits.sweep_seconds, self._sweep)

    async def stop(self) -> None:
        if self._sweeper:
            self._sweeper.cancel()
        for server in self._servers:
            server.close()
        opening = [task for task, _waiting in self._opening.values()]
        for task in opening:
            task.cancel()
        for connection in list(self._open.values()):
            connection.finish()
        await asyncio.gather(*opening, return_exceptions=True)
        for server in self._servers:
            await server.wait_closed()

    def send(self, data: bytes, hop: Hop) -> None:
        """Send by the connection that is named, by one that leads there, or by a new one."""
        if hop.transport != "tcp":  # nothing that asks for TLS is sent in the clear
            asyncio.get_running_loop().call_soon(self._lost, hop)
            return
        number = hop.connection or self._to.get((hop.host, hop.port), 0)
        if connection := self._open.get(number):
            connection.write(data)
        elif hop.connection:
            self.counters["tcp_lost"] += 1
            asyncio.get_running_loop().call_soon(self._lost, hop)
        elif opening := self._opening.get((hop.host, hop.port)):
            if len(opening[1]) < WAITING_MESSAGES_MAX:
                opening[1].append(data)
        else:
            task = asyncio.get_running_loop().create_task(self._connect(hop))
            self._opening[hop.host, hop.port] = (task, [data])

    @property
    def connections(self) -> int:
        return len(self._open)

    async def _connect(self, hop: Hop) -> None:
        loop = asyncio.get_running_loop()
        address = (hop.host, hop.port)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _transport, connection = await loop.create_connection(lambda: _Connection(self, ours=True), *address)
        except (OSError, TimeoutError):
            del self._opening[address]
            self.counters["tcp_unreachable"] += 1
            self._lost(hop)
            return
        except asyncio.CancelledError:
            del self._opening[address]
            raise
        for data in self._opening.pop(address)[1]:
            connection.write(data)

    def opened(self, connection: "_Connection") -> bool:
        """A place for this connection; False: there is none."""
        host = connection.hop.host
        if len(self._open) >= self.limits.connections or self._per_address[host] >= self.limits.connections_per_address:
            self.counters["tcp_turned_away"] += 1
            return False
        stranger = not connection.ours and not self._known(host)
        if stranger and self._strangers >= self.limits.strangers:
            self.counters["tcp_turned_away"] += 1
            return False
        connection.stranger = stranger
        self._strangers += stranger
        self.counters["tcp_connections"] += 1
        number = next(self._numbers)
        connection.hop = connection.hop._replace(connection=number)
        self._open[number] = connection
        self._to[host, connection.hop.port] = number
        self._per_address[host] += 1
        return True

    def gone(self, hop: Hop) -> None:
        """A connection ended."""
        connection = self._open.pop(hop.connection, None)
        if connection is None:
            return
        self._strangers -= connection.stranger
        if self._to.get((hop.host, hop.port)) == hop.connection:
            del self._to[hop.host, hop.port]
        self._per_address[hop.host] -= 1
        if not self._per_address[hop.host]:
            del self._per_address[hop.host]
        self._lost(hop)

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for connection in list(self._open.values()):
            idle = self.limits.stranger_idle_seconds if connection.stranger else self.limits.idle_seconds
            if connection.heard_at + idle < now:
                self.counters["tcp_idle"] += 1
                connection.close()
            elif connection.unfinished_since and connection.unfinished_since + self.limits.unfinished_seconds < now:
                self.counters["tcp_too_slow"] += 1
                connection.close()
        self._sweeper = loop.call_later(self.limits.sweep_seconds, self._sweep)


class _Connection(asyncio.Protocol):
    """One connection: bytes in, messages out."""

    def __init__(self, streams: Streams, *, ours: bool = False) -> None:
        """`ours`: we open it."""
        self._streams = streams
        self.ours = ours
        self.stranger = False
        self._parser = StreamParser()
        self._transport: asyncio.Transport | None = None
        self.hop = Hop("tcp", "", 0)
        self.heard_at = asyncio.get_running_loop().time()
        self.unfinished_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        peer = transport.get_extra_info("peername")
        self._transport = transport
        self.hop = Hop("tcp", peer[0], peer[1]) if peer else self.hop
        if not peer or not self._streams.opened(self):
            transport.abort()

    def data_received(self, data: bytes) -> None:
        now = asyncio.get_running_loop().time()
        self.heard_at = now
        if not self.hop.connection:
            return
        try:
            messages = self._parser.receive(data)
        except Malformed:
            self._streams.counters["tcp_malformed"] += 1
            self.close()
            return
        if pongs := self._parser.take():
            self.write(pongs)
        for message in messages:
            self._streams.received(message, self.hop)
        # The clock of an unfinished message runs from its first byte, however many follow one by one.
        self.unfinished_since = (
            (0.0 if messages else self.unfinished_since) or now if self._parser.waiting_octets else 0.0
        )

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self._streams.gone(self.hop)

    def write(self, data: bytes) -> None:
        if self._transport is None:
            return
        if self._transport.get_write_buffer_size() > UNREAD_BYTES_MAX:
            self._streams.counters["tcp_unread"] += 1
            self._transport.abort()
            return
        self._transport.write(data)

    def finish(self) -> None:
        """Close it when what was written has left."""
        if self._transport is not None:
            self._transport.close()

    def close(self) -> None:
        """Cut it at once: whoever keeps a limit in suspense is not waited for."""
        if self._transport is not None:
            self._transport.abort()
