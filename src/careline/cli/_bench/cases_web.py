"""The web process under test, as an installation runs it, and what it costs."""

import os
import time
from dataclasses import dataclass, field

import psutil

from careline.cli._bench.calls_hotline import postgres, seconds
from careline.cli._bench.cases_staff import Browser, Times
from careline.cli._bench.hall import Process
from careline.cli._bench.place import Place
from careline.cli._ports import free_near

START_SECONDS_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """`workers` and `threads` as `careline serve web` has them."""

    seconds: float = 120.0  # of the day's pace
    archived: int = 300_000
    open_cases: int = 20_000
    workers: int = 1
    threads: int = 4


@dataclass(slots=True)
class Spent:
    """Processor seconds until now."""

    web: float
    postgres: float
    clock: float
    at: float = field(default_factory=time.monotonic)

    def since(self, before: "Spent") -> dict[str, float]:
        return {name: getattr(self, name) - getattr(before, name) for name in ("web", "postgres", "clock", "at")}


class Web:
    """`careline serve web` and `careline serve clock` of a place."""

    def __init__(self, place: Place, plan: Plan) -> None:
        self.place = place
        self.port = free_near("127.0.0.1", 20_000 + os.getpid() % 20_000)
        arguments = ("--port", str(self.port), "--workers", str(plan.workers), "--threads", str(plan.threads))
        log = place.home / "log"
        self.web = Process("web", arguments, place.environment, log / "web.log")
        self.clock = Process("clock", (), place.environment, log / "clock.log")

    def ready(self) -> None:
        """Raises TimeoutError when no page comes."""
        until = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < until:
            times = Times()
            if Browser(self.port, times).get("/staff/sign-in", "sign in") and not times.errors:
                return
            time.sleep(0.3)
        raise TimeoutError

    def processes(self) -> list[psutil.Process]:
        """The web process and its workers."""
        return [self.web.seen, *self.web.seen.children(recursive=True)]

    def spent(self) -> Spent:
        return Spent(_sum(self.processes()), _sum(postgres(self.place.home)), _sum([self.clock.seen]))

    def close(self) -> None:
        self.web.stop()
        self.clock.stop()


def _sum(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        try:
            total += seconds(process)
        except psutil.NoSuchProcess:
            continue
    return total
