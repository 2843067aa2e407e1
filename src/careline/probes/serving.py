"""The runner: makes rows of what is due, takes those of its vantage points, runs them, judges alarms; its heart beats."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from django.db import DatabaseError, connection, transaction

from careline.catalogue.refusals import NothingPublished
from careline.dialogue.book import Book
from careline.dialogue.saying import local
from careline.probes import alarming, planning, telling, timetables
from careline.probes.listening.ears import Speaks
from careline.probes.listening.recogniser import Recogniser
from careline.probes.models import Due, Run, Runner
from careline.probes.probe import Probe
from careline.probes.running import Bench, keep
from careline.probes.vantage import Vantage
from careline.promises.calendars import calendars

PACE_SECONDS: Final = 1.0
STOP_SECONDS: Final = 10.0  # that runs under way have to hang up

Value = TypeVar("Value")
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Place:
    """A vantage point with the bench that is open there, and what runs on it."""

    vantage: Vantage
    bench: Bench | None = None
    tasks: dict["asyncio.Task[None]", int] = field(default_factory=dict)  # and which row of what is due each runs

    @property
    def free(self) -> int:
        return max(0, self.vantage.together - len(self.tasks))


@dataclass(slots=True)
class Serving:
    """`await Serving(...).run()` until it is cancelled; then it gives back what it took."""

    vantages: Sequence[Vantage]
    book: Callable[[], Book]  # that is published now
    speaker: Callable[[], Speaks | None]
    clock: Callable[[], datetime]
    folder: Path
    ports: range = range(41000, 49000, 2)
    pace_seconds: float = PACE_SECONDS
    name: str = field(default_factory=lambda: f"{socket.gethostname()[:60]}:{os.getpid()}")
    ran: int = 0
    stopped: bool = False
    _places: list[Place] = field(default_factory=list)
    _probes: dict[str, Probe] = field(default_factory=dict)
    _planned: tuple[int, object] = (0, None)  # version and day
    _runner: Runner = field(init=False)
    _recogniser: Recogniser = field(default_factory=Recogniser)  # one, whatever is published meanwhile
    _beaten_at: datetime | None = None
    _database: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="probing"))

    def __post_init__(self) -> None:
        self._places = [Place(one) for one in self.vantages]
        names = [one.name for one in self.vantages]
        self._runner = Runner(name=self.name, vantages=names, begun_at=self.clock())

    async def run(self) -> None:
        """Until cancelled. A database that is away is waited for; anything else that breaks is logged, and we go on."""
        try:
            while True:
                try:
                    await self.round()
                except DatabaseError as error:
                    await self.look(_close)
                    log.warning("dial tests wait for the database: %s", str(error).splitlines()[0])
                except NothingPublished:
                    log.info("dial tests wait: no catalogue is published yet")
                except Exception:
                    log.exception("a round of dial tests failed")
                await asyncio.sleep(self.pace_seconds)
        finally:
            await asyncio.shield(self._stop())

    async def round(self) -> int:
        """Beat, make rows of what is due, take what there is room for; how many were taken."""
        now = self.clock()
        if self._beaten_at is None or now - self._beaten_at >= timetables.HEARTBEAT:
            self._runner.running = sum(len(place.tasks) for place in self._places)
            in_hand = [due for place in self._places for due in place.tasks.values()]
            await self.look(timetables.beat, self._runner, in_hand, now)
            self._beaten_at = now
            await self._plan(now)  # whoever starts tests or writes timetables chooses from the plan
        if await self.look(timetables.waits, now):
            await self._plan(now)
            made = await self.look(timetables.sweep, list(self._probes.values()), calendars(), now)
            log.info("%d dial tests are due", made)
        return sum([await self._fill(place, now) for place in self._places])

    async def look(self, deed: Callable[..., Value], *arguments: Any, **named: Any) -> Value:
        """Do something in the database, off the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._database, lambda: deed(*arguments, **named))

    async def idle(self) -> None:
        """Until nothing is under way."""
        while tasks := [task for place in self._places for task in place.tasks]:
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _fill(self, place: Place, now: datetime) -> int:
        """Take what is due at this vantage point, as much as may run there together."""
        if not place.free:
            return 0
        taken = await self.look(timetables.take, place.vantage.name, now, place.free, self.name)
        if not taken:
            return 0
        await self._plan(now)
        unknown = [one for one in taken if one.probe not in self._probes]
        if unknown:  # its service or node is gone from the catalogue
            await self.look(timetables.done, [one.id for one in unknown], self.name)
            log.info("%d dial tests are not in the plan any more", len(unknown))
        bench = await self._bench(place)
        for due in taken:
            if probe := self._probes.get(due.probe):
                task = asyncio.create_task(self._one(bench, probe, due))
                place.tasks[task] = due.id
                task.add_done_callback(lambda ended: place.tasks.pop(ended, None))
        return len(taken)

    async def _plan(self, now: datetime) -> None:
        """The probes of the version that is published, derived once a version and day."""
        book = await self.look(self.book)
        day = local(now).date()
        if self._planned == (book.version, day):
            return
        found = await self.look(planning.plan, book, now)
        self._probes = {one.id: one for one in found.probes}
        self._planned = (book.version, day)
        log.info("%d dial tests of version %d are known", len(self._probes), book.version)

    async def _bench(self, place: Place) -> Bench:
        """The bench of this place; a new one when another version is published and nothing runs on the old one."""
        book = await self.look(self.book)
        if place.bench is not None and (place.bench.book.version == book.version or place.tasks):
            return place.bench
        if place.bench is not None:
            await place.bench.__aexit__(None, None, None)
        speaker = await asyncio.to_thread(self.speaker)
        place.bench = Bench(
            book, speaker, place.vantage, self.clock, self.folder, self.ports, recogniser=self._recogniser
        )
        return place.bench

    async def _one(self, bench: Bench, probe: Probe, due: Due) -> None:
        """Run one until it passes or its retries are used up; the last try is what counts."""
        try:
            for tried in range(1, due.retries + 2):
                row = await bench.once(probe, tried)
                if row.passed or not row.judged or tried > due.retries:
                    break
            row.batch = due.batch
            if await self.look(settle, row, due, self.clock()):
                self.ran += 1
                ended = (
                    "passed" if row.passed else f"{row.kind}.{row.cause}" if row.judged else f"not judged: {row.why}"
                )
                log.info("%s at %s: %s", row.probe, row.vantage, ended)
        except DatabaseError as error:
            await self.look(_close)
            log.warning("a dial test could not be written down: %s", str(error).splitlines()[0])
        except Exception:
            log.exception("dial test %s broke", due.probe)

    async def _stop(self) -> None:
        tasks = [task for place in self._places for task in place.tasks]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for place in self._places:
            if place.bench is not None:
                await place.bench.__aexit__(None, None, None)
        await self._recogniser.close()
        try:
            given = await self.look(timetables.give_back, self.name)
            log.info("%d dial tests were given back", given)
        except DatabaseError:
            log.warning("dial tests could not be given back; others take them in %s", timetables.TAKEN)
        await self.look(_close)
        self._database.shutdown()
        self.stopped = True


def settle(row: Run, due: Due, now: datetime) -> bool:
    """Write the run down and judge its alarm, unless another runner has taken the probe meanwhile; one transaction."""
    with transaction.atomic():
        if not timetables.done([due.id], due.taken_by):
            log.warning("%s took too long and was taken by another", due.probe)
            return False
        keep(row)
        alarming.judge(row, tuple(telling.ways()), now)
    return True


def _close() -> None:
    connection.close()
