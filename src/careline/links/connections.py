"""The connections of an account, each made again whenever it ends, slower each time, until they are closed."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from careline.links.dialect import Dialect
from careline.links.pacing import backoff_seconds
from careline.links.wire import Wire, WireOwner

UNBIND_SECONDS = 2.0


class Connections:
    """One wire for each channel of the dialect, or none while that channel is down."""

    def __init__(self, dialect: Dialect, owner: WireOwner, on_lost: Callable[[str], None]) -> None:
        """`on_lost` hears why a connection is gone, or why it could not be made."""
        self.wires: list[Wire | None] = [None] * dialect.channels
        self._dialect = dialect
        self._owner = owner
        self._on_lost = on_lost
        self._keepers: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to connect, on the running loop."""
        loop = asyncio.get_running_loop()
        self._keepers = [loop.create_task(self._keep(channel)) for channel in range(len(self.wires))]

    async def close(self) -> None:
        """Unbind those that are bound, close all, and connect no more."""
        bound = [wire for wire in self._open() if self._dialect.is_bound(wire.session)]
        for wire in bound:
            wire.unbind()
        await _all_of([wire.unbound.wait() for wire in bound], UNBIND_SECONDS)
        wires = self._open()
        for wire in wires:
            wire.close("link closed")
        await _all_of([wire.gone.wait() for wire in wires], UNBIND_SECONDS)
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)

    @property
    def all_bound(self) -> bool:
        """Whether messages can go both ways."""
        return all(wire and self._dialect.is_bound(wire.session) for wire in self.wires)

    @property
    def in_flight(self) -> bool:
        """Whether any submission has no answer yet."""
        return any(wire.session.in_flight for wire in self._open())

    def sending(self) -> Wire | None:
        """The wire that submissions leave by."""
        for wire in self._open():
            if self._dialect.may_submit(wire.session):
                return wire
        return None

    def flush_soon(self) -> None:
        """Write on every wire what is outgoing, once the loop comes round."""
        for wire in self._open():
            wire.flush_soon()

    def _open(self) -> list[Wire]:
        return [wire for wire in self.wires if wire]

    async def _keep(self, channel: int) -> None:
        failures = 0
        limits = self._owner.limits
        try:
            while True:
                was_bound = await self._connect_once(channel)
                failures = 1 if was_bound else failures + 1
                await asyncio.sleep(backoff_seconds(failures, limits.backoff_first_seconds, limits.backoff_max_seconds))
        finally:
            self._lost(channel, "link closed")

    async def _connect_once(self, channel: int) -> bool:
        """One connection from beginning to end; whether it was bound."""
        loop, owner, dialect = asyncio.get_running_loop(), self._owner, self._dialect
        wire = self.wires[channel] = Wire(owner, dialect.session(channel, time.monotonic()))
        try:
            async with asyncio.timeout(owner.limits.connect_seconds):
                await loop.create_connection(lambda: wire, dialect.host, dialect.port)
        except (OSError, TimeoutError) as error:
            self._lost(channel, f"cannot connect: {str(error) or 'no answer'}")
            return False
        owner.statistics.connects += 1
        patience = loop.call_later(owner.limits.bind_seconds, self._end_unbound, wire)
        try:
            await wire.gone.wait()
        finally:
            patience.cancel()
            wire.close("link closed")
        owner.statistics.disconnects += 1
        was_bound = wire.was_bound
        self._lost(channel, wire.reason or "connection lost")
        return was_bound

    def _end_unbound(self, wire: Wire) -> None:
        if not self._dialect.is_bound(wire.session):
            wire.close("the bind was not answered")

    def _lost(self, channel: int, reason: str) -> None:
        self.wires[channel] = None
        self._on_lost(reason)


async def _all_of(waits: Sequence[Coroutine[Any, Any, object]], timeout_seconds: float) -> None:
    """Wait for all of these, but not longer than that."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(*waits), timeout_seconds)
