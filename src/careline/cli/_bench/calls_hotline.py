"""Who is called in a benchmark: the endpoint alone, or a whole careline, each with its worker on a core of its own."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol, Self

import psutil

from careline.cli._bench.hall import Process, postmaster
from careline.cli._bench.place import Place
from careline.cli._ports import free_near

STARTED_SECONDS_MAX: Final = 120.0
MOST_CALLS: Final = 5000
_FILE = """[calls]
listen = ["udp:127.0.0.1:{port}", "tcp:127.0.0.1:{port}"]
max_calls = {calls}
max_setups_per_second = 10000
no_sound_seconds = 15
rtp_ports = [10000, 30000]
[[trunk]]
name = "bench"
networks = ["127.0.0.1/32"]
from_header = true
"""


@dataclass(frozen=True, slots=True)
class Cores:
    """Which core is the worker's, and which everybody else's; None where there is only one."""

    worker: int | None
    others: int | None

    @classmethod
    def of_machine(cls) -> Self:
        cores = sorted(os.sched_getaffinity(0))
        return cls(cores[0], cores[1]) if len(cores) > 1 else cls(None, None)


class Called(Protocol):
    """What a benchmark asks of who is called."""

    target: str
    worker: psutil.Process

    def figures(self) -> dict[str, Any]: ...


def seconds(process: psutil.Process) -> float:
    """Processor time of a process until now."""
    times = process.cpu_times()
    return float(times.user + times.system)


def go_first(process: psutil.Process) -> bool:
    """Let it run before all ordinary programs of its core, with all its threads (SCHED_RR); False: no right to it."""
    try:
        for thread in process.threads():
            os.sched_setscheduler(thread.id, os.SCHED_RR, os.sched_param(1))
    except (PermissionError, AttributeError):
        return False
    return True


class Alone:
    """The endpoint and the engine in a process; every call hears one prompt."""

    def __init__(self, cores: Cores, *, first: bool) -> None:
        command = [sys.executable, "-m", "careline.cli._bench.calls_alone"]
        command += ["--core", str(cores.worker)] if cores.worker is not None else []
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        self.target = self._out.readline().split()[1]
        self.worker = psutil.Process(self._process.pid)
        if first:
            go_first(self.worker)

    def figures(self) -> dict[str, Any]:
        self._in.write("\n")
        self._in.flush()
        told: dict[str, Any] = json.loads(self._out.readline())
        return told

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        self._in.close()
        self._out.close()


@dataclass(slots=True)
class Hotline:
    """`careline serve calls` as in an installation: supervisor, hall process, one media worker, Postgres beside them."""

    place: Place
    cores: Cores
    first: bool
    environment: dict[str, str] = field(default_factory=dict)
    networks: str = '["127.0.0.1/32"]'
    target: str = ""
    worker: psutil.Process = field(init=False)
    hall: psutil.Process = field(init=False)
    _service: Process = field(init=False)
    _status: int = 0

    def __enter__(self) -> Self:
        near = 20_000 + os.getpid() % 10_000 + 10_000
        port = free_near("127.0.0.1", near)
        self._status = free_near("127.0.0.1", port + 1)
        config = self.place.home / "calls.toml"
        config.write_text(_FILE.format(port=port, calls=MOST_CALLS))
        self.target = f"127.0.0.1:{port}"
        environment = self.place.environment | {
            "CARELINE_CALLS": str(config),
            "CARELINE_CALLS_STATUS_PORT": str(self._status),
            "CARELINE_CALLS_DRAIN_SECONDS": "0",
            "CARELINE_LOG_LEVEL": "WARNING",
            **self.environment,
        }
        pin = ["--pin"] if self.cores.worker is not None else []
        self._service = Process("calls", pin, environment, self.place.home / "log" / "calls.log")
        try:
            self._wait()
        except BaseException:
            self._service.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._service.stop()

    def _wait(self) -> None:
        until = time.monotonic() + STARTED_SECONDS_MAX
        while not self.figures().get("endpoint"):
            if time.monotonic() > until or not self._service.alive:
                raise TimeoutError("careline serve calls did not start")
            time.sleep(0.2)
        children = self._service.seen.children()
        self.worker = next(one for one in children if any("calls_worker" in word for word in one.cmdline()))
        self.hall = next(one for one in children if "calls-hall" in one.cmdline())
        if self.cores.others is not None:
            for one in (self.hall, self._service.seen, *postgres(self.place.home)):
                _bind(one, self.cores.others)
        if self.first:
            go_first(self.worker)
            for one in (self.hall, *postgres(self.place.home)):
                with suppress(psutil.Error):
                    one.nice(-10)  # behind the worker, but before the machine's other users

    def figures(self) -> dict[str, Any]:
        """What the worker and the hall told last, at most two seconds ago."""
        with suppress(OSError, http.client.HTTPException, ValueError):
            connection = http.client.HTTPConnection("127.0.0.1", self._status, timeout=5)
            try:
                connection.request("GET", "/")
                told: dict[str, Any] = json.loads(connection.getresponse().read())
            finally:
                connection.close()
            worker = told["workers"].get("worker-0", {})
            return {**worker, "hall": told["hall"], "restarts": told["restarts"]}
        return {}

    def settled(self, idle: Callable[[dict[str, Any]], bool], limit_seconds: float = 10.0) -> bool:
        """Wait until its figures are so."""
        until = time.monotonic() + limit_seconds
        while not idle(self.figures()):
            if time.monotonic() > until:
                return False
            time.sleep(0.3)
        return True


def postgres(home: Path) -> list[psutil.Process]:
    """The postmaster of this place and its children."""
    with suppress(OSError, ValueError, psutil.NoSuchProcess):
        first = postmaster(Place(home, 0))
        return [first, *first.children()]
    return []


def _bind(process: psutil.Process, core: int) -> None:
    with suppress(psutil.Error):
        for thread in process.threads():
            os.sched_setaffinity(thread.id, {core})
