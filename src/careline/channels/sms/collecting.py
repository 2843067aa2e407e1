"""Collecting: a thread keeps the parts of long messages, and says when a message is complete.

What came while the last transaction ran is the next one. Parts are acknowledged when they are rows; the one that makes
its message complete, when the hall has the message.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection

from careline.channels.sms import parts
from careline.channels.sms.parts import Long
from careline.links.link import Inbound, Refusal, acknowledge_many, refuse_many
from careline.protocols.joining import Piece
from careline.protocols.smstext import DefaultAlphabet

log = logging.getLogger(__name__)

PARTS_WAITING_MAX = 10_000
LATE_EVERY_SECONDS = 5.0


class Collecting:
    """One account's parts. `offer` gets the messages that are complete, and those whose time is over."""

    def __init__(
        self,
        link: str,
        offer: Callable[[Iterable[Long]], None],
        *,
        default: DefaultAlphabet,
        expiry: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self.thread = threading.Thread(target=self._work, name=f"parts-{link}", daemon=True)
        self._link = link
        self._offer = offer
        self._default = default
        self._expiry = expiry
        self._clock = clock
        self._queue: queue.Queue[list[Inbound] | None] = queue.Queue()
        self._finished: queue.Queue[str] = queue.Queue()
        self._offered: set[str] = set()  # late ones that wait in the turnstile
        self._down = False

    def add(self, inbounds: list[Inbound]) -> bool:
        """Queue these parts, from the loop; False when too many wait."""
        if self._queue.qsize() > PARTS_WAITING_MAX:
            return False
        self._queue.put(inbounds)
        return True

    def finished(self, series: Iterable[str]) -> None:
        """The hall has these messages; from any thread."""
        for one in series:
            self._finished.put(one)
            self._offered.discard(one)

    def not_taken(self, series: str) -> None:
        """The hall could not take this one in; it is offered again when its part is repeated or its time is over."""
        self._offered.discard(series)

    def stop(self) -> None:
        """Keep what came, and end."""
        self._queue.put(None)
        if self.thread.is_alive():
            self.thread.join(10)

    def _work(self) -> None:
        late_at = 0.0
        try:
            while True:
                inbounds, going_on = self._next(timeout_seconds=1.0)
                try:
                    if inbounds:
                        self._take(inbounds)
                    self._finish()
                    if time.monotonic() >= late_at:
                        self._look_for_late()
                        late_at = time.monotonic() + LATE_EVERY_SECONDS
                except (DatabaseError, InterfaceError) as error:
                    self._trouble(error)
                    refuse_many(inbounds, Refusal.AGAIN)
                except Exception:
                    log.exception("link %s: parts could not be kept and are left to their sender", self._link)
                    refuse_many(inbounds, Refusal.AGAIN)
                else:
                    self._down = False
                if not going_on:
                    return
        finally:
            connection.close()

    def _next(self, timeout_seconds: float) -> tuple[list[Inbound], bool]:
        """Everything that waits, and whether more may come."""
        inbounds: list[Inbound] = []
        try:
            block = self._queue.get(timeout=timeout_seconds)
            while block is not None:
                inbounds += block
                block = self._queue.get_nowait()
        except queue.Empty:
            return inbounds, True
        return inbounds, False

    def _take(self, inbounds: Sequence[Inbound]) -> None:
        pieces = [
            Piece(
                inbound.source, inbound.destination, inbound.place, inbound.data_coding, inbound.body,
                inbound.received_at, tag=inbound,
            )
            for inbound in inbounds
            if inbound.place is not None
        ]  # fmt: skip
        complete, safe = parts.take(self._link, pieces, expiry=self._expiry, default=self._default)
        acknowledge_many(safe)  # type: ignore[arg-type]
        self._offer(complete)

    def _finish(self) -> None:
        series = []
        while True:
            try:
                series.append(self._finished.get_nowait())
            except queue.Empty:
                break
        if series:
            parts.done(series, self._clock())

    def _look_for_late(self) -> None:
        now = self._clock()
        late = [
            long
            for long in parts.late(self._link, now, expiry=self._expiry, default=self._default)
            if long.series not in self._offered
        ]
        self._offered.update(long.series for long in late)
        if late:
            self._offer(late)
        parts.forget(now)

    def _trouble(self, error: Exception) -> None:
        connection.close()
        if not self._down:
            self._down = True
            log.error("link %s: parts cannot be kept: %s", self._link, (str(error).splitlines() or [""])[0])
