"""Waiting for a person: music, the place in the queue, a way out by key, and seats that ring until one answers."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from careline.channels.calls.ear import Gone
from careline.channels.calls.gathering import say
from careline.channels.calls.hall_line import HallDown, HallFault
from careline.channels.calls.lines import Rung, Standing
from careline.channels.calls.talking import Talk
from careline.dialogue.talk import Handover
from careline.links.calls.call import Call
from careline.links.calls.endpoint import Unreached
from careline.values.reference import new_reference

if TYPE_CHECKING:
    from careline.channels.calls.conductor import Conductor

log = logging.getLogger(__name__)

LOOK_SECONDS = 10.0  # a question for a seat is asked anew after so long
TROUBLES_MAX = 5  # failures of the hall process in a row, while somebody waits
LEAVE, CALL_BACK = "*", "1"


class Waiting:
    """One caller's way through the queue; `run` says how it ended: talked, nobody, left_queue, callback, closed, screened."""

    def __init__(self, conductor: "Conductor", handover: Handover, callback: int | None = None) -> None:
        self.contact = new_reference()[0]
        self._one = conductor
        self._handover = handover
        self._callback = callback
        self._ear = conductor.ear
        self._call = conductor.call
        self._house = conductor.house
        self._standing = Standing()

    async def run(self) -> str:
        """Raises Gone, HallDown, HallFault."""
        self._standing = await self._enter()
        if self._standing.refused:
            return self._standing.refused
        outcome, by = "lost", "network"
        try:
            outcome, by = await self._queue()
        except Gone as gone:
            if gone.ended.reason != "lost":
                outcome, by = "abandoned", "customer"
            raise
        finally:
            self._call.stream.stop()
            await self._leave(outcome, by)
        return outcome

    async def _enter(self) -> Standing:
        one = self._one
        return await self._house.line.ask(
            "enter",
            Standing,
            contact=self.contact,
            session=one.session,
            msisdn=one.msisdn.digits,
            language=one.language or "zh",
            address=one.address,
            diversion=self._call.diversion,
            handover=msgspec.to_builtins(self._handover),
            callback=self._callback,
        )

    async def _queue(self) -> tuple[str, str]:
        """How the contact ended, and by whom."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        troubles = 0
        self._ear.take_keys()
        asking = self._ask_for_seat()
        try:
            await self._tell_place(first=True)
            tell_at = loop.time() + self._standing.announce_seconds
            self._music()
            while True:
                self._ear.check()
                if (key := self._key()) is not None:
                    return key
                if loop.time() - started > self._standing.wait_seconds_max:
                    return "nobody", "us"
                if asking.done():
                    try:
                        rungs = asking.result()
                        troubles = 0
                    except (HallDown, HallFault):
                        troubles += 1
                        if troubles >= TROUBLES_MAX:
                            raise
                        await asyncio.sleep(0.5)
                        rungs = []
                    if rungs and (ended := await self._ring(rungs)):
                        return ended
                    asking = self._ask_for_seat()
                elif loop.time() >= tell_at:
                    await self._tell_place(first=False)
                    tell_at = loop.time() + self._standing.announce_seconds
                    self._music()
                until = min(tell_at, started + self._standing.wait_seconds_max + 0.05)
                await self._ear.wait(asking, until=until)
        finally:
            asking.cancel()
            with contextlib.suppress(asyncio.CancelledError, HallDown, HallFault):
                await asking

    def _ask_for_seat(self) -> "asyncio.Task[list[Rung]]":
        asked = self._house.line.ask(
            "seat", list[Rung], seconds=LOOK_SECONDS + 5, contact=self.contact, patience=LOOK_SECONDS
        )
        return asyncio.create_task(asked, name="seat")

    def _key(self) -> tuple[str, str] | None:
        """What a key means here: the way out, or a callback; all others nothing."""
        keys = self._ear.take_keys()
        if LEAVE in keys:
            return "left_queue", "customer"
        if CALL_BACK in keys and self._may_call_back():
            return "callback", "customer"
        return None

    def _may_call_back(self) -> bool:
        return self._house.settings.may_call_back(self._one.msisdn.digits) and self._callback is None

    async def _tell_place(self, *, first: bool) -> None:
        """The place in the queue, and at the beginning the keys."""
        sounds, language = self._house.sounds, self._one.language
        with contextlib.suppress(HallDown, HallFault):
            if not first:
                asked = await self._house.line.ask(
                    "standing", Standing, seconds=3, contact=self.contact, language=language or "zh"
                )
                if not asked.refused:
                    self._standing = asked
        try:
            place = sounds.clips(self._standing.clips)
        except OSError:
            place = []
        prompts = place or sounds.announcement("next", language)
        if first:
            keys = ["callback_key", "menu_key"] if self._may_call_back() else ["menu_key"]
            prompts = [*prompts, *(prompt for key in keys for prompt in sounds.announcement(key, language))]
        await say(self._ear, self._call.stream, prompts, until_key=True)

    def _music(self) -> None:
        self._call.stream.play([self._house.sounds.melody], loop=True)

    async def _ring(self, rungs: Sequence[Rung]) -> tuple[str, str] | None:
        """Ring these seats and talk to the first that answers; how that ended, None when none did."""
        dials = {asyncio.create_task(self._dial(rung), name=f"dial {rung.name}"): rung for rung in rungs}
        missed: list[int] = []
        try:
            while dials:
                await self._ear.wait(*dials)
                self._ear.check()
                if (key := self._key()) is not None:
                    return key
                for dial in [one for one in dials if one.done()]:
                    rung = dials.pop(dial)
                    agent = dial.result()
                    if agent is None:
                        missed.append(rung.seat)
                        continue
                    await _cancel(dials)
                    return await self._talk(agent, rung)
        finally:
            await _cancel(dials)
        await self._house.line.ask("missed", bool, contact=self.contact, seat_ids=missed)
        return None

    async def _dial(self, rung: Rung) -> Call | None:
        one = self._one
        try:
            return await self._house.endpoint.dial(
                rung.uri,
                caller=one.msisdn.digits if one.msisdn.digits != "0" else "",
                headers=rung.headers,
                time_limit_seconds=rung.ring_seconds,
            )
        except Unreached as error:
            log.info("seat %s did not answer (%d)", rung.name, error.status)
            return None

    async def _talk(self, agent: Call, rung: Rung) -> tuple[str, str] | None:
        """Speak, if the seat is still ours; then the contact is over, or the caller waits again."""
        talk = Talk(self._one, self.contact, agent, rung)
        try:
            if not await self._house.line.ask("answered", bool, contact=self.contact, seat=rung.seat):
                return None
            ended = await talk.run(recorded=self._standing.recorded)
            if ended is None:
                self._music()  # the caller waits again
            return ended
        finally:
            await talk.end()

    async def _leave(self, outcome: str, by: str) -> None:
        """Write down how it ended; a promise to call back comes before the end, so that none is lost between."""
        line = self._house.line
        try:
            if outcome == "callback":
                await asyncio.shield(line.ask("promise", str, contact=self.contact))
            await asyncio.shield(line.ask("leave", bool, contact=self.contact, outcome=outcome, by=by))
        except (HallDown, HallFault) as error:
            log.warning("contact %s: its end could not be written (%s); the sweep will", self.contact, error)
            if outcome == "callback":
                raise


async def _cancel(tasks: "dict[asyncio.Task[Call | None], Rung]") -> None:
    """End these dials; one that was answered in this very moment is hung up."""
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Call):
            await result.hang_up()
    tasks.clear()
