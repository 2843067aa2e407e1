"""One timer of the loop for everything that a user agent waits for."""

import asyncio
from collections.abc import Callable
from typing import Final

SLACK_SECONDS: Final = 0.002  # a timer that would come this much earlier is not set anew


class OneTimer:
    """Rings when the earliest moment has come that it was told of."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None
        self._at = 0.0

    def set(self, at: float | None) -> None:
        """Something is due then, or nothing is; a timer that rings too early finds nothing to do, and is set again."""
        if at is None or (self._handle and self._at <= at + SLACK_SECONDS):
            return
        self.cancel()
        self._at = at
        self._handle = self._loop.call_at(at, self._rings)

    def cancel(self) -> None:
        """Do not ring."""
        if self._handle:
            self._handle.cancel()

    def _rings(self) -> None:
        self._handle = None
        self._ring()
