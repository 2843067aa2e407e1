"""The turnstile: a bounded queue in front of the hall, and the threads that carry batches through.

Each batcher owns the customers of one bucket, so that what one customer says is dealt with in order and by one thread.
Nothing here blocks the caller: an arrival that finds the queue full is refused, and its sender slows down.
"""

import logging
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError, connection

from careline.daemons.histogram import Histogram
from careline.daemons.lanes import Lanes
from careline.daemons.ticket import Door, Ticket, by_door
from careline.hall.reception import Reception
from careline.hall.turn import Arrival, Served
from careline.postgres import sql

log = logging.getLogger(__name__)

RETRY_SECONDS_MAX = 0.5  # a customer whose last turn goes on is looked at again at least this often
HOLD_SECONDS_MAX = 45.0  # then the arrival is given back to its sender, whose patience is about a minute
DATABASE_PAUSE_SECONDS = 0.2  # between two batches while the database does not answer


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
        batch: int = 512,
        linger_ms: float = 2,
        queue_max: int = 20_000,
    ) -> None:
        self.figures = Figures()
        self._on_served = on_served
        self._batchers = [
            _Batcher(self, index, reception_for(index), batch=batch, linger_seconds=linger_ms / 1000)
            for index in range(batchers)
        ]
        self._each_max = max(1, queue_max // batchers)

    def start(self) -> None:
        for batcher in self._batchers:
            batcher.thread.start()

    def stop(self, timeout_seconds: float = 30.0) -> None:
        """Take nothing new, finish what is there, end the threads."""
        for batcher in self._batchers:
            batcher.lanes.stop()
        until = time.monotonic() + timeout_seconds
        for batcher in self._batchers:
            batcher.thread.join(max(0.0, until - time.monotonic()))
            batcher.close()

    def offer(self, arrivals: Iterable[tuple[Arrival, Any]], door: Door) -> list[Any]:
        """Queue these arrivals; returns the tokens of those that found no room. Never blocks, may be called anywhere."""
        now = time.monotonic()
        lots: list[list[Ticket]] = [[] for _ in self._batchers]
        count = len(lots)
        for arrival, token in arrivals:
            lots[zlib.crc32(arrival.msisdn.digits.encode()) % count].append(Ticket(arrival, token, door, now))
        refused: list[Any] = []
        for batcher, lot in zip(self._batchers, lots, strict=True):
            if lot:
                room = batcher.lanes.put(lot, self._each_max)
                self.figures.offered += room
                refused += [ticket.token for ticket in lot[room:]]
        self.figures.full += len(refused)
        return refused

    @property
    def waiting(self) -> int:
        """Arrivals in the queue, those of customers whose last turn goes on included."""
        return sum(batcher.lanes.size for batcher in self._batchers)

    def late(self, served: Sequence[Served]) -> None:
        """The carrier's late answers were settled: send them, and let the next turns of these customers in."""
        self._on_served([one for one in served if one.letter is not None and not one.arrival.at_once])
        for one in served:
            digits = one.arrival.msisdn.digits
            self._batchers[zlib.crc32(digits.encode()) % len(self._batchers)].lanes.let_in(digits)

    def tell_served(self, served: Sequence[Served]) -> None:
        if served:
            self._on_served(served)


class _Batcher:
    """A thread, its lanes and its way into the hall."""

    def __init__(
        self, owner: Turnstile, index: int, reception: Reception, *, batch: int, linger_seconds: float
    ) -> None:
        reception.on_late = owner.late
        self.lanes = Lanes()
        self.thread = threading.Thread(target=self._work, name=f"batcher-{index}", daemon=True)
        self._owner = owner
        self._reception = reception
        self._batch = batch
        self._linger = linger_seconds
        self._down = False

    def close(self) -> None:
        """Wait for the carrier's late answers; they are settled and sent like the others."""
        self._reception.serving.close()

    def _work(self) -> None:
        lanes = self.lanes
        try:
            while lanes.wait():
                if self._linger and not lanes.has(self._batch) and not lanes.stopping:
                    time.sleep(self._linger)
                if tickets := lanes.take(self._batch):
                    self._deal_with(tickets)
        finally:
            connection.close()

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
        figures.held += len(again)
        self.lanes.finish(tickets, again)
        if self._down:
            # Nobody shall wait for a database that is away; the senders have the messages and send them again.
            self._give_back(self.lanes.empty())
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
        for door, tokens in by_door(ticket for ticket, _ in fresh):
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
        for door, tokens in by_door(tickets):
            door.refused(tokens)

    def _database_is_down(self, error: OperationalError) -> None:
        connection.close()
        if not self._down:
            self._down = True
            reason = (str(error).splitlines() or ["no reason given"])[0]
            log.error("the database does not answer; what comes is left to its senders until it does: %s", reason)
