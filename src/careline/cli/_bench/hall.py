"""The hall under test: the very processes of an installation, as children, with their processor time and figures."""

import ctypes
import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from careline.cli._bench.place import Place
from careline.cli._ports import free_near

STOP_SECONDS_MAX = 30.0


class Process:
    """`careline serve NAME` as a child, its words in a file."""

    def __init__(self, name: str, arguments: Sequence[str], environment: dict[str, str], log: Path) -> None:
        self.name = name
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as words:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "careline.cli", "serve", name, *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509
            )
        self.seen = psutil.Process(self.process.pid)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """As the power cut does it."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """In order; by force after half a minute."""
        if not self.alive:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.kill()

    def seconds(self) -> float:
        """Processor time until now, threads and children included."""
        try:
            times = self.seen.cpu_times()
        except psutil.NoSuchProcess:
            return 0.0
        return float(times.user + times.system)


@dataclass(slots=True)
class Hall:
    """The SMS process and the clock of a place, bound to a simulator on this port."""

    place: Place
    port: int
    binds: int = 2
    window: int = 512
    receipts: bool = False
    options: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()  # environment
    status_port: int = 0
    sms: Process | None = None
    clock: Process | None = None

    def start(self) -> None:
        """Start both; they are bound a second or two later."""
        self.status_port = self.status_port or free_near("127.0.0.1", 20_000 + os.getpid() % 20_000)
        self.start_sms()
        self.start_clock()

    def start_clock(self) -> None:
        self.clock = Process("clock", (), self._environment(), self.place.home / "log" / "clock.log")

    def start_sms(self) -> None:
        links = self.place.home / "links.toml"
        links.write_text(
            f'[[link]]\nname = "bench"\nhost = "127.0.0.1"\nport = {self.port}\nsystem_id = "careline"\n'
            f'secret = "secret"\nbinds = {self.binds}\nwindow = {self.window}\n'
            f"receipts = {'true' if self.receipts else 'false'}\n"
        )
        environment = self._environment() | {
            "CARELINE_LINKS": str(links),
            "CARELINE_SMS_STATUS_PORT": str(self.status_port),
        }
        self.sms = Process("sms", self.options, environment, self.place.home / "log" / "sms.log")

    def stop(self) -> None:
        for process in (self.sms, self.clock):
            if process is not None:
                process.stop()

    def figures(self) -> dict[str, Any]:
        """What the SMS process says of itself."""
        connection = http.client.HTTPConnection("127.0.0.1", self.status_port, timeout=10)
        try:
            connection.request("GET", "/")
            given: dict[str, Any] = json.loads(connection.getresponse().read())
            return given
        finally:
            connection.close()

    def _environment(self) -> dict[str, str]:
        return self.place.environment | dict(self.extra)


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor seconds by process."""

    hall: float
    clock: float
    postgres: float
    simulator: float

    def since(self, before: "Spent") -> "Spent":
        return Spent(
            self.hall - before.hall,
            self.clock - before.clock,
            self.postgres - before.postgres,
            self.simulator - before.simulator,
        )

    def per(self, commands: int) -> dict[str, float]:
        """Microseconds for each command, and their sum."""
        parts = {"hall": self.hall, "clock": self.clock, "postgres": self.postgres, "simulator": self.simulator}
        each = {name: round(value * 1e6 / max(commands, 1), 1) for name, value in parts.items()}
        return each | {"all": round(sum(parts.values()) * 1e6 / max(commands, 1), 1)}


def spent(hall: Hall, server: psutil.Process) -> Spent:
    """Until now; this process is the simulator."""
    times = os.times()
    return Spent(
        hall.sms.seconds() if hall.sms else 0.0,
        hall.clock.seconds() if hall.clock else 0.0,
        _of_server(server),
        times.user + times.system,
    )


def postmaster(place: Place) -> psutil.Process:
    """The server's first process."""
    from careline.postgres import place as places

    return psutil.Process(int((places.place(place.home).data / "postmaster.pid").read_text().split()[0]))


def _of_server(server: psutil.Process) -> float:
    """The server's processes that live, and those that have ended (autovacuum), whose time their parent keeps."""
    times = server.cpu_times()
    total = times.user + times.system + times.children_user + times.children_system
    for child in server.children():
        try:
            own = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += own.user + own.system
    return float(total)


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
