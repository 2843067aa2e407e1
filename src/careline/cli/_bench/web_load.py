"""Requests that come whether or not the last were answered: drawn times, kept connections, one loop, next to no processor."""

import asyncio
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from careline.cli._bench.cases_staff import quantile

TIMEOUT_SECONDS = 20.0
CONNECTIONS_MAX = 200
REFUSED = 409
_LENGTH = re.compile(rb"content-length: *(\d+)", re.I)
_LOCATION = re.compile(rb"location: *(\S+)", re.I)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: what kind of page it is, its octets, and what a redirection leads to."""

    kind: str
    octets: bytes
    onward: Callable[[str], "Asked"] | None = None
    refusable: bool = False  # a wish that is refused (on already, too little money) was served


@dataclass(slots=True)
class Score:
    """Seconds and octets of the answers by kind, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    octets: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    errors: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    refused: int = 0
    late: list[float] = field(default_factory=list)  # how much later than drawn we sent: the load's own fault

    @property
    def count(self) -> int:
        return sum(len(one) for one in self.seconds.values())

    def told(self) -> dict[str, dict[str, float]]:
        kinds = dict(sorted(self.seconds.items())) | {"all": [one for took in self.seconds.values() for one in took]}
        return {
            kind: {"count": len(took)}
            | {f"p{round(share * 100)}_ms": quantile(took, share) for share in (0.5, 0.95, 0.99)}
            for kind, took in kinds.items()
        }


def load(port: int, draw: Callable[[], Asked], rate: float, seconds: float, seed: int = 0) -> Score:
    """So many a second for so long, at times that are drawn as independent people come; returns when all are answered."""
    return asyncio.run(_Load(port).run(draw, rate, seconds, random.Random(seed)))


def one_by_one(port: int, asked: Sequence[Asked]) -> Score:
    """Each when the one before has been answered."""

    async def go() -> Score:
        loader = _Load(port)
        for one in asked:
            await loader.ask(one, time.perf_counter())
        await loader.close()
        return loader.score

    return asyncio.run(go())


class _Load:
    def __init__(self, port: int) -> None:
        self.score = Score()
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._places = asyncio.Semaphore(CONNECTIONS_MAX)

    async def run(self, draw: Callable[[], Asked], rate: float, seconds: float, chance: random.Random) -> Score:
        began = time.perf_counter()
        due, tasks = began, set()
        while (due := due + chance.expovariate(rate)) < began + seconds:
            wait = due - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            self.score.late.append(max(0.0, time.perf_counter() - due))
            task = asyncio.ensure_future(self.ask(draw(), due))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        if tasks:
            await asyncio.wait(tasks)
        await self.close()
        return self.score

    async def ask(self, asked: Asked, due: float) -> None:
        """One request, timed from the moment it was due; where its answer leads on, that page too, timed by itself."""
        async with self._places:
            try:
                status, location, octets = await asyncio.wait_for(self._exchange(asked.octets), TIMEOUT_SECONDS)
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as trouble:
                self.score.errors[f"{asked.kind}: {type(trouble).__name__}"] += 1
                return
        self.score.seconds[asked.kind].append(time.perf_counter() - due)
        self.score.octets[asked.kind] += octets
        if status == REFUSED and asked.refusable:
            self.score.refused += 1
        elif status >= 400 or (status >= 300 and asked.onward is None):
            self.score.errors[f"{asked.kind}: {status}"] += 1
        elif asked.onward is not None and location:
            await self.ask(asked.onward(location), time.perf_counter())

    async def _exchange(self, octets: bytes) -> tuple[int, str, int]:
        reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(octets)
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            if length is not None:
                body = len(await reader.readexactly(int(length[1])))
            else:
                body = await _chunks(reader)
        except BaseException:
            writer.close()
            raise
        self._idle.append((reader, writer))
        location = _LOCATION.search(head)
        return int(head[9:12]), location[1].decode() if location else "", body

    async def close(self) -> None:
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()


async def _chunks(reader: asyncio.StreamReader) -> int:
    total = 0
    while size := int((await reader.readline()).split(b";")[0], 16):
        await reader.readexactly(size + 2)
        total += size
    await reader.readline()
    return total
