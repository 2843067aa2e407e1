"""Lanes: what waits for one batcher, each customer's arrivals in their order."""

import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence

from careline.daemons.ticket import Ticket


class Lanes:
    """A queue that gives out one arrival of a customer at a time; whoever is held keeps a lane of his own.

    Any thread may put in; one thread takes out, and says of each batch how it ended before it takes the next.
    """

    def __init__(self) -> None:
        self.size = 0  # arrivals that wait, held ones and those of the present batch included
        self.stopping = False
        self._changed = threading.Condition()
        self._queue: deque[Ticket] = deque()
        self._held: dict[str, deque[Ticket]] = {}  # customers whose earlier turn goes on, with what waits behind it
        self._due: list[tuple[float, int, str]] = []  # when a held customer's first arrival is tried (again)
        self._order = itertools.count()

    def put(self, lot: Sequence[Ticket], most: int) -> int:
        """Queue as many of these as fit when `most` may wait, the first ones; returns how many."""
        with self._changed:
            room = 0 if self.stopping else max(0, min(len(lot), most - self.size))
            if room:
                self._queue.extend(lot[:room] if room < len(lot) else lot)
                self.size += room
                self._changed.notify()
        return room

    def let_in(self, digits: str) -> None:
        """This customer's earlier turn has ended: try the next at once."""
        with self._changed:
            if digits in self._held:
                self._try_at(0.0, digits)
                self._changed.notify()

    def stop(self) -> None:
        """Take nothing more in."""
        with self._changed:
            self.stopping = True
            self._changed.notify()

    def has(self, arrivals: int) -> bool:
        """Whether so many can be taken without waiting for company."""
        return len(self._queue) >= arrivals

    def wait(self) -> bool:
        """Until there is something to take; False when everything is done and nothing more comes."""
        with self._changed:
            while True:
                now = time.monotonic()
                if self._queue or (self._due and self._due[0][0] <= now):
                    return True
                if self.stopping and not self.size:
                    return False
                self._changed.wait(self._due[0][0] - now if self._due else None)

    def take(self, most: int) -> list[Ticket]:
        """The next batch, one arrival of each customer: whoever said more waits, so that the order is kept."""
        now = time.monotonic()
        batch: list[Ticket] = []
        taken: set[str] = set()
        with self._changed:
            while self._due and self._due[0][0] <= now and len(batch) < most:
                _, _, digits = heapq.heappop(self._due)
                if digits not in taken and (lane := self._held.get(digits)):
                    batch.append(lane.popleft())
                    taken.add(digits)
            while self._queue and len(batch) < most:
                ticket = self._queue.popleft()
                digits = ticket.arrival.msisdn.digits
                if digits in self._held:
                    self._held[digits].append(ticket)
                elif digits in taken:
                    self._held[digits] = deque((ticket,))
                else:
                    taken.add(digits)
                    batch.append(ticket)
        return batch

    def finish(self, batch: Sequence[Ticket], again: Mapping[str, float]) -> None:
        """The batch has ended. `again` says who must wait and until when (monotonic seconds); the others are done."""
        with self._changed:
            self.size -= len(batch) - len(again)
            for ticket in batch:
                digits = ticket.arrival.msisdn.digits
                lane = self._held.get(digits)
                if (when := again.get(digits)) is not None:
                    self._held.setdefault(digits, deque()).appendleft(ticket)
                    self._try_at(when, digits)
                elif lane:
                    self._try_at(0.0, digits)
                elif lane is not None:
                    del self._held[digits]

    def empty(self) -> list[Ticket]:
        """Take out everything that waits."""
        with self._changed:
            waiting = [*itertools.chain.from_iterable(self._held.values()), *self._queue]
            self._queue.clear()
            self._held.clear()
            self._due.clear()
            self.size -= len(waiting)
        return waiting

    def _try_at(self, when: float, digits: str) -> None:
        heapq.heappush(self._due, (when, next(self._order), digits))
