"""The roll of calls that go on: who they are, by which worker, so that a dead worker's sessions can be ended."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, InterfaceError

from careline.channels.calls.lines import Going
from careline.desk import live, queue
from careline.dialogue.talk import Event
from careline.hall.telephone import Moment
from careline.hall.turn import NO_NUMBER
from careline.values.msisdn import Msisdn

log = logging.getLogger(__name__)

KEEP_SECONDS = 2.0
LAST_NUMBER = 1_000_000  # of the moment that ends a session whose process cannot say how far it was


@dataclass(slots=True)
class Session:
    """One call that goes on."""

    session: str
    worker: str
    msisdn: Msisdn
    link: str
    address: str
    began_at: datetime
    number: int = 0
    node: str = ""
    contact: str = ""
    spoken: bool = True  # False: a callback, of which the dialogue knows nothing

    def lost(self, at: datetime) -> Moment:
        return lost_moment(self.session, self.msisdn, self.link, self.address, at)


def lost_moment(session: str, msisdn: Msisdn, link: str, address: str, at: datetime) -> Moment:
    """The end of a session by a fault of ours; the same for whoever finds it, so it counts once."""
    return Moment(session, LAST_NUMBER, msisdn, Event.LOST, at, link=link, address=address)


class Roll:
    """Calls in memory, written to the database in batches for pages and for the sweep that finds the lost."""

    def __init__(self, clock: Callable[[], datetime], in_database: Callable[..., Awaitable[Any]]) -> None:
        self._clock = clock
        self._in_database = in_database
        self._calls: dict[str, Session] = {}
        self._ended: list[str] = []
        self._silent: set[str] = set()
        self._task: asyncio.Task[None] | None = None
        self._left = asyncio.Event()  # set, and replaced, when a call leaves the roll

    def __len__(self) -> int:
        return len(self._calls)

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep(), name="roll")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._write()

    def note(self, worker: str, moment: Moment) -> None:
        """A moment came: its call goes on, or has ended with it."""
        if moment.event in {Event.HUNG_UP, Event.LOST}:
            self._calls.pop(moment.session, None)
            self._ended.append(moment.session)
            self._tell_who_waits()
            return
        known = self._calls.get(moment.session)
        if known is None:
            self._calls[moment.session] = Session(
                moment.session, worker, moment.msisdn, moment.link, moment.address, moment.at, moment.number
            )
        else:
            known.number = moment.number

    def moved(self, session: str, node: str) -> None:
        if (known := self._calls.get(session)) is not None and node:
            known.node = node

    def is_served(self, msisdn: Msisdn, session: str) -> bool:
        """Whether this number is in the menu in another call, from which something is heard; nobody's number is not."""
        return msisdn.digits != NO_NUMBER and any(
            one.msisdn == msisdn and one.session != session and one.spoken and one.session not in self._silent
            for one in self._calls.values()
        )

    async def is_free(self, msisdn: Msisdn, session: str, seconds: float) -> bool:
        """Whether this number is in no other call's menu, now or within so long: who dials anew may be ahead of the hang-up."""
        try:
            async with asyncio.timeout(seconds):
                while self.is_served(msisdn, session):
                    await self._left.wait()
        except TimeoutError:
            return False
        return True

    def hear(self, worker: str, silent: Sequence[str]) -> None:
        """From these calls of a worker nothing has come for some time: they hang in the network."""
        others = {one.session for one in self._calls.values() if one.worker != worker}
        self._silent = self._silent & others | set(silent) & self._calls.keys()
        self._tell_who_waits()

    def at_desk(self, worker: str, session: str, contact: str, msisdn: Msisdn, address: str) -> None:
        """The call waits for a person; one that we made is on the roll from here on."""
        known = self._calls.get(session)
        if known is None:
            known = Session(session, worker, msisdn, "calls", address, self._clock(), spoken=False)
            self._calls[session] = known
        known.contact = contact

    def left_desk(self, contact: str) -> None:
        for known in list(self._calls.values()):
            if known.contact == contact:
                known.contact = ""
                if not known.spoken:
                    del self._calls[known.session]
                    self._ended.append(known.session)

    def take_over(self, worker: str, going: Sequence[Going]) -> None:
        """A worker came (back) with these calls under way."""
        for one in going:
            self._calls[one.session] = Session(
                one.session, worker, Msisdn(one.msisdn), one.link, one.address, self._clock(), one.number,
                contact=one.contact,
            )  # fmt: skip

    def forget(self, worker: str) -> list[Session]:
        """The calls of a worker that has gone, taken off the roll."""
        gone = [one for one in self._calls.values() if one.worker == worker]
        for one in gone:
            del self._calls[one.session]
            self._ended.append(one.session)
        self._tell_who_waits()
        return gone

    def _tell_who_waits(self) -> None:
        self._left.set()
        self._left = asyncio.Event()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            await self._write()

    async def _write(self) -> None:
        now, ended = self._clock(), self._ended
        self._ended = []
        calls = [
            live.Call(one.session, one.worker, one.msisdn, one.link, one.address, one.began_at, one.node)
            for one in self._calls.values()
        ]
        contacts = [one.contact for one in self._calls.values() if one.contact]
        try:
            await self._in_database(_write, calls, contacts, ended, now)
        except (DatabaseError, InterfaceError) as error:
            self._ended = ended + self._ended
            log.warning("the calls under way could not be written down: %s", (str(error).splitlines() or [""])[0])


def _write(calls: list[live.Call], contacts: list[str], ended: list[str], now: datetime) -> None:
    live.keep(calls, ended, now)
    queue.seen(contacts, now)
