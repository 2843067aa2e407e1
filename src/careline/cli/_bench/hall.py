"""The hall under test: the very processes of an installation, as children, with their processor time and figures."""

import ctypes
import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
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
    """The SMS processes and the clock of a place; each process has an account of its own at the simulator on its port."""

    place: Place
    ports: Sequence[int]
    binds: int = 2  # of each process
    window: int = 512
    receipts: bool = False
    options: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()  # environment
    status_ports: list[int] = field(default_factory=list)
    sms: list[Process] = field(default_factory=list)
    clock: Process | None = None

    def start(self) -> None:
        """Start all; they are bound a second or two later."""
        near = 20_000 + os.getpid() % 20_000
        for number in range(len(self.ports)):
            near = free_near("127.0.0.1", near) + 1
            self.status_ports.append(near - 1)
            self.sms.append(self._sms(number))
        self.start_clock()

    def start_clock(self) -> None:
        self.clock = Process("clock", (), self._environment(), self.place.home / "log" / "clock.log")

    def start_again(self) -> None:
        """Whatever has ended, as a process manager does."""
        for number, process in enumerate(self.sms):
            if not process.alive:
                self.sms[number] = self._sms(number)
        if self.clock and not self.clock.alive:
            self.start_clock()

    def stop(self) -> None:
        for process in (*self.sms, self.clock):
            if process is not None:
                process.stop()

    def figures(self) -> dict[str, int]:
        """What the SMS processes count at their turnstiles, added up."""
        total: dict[str, int] = {}
        for port in self.status_ports:
            for name, value in _figures(port)["turnstile"].items():
                if isinstance(value, int):
                    total[name] = total.get(name, 0) + value
        return total

    def _sms(self, number: int) -> Process:
        links = self.place.home / f"links{number}.toml"
        links.write_text(
            f'[[link]]\nname = "bench{number}"\nhost = "127.0.0.1"\nport = {self.ports[number]}\n'
            f'system_id = "careline"\nsecret = "secret"\nbinds = {self.binds}\nwindow = {self.window}\n'
            f"receipts = {'true' if self.receipts else 'false'}\n"
        )
        environment = self._environment() | {
            "CARELINE_LINKS": str(links),
            "CARELINE_SMS_STATUS_PORT": str(self.status_ports[number]),
        }
        return Process("sms", self.options, environment, self.place.home / "log" / f"sms{number}.log")

    def _environment(self) -> dict[str, str]:
        return self.place.environment | dict(self.extra)


def _figures(port: int) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/")
        given: dict[str, Any] = json.loads(connection.getresponse().read())
        return given
    finally:
        connection.close()


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
        sum(process.seconds() for process in hall.sms),
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
