"""Moments into the hall: what waits goes in together, each number's in their order, several batches at a time."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from django.db import OperationalError, connection

from careline.hall import telephone
from careline.hall.reception import Reception
from careline.hall.telephone import Act, Moment

log = logging.getLogger(__name__)

BATCH = 64  # a batch waits for the slowest answer of the carrier in it, so it is not made large for its own sake
THREADS = 4


@dataclass(slots=True, eq=False)
class _Waiting:
    moment: Moment
    future: "Future[Act | None]" = field(default_factory=Future)


class Batches:
    """Threads that carry batches of moments into the hall; `reception_for` gives thread n its reception."""

    def __init__(
        self, reception_for: Callable[[int], Reception], *, threads: int = THREADS, batch: int = BATCH
    ) -> None:
        self.figures = {"moments": 0, "batches": 0, "largest_batch": 0, "failed": 0}
        self._batch = batch
        self._queue: deque[_Waiting] = deque()
        self._inside: set[str] = set()  # numbers whose moment is in the hall: their next one waits
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
        """Finish what is there, then end the threads."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout_seconds)

    def put(self, moment: Moment) -> "Future[Act | None]":
        """The act will be in the future; None, or an exception, where the hall could not take it in."""
        waiting = _Waiting(moment)
        with self._changed:
            self._queue.append(waiting)
            self._changed.notify()
        return waiting.future

    @property
    def waiting(self) -> int:
        return len(self._queue)

    def _work(self, reception_for: Callable[[int], Reception], index: int) -> None:
        reception = reception_for(index)
        try:
            while batch := self._take():
                try:
                    self._deal_with(batch, reception)
                finally:
                    with self._changed:
                        self._inside.difference_update(one.moment.msisdn.digits for one in batch)
                        self._changed.notify_all()
        finally:
            connection.close()

    def _take(self) -> list[_Waiting]:
        """The next batch, one moment of each number; empty when we stop and nothing is left."""
        with self._changed:
            while True:
                batch: list[_Waiting] = []
                kept: deque[_Waiting] = deque()
                while self._queue and len(batch) < self._batch:
                    one = self._queue.popleft()
                    digits = one.moment.msisdn.digits
                    # Strangers without a number share one; their sessions have nothing to do with each other,
                    # but their conversation is one row.
                    if digits in self._inside:
                        kept.append(one)
                    else:
                        self._inside.add(digits)
                        batch.append(one)
                self._queue.extendleft(reversed(kept))
                if batch:
                    return batch
                if self._stopping and not self._queue:
                    return []
                self._changed.wait(None if not self._stopping else 0.05)

    def _deal_with(self, batch: Sequence[_Waiting], reception: Reception) -> None:
        figures = self.figures
        figures["moments"] += len(batch)
        figures["batches"] += 1
        figures["largest_batch"] = max(figures["largest_batch"], len(batch))
        try:
            acts = telephone.answer(reception, [one.moment for one in batch])
        except Exception as error:
            figures["failed"] += len(batch)
            if isinstance(error, OperationalError):
                log.error("the database does not answer: %s", (str(error).splitlines() or [""])[0])
                connection.close()
            else:
                log.exception("a batch of %d moments failed", len(batch))
            for one in batch:
                one.future.set_exception(HallClosed(type(error).__name__))
            return
        for one, act in zip(batch, acts, strict=True):
            one.future.set_result(act)


class HallClosed(Exception):
    """The hall could not take the moment in: the database is away, or there is an error of ours."""
