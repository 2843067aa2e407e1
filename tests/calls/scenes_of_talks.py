"""What may happen to a talk: many telephones, transfers that fail, closing time, recording, limits."""

import asyncio
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from careline.desk.models import Contact, Queue, Seat
from careline.protocols.rtp.g711 import decode_alaw
from tests.calls.desk_room import Room, contact_of, hears_tone, prompt, to_the_desk, tone
from tests.calls.hotline import Guest, Hotline
from tests.sms.street import clock

USUAL = {"strategy": "longest_idle", "ring_seconds": 20, "opens_at": None, "closes_at": None, "recorded": False}


@asynccontextmanager
async def rules(hotline: Hotline, **changed: Any) -> AsyncIterator[None]:
    """The first queue with these rules, while the scene has the desk."""
    await hotline.look(lambda: Queue.objects.update_or_create(name="care", defaults=changed))
    try:
        yield
    finally:
        await hotline.look(lambda: Queue.objects.filter(name="care").update(**USUAL))


async def all_ring(hotline: Hotline) -> dict[str, Any]:
    """All telephones ring; one answers, the other is let off."""
    async with Room(hotline) as room, rules(hotline, strategy="simultaneous"):
        await room.seat("group-1", answers=False)
        await room.seat("group-2")
        guest = await to_the_desk(hotline)
        agent = await room.talk()
        contact = await contact_of(hotline, guest.msisdn, state="talking")
        other = await hotline.look(lambda: Seat.objects.get(name="group-1"))
        silenced = await room.rings()
        await silenced.ended(20)
        await agent.hang_up()
        return {"contact": contact, "other": (other.state, other.misses)}


async def not_taken(hotline: Hotline) -> dict[str, Any]:
    """The first seat passes the caller on while it holds him; the second lets it ring: the first has him again."""
    async with Room(hotline) as room:
        await room.seat("giver")
        guest = await to_the_desk(hotline)
        agent = await room.talk()
        away = await room.seat("taker", answers=False)
        assert await agent.call.hold()
        async with rules(hotline, ring_seconds=1.0):  # only now: a busy machine may take longer to answer for the first
            worked = await agent.call.refer(away)
        assert await agent.call.resume()
        agent.call.stream.play([prompt(tone(1300))], loop=True)
        again = await hears_tone(guest.talk, 1300)
        await guest.hang_up()
        contact = await contact_of(hotline, guest.msisdn, state="ended")
        seat = await hotline.look(lambda: Seat.objects.get(name="taker"))
        return {"worked": worked, "again": again, "contact": contact, "misses": seat.misses}


async def left_while_passed_on(hotline: Hotline) -> dict[str, Any]:
    """The caller hangs up while the seat that he is passed on to rings: everybody is let off, and nobody missed him."""
    async with Room(hotline) as room:
        await room.seat("passer")
        guest = await to_the_desk(hotline)
        agent = await room.talk()
        away = await room.seat("rings", answers=False)
        passing = asyncio.create_task(agent.call.refer(away))
        ringing = await room.rings()
        await guest.hang_up()
        await ringing.ended(20)
        await agent.ended(20)
        contact = await contact_of(hotline, guest.msisdn, state="ended")
        seat = await hotline.look(lambda: Seat.objects.get(name="rings"))
        return {"worked": await passing, "contact": contact, "seat": (seat.state, seat.misses)}


async def given_back(hotline: Hotline) -> tuple[Contact, str]:
    """The seat gives the caller back to the menu."""
    async with Room(hotline) as room:
        await room.seat("back-to-menu")
        guest = await to_the_desk(hotline)
        agent = await room.talk()
        assert await agent.call.refer("sip:menu@127.0.0.1")
        await guest.texts(3)
        await guest.press("11")
        served = await guest.answer("120.00元")
        await guest.hang_up()
        return await contact_of(hotline, guest.msisdn, state="ended"), served


async def closing(hotline: Hotline) -> dict[str, Any]:
    """The desk closes in the middle of a talk: the talk goes on, who comes now is told."""
    async with Room(hotline) as room, rules(hotline):
        await room.seat("late-1")
        guest = await to_the_desk(hotline)
        agent = await room.talk()
        past = [(clock() + timedelta(hours=8, minutes=shift)).time() for shift in (-10, -5)]
        await hotline.look(lambda: Queue.objects.filter(name="care").update(opens_at=past[0], closes_at=past[1]))
        agent.call.stream.play([prompt(tone(1300))], loop=True)
        goes_on = await hears_tone(guest.talk, 1300)
        second = await to_the_desk(hotline)
        told = (await second.texts(3))[-1]
        await second.hang_up()
        await agent.hang_up()
        await guest.hang_up()
        return {"goes_on": goes_on, "told": told}


async def recorded(hotline: Hotline) -> dict[str, Any]:
    """A queue that is recorded: both are told before it, and each is on a side of his own."""
    async with Room(hotline) as room, rules(hotline, recorded=True):
        usual = hotline.worker.house.settings
        hotline.worker.house.settings = replace(usual, recordings=str(hotline.folder / "talks"))
        try:
            await room.seat("taped-1")
            guest = await to_the_desk(hotline)
            agent = await room.talk()
            await guest.hears(hotline.announcement("recorded"))
            told = Guest(hotline, guest.msisdn, agent)
            await told.hears(hotline.announcement("recorded"))
            guest.talk.call.stream.play([prompt(tone(700))], loop=True)
            agent.call.stream.play([prompt(tone(1300))], loop=True)
            assert await hears_tone(guest.talk, 1300)
            assert await hears_tone(agent, 700)
            await asyncio.sleep(0.5)
            await agent.hang_up()
        finally:
            hotline.worker.house.settings = usual
        contact = await contact_of(hotline, guest.msisdn, state="ended")
        await guest.hang_up()
        path = Path(contact.recording)
        until = time.monotonic() + 20
        while (found := await asyncio.to_thread(path.read_bytes))[:4] != b"RIFF" or not _sized(found):
            assert time.monotonic() < until, "the file is not whole"
            await asyncio.sleep(0.05)
        return {"contact": contact, "file": found}


def _sized(wav: bytes) -> bool:
    return bool(struct.unpack_from("<I", wav, 4)[0] == len(wav) - 8)


def sides(wav: bytes) -> tuple[Any, Any]:
    """What was heard from the caller, and what he heard."""
    sound = wav[wav.index(b"data") + 8 :]
    return decode_alaw(sound[0::2]), decode_alaw(sound[1::2])


async def too_long(hotline: Hotline) -> str:
    """Self-service has a limit; a talk before it does not count."""
    async with hotline.desk:
        usual = hotline.worker.house.settings
        hotline.worker.house.settings = replace(usual, longest_seconds=0.3)
        try:
            guest = await hotline.call(await hotline.somebody())
            await guest.texts(1)
            await asyncio.sleep(0.4)
        finally:
            hotline.worker.house.settings = usual
        await guest.press("3")
        await guest.hears(hotline.announcement("too_long"))
        return (await guest.talk.ended(20)).reason


async def routed(hotline: Hotline) -> Contact:
    """Who failed at a service is brought to the queue that knows it, and to its seat."""
    async with Room(hotline) as room:
        await room.seat("general")
        await room.seat("expert", queue="functions")
        await hotline.look(lambda: Queue.objects.filter(name="functions").update(services=["caller_id"]))
        guest = await hotline.call(await hotline.somebody())
        await guest.press("311")
        await guest.answer("您要开通来电显示")
        await guest.press("0")
        await room.talk()
        contact = await contact_of(hotline, guest.msisdn, state="talking")
        await guest.hang_up()
        return contact


SCENES = (all_ring, not_taken, left_while_passed_on, given_back, closing, recorded, too_long, routed)
