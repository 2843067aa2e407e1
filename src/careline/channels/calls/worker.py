"""A media worker: endpoint, sound and conductors in one event loop, and nothing that burns the processor."""

import asyncio
import contextlib
import logging
import resource
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from careline.channels.calls.calling_back import call_back
from careline.channels.calls.conductor import Conductor, House
from careline.channels.calls.hall_line import HallDown, HallFault, HallLine
from careline.channels.calls.lines import Going
from careline.channels.calls.settings import CallSettings
from careline.channels.calls.sounds import Sounds
from careline.links.calls.config import Config, Listen
from careline.links.calls.endpoint import Endpoint
from careline.links.calls.media import Engine
from careline.links.calls.wires import Wires

log = logging.getLogger(__name__)

FIGURES_SECONDS = 2.0
DRAIN_SECONDS = 8.0
FILES_PER_CALL = 3  # two sockets, and a recording


@dataclass(slots=True)
class Worker:
    """Everything of a worker; start() and stop() on one event loop."""

    name: str
    config: Config
    settings: CallSettings
    socket: Path
    announcements: Path
    ports: range | None = None  # of sound; None: all of the configuration
    wires: Wires | None = None  # of a dispatcher
    lost_seconds: float | None = None
    freeze: bool = True
    engine: Engine = field(init=False)
    endpoint: Endpoint = field(init=False)
    house: House = field(init=False)
    _tasks: "list[asyncio.Task[None]]" = field(default_factory=list)

    async def start(self) -> None:
        """Open the sockets. Raises OSError, also where no announcements were rendered yet."""
        _allow_files(self.config.max_calls * FILES_PER_CALL + 256)
        sounds = Sounds(self.announcements)
        ports = self.ports or range(self.config.rtp_ports[0], self.config.rtp_ports[1], 2)
        self.engine = Engine(
            self.config.sound_host, ports, lost_seconds=self.lost_seconds or self.config.no_sound_seconds
        )
        line = HallLine(self.socket, self.name, self._going)
        self.endpoint = Endpoint(self.config, self.engine, self._serve, wires=self.wires)
        self.house = House(self.endpoint, line, sounds, self.settings)
        line.start()
        await self.engine.start(freeze=self.freeze)
        await self.endpoint.start()
        self._tasks = [asyncio.create_task(self._report(), name="figures")]
        if self.settings.callback_uri:
            self._tasks.append(asyncio.create_task(call_back(self.house), name="callbacks"))

    async def stop(self, drain_seconds: float = DRAIN_SECONDS) -> None:
        """Take nothing new, let calls end for so long, tell the hall of the rest."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.endpoint.stop(drain_seconds)
        if self.house.farewells:
            await asyncio.wait(set(self.house.farewells), timeout=5.0)
        await self.house.line.stop()
        await self.engine.stop()

    @property
    def addresses(self) -> Sequence[Listen]:
        return self.endpoint.addresses

    def figures(self) -> dict[str, Any]:
        """What there is and was, for the status page."""
        return {
            "calls": len(self.house.sessions),
            "conductor": dict(self.house.figures),
            "hall_line": {**self.house.line.figures, "up": self.house.line.up.is_set()},
            "endpoint": self.endpoint.stats(),
            "engine": self.engine.stats(),
        }

    async def _serve(self, call: Any) -> None:
        await self.house.serve(call)

    def _going(self) -> list[Going]:
        """The calls that the hall process must know of when it comes back."""
        return [
            Going(one.session, one.msisdn.digits, one.address, one.call.trunk or "calls", one.number, one.contact)
            for one in self.house.sessions.values()
            if one.number >= 0
        ]

    def _hangs(self, one: Conductor) -> bool:
        """Whether the caller's network is gone without a goodbye, as far as can be known yet."""
        return one.call.stream.silent_seconds() > self.settings.silent_seconds

    async def _report(self) -> None:
        while True:
            with contextlib.suppress(HallDown, HallFault):
                silent = [one.session for one in self.house.sessions.values() if self._hangs(one)]
                await self.house.line.ask("figures", bool, worker=self.name, figures=self.figures(), silent=silent)
            self.house.sounds.refresh()
            await asyncio.sleep(FIGURES_SECONDS)


def _allow_files(wanted: int) -> None:
    """Each call has two sockets; the usual limit of 1,024 files would end at 500 calls."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < wanted:
        log.warning("only %d files may be open: calls beyond %d are refused", most, most // FILES_PER_CALL)
