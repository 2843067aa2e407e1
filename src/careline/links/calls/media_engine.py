"""The heart of all calls' sound: one timer, every call in one of the phases of its 20 ms."""

import asyncio
import math
import socket
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, Final

from careline.links.calls.media_garbage import Garbage
from careline.links.calls.media_hearing import Counts
from careline.links.calls.media_ports import REST_SECONDS, Ports
from careline.links.calls.media_sending import Sending
from careline.links.calls.media_stream import Stream, Surroundings
from careline.protocols.rtp.packet import TICK_SECONDS

LATE_SECONDS: Final = 0.01
"""A tick that late is counted: half of a packet, which every receiver's buffer conceals."""

CATCH_UP_TICKS: Final = 2
"""So many missed packets are sent at once with the present one: 40 ms are within the buffers of telephones and gateways,
and nothing is heard. More would be thrown away there as too late, so after a longer delay the time is given up: the
timestamps leap over it, the marker tells it, and the prompt goes on where it stopped: a pause, but no word lost."""

LOST_SECONDS: Final = 20.0
"""Without any packet of the far side; four times the interval of RTCP, so that one that is only muted is not lost."""

LOOK_SECONDS: Final = 1.0  # each stream is looked after once in this time


class Engine:
    """Sends and hears the sound of many calls in this thread's event loop; nothing CPU-bound may share its process.

    host: the address to bind, IPv4 or IPv6; ports: even numbers, each with the next for RTCP; phases: into how many
    parts a tick is divided, so that packets leave evenly; clock: seconds that never go back.
    """

    def __init__(
        self,
        host: str = "0.0.0.0",  # noqa: S104
        ports: Iterable[int] = range(20000, 30000, 2),
        phases: int = 4,
        *,
        lost_seconds: float = LOST_SECONDS,
        rest_seconds: float = REST_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._ports = Ports(host, ports, rest_seconds=rest_seconds)
        self._phases: list[dict[Sending, None]] = [{} for _ in range(phases)]
        self._streams: dict[Stream, int] = {}  # and their phase
        self._round: list[Stream] = []  # those still to be looked after in this second
        self._slot_seconds = TICK_SECONDS / phases
        self._slot = 0
        self._due: float | None = None  # when the next slot is
        self._ran: list[float | None] = [None] * phases
        self._timer: asyncio.TimerHandle | None = None
        self._writer: ThreadPoolExecutor | None = None
        self._garbage: Garbage | None = None
        self._closed_sent = self._closed_unsent = 0
        self._ticks = self._late = self._skipped = self._opened = 0
        self._gap_seconds_max = self._late_seconds_max = 0.0
        wall = time.time() - clock()
        self._around = Surroundings(
            counts=Counts(),
            clock=clock,
            wall=lambda moment: moment + wall,
            writer=self._write_with,
            forget=self._forget,
            cname=f"careline@{socket.gethostname()}",
            lost_seconds=lost_seconds,
        )

    async def start(self, *, freeze: bool = True) -> None:
        """Begin to tick. freeze: take garbage collection over for the whole process, since its rounds are gaps."""
        if freeze:
            self._garbage = Garbage(self._clock())
        self._due = self._clock()
        self._run()

    async def stop(self) -> None:
        """Close every stream and finish the recordings."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._garbage is not None:
            self._garbage.give_back()
            self._garbage = None
        for stream in list(self._streams):
            stream.close()
        if self._writer is not None:
            await asyncio.get_running_loop().run_in_executor(None, self._writer.shutdown)
            self._writer = None

    def open(self) -> Stream:
        """A stream with ports of its own, to be closed. Raises NoPort; OSError without file descriptors."""
        stream = Stream(self._ports.take(self._clock()), self._around)
        phase = min(range(len(self._phases)), key=lambda number: len(self._phases[number]))
        self._phases[phase][stream.sending] = None
        self._streams[stream] = phase
        self._opened += 1
        return stream

    def tick(self, now: float) -> float:
        """Do all that is due until this monotonic moment; the moment when to come again.

        `start` calls it by the clock. Whoever keeps time otherwise calls it instead of `start`.
        """
        due = now if self._due is None else self._due
        behind = now - due
        if behind > LATE_SECONDS:
            self._late += 1
            self._late_seconds_max = max(self._late_seconds_max, behind)
            missed = int(behind / TICK_SECONDS)
            if missed > CATCH_UP_TICKS:
                self._skip(missed)
                due += missed * TICK_SECONDS
        self._due = due
        while due <= now:
            due = self._due = due + self._slot_seconds
            self._send(now)
        self._look_after(now)
        return due

    def stats(self) -> dict[str, Any]:
        """Counts since the start; `max_gap_ms`: the longest time between two packets of one stream, as sent."""
        streams = [stream.sending for stream in self._streams]
        return {
            "streams": len(streams),
            "opened": self._opened,
            "sent": self._closed_sent + sum(one.sent for one in streams),
            "unsent": self._closed_unsent + sum(one.unsent for one in streams),
            "ticks": self._ticks,
            "late": self._late,
            "skipped": self._skipped,
            "max_late_ms": round(1000 * self._late_seconds_max, 1),
            "max_gap_ms": round(1000 * self._gap_seconds_max, 1),
            "strangers": self._around.counts.strangers,
            "garbage": self._around.counts.garbage,
            "free_ports": self._ports.free(self._clock()),
        }

    def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            self.tick(self._clock())
            if self._garbage is not None:  # what was due has left, and the next is some milliseconds away
                self._garbage.tick(self._clock(), len(self._streams), self._opened)
        finally:  # one call's bug is told by the loop, and must not silence all others
            due = self._due if self._due is not None else self._clock()
            self._timer = loop.call_later(due - self._clock(), self._run)

    def _send(self, now: float) -> None:
        """One slot: a packet for each call of its phase."""
        number = self._slot
        self._slot = (number + 1) % len(self._phases)
        phase = self._phases[number]
        ran = self._ran[number]
        if ran is not None and phase:
            self._gap_seconds_max = max(self._gap_seconds_max, now - ran)
        self._ran[number] = now if phase else None
        self._ticks += 1
        for sending in phase:
            sending.tick()

    def _skip(self, ticks: int) -> None:
        self._skipped += ticks
        for phase in self._phases:
            for sending in phase:
                sending.skip(ticks)

    def _look_after(self, now: float) -> None:
        """Some of the streams in each slot, all of them in a second."""
        if not self._round:
            self._round = list(self._streams)
        for _ in range(math.ceil(len(self._streams) * self._slot_seconds / LOOK_SECONDS)):
            if not self._round:
                return
            self._round.pop().look_after(now)

    def _forget(self, stream: Stream) -> None:
        phase = self._streams.pop(stream)
        del self._phases[phase][stream.sending]
        self._closed_sent += stream.sending.sent
        self._closed_unsent += stream.sending.unsent
        self._ports.give_back(stream.port, self._clock())

    def _write_with(self) -> Executor:
        if self._writer is None:
            self._writer = ThreadPoolExecutor(1, "recordings")
        return self._writer
