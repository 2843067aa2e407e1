"""Child processes of the telephone side, kept running in the event loop of their parent."""

import asyncio
import ctypes
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)

RESTART_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
STEADY_SECONDS = 60.0  # one that ran this long starts again from the shortest pause
STOP_SECONDS_MAX = 15.0


class Child:
    """One process that is started again whenever it ends. `on_line` hears what it says on standard output."""

    def __init__(self, name: str, command: Sequence[str], on_line: Callable[[str, str], None]) -> None:
        self.name = name
        self.starts = 0
        self.pid: int | None = None
        self._command = command
        self._on_line = on_line
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep(), name=f"child {self.name}")

    async def stop(self) -> None:
        """Orderly (SIGTERM), and at last by force."""
        self._stopping.set()
        process = self._process
        if process is not None and process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(STOP_SECONDS_MAX):
                    await process.wait()
            except TimeoutError:
                log.error("%s does not stop and is killed", self.name)
                process.kill()
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        ends = 0
        while not self._stopping.is_set():
            started = loop.time()
            self.starts += 1
            self._process = process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
            self.pid = process.pid
            assert process.stdout is not None
            while line := await process.stdout.readline():
                self._on_line(self.name, line.decode(errors="replace").rstrip())
            status = await process.wait()
            self.pid = None
            if self._stopping.is_set():
                return
            ends = 0 if loop.time() - started > STEADY_SECONDS else ends
            pause = RESTART_SECONDS[min(ends, len(RESTART_SECONDS) - 1)]
            ends += 1
            log.error("%s ended (%s), again in %g s", self.name, status, pause)
            await asyncio.sleep(pause)


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: also when we are killed with -9
