"""Child processes kept running: started in order, restarted when they end, their words collected, stopped in reverse."""

import ctypes
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from careline.cli._language import text

RESTART_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
STEADY_SECONDS = 60.0  # a child that ran this long starts again from the shortest pause
STOP_SECONDS_MAX = 20.0
LOG_BYTES_MAX = 20_000_000


@dataclass
class Child:
    """One process to keep running."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[str] | None = None
    started_at: float = 0.0
    ends: int = 0  # in a row, without a steady run between
    restart_at: float | None = None
    reader: threading.Thread | None = field(default=None, repr=False)


class Supervisor:
    """Keeps children running from the main thread until `stopping` is set; `tell` hears of ends and restarts."""

    def __init__(
        self, children: Sequence[Child], log: Path, tell: Callable[[str], None], *, echo: bool = False
    ) -> None:
        self.children = children
        self.log = log
        self.tell = tell
        self.echo = echo
        self.stopping = threading.Event()
        self._writing = threading.Lock()

    def start(self) -> None:
        """Start every child; SIGTERM and Ctrl-C from now on set `stopping`."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES_MAX:
            self.log.replace(self.log.with_suffix(".log.1"))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopping.set())
        for child in self.children:
            self._start(child)

    def watch(self) -> None:
        """Until `stopping`: start again whatever ended, each time after a longer pause."""
        while not self.stopping.wait(0.2):
            for child in self.children:
                self._look_after(child, time.monotonic())

    def stop(self) -> None:
        """Stop the children in reverse order, each orderly (SIGTERM) and at last by force."""
        for child in reversed(self.children):
            process = child.process
            if process is None or process.poll() is not None:
                continue
            process.terminate()
            try:
                process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.tell(text(f"{child.name} 不肯停，已强行结束", f"{child.name} does not stop and is killed"))
                process.kill()
                process.wait()
            if child.reader is not None:
                child.reader.join(2)

    def _look_after(self, child: Child, now: float) -> None:
        if child.restart_at is not None:
            if now >= child.restart_at:
                self._start(child)
            return
        if child.process is None or child.process.poll() is None:
            return
        child.ends = 0 if now - child.started_at > STEADY_SECONDS else child.ends
        pause = RESTART_SECONDS[min(child.ends, len(RESTART_SECONDS) - 1)]
        child.ends += 1
        child.restart_at = now + pause
        ended, log = child.process.returncode, self.log
        self.tell(
            text(
                f"{child.name} 退出了（{ended}），{pause:g} 秒后重新启动；详见 {log}",
                f"{child.name} ended ({ended}), again in {pause:g} s; see {log}",
            )
        )

    def _start(self, child: Child) -> None:
        child.restart_at = None
        child.started_at = time.monotonic()
        # A session of its own: Ctrl-C reaches only us, and we stop the children in order.
        child.process = subprocess.Popen(
            child.command,
            env=dict(child.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 (one system call, and our threads only read pipes)
        )
        assert child.process.stdout is not None
        child.reader = threading.Thread(target=self._collect, args=(child.name, child.process.stdout), daemon=True)
        child.reader.start()

    def _collect(self, name: str, lines: IO[str]) -> None:
        with self.log.open("a", encoding="utf-8") as log:
            for line in lines:
                said = f"{time.strftime('%H:%M:%S')} {name:6}| {line.rstrip()}"
                with self._writing:
                    log.write(said + "\n")
                    log.flush()
                if self.echo:
                    self.tell(said)


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: also when we are killed with -9
