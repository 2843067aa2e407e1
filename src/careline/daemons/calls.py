"""The telephone side: a hall process, media workers, and a dispatcher before them where there are several."""

import argparse
import asyncio
import contextlib
import json
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings as house
from django.db import connection

from careline.channels.calls import settings
from careline.channels.calls.hall_line import HallDown, HallFault, HallLine
from careline.daemons.calls_children import Child
from careline.daemons.calls_worker import READY, listening
from careline.links.calls import config_file
from careline.links.calls.config import Config
from careline.links.calls.dispatcher import Dispatcher

log = logging.getLogger(__name__)

RENDERED_SECONDS_MAX = 300.0  # for the first announcements: synthesis of some fifty sentences


def serve(arguments: Sequence[str]) -> None:
    """Run until SIGINT: `careline serve calls [--listen HOST:PORT] [--workers N] [--config FILE] [--pin]`."""
    parser = argparse.ArgumentParser("careline serve calls", description=__doc__)
    parser.add_argument("--listen", default="", metavar="HOST:PORT", help="UDP and TCP, in place of the file's")
    parser.add_argument("--workers", type=int, help="media workers, one core each")
    parser.add_argument("--config", help="the TOML file with trunks and limits (CARELINE_CALLS)")
    parser.add_argument("--pin", action="store_true", help="bind each worker to a core of its own")
    chosen = parser.parse_args(list(arguments))
    connection.close()
    if chosen.config:
        os.environ["CARELINE_CALLS"] = chosen.config
    try:
        config = listening(config_file.configured(), chosen.listen)
    except (config_file.CallsConfigError, ValueError) as error:
        raise SystemExit(f"careline serve calls: {error}") from error
    config = replace(config, workers=chosen.workers or config.workers)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(config, chosen.listen, pin=chosen.pin))


async def _run(config: Config, listen: str, *, pin: bool) -> None:
    service = CallService(config, listen, Path(house.HOME), pin=pin)
    try:
        await service.start()
        await asyncio.Event().wait()
    finally:
        await asyncio.shield(service.stop())


@dataclass(slots=True)
class CallService:
    """All processes of the telephone side; start() and stop() on one event loop."""

    config: Config
    listen: str
    home: Path
    pin: bool = False
    children: list[Child] = field(default_factory=list)
    ready: dict[str, str] = field(default_factory=dict)  # worker -> the addresses it listens on
    _hall: Child = field(init=False)
    _dispatcher: Dispatcher | None = None
    _line: HallLine = field(init=False)
    _status: asyncio.Server | None = None

    async def start(self) -> None:
        """The hall first, since workers need its announcements; then the doors. Raises OSError."""
        (self.home / "run").mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.home / "run").chmod(0o700)  # sockets of processes that trust each other
        announcements = self.home / settings.ANNOUNCEMENTS
        announcements.unlink(missing_ok=True)  # the words may be others since
        careline = [sys.executable, "-m", "careline.cli"]
        self._hall = Child("calls-hall", [*careline, "serve", "calls-hall"], self._heard)
        self._hall.start()
        self._line = HallLine(self.home / settings.SOCKET, "supervisor")
        self._line.start()
        async with asyncio.timeout(RENDERED_SECONDS_MAX):
            await self._line.up.wait()
            while not announcements.exists():  # noqa: ASYNC110 (a file of another process)
                await asyncio.sleep(0.05)
        if self.config.workers > 1:
            self._dispatcher = Dispatcher(self.config, self.home / "run")
            await self._dispatcher.start()
        for number in range(self.config.workers):
            child = Child(f"worker-{number}", self._command(number), self._heard)
            self.children.append(child)
            child.start()
        self._status = await status_server(self)

    async def stop(self) -> None:
        """Workers drain, and tell the hall how their calls ended; then the hall."""
        if self._status:
            self._status.close()
        await asyncio.gather(*(child.stop() for child in self.children))
        if self._dispatcher:
            await self._dispatcher.stop()
        await self._line.stop()
        await self._hall.stop()

    async def statistics(self) -> dict[str, Any]:
        """Figures of all processes, as each told them last."""
        try:
            told: dict[str, Any] = await self._line.ask("statistics", dict, seconds=2.0)
        except (HallDown, HallFault):
            told = {"hall": None, "workers": {}}
        workers = told["workers"].values()
        return {
            "active_calls": sum(one.get("calls", 0) for one in workers),
            "restarts": {child.name: child.starts - 1 for child in [self._hall, *self.children]},
            "dispatcher": self._dispatcher.stats() if self._dispatcher else None,
            **told,
        }

    def _command(self, number: int) -> list[str]:
        command = [sys.executable, "-m", "careline.daemons.calls_worker", "--home", str(self.home)]
        command += ["--number", str(number), "--workers", str(self.config.workers)]
        if self.listen:
            command += ["--listen", self.listen]
        if self._dispatcher:
            command += ["--dispatcher", str(self._dispatcher.path)]
        if self.pin:
            command += ["--core", str(number % (os.cpu_count() or 1))]
        return command

    def _heard(self, name: str, line: str) -> None:
        if line.startswith(READY):
            self.ready[name] = line.removeprefix(READY).strip()
            log.info("%s takes calls at %s", name, self.ready[name])
        elif line:
            log.info("%s: %s", name, line)


async def status_server(service: CallService) -> asyncio.Server | None:
    """The figures as JSON over HTTP on loopback, where CARELINE_CALLS_STATUS_PORT names a port."""
    port = os.environ.get("CARELINE_CALLS_STATUS_PORT")
    if not port:
        return None

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(5):
                await reader.readuntil(b"\r\n\r\n")
                body = json.dumps(await service.statistics()).encode()
                head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
                await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", int(port))
