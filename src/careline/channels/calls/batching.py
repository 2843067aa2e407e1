"""Moments into the hall: what waits goes in together, each number's in their order, several batches at a time.

A batch does not wait for the slowest answer of the carrier in it: after PATIENCE_SECONDS its quick ones are told, and the
slow ones when they are known, or when the carrier's time is over.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field

from django.db import OperationalError, connection

from careline.hall import telephone
from careline.hall.reception import PAUSE_SECONDS, Reception
from careline.hall.telephone import Act, Moment, Open
from careline.hall.turn import Served

log = logging.getLogger(__name__)

BATCH = 64
BUSY_SECONDS = 6.0  # beyond the carrier's limit: so long a number is busy whose turn died with its process
THREADS = 4
PATIENCE_SECONDS = 0.15  # of `reception_for`'s receptions; a batch of quick answers takes some ten milliseconds
OPEN_BATCHES_MAX = 6  # of one thread, with somebody in them who still waits: each holds threads and connections


@dataclass(slots=True, eq=False)
class _Batch:
    thread: int
    open: int  # moments of it that have no act yet


@dataclass(slots=True, eq=False)
class _Waiting:
    moment: Moment
    who: str
    name: str
    future: "Future[Act | None]" = field(default_factory=Future)
    batch: _Batch | None = None  # in which it is in the hall
    inside: bool = False
    again_at: float = 0.0
    give_up_at: float = 0.0


class Batches:
    """Threads that carry batches of moments into the hall; `reception_for` gives thread n its reception, with patience."""

    def __init__(
        self, reception_for: Callable[[int], Reception], *, threads: int = THREADS, batch: int = BATCH
    ) -> None:
        self.figures = {"moments": 0, "batches": 0, "largest_batch": 0, "failed": 0, "late": 0, "again": 0}
        self._batch = batch
        self._queue: deque[_Waiting] = deque()
        self._again: list[_Waiting] = []  # whose number's last turn goes on elsewhere, or died with its process
        self._inside: set[str] = set()  # whose moment is in the hall: their next one waits
        self._in_hall: dict[str, _Waiting] = {}
        self._open_batches = [0] * threads
        self._changed = threading.Condition()
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, args=(reception_for, index), name=f"hall-{index}", daemon=True)
            for index in range(threads)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_seconds: float = 20.0) -> None:
        """Finish what is there, late answers included, then end the threads."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout_seconds)

    def put(self, moment: Moment) -> "Future[Act | None]":
        """The act will be in the future; None, or an exception, where the hall could not take it in.

        Who cancels it waits no longer; what was begun goes on, and the number's next moment may come in.
        """
        arrival = telephone.arrival(moment)
        waiting = _Waiting(moment, arrival.who, arrival.message_id)
        waiting.future.add_done_callback(lambda _: self._ended(waiting))
        with self._changed:
            self._queue.append(waiting)
            self._changed.notify()
        return waiting.future

    @property
    def waiting(self) -> int:
        return len(self._queue) + len(self._again)

    def _work(self, reception_for: Callable[[int], Reception], index: int) -> None:
        reception = reception_for(index)
        reception.on_late = self._told_late
        try:
            while batch := self._take(index):
                self._deal_with(batch, reception)
        finally:
            reception.serving.close()
            connection.close()

    def _take(self, index: int) -> list[_Waiting]:
        """The next batch, one moment of each number; empty when we stop and nothing is left."""
        with self._changed:
            while True:
                batch = self._next() if self._open_batches[index] < OPEN_BATCHES_MAX else []
                if batch:
                    # Before the hall hears of them: a late answer may be known before the quick ones are told.
                    together = _Batch(index, len(batch))
                    self._open_batches[index] += 1
                    for one in batch:
                        one.batch = together
                        self._in_hall[one.name] = one
                    return batch
                if self._stopping and not (self._queue or self._again or self._in_hall):
                    return []
                self._changed.wait(PAUSE_SECONDS if self._stopping or self._again else None)

    def _next(self) -> list[_Waiting]:
        now = time.monotonic()
        batch = [one for one in self._again if one.again_at <= now]
        self._again = [one for one in self._again if one.again_at > now]
        kept: deque[_Waiting] = deque()
        while self._queue and len(batch) < self._batch:
            one = self._queue.popleft()
            if one.who in self._inside:
                kept.append(one)
            elif not one.future.cancelled():
                one.inside = True
                self._inside.add(one.who)
                batch.append(one)
        self._queue.extendleft(reversed(kept))
        return batch

    def _deal_with(self, batch: Sequence[_Waiting], reception: Reception) -> None:
        figures = self.figures
        figures["moments"] += len(batch)
        figures["batches"] += 1
        figures["largest_batch"] = max(figures["largest_batch"], len(batch))
        try:
            acts = telephone.begin(reception, [one.moment for one in batch])
        except Exception as error:
            figures["failed"] += len(batch)
            if isinstance(error, OperationalError):
                log.error("the database does not answer: %s", (str(error).splitlines() or [""])[0])
                connection.close()
            else:
                log.exception("a batch of %d moments failed", len(batch))
            for one in batch:
                with suppress(InvalidStateError):
                    one.future.set_exception(HallClosed(type(error).__name__))
            return
        for one, act in zip(batch, acts, strict=True):
            if act is Open.LATER:
                figures["late"] += 1
            elif act is Open.AGAIN:
                self._bring_again(one, reception.serving.time_limit_seconds + BUSY_SECONDS)
            else:
                with suppress(InvalidStateError):
                    one.future.set_result(act if isinstance(act, Act) else None)

    def _bring_again(self, one: _Waiting, patience_seconds: float) -> None:
        """The number's last turn is not over: this moment waits outside its batch, and keeps its place in the order."""
        now = time.monotonic()
        one.give_up_at = one.give_up_at or now + patience_seconds
        if now >= one.give_up_at:
            with suppress(InvalidStateError):
                one.future.set_result(None)
            return
        self.figures["again"] += 1
        with self._changed:
            self._leave_hall(one)
            if not one.future.done():
                one.again_at = now + PAUSE_SECONDS
                self._again.append(one)
            self._changed.notify_all()

    def _told_late(self, served: Sequence[Served]) -> None:
        for name, act in telephone.late_acts(served):
            if (one := self._in_hall.get(name)) is not None:
                with suppress(InvalidStateError):
                    one.future.set_result(act)

    def _ended(self, one: _Waiting) -> None:
        """It has its act, or nobody waits for it any more: the number's next moment may come in."""
        with self._changed:
            self._leave_hall(one)
            if one in self._again:
                self._again.remove(one)
            if one.inside:
                self._inside.discard(one.who)
            self._changed.notify_all()

    def _leave_hall(self, one: _Waiting) -> None:
        batch, one.batch = one.batch, None
        if batch is not None:
            del self._in_hall[one.name]
            batch.open -= 1
            self._open_batches[batch.thread] -= not batch.open


class HallClosed(Exception):
    """The hall could not take the moment in: the database is away, or there is an error of ours."""
