"""The turnstile: a bounded queue in front of the hall, and the threads that carry batches through.

Each batcher owns the customers of one bucket, so that what one customer says is dealt with in order and by one thread.
Nothing here blocks the caller: an arrival that finds the queue full is refused, and its sender slows down.
"""

import heapq
import itertools
import logging
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import OperationalError, connection

from careline.daemons.histogram import Histogram
from careline.hall.reception import Reception
from careline.hall.turn import Arrival, Served
from careline.postgres import sql

log = logging.getLogger(__name__)

RETRY_SECONDS_MAX = 0.5  # a customer whose last turn goes on is looked at again at least this often
HOLD_SECONDS_MAX = 45.0  # then the arrival is given back to its sender, whose patience is about a minute
DATABASE_PAUSE_SECONDS = 0.2  # between two batches while the database does not answer


class Door(Protocol):
    """Whoever brings arrivals; told what became of them, from a batcher's thread, by the tokens that it gave."""

    def recorded(self, tokens: Sequence[Any]) -> None:
        """These are safe in the database: acknowledge them."""

    def refused(self, tokens: Sequence[Any]) -> None:
        """These were not taken in: let their senders try again."""


@dataclass(slots=True, eq=False)
class Ticket:
    """One arrival on its way through."""

    arrival: Arrival
    token: Any
    door: Door
    offered_at: float  # monotonic seconds
    recorded: bool = False
    handed: bool = False  # its answer was given to whoever sends answers


@dataclass(slots=True)
class Figures:
    """What went through, for statistics."""

    offered: int = 0
    full: int = 0
    refused: int = 0
    recorded: int = 0
    repeats: int = 0
    held: int = 0
    batches: int = 0
    statements: int = 0  # of all batches, the carrier's own not counted
    largest_batch: int = 0
    to_record: Histogram = field(default_factory=Histogram)  # from the offer to the end of transaction 1
    to_answer: Histogram = field(default_factory=Histogram)  # from the offer to the answer's row


class Turnstile:
    """A queue and its batchers.

    `reception_for` gives batcher n its reception; `on_served` gets every served arrival that has a new answer, once,
    after the answer's row is committed. `batch` and `queue_max` count arrivals; `linger_ms` is how long a batcher
    waits for company when the queue holds less than a batch.
    """

    def __init__(
        self,
        reception_for: Callable[[int], Reception],
        *,
        on_served: Callable[[Sequence[Served]], None],
        batchers: int = 2,
        batch: int = 256,
        linger_ms: float = 2,
        queue_max: int = 20_000,
    ) -> None:
        self.figures = Figures()
        self._on_served = on_served
        self._buckets = [
            _Bucket(self, index, reception_for(index), batch=batch, linger_seconds=linger_ms / 1000)
            for index in range(batchers)
        ]
        self._bucket_max = max(1, queue_max // batchers)

    def start(self) -> None:
        for bucket in self._buckets:
            bucket.thread.start()

    def stop(self, timeout_seconds: float = 30.0) -> None:
        """Take nothing new, finish what is there, end the threads."""
        for bucket in self._buckets:
            bucket.stop()
        until = time.monotonic() + timeout_seconds
        for bucket in self._buckets:
            bucket.thread.join(max(0.0, until - time.monotonic()))
            bucket.close()

    def offer(self, arrivals: Iterable[tuple[Arrival, Any]], door: Door) -> list[Any]:
        """Queue these arrivals; returns the tokens of those that found no room. Never blocks, may be called anywhere."""
        now = time.monotonic()
        lots: list[list[Ticket]] = [[] for _ in self._buckets]
        count = len(lots)
        for arrival, token in arrivals:
            lots[zlib.crc32(arrival.msisdn.digits.encode()) % count].append(Ticket(arrival, token, door, now))
        refused: list[Any] = []
        for bucket, lot in zip(self._buckets, lots, strict=True):
            if lot:
                room = bucket.take_in(lot, self._bucket_max)
                self.figures.offered += room
                refused += [ticket.token for ticket in lot[room:]]
        self.figures.full += len(refused)
        return refused

    @property
    def waiting(self) -> int:
        """Arrivals in the queue, those of customers whose last turn goes on included."""
        return sum(bucket.size for bucket in self._buckets)

    def late(self, served: Sequence[Served]) -> None:
        """The carrier's late answers were settled: send them, and let the next turns of these customers in."""
        self._on_served([one for one in served if one.letter is not None and not one.arrival.at_once])
        for one in served:
            digits = one.arrival.msisdn.digits
            self._buckets[zlib.crc32(digits.encode()) % len(self._buckets)].let_in(digits)

    def tell_served(self, served: Sequence[Served]) -> None:
        if served:
            self._on_served(served)


class _Bucket:
    """The customers of one batcher."""

    def __init__(
        self, owner: Turnstile, index: int, reception: Reception, *, batch: int, linger_seconds: float
    ) -> None:
        reception.on_late = owner.late
        self.thread = threading.Thread(target=self._work, name=f"batcher-{index}", daemon=True)
        self.size = 0
        self._owner = owner
        self._reception = reception
        self._batch = batch
        self._linger = linger_seconds
        self._changed = threading.Condition()
        self._queue: deque[Ticket] = deque()
        self._held: dict[str, deque[Ticket]] = {}  # customers whose earlier turn goes on, with what waits behind it
        self._due: list[tuple[float, int, str]] = []
        self._order = itertools.count()
        self._stopping = False
        self._down = False

    # Anybody's thread

    def take_in(self, lot: Sequence[Ticket], most: int) -> int:
        with self._changed:
            room = 0 if self._stopping else max(0, min(len(lot), most - self.size))
            if room:
                self._queue.extend(lot[:room] if room < len(lot) else lot)
                self.size += room
                self._changed.notify()
        return room

    def let_in(self, digits: str) -> None:
        with self._changed:
            if digits in self._held:
                self._again_at(0.0, digits)
                self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify()

    def close(self) -> None:
        """Wait for the carrier's late answers; they are settled and sent like the others."""
        self._reception.serving.close()

    # The batcher's thread

    def _work(self) -> None:
        try:
            while self._wait():
                if self._linger and len(self._queue) < self._batch and not self._stopping:
                    time.sleep(self._linger)
                if tickets := self._take():
                    self._deal_with(tickets)
        finally:
            connection.close()

    def _wait(self) -> bool:
        """Until there is something to do; False when all is done and the turnstile stops."""
        with self._changed:
            while True:
                now = time.monotonic()
                if self._queue or (self._due and self._due[0][0] <= now):
                    return True
                if self._stopping and not self.size:
                    return False
                self._changed.wait(self._due[0][0] - now if self._due else None)

    def _take(self) -> list[Ticket]:
        """The next batch, one arrival of each customer: whoever said more waits, so that the order is kept."""
        now = time.monotonic()
        batch: list[Ticket] = []
        taken: set[str] = set()
        with self._changed:
            while self._due and self._due[0][0] <= now and len(batch) < self._batch:
                _, _, digits = heapq.heappop(self._due)
                if digits not in taken and (lane := self._held.get(digits)):
                    batch.append(lane.popleft())
                    taken.add(digits)
            while self._queue and len(batch) < self._batch:
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

    def _deal_with(self, tickets: list[Ticket]) -> None:
        figures = self._owner.figures
        figures.batches += 1
        figures.largest_batch = max(figures.largest_batch, len(tickets))
        by_arrival = {id(ticket.arrival): ticket for ticket in tickets}

        def on_recorded(served: Sequence[Served]) -> None:
            self._recorded([(by_arrival[id(one.arrival)], one) for one in served if one.recorded])

        again: dict[str, float] = {}
        given_back: list[Ticket] = []
        try:
            with sql.counting() as count:
                result = self._reception.receive([ticket.arrival for ticket in tickets], on_recorded)
            figures.statements += count.statements
        except OperationalError as error:
            self._database_is_down(error)
            given_back = [ticket for ticket in tickets if not ticket.recorded]
        except Exception:
            log.exception("a batch of %d failed; what was not recorded is left to its senders", len(tickets))
            given_back = [ticket for ticket in tickets if not ticket.recorded]
        else:
            if self._down:
                self._down = False
                log.warning("the database answers again")
            self._hand_over([(by_arrival[id(one.arrival)], one) for one in result])
            now = time.monotonic()
            for one in result:
                ticket = by_arrival[id(one.arrival)]
                if one.recorded or ticket.recorded:
                    continue
                if one.retry_at is not None and now - ticket.offered_at < HOLD_SECONDS_MAX:
                    wait = (one.retry_at - self._reception.clock()).total_seconds()
                    again[ticket.arrival.msisdn.digits] = now + min(max(wait, 0.02), RETRY_SECONDS_MAX)
                else:
                    given_back.append(ticket)
        self._give_back(given_back)
        self._finish(tickets, again)
        if self._down:
            self._give_back_all()
            time.sleep(DATABASE_PAUSE_SECONDS)

    def _recorded(self, pairs: Sequence[tuple[Ticket, Served]]) -> None:
        """Transaction 1 has committed for these."""
        figures = self._owner.figures
        now = time.monotonic()
        fresh = [(ticket, one) for ticket, one in pairs if not ticket.recorded]
        for ticket, one in fresh:
            ticket.recorded = True
            figures.repeats += one.repeat
        figures.recorded += len(fresh)
        figures.to_record.add(now - ticket.offered_at for ticket, _ in fresh)
        for door, tokens in _by_door(ticket for ticket, _ in fresh):
            door.recorded(tokens)
        self._hand_over(fresh)

    def _hand_over(self, pairs: Sequence[tuple[Ticket, Served]]) -> None:
        """Answers go to the sender once, and those of repeats not at all: the first answer is on its way or was sent."""
        answered = [
            (ticket, one)
            for ticket, one in pairs
            if one.letter is not None and not one.repeat and not ticket.handed and not one.arrival.at_once
        ]
        now = time.monotonic()
        for ticket, _ in answered:
            ticket.handed = True
        self._owner.figures.to_answer.add(now - ticket.offered_at for ticket, _ in answered)
        self._owner.tell_served([one for _, one in answered])

    def _give_back(self, tickets: Sequence[Ticket]) -> None:
        self._owner.figures.refused += len(tickets)
        for door, tokens in _by_door(tickets):
            door.refused(tokens)

    def _finish(self, tickets: Sequence[Ticket], again: dict[str, float]) -> None:
        """Put back who must wait, let in who waited behind those that are done."""
        with self._changed:
            self.size -= len(tickets) - len(again)
            self._owner.figures.held += len(again)
            for ticket in tickets:
                digits = ticket.arrival.msisdn.digits
                lane = self._held.get(digits)
                if (when := again.get(digits)) is not None:
                    self._held.setdefault(digits, deque()).appendleft(ticket)
                    self._again_at(when, digits)
                elif lane:
                    self._again_at(0.0, digits)
                elif lane is not None:
                    del self._held[digits]

    def _again_at(self, when: float, digits: str) -> None:
        heapq.heappush(self._due, (when, next(self._order), digits))

    def _database_is_down(self, error: OperationalError) -> None:
        connection.close()
        if not self._down:
            self._down = True
            reason = (str(error).splitlines() or ["no reason given"])[0]
            log.error("the database does not answer; what comes is left to its senders until it does: %s", reason)

    def _give_back_all(self) -> None:
        """Nobody shall wait for a database that is away; the senders have the messages and send them again."""
        with self._changed:
            waiting = [*itertools.chain.from_iterable(self._held.values()), *self._queue]
            self._queue.clear()
            self._held.clear()
            self._due.clear()
            self.size -= len(waiting)
        self._give_back(waiting)


def _by_door(tickets: Iterable[Ticket]) -> list[tuple[Door, list[Any]]]:
    doors: dict[int, tuple[Door, list[Any]]] = {}
    for ticket in tickets:
        doors.setdefault(id(ticket.door), (ticket.door, []))[1].append(ticket.token)
    return list(doors.values())
