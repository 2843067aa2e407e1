"""Two people talk: both streams joined, music while the seat holds, blind transfers by the seat's telephone."""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from careline.channels.calls.ear import Ear
from careline.channels.calls.gathering import say
from careline.channels.calls.hall_line import HallDown, HallFault
from careline.channels.calls.lines import Rung
from careline.links.calls.call import Call
from careline.links.calls.endpoint import Unreached
from careline.links.calls.events import Referred

if TYPE_CHECKING:
    from careline.channels.calls.conductor import Conductor

log = logging.getLogger(__name__)

BACK_TO_HALL = ("hall", "menu", "10086")  # user parts that a seat transfers to, to give the caller back to the menu


class Talk:
    """The talk of one caller with a seat, or after transfers with several."""

    def __init__(self, conductor: "Conductor", contact: str, agent: Call, rung: Rung) -> None:
        self._one = conductor
        self._contact = contact
        self._house = conductor.house
        self._customer, self._heard = conductor.call, conductor.ear
        self._agent, self._agent_ear = agent, Ear(agent)
        self._rung = rung
        self._held_at: float | None = None

    async def run(self, *, recorded: bool) -> tuple[str, str] | None:
        """Until somebody leaves: (outcome, by whom). None: the caller waits again, since a transfer failed."""
        if recorded:
            await self._record()
        self._join()
        while True:
            if self._heard.ended is None:  # who left during a transfer makes no more news
                await _either(self._heard, self._agent_ear)
            if self._heard.ended is not None:
                return "talked", "customer" if self._heard.ended.reason in {"hung_up", "cancelled"} else "network"
            if self._agent_ear.referred:
                referred = self._agent_ear.referred.pop(0)
                if ended := await self._transfer(referred):
                    return ended
                if self._agent_ear.ended is not None:
                    return await self._again()
                continue
            if self._agent_ear.ended is not None:
                return "talked", "seat"
            await self._holds()
            self._heard.take_keys()  # between people keys mean nothing to us

    async def end(self) -> None:
        """The seat's telephone is free; safe to call twice."""
        self._agent_ear.close()
        self._customer.stream.unrelay()
        self._customer.stream.stop_recording()
        if self._agent.ended is None:
            await self._agent.hang_up()

    def _join(self) -> None:
        self._customer.stream.stop()
        self._agent.stream.stop()
        self._customer.stream.relay(self._agent.stream)

    async def _record(self) -> None:
        """Both are told before anything is recorded."""
        folder = self._house.settings.recordings
        if not folder:
            log.warning("queue records, but CARELINE_RECORDINGS names no folder: nothing is recorded")
            return
        announcement = self._house.sounds.announcement("recorded", self._one.language)
        self._agent.stream.play(announcement)
        await say(self._heard, self._customer.stream, announcement)
        path = Path(folder) / datetime.now(UTC).strftime("%Y-%m-%d") / f"{self._contact}.wav"
        self._customer.stream.record(path)
        await self._tell("recorded", path=str(path))

    async def _holds(self) -> None:
        """Music for the caller while the seat holds; the time is kept."""
        loop = asyncio.get_running_loop()
        if self._agent_ear.held and self._held_at is None:
            self._held_at = loop.time()
            self._music()
        elif not self._agent_ear.held and self._held_at is not None:
            seconds, self._held_at = loop.time() - self._held_at, None
            self._join()
            await self._tell("held", held_seconds=seconds)

    def _music(self) -> None:
        self._customer.stream.play([self._house.sounds.melody], loop=True)

    async def _transfer(self, referred: Referred) -> tuple[str, str] | None:
        """Pass the caller on. (outcome, by whom) when that ends the contact; None: the talk goes on, with whom it may."""
        agent = self._agent
        if _user(referred.target) in BACK_TO_HALL:
            await agent.report(200)
            return "left_queue", "seat"
        await agent.report(100)
        rung: Rung | None = None
        with contextlib.suppress(HallDown, HallFault):
            rung = await self._house.line.ask("transfer", Rung | None, contact=self._contact, uri=referred.target)  # type: ignore[arg-type]
        if rung is None:
            await self._note(referred.target, "refused")
            await agent.report(480)
            return None
        self._customer.stream.unrelay()
        self._music()
        called = await self._dial(rung)
        if called is None:
            await self._tell("missed", seat_ids=[rung.seat], gone=self._heard.ended is not None)
            await self._note(rung.name, "missed")
            await agent.report(480)
            if self._agent_ear.held:
                self._held_at = self._held_at or asyncio.get_running_loop().time()
                self._music()  # the seat's telephone held the caller before it passed him on
            elif agent.ended is None:
                self._join()
            return None
        await self._note(rung.name, "answered")
        await self._tell("answered", seat=rung.seat)
        await agent.report(200)
        self._agent_ear.close()
        if agent.ended is None:
            await agent.hang_up()
        self._agent, self._agent_ear, self._rung = called, Ear(called), rung
        self._held_at = None
        self._join()
        return None

    async def _dial(self, rung: Rung) -> Call | None:
        """The next seat's telephone; None: not answered, or the caller has gone."""
        dial = asyncio.create_task(
            self._house.endpoint.dial(
                rung.uri,
                caller=self._one.msisdn.digits if self._one.msisdn.digits != "0" else "",
                headers=rung.headers,
                time_limit_seconds=rung.ring_seconds,
            )
        )
        while not dial.done() and self._heard.ended is None:
            await self._heard.wait(dial)
        if not dial.done():
            dial.cancel()
        try:
            return await dial
        except (Unreached, asyncio.CancelledError) as error:
            log.info("seat %s did not answer a transfer (%s)", rung.name, type(error).__name__)
            return None

    async def _again(self) -> tuple[str, str] | None:
        """The seat has left and nobody took over: back to the queue."""
        await self._tell("requeue")
        return None

    async def _note(self, target: str, outcome: str) -> None:
        await self._tell("transferred", origin=self._rung.name, target=target, outcome=outcome)

    async def _tell(self, do: str, **what: Any) -> None:
        """Write it down; a talk goes on even when that cannot be done."""
        try:
            await self._house.line.ask(do, bool, contact=self._contact, **what)
        except (HallDown, HallFault) as error:
            log.warning("contact %s: %s could not be written (%s)", self._contact, do, error)


async def _either(one: Ear, other: Ear) -> None:
    """Until something happens on one side."""
    tasks = [asyncio.ensure_future(ear.wait()) for ear in (one, other)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _user(target: str) -> str:
    """The user part of a SIP address."""
    return target.removeprefix("<").partition(":")[2].partition("@")[0].partition(";")[0]
