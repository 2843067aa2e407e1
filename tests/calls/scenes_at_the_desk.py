"""Callers who want a person: scenes for an Evening. Those that need seats take the desk one after the other."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from careline.desk import queue, screening
from careline.desk.models import Callback, Contact, Queue, Seat
from careline.simulators.caller import Talk
from tests.calls.desk_room import Room, contact_of, hears_melody, hears_tone, prompt, to_the_desk, tone
from tests.calls.hotline import Guest, Hotline, make_hall
from tests.sms.street import clock


async def talk_scene(hotline: Hotline) -> dict[str, Any]:
    async with Room(hotline) as room:
        await room.seat("talk-1")
        guest = await to_the_desk(hotline)
        agent = await room.talk()
        guest.talk.call.stream.play([prompt(tone(700))], loop=True)
        agent.call.stream.play([prompt(tone(1300))], loop=True)
        both = await hears_tone(guest.talk, 1300), await hears_tone(agent, 700)
        await agent.hold()
        music = await hears_melody(hotline, guest.talk)
        await agent.resume()
        again = await hears_tone(guest.talk, 1300)
        await guest.hang_up()
        await agent.ended(20)
        contact = await contact_of(hotline, guest.msisdn, state="ended")
        return {
            "headers": {name: unquote(value) for name, value in agent.call.headers if name.startswith("X-")},
            "both": both,
            "music": music,
            "again": again,
            "caller": agent.call.caller,
            "msisdn": guest.msisdn,
            "contact": contact,
            "seat": (await hotline.look(lambda: Seat.objects.get(name="talk-1"))).state,
            "journeys": await hotline.ended(guest.msisdn),
        }


async def seat_hangs_up(hotline: Hotline) -> tuple[Contact, str]:
    """The caller hears the goodbye of the hall after it."""
    async with Room(hotline) as room:
        await room.seat("bye-1")
        guest = await to_the_desk(hotline)
        agent = await room.talk()
        await agent.hang_up()
        last = await guest.answer("再见")
        await guest.hears(last)
        return await contact_of(hotline, guest.msisdn, state="ended"), last


async def nobody(hotline: Hotline) -> tuple[str, Contact]:
    """One seat, which lets it ring; then the limit of waiting: back in the menu, which goes on.

    The limit comes down only when the seat has rung, and is read with the next telling of the place.
    """
    async with Room(hotline) as room:
        await room.seat("nobody-1", answers=False)
        await hotline.look(lambda: Queue.objects.update(ring_seconds=0.5, announce_seconds=0.5))
        try:
            guest = await to_the_desk(hotline)
            await contact_of(hotline, guest.msisdn, tried__len__gt=0)
            await hotline.look(lambda: Queue.objects.update(wait_seconds_max=1))
            back = await guest.answer("没有接通")
            await guest.press("11")
            await guest.answer("120.00元")
            await guest.hang_up()
            return back, await contact_of(hotline, guest.msisdn, state="ended")
        finally:
            usual = {"ring_seconds": 20, "wait_seconds_max": 600, "announce_seconds": 20}
            await hotline.look(lambda: Queue.objects.update(**usual))


async def one_seat(hotline: Hotline) -> dict[str, Any]:
    """Two callers for one seat: the second hears the place, and leaves by star; the seat rings once."""
    async with Room(hotline) as room:
        await room.seat("single-1")
        first = await to_the_desk(hotline)
        agent = await room.talk()
        second = await to_the_desk(hotline)
        third = await to_the_desk(hotline)
        await contact_of(hotline, second.msisdn, state="waiting")
        await contact_of(hotline, third.msisdn, state="waiting")
        waiting = (second, third)
        places = await hotline.look(
            lambda: sorted(
                queue.standing(str(Contact.objects.get(msisdn=one.msisdn.digits).pk), clock()).position
                for one in waiting
            )
        )
        await second.hears(hotline.announcement("menu_key"))  # keys from before the queue are not meant for it
        await second.press("*")
        left = await second.answer("离开排队")
        await second.hang_up()
        rung = room.talks.qsize()
        await agent.hang_up()
        other = await room.talk()
        await contact_of(hotline, third.msisdn, state="talking")  # who hangs up before that has given up waiting
        await third.hang_up()
        await other.ended(20)
        await first.hang_up()
        return {
            "places": places, "left": left, "rung": rung,
            "second": await contact_of(hotline, second.msisdn, state="ended"),
            "third": await contact_of(hotline, third.msisdn, state="ended"),
        }  # fmt: skip


async def transfer(hotline: Hotline) -> dict[str, Any]:
    """A seat passes the caller on to another by its telephone; the matter goes with him."""
    async with Room(hotline) as room:
        one = await room.seat("first")
        guest = await to_the_desk(hotline)
        agent = await room.talk()
        two = await room.seat("second")
        assert one != two
        worked = await agent.call.refer(two)
        other = await room.talk()
        other.call.stream.play([prompt(tone(900))], loop=True)
        heard = await hears_tone(guest.talk, 900)
        await other.hang_up()
        await guest.answer("再见")
        contact = await contact_of(hotline, guest.msisdn, state="ended")
        return {
            "worked": worked, "heard": heard, "contact": contact,
            "summary": unquote(dict(other.call.headers).get("X-Careline-Summary", "")),
        }  # fmt: skip


async def called_back(hotline: Hotline) -> dict[str, Any]:
    """The only seat is busy: 1 for a callback; when it is free the customer is called and put through."""
    async with Room(hotline) as room:
        await room.seat("back-1")
        busy = await to_the_desk(hotline)
        agent = await room.talk()
        guest = await to_the_desk(hotline)
        await guest.hears(hotline.announcement("callback_key"))  # keys from before the queue are not meant for it
        await guest.press("1")
        await guest.answer("打给您")
        await guest.hang_up()
        promised = await hotline.look(lambda: Callback.objects.get(msisdn=guest.msisdn.digits))
        taken: asyncio.Queue[Talk] = asyncio.Queue()

        async def rings(talk: Talk) -> None:
            await talk.call.answer()
            await taken.put(talk)
            while talk.call.ended is None:  # noqa: ASYNC110
                await asyncio.sleep(0.03)

        phone, _ = await hotline.agent(rings)
        hotline.worker.house.settings = replace(
            hotline.worker.house.settings, callback_uri="sip:{number}@" + phone.address
        )
        await busy.hang_up()
        await agent.ended(20)
        home = await asyncio.wait_for(taken.get(), 20)
        customer = Guest(hotline, guest.msisdn, home)
        await customer.hears(hotline.announcement("callback_hello"))
        other = await room.talk()
        home.call.stream.play([prompt(tone(700))], loop=True)
        heard = await hears_tone(other, 700)
        await other.hang_up()
        await home.ended(20)
        until = time.monotonic() + 20
        while (now := await hotline.look(lambda: Callback.objects.get(pk=promised.pk))).state != "done":
            assert time.monotonic() < until, now.state
            await asyncio.sleep(0.05)
        return {"promised": promised, "heard": heard, "called": home.call.called, "msisdn": guest.msisdn, "done": now}


async def screened(hotline: Hotline) -> tuple[str, str, int]:
    """A screened number presses 0, is told so, and goes on by itself."""
    async with Room(hotline) as room:
        await room.seat("free-1")
        li = await hotline.somebody()
        now = clock()
        asked = await hotline.look(screening.ask, li, now, now + timedelta(days=7), "骂人", by="he", now=now)
        await hotline.look(screening.approve, asked.pk, by="boss", now=now)
        guest = await hotline.call(li)
        await guest.press("0")
        told = await guest.answer("不能为您转人工")
        await guest.press("11")
        served = await guest.answer("120.00元")
        await guest.hang_up()
        count = await hotline.look(lambda: Contact.objects.filter(msisdn=li.digits).count())
        return told, served, count


async def hall_away(hotline: Hotline) -> tuple[str, list[Any], dict[str, int]]:
    """The hall process goes away in the middle of a call: the fault is said, and when it is back the call goes on."""
    async with hotline.desk:
        guest = await hotline.call(await hotline.somebody())
        await guest.texts(1)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(hotline.hall.stop(), hotline.hall_loop.loop))
        await guest.press("1")  # what is pressed while the fault is said is dropped
        await guest.hears(hotline.announcement("fault"))
        hotline.hall = make_hall(hotline.folder, hotline.speaker)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(hotline.hall.start(), hotline.hall_loop.loop))
        menu = await guest.answer("查余额")
        await guest.press("1")
        await guest.answer("120.00元")
        await guest.hang_up()
        return menu, await hotline.ended(guest.msisdn), dict(hotline.worker.house.figures)


SCENES = (talk_scene, seat_hangs_up, nobody, one_seat, transfer, called_back, screened, hall_away)
