"""The customers of a benchmark: texts go out by the SMSC simulator, answers come in, and each is held against its text."""

import asyncio
import time
import zlib
from array import array
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from careline.cli._bench.traffic import Kind, Say
from careline.simulators.deliveries import Arrival, Delivery, texts
from careline.simulators.smsc import Smsc

ADDRESS = "10086"
SLICE_SECONDS = 0.005


@dataclass(slots=True)
class Score:
    """What was said and what came back; times are of texts without an answer, monotonic seconds."""

    sent: int = 0
    answered: int = 0
    repeated: int = 0  # answers to customers who had theirs already
    waiting: dict[str, tuple[float, Say]] = field(default_factory=dict)
    deeds: dict[str, int] = field(default_factory=dict)  # number -> deeds that it asked for
    kinds: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    latencies: "array[float]" = field(default_factory=lambda: array("d"))  # seconds, of the phase that runs
    strangers: list[str] = field(default_factory=list)  # texts of repeated answers, a few, to look at

    @property
    def lost(self) -> int:
        """Texts without an answer."""
        return len(self.waiting)

    def quantile_ms(self, share: float) -> float:
        """Milliseconds within which this share of the phase's answers came."""
        times = sorted(self.latencies)
        return round(times[min(len(times) - 1, int(share * len(times)))] * 1000, 2) if times else 0.0


class Load:
    """Says things through simulators, one for each SMS process, and keeps the score; all on one event loop."""

    def __init__(self, *, window: int = 512, centres: int = 1, response_seconds: float = 60.0) -> None:
        self.score = Score()
        self.centres = [
            Smsc(
                window=window, on_arrivals=self._arrived, remember=False, redelivery_seconds=0.05,
                response_seconds=response_seconds,
            )
            for _ in range(centres)
        ]  # fmt: skip
        self._source: deque[tuple[str, Say]] = deque()
        self._wanted = 0  # texts under way in a closed loop; 0: none is sent by itself
        self._reference = 0
        self.last_at = 0.0  # when the last first answer came, monotonic seconds

    async def __aenter__(self) -> "Load":
        for centre in self.centres:
            await centre.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for centre in self.centres:
            await centre.close()

    @property
    def ports(self) -> list[int]:
        return [centre.port for centre in self.centres]

    @property
    def redelivered(self) -> int:
        """Texts that were sent again."""
        return sum(centre.redelivered for centre in self.centres)

    async def until_bound(self, binds: int, timeout_seconds: float = 60.0) -> None:
        """Wait until every simulator had so many binds; TimeoutError after that long."""
        for centre in self.centres:
            await centre.until(lambda centre=centre: centre.binds >= binds, timeout_seconds)  # type: ignore[misc]

    def give(self, sayings: Iterable[tuple[str, Say]]) -> None:
        """What is to be said next, in this order."""
        self._source.extend(sayings)

    @property
    def left(self) -> int:
        return len(self._source)

    async def saturate(self, seconds: float, under_way: int, on_second: Callable[[], None]) -> float:
        """Keep so many texts without an answer for so long, or until nothing is left to say; the seconds it took."""
        started = time.monotonic()
        self._wanted = under_way
        self._fill()
        told = started
        while (now := time.monotonic()) - started < seconds and self._source:
            await asyncio.sleep(0.02)
            if now - told > 0.5:
                told = now
                on_second()
        self._wanted = 0
        return time.monotonic() - started

    async def steady(self, per_second: float, seconds: float, on_second: Callable[[], None]) -> None:
        """Send evenly, whatever comes back: an answer's time counts from when its text was due."""
        started = time.monotonic()
        sent, total, told = 0, int(per_second * seconds), started
        while sent < total and self._source:
            now = time.monotonic()
            due = min(total, int((now - started) * per_second) + 1)
            self._say([self._source.popleft() for _ in range(min(due - sent, len(self._source)))], now)
            sent = due
            if now - told > 0.5:
                told = now
                on_second()
            await asyncio.sleep(SLICE_SECONDS)

    async def drain(self, patience_seconds: float) -> None:
        """Wait until everyone has an answer, or none came for so long."""
        before, since = -1, time.monotonic()
        while self.score.waiting and time.monotonic() - since < patience_seconds:
            if self.score.answered != before:
                before, since = self.score.answered, time.monotonic()
            await asyncio.sleep(0.02)

    def _fill(self) -> None:
        room = self._wanted - len(self.score.waiting)
        if room > 0 and self._source:
            self._say([self._source.popleft() for _ in range(min(room, len(self._source)))], time.monotonic())

    def _say(self, sayings: list[tuple[str, Say]], now: float) -> None:
        score = self.score
        lots: list[list[Delivery]] = [[] for _ in self.centres]
        for number, say in sayings:
            if number in score.waiting:
                continue  # all lines have spoken, and this one is still waiting
            score.sent += 1
            score.kinds[say.kind] += 1
            score.waiting[number] = (now, say)
            if say.deeds:
                score.deeds[number] = score.deeds.get(number, 0) + say.deeds
            self._reference += 1
            lots[zlib.crc32(number.encode()) % len(lots)] += texts(number, ADDRESS, say.text, reference=self._reference)
        for centre, lot in zip(self.centres, lots, strict=True):
            if lot:
                centre.send(lot)

    def _arrived(self, arrivals: list[Arrival]) -> None:
        score = self.score
        more: list[tuple[str, Say]] = []
        for arrival in arrivals:
            pending = score.waiting.pop(arrival.destination, None)
            if pending is None:
                score.repeated += 1
                if len(score.strangers) < 20:
                    score.strangers.append(f"…{arrival.destination[-4:]}: {arrival.text}")
                continue
            since, say = pending
            self.last_at = arrival.arrived_at
            score.answered += 1
            score.latencies.append(arrival.arrived_at - since)
            if say.then:
                more.append((arrival.destination, Say(say.then, Kind.OTHER)))
        if more:
            self._say(more, time.monotonic())
        if self._wanted:
            self._fill()
