"""One call from ringing to goodbye: what the hall says is played, what the caller does is brought to the hall.

The conductor knows no menu and no service. It keeps three promises: nobody ever hears silence, what is pressed arrives
in its order, and the hall hears of the end of every session exactly once.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from careline.channels.calls.ear import Ear, Gone
from careline.channels.calls.gathering import gather, say
from careline.channels.calls.hall_line import HallDown, HallFault, HallLine
from careline.channels.calls.lines import Told
from careline.channels.calls.settings import CallSettings
from careline.channels.calls.sounds import Sounds
from careline.channels.calls.waiting import Waiting
from careline.dialogue.talk import Cue, Event, Handover
from careline.links.calls.call import Call
from careline.links.calls.endpoint import Endpoint
from careline.links.calls.media import Prompt
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

log = logging.getLogger(__name__)

STRANGER = Msisdn("0")  # who withholds the number
ADDRESS_LENGTH_MAX = 32  # as tables keep it; whoever calls may have written anything
FAREWELL_TRIES = 60
FAREWELL_SECONDS = 1.0
FIGURES = ("calls", "moments", "slow", "faults", "recovered", "given_up", "crashed", "at_desk", "farewells_unheard")


@dataclass(slots=True)
class House:
    """What all calls of a worker share."""

    endpoint: Endpoint
    line: HallLine
    sounds: Sounds
    settings: CallSettings = field(default_factory=CallSettings)
    sessions: "dict[str, Conductor]" = field(default_factory=dict)
    farewells: "set[asyncio.Task[None]]" = field(default_factory=set)
    figures: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIGURES, 0))

    async def serve(self, call: Call) -> None:
        """The application of the endpoint: one conductor for each call."""
        await Conductor(self, call).run()


class Conductor:
    """The life of one call that came in."""

    def __init__(self, house: House, call: Call) -> None:
        self.session = new_reference()[0]
        self.msisdn = call.caller or STRANGER
        self.number = -1
        self.contact = ""  # while at the desk
        self.language = ""  # known with the first answer
        self.house = house
        self.call = call
        self.ear: Ear

    @property
    def address(self) -> str:
        """The number that was dialled; of a callback, ours."""
        return "10086" if self.call.outgoing else self.call.called[:ADDRESS_LENGTH_MAX] or "10086"

    async def run(self) -> None:
        """Serve the caller until one of us hangs up; whatever happens, the hall hears of the end."""
        house = self.house
        house.figures["calls"] += 1
        self.ear = Ear(self.call)
        house.sessions[self.session] = self
        end = Event.LOST
        try:
            await self.call.ring()
            if await self.call.answer():
                await self._converse()
                end = Event.HUNG_UP
        except Gone as gone:
            end = Event.HUNG_UP if gone.ended.reason in {"hung_up", "cancelled", "ours"} else Event.LOST
        except Exception:
            house.figures["crashed"] += 1
            log.exception("call %s failed", self.session)
            await self._apologise()
        finally:
            self.ear.close()
            house.sessions.pop(self.session, None)
            if self.number >= 0:
                # On its own, since the call's task may be cancelled in this moment.
                task = asyncio.create_task(self._farewell(end), name="farewell")
                house.farewells.add(task)
                task.add_done_callback(house.farewells.discard)

    async def _converse(self) -> None:
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self.house.settings.longest_seconds
        told = await self._tell(Event.HELLO)
        while told is not None:
            prompts = self.house.sounds.clips(told.clips, slow=told.cue.slow)
            if told.cue.then == "hang_up":
                await self._say(prompts)
                return
            if told.cue.then == "person":
                began = loop.time()
                told = await self._person(prompts, told.cue.handover)
                ends_at += loop.time() - began
                continue
            if loop.time() > ends_at:
                await self.announce("too_long")
                return
            heard = await gather(self.ear, self.call.stream, prompts, told.cue)
            told = await self._tell(heard.event, heard.keys, heard.heard_percent)

    async def _person(self, prompts: Sequence[Prompt], handover: Handover | None) -> Told | None:
        """To the desk, and back to the hall with how it went."""
        await self._say(prompts)
        try:
            why = await self.at_desk(handover)
        except (HallDown, HallFault) as error:
            log.warning("call %s: the desk cannot be reached (%s)", self.session, error)
            why = "nobody"
        return await self._tell(Event.RETURNED, why)

    async def at_desk(self, handover: Handover | None, callback: int | None = None) -> str:
        """Wait for a person and talk; why that ended. Raises HallDown, HallFault, Gone."""
        self.house.figures["at_desk"] += 1
        waiting = Waiting(self, handover or Handover("asked"), callback)
        self.contact = waiting.contact
        try:
            return await waiting.run()
        finally:
            self.contact = ""

    # Telling the hall

    async def _tell(self, event: Event, keys: str = "", heard_percent: int = 100) -> Told | None:
        """Bring one moment to the hall; what to do now. None: the hall is out of order, and all was said about it."""
        self.number += 1
        try:
            return await self._ask(event, keys, heard_percent)
        except HallFault as fault:
            if str(fault) == "served":
                await self._served_elsewhere()
                return None
            log.warning("call %s: the hall could not take moment %d in (%s)", self.session, self.number, fault)
        except HallDown as down:
            log.warning("call %s: %s", self.session, down)
        return await self._recover(event, keys, heard_percent)

    async def _served_elsewhere(self) -> None:
        """Another call of this number is in the menu, as from a company's switchboard: here is a person, or goodbye."""
        self.number = -1  # the hall knows nothing of this session
        await self.announce("served")
        with contextlib.suppress(HallDown, HallFault):
            if await self.at_desk(Handover("second_call")) == "talked":
                return
        await self.announce("served_goodbye")

    async def _recover(self, event: Event, keys: str, heard_percent: int) -> Told | None:
        """Say that the fault is ours, and try the same moment once more: it counts once, whatever became of it."""
        house = self.house
        house.figures["faults"] += 1
        try:
            await self.announce("fault")
            await self._line_is_up(house.settings.recover_seconds)
            self.ear.take_keys()  # meant for something that was never said
            told = await self._ask(event, keys, heard_percent)
        except (HallDown, HallFault, TimeoutError) as error:
            log.warning("call %s: the hall does not come back (%s)", self.session, error)
        else:
            house.figures["recovered"] += 1
            return told
        house.figures["given_up"] += 1
        try:
            await self._line_is_up(1.0)
        except TimeoutError:
            await self.announce("fault_goodbye")
            return None
        await self.announce("fault_person")
        why = ""
        with contextlib.suppress(HallDown, HallFault):
            why = await self.at_desk(Handover("fault"))
        if why != "talked":
            await self.announce("fault_goodbye")
        return None

    async def _line_is_up(self, seconds: float) -> None:
        """Wait for the hall, and tell the caller every so often that the line is still there. Raises TimeoutError, Gone."""
        up = asyncio.create_task(self.house.line.up.wait())
        try:
            async with asyncio.timeout(seconds):
                await self._wait_audibly(up, "", min(self.house.settings.still_there_seconds, 4.0))
        finally:
            up.cancel()

    async def _ask(self, event: Event, keys: str, heard_percent: int) -> Told:
        """The moment's answer; who waits for it hears that it takes a moment."""
        settings = self.house.settings
        self.house.figures["moments"] += 1
        asking = asyncio.create_task(self._moment(event, keys, heard_percent))
        try:
            done, _ = await asyncio.wait({asking}, timeout=settings.slow_seconds)
            if not done:
                self.house.figures["slow"] += 1
                await self._wait_audibly(asking, "one_moment", settings.still_there_seconds)
        except Gone:
            # What was begun is finished before the hall hears of the end: the order of moments is kept.
            await asyncio.wait({asking}, timeout=settings.answer_seconds)
            raise
        finally:
            if not asking.done():
                asking.cancel()
        told = await asking
        self.language = told.language or self.language
        return told

    async def _wait_audibly(self, asking: "asyncio.Task[Any]", key: str, every_seconds: float) -> None:
        """Say `key` now, and after every so many seconds that the line is still there."""
        loop = asyncio.get_running_loop()
        while not asking.done():
            if key and not self.ear.held:
                self.call.stream.play(self.house.sounds.announcement(key, self.language))
            key = "still_there"
            until = loop.time() + every_seconds
            while not asking.done() and loop.time() < until:
                self.ear.check()
                await self.ear.wait(asking, until=until)

    async def _moment(self, event: Event, keys: str = "", heard_percent: int = 100) -> Told:
        return await self.house.line.ask(
            "moment",
            Told,
            seconds=self.house.settings.answer_seconds,
            session=self.session,
            number=self.number,
            msisdn=self.msisdn.digits,
            event=event.value,
            keys=keys,
            link=self.call.trunk or "calls",
            address=self.address,
            heard_percent=heard_percent,
        )

    async def _farewell(self, end: Event) -> None:
        """Tell the hall that the session is over; patiently, since nothing else will."""
        self.number += 1
        for _ in range(FAREWELL_TRIES):
            try:
                await self._moment(end)
                return
            except (HallDown, HallFault):
                await asyncio.sleep(FAREWELL_SECONDS)
            except Exception:
                log.exception("call %s: its end could not be told", self.session)
                break
        self.house.figures["farewells_unheard"] += 1  # the sweep of lost calls ends it

    # Saying

    async def _say(self, prompts: Sequence[Prompt]) -> None:
        await say(self.ear, self.call.stream, prompts)

    async def announce(self, key: str) -> None:
        await self._say(self.house.sounds.announcement(key, self.language))

    async def _apologise(self) -> None:
        """After an error of our own: the caller hears of it, if still there."""
        try:
            async with asyncio.timeout(15):
                await self.announce("fault")
                await self.announce("fault_goodbye")
        except Exception:
            log.info("call %s ended before the fault could be told", self.session)


__all__ = ["Conductor", "Cue", "House"]
