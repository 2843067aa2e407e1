"""One run: warm-up, saturation, half of that, the busy hour, and the verdict."""

import asyncio
import gc
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import psutil

from careline.cli._bench.hall import Hall, Spent, postmaster, spent
from careline.cli._bench.load import Load
from careline.cli._bench.place import Place
from careline.cli._bench.traffic import Traffic
from careline.cli._bench.verdict import judge

BUSY_HOUR_PER_SECOND = 270  # the busiest hour of 8,000,000 contacts a day
RATE_MAX = 16_000  # a second: how many texts are made ready
WARM_SHARE, HALF_SHARE, BUSY_SHARE = 0.4, 0.8, 0.8  # of the seconds of saturation
PATIENCE_SECONDS = 20.0  # without any answer, before what waits counts as lost

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How the run goes."""

    seconds: float = 15.0  # of saturation; the other phases follow from it
    rate: float | None = None  # of the phase at half load, a second; None: half of what was reached
    under_way: int = 4096  # texts without an answer at saturation
    binds: int = 2
    window: int = 1024
    receipts: bool = False
    seed: int = 0
    halls: int = 2  # SMS processes, each with an account of its own
    options: tuple[str, ...] = ()  # for `careline serve sms`


@dataclass(slots=True)
class Phase:
    """What was measured in one phase."""

    name: str
    seconds: float = 0.0
    sent: int = 0
    answered: int = 0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    cpu_us: dict[str, float] = field(default_factory=dict)
    cores: float = 0.0
    batches: int = 0
    statements: int = 0
    recorded: int = 0

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds if self.seconds else 0.0

    def summary(self) -> dict[str, Any]:
        return {
            "seconds": round(self.seconds, 2),
            "sent": self.sent,
            "answered": self.answered,
            "commands_per_second": round(self.per_second, 1),
            "p50_ms": self.p50_ms,
            "p99_ms": self.p99_ms,
            "cpu_us_per_command": self.cpu_us,
            "cores": round(self.cores, 2),
            "batches": self.batches,
            "commands_per_batch": round(self.recorded / self.batches, 1) if self.batches else None,
            "statements_per_batch": round(self.statements / self.batches, 1) if self.batches else None,
        }


class Run:
    """One run on a prepared place."""

    def __init__(self, place: Place, plan: Plan, tell: Tell) -> None:
        self.place = place
        self.plan = plan
        self.tell = tell
        self.load = Load(window=plan.window, centres=plan.halls)
        self.phases: dict[str, Phase] = {}
        self._server = postmaster(place)

    def measure(self) -> dict[str, Any]:
        """Run it all; the figures, ready for JSON."""
        from careline.catalogue import library

        plan, tell = self.plan, self.tell
        tell("clearing what the last run left")
        self.place.sweep()
        tell("reading the crowd into memory")
        self.place.warm()
        traffic = Traffic(library.refresh(), self.place.lines, plan.seed or int(datetime.now(UTC).timestamp()))
        asyncio.run(self._measure(traffic))
        tell("reading the tables")
        return self._result()

    async def _measure(self, traffic: Traffic) -> None:
        plan, load = self.plan, self.load
        loop = asyncio.get_running_loop()
        async with load:
            hall = Hall(self.place, load.ports, plan.binds, plan.window, plan.receipts, plan.options)
            try:
                hall.start()
                self.tell("starting the hall")
                await load.until_bound(plan.binds)
                warm = plan.seconds * WARM_SHARE
                rate = 2000.0
                # Twice: the first to learn how many texts the second needs.
                for name, seconds in (("warm-up", warm), ("saturation", plan.seconds)):
                    wanted = int(min(RATE_MAX, rate * 1.6) * seconds) + plan.under_way
                    await asyncio.to_thread(self._ready, traffic, RATE_MAX * warm if name == "warm-up" else wanted)
                    await self._phase(
                        name, hall,
                        partial(load.saturate, seconds, plan.under_way, self._say_how(name)),
                    )  # fmt: skip
                    rate = self.phases[name].per_second
                    await load.drain(PATIENCE_SECONDS)
                half = plan.rate or rate / 2
                for name, per_second, seconds in (
                    ("half", half, plan.seconds * HALF_SHARE),
                    ("busy_hour", float(BUSY_HOUR_PER_SECOND), plan.seconds * BUSY_SHARE),
                ):
                    await asyncio.to_thread(self._ready, traffic, int(per_second * seconds) + 10)
                    await self._phase(
                        name, hall,
                        partial(load.steady, per_second, seconds, self._say_how(name)),
                    )  # fmt: skip
                    await load.drain(PATIENCE_SECONDS)
                    self._latency(self.phases[name])
            finally:
                self.tell("stopping the hall")
                await loop.run_in_executor(None, hall.stop)

    def _ready(self, traffic: Traffic, count: float) -> None:
        """Texts for the next phase, made before it begins; they are no garbage to look through."""
        self.tell(f"writing {int(count):,} texts")
        if (missing := int(count) - self.load.left) > 0:
            self.load.give(traffic.some(missing))
        gc.collect()
        gc.freeze()

    async def _phase(self, name: str, hall: Hall, go: Callable[[], Any]) -> None:
        self.tell(name)
        score = self.load.score
        del score.latencies[:]
        phase = self.phases[name] = Phase(name)
        figures = await asyncio.to_thread(hall.figures)
        sent, answered = score.sent, score.answered
        before, started = spent(hall, self._server), asyncio.get_running_loop().time()
        await go()
        phase.seconds = asyncio.get_running_loop().time() - started
        used = spent(hall, self._server).since(before)
        phase.sent, phase.answered = score.sent - sent, score.answered - answered
        after = await asyncio.to_thread(hall.figures)
        for figure in ("batches", "statements", "recorded"):
            setattr(phase, figure, after.get(figure, 0) - figures.get(figure, 0))
        phase.cpu_us = used.per(phase.answered)
        phase.cores = _cores(used, phase.seconds)
        self._latency(phase)

    def _latency(self, phase: Phase) -> None:
        phase.p50_ms, phase.p99_ms = self.load.score.quantile_ms(0.5), self.load.score.quantile_ms(0.99)

    def _say_how(self, name: str) -> Callable[[], None]:
        score = self.load.score
        began, answered = asyncio.get_running_loop().time(), score.answered

        def say() -> None:
            seconds = asyncio.get_running_loop().time() - began
            done = score.answered - answered
            self.tell(f"{name}: {done / seconds:,.0f}/s, {score.lost:,} under way")

        return say

    def _result(self) -> dict[str, Any]:
        score, phases = self.load.score, self.phases
        saturation, half, busy = phases["saturation"], phases["half"], phases["busy_hour"]
        verdict = judge(score.deeds)
        return {
            "commands_per_second": round(saturation.per_second, 1),
            "p50_ms": half.p50_ms,
            "p99_ms": half.p99_ms,
            "half_load_per_second": round(half.per_second, 1),
            "cpu_us_per_command": saturation.cpu_us["all"],
            "cpu_us_by_process": saturation.cpu_us,
            "statements_per_batch": saturation.summary()["statements_per_batch"],
            "commands_per_batch": saturation.summary()["commands_per_batch"],
            "lost": score.lost,
            "doubled": verdict.doubled + verdict.held_twice,
            "repeated": max(0, score.repeated - verdict.unasked),
            "sent": score.sent,
            "answered": score.answered,
            "attempts": verdict.attempts,
            "repeated_texts": score.strangers,
            "busy_hour": {"per_second": round(busy.per_second, 1), "p50_ms": busy.p50_ms, "p99_ms": busy.p99_ms},
            "phases": {name: phase.summary() for name, phase in phases.items()},
            "said": {kind.value: count for kind, count in score.kinds.items()},
            "tables": verdict.summary(),
            "scale": {"lines": self.place.lines, "halls": self.plan.halls, "binds": self.plan.binds, "window": self.plan.window,
                      "under_way": self.plan.under_way, "receipts": self.plan.receipts},
            "machine": machine(),
            "versions": versions(),
        }  # fmt: skip


def _cores(used: Spent, seconds: float) -> float:
    return (used.hall + used.clock + used.postgres + used.simulator) / seconds if seconds else 0.0


def machine() -> dict[str, Any]:
    """What it ran on, and what else ran there: a load above the run's own means that others had part of it."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(),
        "load": [round(one, 2) for one in os.getloadavg()],
    }


def versions() -> dict[str, str]:
    """What it ran with."""
    from importlib.metadata import version

    from careline.postgres.sql import run

    settings = dict(
        run("SELECT name, setting FROM pg_settings WHERE name IN ('server_version', 'fsync', 'synchronous_commit')")
    )
    return {
        "careline": version("careline"),
        "python": platform.python_version(),
        "psycopg": version("psycopg"),
        "postgres": settings["server_version"],
        "fsync": settings["fsync"],
        "synchronous_commit": settings["synchronous_commit"],
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()
