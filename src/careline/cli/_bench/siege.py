"""Kill tests: under load, processes are killed with -9, links cut, texts reordered and sent again; then all is counted.

Each customer says one thing, so that what was answered, done and charged can be held against it one by one.
"""

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import psutil

from careline.cli._bench.hall import Hall, postmaster
from careline.cli._bench.load import Load
from careline.cli._bench.place import Place
from careline.cli._bench.traffic import Traffic
from careline.cli._bench.verdict import Books, Verdict, judge, open_books

Tell = Callable[[str], None]
RESPONSE_SECONDS = 3.0  # then the simulator sends a text again that nobody acknowledged
# Recovery in seconds instead of minutes; the rules are the same.
QUICK = (
    ("CARELINE_CARRIER_TIME_LIMIT_SECONDS", "1"),
    ("CARELINE_CLAIM_SECONDS", "4"),
    ("CARELINE_JANITOR_SPACING_SECONDS", "1"),
)


@dataclass(frozen=True, slots=True)
class Siege:
    """How it goes: for so long, so many texts a second, one of these blows about every `pause` seconds."""

    seconds: float = 60.0
    per_second: float = 200.0
    pause_seconds: tuple[float, float] = (1.0, 4.0)
    blows: tuple[str, ...] = ("hall", "postgres", "backend", "cut", "clock")
    quiet_seconds: float = 40.0  # without an answer, before what waits counts as lost
    seed: int = 0


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    sent: int = 0
    answered: int = 0
    lost: int = 0
    repeated: int = 0
    recovered_seconds: float = 0.0  # from the last blow to the last answer
    redelivered: int = 0  # texts that the simulator sent again
    blows: dict[str, int] = field(default_factory=dict)
    lost_said: list[str] = field(default_factory=list)
    verdict: Verdict | None = None

    @property
    def doubled(self) -> int:
        assert self.verdict
        return self.verdict.doubled + self.verdict.held_twice + self.verdict.charged_twice

    @property
    def held(self) -> bool:
        """Nothing lost, nothing done or charged twice, the money adds up, and every repeat is one that the sender
        knew might be one."""
        verdict = self.verdict
        assert verdict
        wrong = verdict.disagreeing + verdict.charged_for_nothing + verdict.unbalanced + abs(verdict.missing_fen)
        return not (self.lost or self.doubled or wrong or verdict.posted_twice) and self.repeated <= verdict.in_doubt

    def summary(self) -> dict[str, Any]:
        assert self.verdict
        return {
            "sent": self.sent,
            "answered": self.answered,
            "lost": self.lost,
            "doubled": self.doubled,
            "repeated": self.repeated,
            "in_doubt": self.verdict.in_doubt,
            "redelivered": self.redelivered,
            "recovered_seconds": round(self.recovered_seconds, 1),
            "blows": self.blows,
            "lost_said": self.lost_said,
            "tables": self.verdict.summary(),
        }


class Besieged:
    """A hall under siege."""

    def __init__(self, place: Place, siege: Siege, tell: Tell) -> None:
        self.place = place
        self.siege = siege
        self.tell = tell
        self.load = Load(window=256, response_seconds=RESPONSE_SECONDS)
        self.outcome = Outcome(blows=dict.fromkeys(siege.blows, 0))
        self._chance = random.Random(siege.seed)
        self._last_blow = 0.0

    def hold_out(self) -> Outcome:
        """Run it; what came of it. Raises TimeoutError when the hall does not even bind."""
        from careline.catalogue import library

        self.place.sweep()
        books = open_books()
        traffic = Traffic(library.refresh(), self.place.lines, self.siege.seed or int(time.time()))
        count = int(self.siege.per_second * self.siege.seconds) + 10
        self.load.give((number, replace(say, then="")) for number, say in traffic.some(count))
        asyncio.run(self._hold_out())
        return self._count(books)

    async def _hold_out(self) -> None:
        load, siege = self.load, self.siege
        async with load:
            hall = Hall(self.place, load.ports, binds=2, window=64, extra=QUICK)
            tasks: list[asyncio.Task[None]] = []
            try:
                hall.start()
                await load.until_bound(hall.binds)
                self.tell("under siege")
                tasks = [asyncio.create_task(self._supervise(hall)), asyncio.create_task(self._strike(hall))]
                await load.steady(siege.per_second, siege.seconds, self._say_how)
                tasks.pop().cancel()
                self.tell("recovering")
                await load.drain(siege.quiet_seconds)
                self.outcome.recovered_seconds = max(0.0, load.last_at - self._last_blow)
                # Repeats may still come where a claim has just run out.
                await asyncio.sleep(6)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.to_thread(hall.stop)

    async def _strike(self, hall: Hall) -> None:
        """One blow after another, each at a moment of its own, and whatever was killed is started again."""
        todo: list[str] = []
        while True:
            await asyncio.sleep(self._chance.uniform(*self.siege.pause_seconds))
            if not todo:
                todo = list(self.siege.blows)
                self._chance.shuffle(todo)
            blow = todo.pop()
            self.tell(f"blow: {blow}")
            self.outcome.blows[blow] += 1
            self._last_blow = time.monotonic()
            if blow == "cut":
                centre = self._chance.choice(self.load.centres)
                centre.cut()
                centre.shuffle(self._chance)
            else:
                self._kill(blow, hall)
            self._last_blow = time.monotonic()

    def _kill(self, what: str, hall: Hall) -> None:
        match what:
            case "hall":
                self._chance.choice(hall.sms).kill()
            case "clock":
                assert hall.clock
                hall.clock.kill()
            case "postgres":
                for process in self._server_processes():
                    _kill_hard(process)
            case "backend":
                if len(processes := self._server_processes()) > 1:
                    _kill_hard(self._chance.choice(processes[1:]))
            case _:
                raise ValueError(what)

    async def _supervise(self, hall: Hall) -> None:
        """Start again what has ended, as a process manager does. The server's own holder does it for the server."""
        while True:
            await asyncio.sleep(0.3)
            hall.start_again()

    def _server_processes(self) -> Sequence[psutil.Process]:
        """The server's first process and its children; empty while it is down."""
        try:
            server = postmaster(self.place)
            return [server, *server.children()]
        except (psutil.NoSuchProcess, OSError, ValueError, IndexError):
            return []

    def _say_how(self) -> None:
        score = self.load.score
        self.tell(f"under siege: {score.sent:,} said, {score.lost:,} under way, {score.repeated} repeated")

    def _count(self, books: Books) -> Outcome:
        from django.db import connection

        connection.close()  # cut, if the server was killed
        outcome, score = self.outcome, self.load.score
        outcome.sent, outcome.answered = score.sent, score.answered
        outcome.lost, outcome.repeated = score.lost, score.repeated
        outcome.lost_said = [say.text for _, say in list(score.waiting.values())[:20]]
        outcome.redelivered = self.load.redelivered
        outcome.verdict = judge(score.deeds, books)
        outcome.repeated = max(0, outcome.repeated - outcome.verdict.unasked)
        return outcome


def _kill_hard(process: psutil.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
