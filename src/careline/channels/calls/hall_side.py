"""The hall process: moments of calls in, what to say and do out; the desk, the database and speech live here.

Workers have none of these: whatever is slow, or burns the processor, must not share a process with sound.
"""

import asyncio
import contextlib
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from django.db import InterfaceError, OperationalError, connection

from careline.channels.calls.announcements import Announcements
from careline.channels.calls.batching import Batches, HallClosed
from careline.channels.calls.desk_deeds import DeskDeeds
from careline.channels.calls.lines import LINE_BYTES_MAX, Answer, Ask, Going, Rung, Told
from careline.channels.calls.matching import Matching
from careline.channels.calls.roll import Roll
from careline.channels.calls.voice import Speaks, Voice
from careline.dialogue.book import Book
from careline.dialogue.talk import Event
from careline.hall.reception import Reception
from careline.hall.telephone import Moment
from careline.values.msisdn import Msisdn

log = logging.getLogger(__name__)

DESK_THREADS = 3
ANSWER_SECONDS_MAX = 14.0  # a worker gives up after 15
FREE_SECONDS = 1.8  # for a hang-up on its way: a BYE that is lost comes again after 0.5 and 1.5 s (RFC 3261, timer E)
_asks = msgspec.json.Decoder(Ask)
_encoder = msgspec.json.Encoder()


@dataclass(slots=True)
class HallSide:
    """The server of the socket; start() and stop() on one event loop."""

    path: Path
    announcements_path: Path
    reception_for: Callable[[int], Reception]
    speaker: Speaks
    book: Callable[[], Book]
    clock: Callable[[], datetime]
    melody: str = ""
    figures: dict[str, int] = field(default_factory=lambda: {"asked": 0, "faults": 0, "lost_with_worker": 0})
    batches: Batches = field(init=False)
    roll: Roll = field(init=False)
    voice: Voice = field(init=False)
    _deeds: DeskDeeds = field(init=False)
    _matching: Matching = field(init=False)
    _desk_pool: ThreadPoolExecutor = field(init=False)
    _server: asyncio.Server = field(init=False)
    _workers: dict[str, Any] = field(default_factory=dict)  # what each said of itself last
    _tasks: "set[asyncio.Task[Any]]" = field(default_factory=set)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def start(self) -> None:
        """Render what is said without us, then open the socket."""
        self._desk_pool = ThreadPoolExecutor(DESK_THREADS, thread_name_prefix="desk")
        self.voice = Voice(self.speaker, self.book)
        self.batches = Batches(self.reception_for)
        self._deeds = DeskDeeds(self.book, self.clock)
        self._matching = Matching(self._claim)
        self.roll = Roll(self.clock, self.in_database)
        await self.announce()
        self.batches.start()
        self._matching.start()
        self.roll.start()
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)
        mask = os.umask(0o077)  # the lines hold whole numbers: for our own user only
        try:
            self._server = await asyncio.start_unix_server(self._serve, str(self.path), limit=LINE_BYTES_MAX)
        finally:
            os.umask(mask)

    async def stop(self) -> None:
        self._server.close()
        for writer in list(self._writers):
            writer.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._matching.stop()
        await self.roll.stop()
        await asyncio.get_running_loop().run_in_executor(None, self.batches.stop)
        together = threading.Barrier(DESK_THREADS, timeout=5)
        for _ in range(DESK_THREADS):
            self._desk_pool.submit(_close_connection, together)
        await asyncio.get_running_loop().run_in_executor(None, self._desk_pool.shutdown)
        self.voice.close()

    async def announce(self) -> Announcements:
        """Render what workers say by themselves; again after each publishing, since the texts are the catalogue's."""
        return await self.voice.announce(self.announcements_path, self.melody)

    def statistics(self) -> dict[str, Any]:
        return {**self.figures, **self.batches.figures, "waiting": self.batches.waiting, "calls": len(self.roll)}

    async def in_database(self, deed: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Run it on a thread of the desk; a connection that broke is replaced for the next."""

        def work() -> Any:
            try:
                return deed(*arguments, **named)
            except (OperationalError, InterfaceError):
                connection.close()
                raise

        return await asyncio.get_running_loop().run_in_executor(self._desk_pool, work)

    # One connection: a worker

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        worker = f"worker-{id(writer)}"
        try:
            while line := await reader.readline():
                ask = _asks.decode(line)
                if ask.do == "here":
                    worker = str(ask.what["worker"])
                    self.roll.take_over(worker, msgspec.convert(ask.what["going"], list[Going]))
                    continue
                self._begin(self._answer(ask, worker, writer))
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            log.warning("the line of %s broke: %s", worker, type(error).__name__)
        finally:
            self._writers.discard(writer)
            writer.close()
            self._workers.pop(worker, None)
            if self._server.is_serving():
                self._begin(self._lose(worker))

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, ask: Ask, worker: str, writer: asyncio.StreamWriter) -> None:
        self.figures["asked"] += 1
        try:
            answer = Answer(ask.id, "", await self._do(ask, worker))
        except HallClosed as error:
            answer = Answer(ask.id, str(error) or "closed")
        except (OperationalError, InterfaceError) as error:
            log.error("the database does not answer: %s", (str(error).splitlines() or [""])[0])
            answer = Answer(ask.id, "database")
        except Exception as error:
            log.exception("%s failed", ask.do)
            answer = Answer(ask.id, type(error).__name__)
        self.figures["faults"] += bool(answer.fault)
        if not writer.is_closing():
            writer.write(_encoder.encode(answer) + b"\n")

    async def _do(self, ask: Ask, worker: str) -> Any:
        what = ask.what
        match ask.do:
            case "moment":
                return await self._moment(worker, **what)
            case "enter":
                entered = await self.in_database(self._deeds.enter, **what)
                if not entered.refused:
                    self.roll.at_desk(worker, what["session"], what["contact"], Msisdn(what["msisdn"]), what["address"])
                return await self.voice.standing(entered, what["language"])
            case "standing":
                return await self.voice.standing(
                    await self.in_database(self._deeds.standing, what["contact"]), what["language"]
                )
            case "seat":
                return await self._matching.wait(what["contact"], float(what["patience"]))
            case "leave":
                left = await self.in_database(self._deeds.leave, **what)
                self.roll.left_desk(what["contact"])
                self._matching.poke()
                return left
            case "missed" | "answered" | "transferred" | "transfer" | "requeue" | "held" | "recorded" | "promise":
                done = await self.in_database(getattr(self._deeds, ask.do), **what)
                self._matching.poke()
                return done
            case "figures":
                self._workers[str(what["worker"])] = what["figures"]
                self.roll.hear(worker, what["silent"])
                return True
            case "statistics":
                return {"hall": self.statistics(), "workers": self._workers}
            case "next_callback" | "callback_done" | "callback_failed":
                return await self.in_database(getattr(self._deeds, ask.do), **what)
        raise HallClosed(f"unknown deed {ask.do}")

    async def _moment(
        self,
        worker: str,
        session: str,
        number: int,
        msisdn: str,
        event: str,
        keys: str = "",
        link: str = "calls",
        address: str = "10086",
        heard_percent: int = 100,
    ) -> Told:
        moment = Moment(
            session=session,
            number=number,
            msisdn=Msisdn(msisdn),
            event=Event(event),
            at=self.clock(),
            keys=keys,
            link=link,
            address=address,
            heard_percent=heard_percent,
        )
        if moment.event is Event.HELLO and not await self.roll.is_free(moment.msisdn, session, FREE_SECONDS):
            raise HallClosed("served")
        self.roll.note(worker, moment)
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                act = await asyncio.wrap_future(self.batches.put(moment))
        except TimeoutError as error:
            raise HallClosed("late") from error
        if act is None:
            raise HallClosed("not taken in")
        self.roll.moved(session, act.cue.node)
        spoken = act.text if moment.event not in {Event.HUNG_UP, Event.LOST} else ""
        clips = await self.voice.say(spoken, act.language, slow=act.cue.slow)
        return Told(act.language, clips, act.cue, act.key)

    async def _claim(self, contact: str) -> list[Rung]:
        found: list[Rung] = await self.in_database(self._deeds.claim, contact)
        return found

    async def _lose(self, worker: str) -> None:
        """A worker has gone: its sessions end as lost, each once, and its contacts with them."""
        for live in self.roll.forget(worker):
            self.figures["lost_with_worker"] += 1
            if live.contact:
                with contextlib.suppress(OperationalError, InterfaceError):
                    await self.in_database(self._deeds.leave, live.contact, "lost", "network")
            if live.spoken:
                with contextlib.suppress(Exception):
                    await asyncio.wrap_future(self.batches.put(live.lost(self.clock())))
        self._matching.poke()


def _close_connection(together: threading.Barrier) -> None:
    """Each thread closes its own, so all of them must be here."""
    with contextlib.suppress(threading.BrokenBarrierError):
        together.wait()
    connection.close()
