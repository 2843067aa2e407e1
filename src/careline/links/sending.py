"""The order in which parts leave a link: per subscriber in order, in a window, at a pace, again after throttling.

No socket here: the link asks for the pieces that may leave now and tells how each ended.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from careline.links.link import Limits, Outbound, PartResult, Result, Sent, Statistics
from careline.links.pacing import TokenBucket
from careline.protocols.smstext import Part

Cut = Callable[[Outbound], Sequence[Part]]


@dataclass(slots=True, eq=False)
class Job:
    """One message on its way; results are filled in as its parts end."""

    outbound: Outbound
    results: list[PartResult | None]
    remaining: int


@dataclass(slots=True, eq=False)
class LeavingPart:
    """One part of a job, and how often it was throttled."""

    job: Job
    index: int
    throttled: int = 0

    @property
    def part(self) -> Part:
        """What to send."""
        return self.job.outbound.parts[self.index]


class Departures:
    """The messages of one link that have not ended yet."""

    def __init__(self, link: str, limits: Limits, statistics: Statistics, cut: Cut, now: float) -> None:
        self._link = link
        self._limits = limits
        self._statistics = statistics
        self._cut = cut
        self._bucket = TokenBucket(limits.parts_per_second, limits.burst_parts, now)
        self._ready: deque[LeavingPart] = deque()
        self._throttled: deque[LeavingPart] = deque()
        self._hold_until = 0.0
        # A subscriber with a message on its way stands here, with what waits behind it.
        self._lanes: dict[str, deque[Job] | None] = {}
        self._queued = 0
        self._results: list[Result] = []

    @property
    def room(self) -> int:
        """Parts that still fit."""
        return self._limits.queue_parts_max - self._queued

    def add(self, outbound: Outbound) -> None:
        """Queue a message behind those to the same subscriber; one that cannot be cut or does not fit ends at once."""
        try:
            outbound.parts = outbound.parts or self._cut(outbound)
        except ValueError as error:
            # UnicodeEncodeError quotes the text, which is not ours to show.
            reason = "text cannot be encoded" if isinstance(error, UnicodeError) else str(error)
            self.turn_away(outbound, reason)
            return
        count = len(outbound.parts)
        if count > self.room:
            self.turn_away(outbound, "queue full")
            return
        self._queued += count
        job = Job(outbound, [None] * count, count)
        if outbound.destination not in self._lanes:
            self._lanes[outbound.destination] = None
            self._release(job)
        elif lane := self._lanes[outbound.destination]:
            lane.append(job)
        else:
            self._lanes[outbound.destination] = deque((job,))

    def turn_away(self, outbound: Outbound, reason: str) -> None:
        """End a message that never entered the queue."""
        count = len(outbound.parts) or 1
        self._statistics.not_sent += count
        results = [PartResult(number, Sent.NOT_SENT, error=reason) for number in range(1, count + 1)]
        self._results.append(Result(outbound, self._link, results))

    def next(self, window_room: int, now: float) -> list[LeavingPart]:
        """The parts to send now, at most so many."""
        if now < self._hold_until:
            return []
        if self._throttled:
            self._ready.extendleft(reversed(self._throttled))
            self._throttled.clear()
        leaving = []
        while window_room > 0 and self._ready and self._bucket.take(now):
            leaving.append(self._ready.popleft())
            window_room -= 1
        self._statistics.submitted += len(leaving)
        return leaving

    def wait_seconds(self, now: float) -> float | None:
        """How long until next() may give more although nothing else happens; None when nothing waits for time."""
        if now < self._hold_until:
            return self._hold_until - now if self._throttled or self._ready else None
        return self._bucket.wait_seconds() if self._ready else None

    def accepted(self, leaving: LeavingPart, message_id: str) -> None:
        """The SMSC took this part."""
        self._statistics.accepted += 1
        self._end(leaving, Sent.ACCEPTED, message_id=message_id)

    def refused(self, leaving: LeavingPart, status: int) -> None:
        """The SMSC will not have this part."""
        self._statistics.rejected += 1
        self._end(leaving, Sent.REFUSED, status=status, error=f"status {status:#x}")

    def slow_down(self, leaving: LeavingPart, status: int, now: float) -> None:
        """The SMSC was given too much: hold everything for a while, then begin with this part again."""
        self._statistics.throttled += 1
        if leaving.throttled >= self._limits.throttle_retries_max:
            self.refused(leaving, status)
            return
        leaving.throttled += 1
        self._hold_until = now + self._limits.throttle_seconds
        self._throttled.append(leaving)

    def unanswered(self, leaving: LeavingPart) -> None:
        """Nobody knows what became of this part."""
        self._statistics.unanswered += 1
        self._end(leaving, Sent.UNANSWERED, error="no answer")

    def unsendable(self, leaving: LeavingPart, reason: str) -> None:
        """This part does not fit into the protocol."""
        self._statistics.submitted -= 1
        self._statistics.not_sent += 1
        self._end(leaving, Sent.NOT_SENT, error=reason)

    def give_back(self, reason: str) -> None:
        """End everything that waits; what is in flight is ended by whoever sent it."""
        waiting = [*self._throttled, *self._ready]
        self._throttled.clear()
        self._ready.clear()
        self._hold_until = 0.0
        lanes = [lane for lane in self._lanes.values() if lane]
        for lane in lanes:
            for job in lane:
                waiting.extend(LeavingPart(job, index) for index in range(len(job.results)))
            lane.clear()
        self._statistics.not_sent += len(waiting)
        for leaving in waiting:
            self._end(leaving, Sent.NOT_SENT, error=reason)

    def take_results(self) -> list[Result]:
        """The messages that have ended since this was asked last."""
        results = self._results
        if results:
            self._results = []
        return results

    def _release(self, job: Job) -> None:
        for index in range(len(job.results)):
            self._ready.append(LeavingPart(job, index))

    def _end(self, leaving: LeavingPart, sent: Sent, *, message_id: str = "", status: int = 0, error: str = "") -> None:
        job = leaving.job
        part = job.outbound.parts[leaving.index]
        number = part.place.number if part.place else 1
        job.results[leaving.index] = PartResult(number, sent, message_id, status, error)
        self._queued -= 1
        job.remaining -= 1
        if job.remaining:
            return
        self._results.append(Result(job.outbound, self._link, [result for result in job.results if result]))
        self._next_in_lane(job.outbound.destination)

    def _next_in_lane(self, destination: str) -> None:
        lane = self._lanes.get(destination)
        if lane:
            self._release(lane.popleft())
        else:
            self._lanes.pop(destination, None)
