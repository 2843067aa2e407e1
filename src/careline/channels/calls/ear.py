"""What one side of a call does: keys in their order, holds, transfers, the end. One reader for each call."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from careline.links.calls.call import Call
from careline.links.calls.events import Digit, Ended, Held, Referred, Resumed

KEYS = frozenset("0123456789*#")
KEYS_MAX = 64  # digits ahead that are kept
AFTER_SECONDS = 1.5  # an ending key that comes so soon after a full entry belongs to it


class Gone(Exception):
    """The other side is not there any more; `ended` says how it went."""

    def __init__(self, ended: Ended) -> None:
        super().__init__(ended.reason)
        self.ended = ended


def _nothing() -> None:
    return None


class Ear:
    """Listens to one call until its end. `on_key` is called in the moment of a key: so a prompt stops at once."""

    def __init__(self, call: Call) -> None:
        self.keys = ""
        self.last_key_at = 0.0
        self.held = False
        self.ended: Ended | None = None
        self.referred: list[Referred] = []
        self.on_key: Callable[[], None] = _nothing
        self._call = call
        self._changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._after: tuple[str, float] = ("", 0.0)
        self._task = asyncio.create_task(self._listen(), name="ear")

    def close(self) -> None:
        self._task.cancel()

    def take_keys(self, *, ends_with: str = "") -> str:
        """What was pressed and not taken yet. A late `ends_with` to an entry that was full without it is dropped."""
        keys, self.keys = self.keys, ""
        if keys and ends_with and not keys.endswith(ends_with):
            self._after = (ends_with, self._loop.time() + AFTER_SECONDS)
        return keys

    async def wait(self, *others: "asyncio.Future[Any]", until: float | None = None) -> None:
        """Until something happens here, one of these futures is done, or the time has come (of the loop's clock)."""
        if self._changed.is_set() or any(other.done() for other in others):
            self._changed.clear()
            return
        heard = asyncio.ensure_future(self._changed.wait())
        timeout = None if until is None else max(0.0, until - self._loop.time())
        try:
            await asyncio.wait({heard, *others}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            heard.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await heard
        self._changed.clear()

    def check(self) -> None:
        """Raises Gone when the call has ended."""
        if self.ended is not None:
            raise Gone(self.ended)

    async def _listen(self) -> None:
        while self.ended is None:
            event = await self._call.events.get()
            match event:
                case Digit(key, _):
                    self._heard(key)
                case Held():
                    self.held = True
                case Resumed():
                    self.held = False
                case Referred():
                    self.referred.append(event)
                case Ended():
                    self.ended = event
            self._changed.set()

    def _heard(self, key: str) -> None:
        late, until = self._after
        self._after = ("", 0.0)
        now = self._loop.time()
        if key not in KEYS or len(self.keys) >= KEYS_MAX or (key == late and now < until):
            return
        self.keys += key
        self.last_key_at = now
        self.on_key()
