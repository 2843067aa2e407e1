"""What every simulated message centre does: listen, queue what is to be delivered, send it again, join parts, wait."""

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Generic, Protocol, Self, TypeVar

from careline.protocols.concatenation import Concatenation
from careline.protocols.joining import Joiner, Piece
from careline.simulators.deliveries import Arrival


class Connection(Protocol):
    """What a centre needs of a connection."""

    def flush(self) -> None:
        """Write what is outgoing."""

    def abort(self) -> None:
        """Drop the connection."""


C = TypeVar("C", bound=Connection)
D = TypeVar("D")


class Centre(ABC, Generic[C, D]):
    """Connections of kind C, deliveries of kind D; all on one event loop."""

    def __init__(self, connect: Callable[[], asyncio.Protocol], host: str, port: int) -> None:
        self.host, self.port = host, port
        self.connections: list[C] = []
        self._connect = connect
        self._queue: deque[D] = deque()
        self._counter = 0  # of message ids
        self._joiner = Joiner()
        self._part_ids: dict[object, list[str]] = {}
        self._server: asyncio.Server | None = None
        self._happened = asyncio.Event()
        self._timers: set[asyncio.TimerHandle] = set()

    async def start(self) -> None:
        """Listen; port is then the real one."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connect, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and cut every connection."""
        for timer in self._timers:
            timer.cancel()
        if self._server:
            self._server.close()
        self.cut()
        if self._server:
            await self._server.wait_closed()
        await asyncio.sleep(0)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def cut(self) -> None:
        """Drop every connection without a word."""
        for connection in list(self.connections):
            connection.abort()

    async def until(self, condition: Callable[[], bool], timeout_seconds: float = 5.0) -> None:
        """Wait until something that happens here makes this true; TimeoutError after that long."""
        async with asyncio.timeout(timeout_seconds):
            while not condition():
                self._happened.clear()
                await self._happened.wait()

    def happened(self) -> None:
        """Wake whoever waits in until()."""
        self._happened.set()

    @abstractmethod
    def pump(self, connection: C) -> None:
        """Give a connection what its window holds."""

    def _pump_all(self) -> None:
        for connection in self.connections:
            self.pump(connection)
            connection.flush()

    def _queue_later(self, delivery: D, wait_seconds: float) -> None:
        timer: asyncio.TimerHandle

        def due() -> None:
            self._timers.discard(timer)
            self._queue.append(delivery)
            self._pump_all()

        timer = asyncio.get_running_loop().call_later(wait_seconds, due)
        self._timers.add(timer)

    def _whole(self, part: Arrival, place: Concatenation | None) -> Arrival | None:
        """The text that this part completes, with the ids of all its parts; None while others are missing."""
        if place is None or place.total == 1:
            return part
        key = (part.source, part.destination, place.reference, place.total)
        self._part_ids.setdefault(key, []).extend(part.message_ids)
        piece = Piece(part.source, part.destination, place, part.data_coding, part.body, datetime.now(UTC))
        if (joined := self._joiner.add(piece)) is None:
            return None
        part.body = b"".join(piece.body for piece in joined.pieces)
        part.message_ids = tuple(self._part_ids.pop(key))
        return part
