"""Who waits for a seat is told when there is one: each waits here, in order, until a seat is claimed for him."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from careline.channels.calls.lines import Rung

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5  # seats also change from pages and other machines


class Matching:
    """The waiting of one hall process. `claim(contact)` claims seats for a contact if it is that contact's turn."""

    def __init__(self, claim: Callable[[str], Awaitable[list[Rung]]]) -> None:
        self._claim = claim
        self._waiting: dict[str, asyncio.Future[list[Rung]]] = {}  # in the order of coming
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._work(), name="matching")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for future in self._waiting.values():
            future.cancel()

    def poke(self) -> None:
        """A seat may have become free."""
        self._changed.set()

    async def wait(self, contact: str, seconds: float) -> list[Rung]:
        """The seats that ring for this contact now; empty when there was none in that time."""
        future: asyncio.Future[list[Rung]] = asyncio.get_running_loop().create_future()
        self._waiting[contact] = future
        self._changed.set()
        try:
            await asyncio.wait([future], timeout=seconds)
            return future.result() if future.done() and not future.cancelled() else []
        finally:
            if self._waiting.get(contact) is future:
                del self._waiting[contact]

    async def _work(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS if self._waiting else None):
                    await self._changed.wait()
            self._changed.clear()
            for contact, future in list(self._waiting.items()):
                if future.done():
                    continue
                try:
                    seats = await self._claim(contact)
                except Exception:
                    log.exception("no seat could be looked for")
                    await asyncio.sleep(LOOK_SECONDS)
                    break
                if seats and not future.done():
                    future.set_result(seats)
