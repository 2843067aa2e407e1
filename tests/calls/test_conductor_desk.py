"""A caller wants a person: queue, music, seats that ring, talks, transfers, callbacks.

Scenes that need seats take the desk one after the other.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest

from careline.desk import queue, screening, seats
from careline.desk.models import Callback, Contact, Queue, Seat, SeatState
from careline.simulators.caller import Talk
from careline.values.msisdn import Msisdn
from tests.calls.hotline import Evening, Guest, Hotline, frames, make_hall
from tests.sms.street import clock

pytestmark = pytest.mark.django_db


class Room:
    """The desk's telephones for one scene; seats of other scenes are away meanwhile."""

    def __init__(self, hotline: Hotline) -> None:
        self.hotline = hotline
        self.talks: asyncio.Queue[Talk] = asyncio.Queue()

    async def __aenter__(self) -> "Room":
        await self.hotline.desk.acquire()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.hotline.look(
            lambda: [seats.set_state(one.pk, SeatState.AWAY, clock()) for one in Seat.objects.all()]
        )
        self.hotline.desk.release()

    async def seat(self, name: str, answers: bool = True) -> str:
        """A seat of the desk; one that does not answer lets it ring."""

        async def on_call(talk: Talk) -> None:
            if answers:
                await talk.call.answer()
                await self.talks.put(talk)
            else:
                await talk.call.ring()
            while talk.call.ended is None:  # noqa: ASYNC110
                await asyncio.sleep(0.03)

        _, uri = await self.hotline.agent(on_call)
        await self.hotline.look(seats.settle, name, uri, "care", clock())
        return uri

    async def talk(self) -> Talk:
        """The next call that a seat has answered."""
        return await asyncio.wait_for(self.talks.get(), 12)


def tone(pitch: float) -> bytes:
    from careline.protocols.rtp.g711 import encode_alaw

    return encode_alaw((9000 * np.sin(2 * np.pi * pitch * np.arange(8000) / 8000)).astype(np.int16))


async def hears_tone(talk: Talk, pitch: float) -> bool:
    """Whether this pitch, loud and alone, is heard within three seconds."""
    until = time.monotonic() + 3
    while time.monotonic() < until:
        last = talk.audio()[-1600:].astype(float)
        if len(last) == 1600:
            spectrum = np.abs(np.fft.rfft(last))
            if spectrum.max() > 1e5 and abs(np.argmax(spectrum) * 5 - pitch) <= 10:
                return True
        await asyncio.sleep(0.05)
    return False


async def contact_of(hotline: Hotline, msisdn: Msisdn, **wanted: Any) -> Contact:
    """The contact of this number, once it is as wanted."""
    until = time.monotonic() + 8
    while True:
        found = await hotline.look(lambda: Contact.objects.filter(msisdn=msisdn.digits, **wanted).first())
        if found is not None:
            return found
        assert time.monotonic() < until, f"no contact with {wanted}"
        await asyncio.sleep(0.03)


async def to_the_desk(hotline: Hotline) -> Guest:
    guest = await hotline.call(await hotline.somebody())
    await guest.press("0")
    return guest


async def talk_scene(hotline: Hotline) -> dict[str, Any]:
    async with Room(hotline) as room:
        await room.seat("talk-1")
        guest = await to_the_desk(hotline)
        agent = await room.talk()
        guest.talk.call.stream.play([_prompt(tone(700))], loop=True)
        agent.call.stream.play([_prompt(tone(1300))], loop=True)
        both = await hears_tone(guest.talk, 1300), await hears_tone(agent, 700)
        await agent.hold()
        await asyncio.sleep(0.3)
        start = len(guest.talk.audio()) // 160 * 160
        await guest.talk.heard(start / 8000 + 0.6)
        held = frames(guest.talk.audio()[start:])
        known = set(frames(_decoded((hotline.folder / "melody.al").read_bytes())))
        await agent.resume()
        again = await hears_tone(guest.talk, 1300)
        await guest.hang_up()
        await agent.ended(5)
        contact = await contact_of(hotline, guest.msisdn, state="ended")
        return {
            "headers": {name: unquote(value) for name, value in agent.call.headers if name.startswith("X-")},
            "both": both,
            "music": bool(held) and set(held) <= known,
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
    """One seat, which lets it ring; then the limit of waiting: back in the menu, which goes on."""
    async with Room(hotline) as room:
        await room.seat("nobody-1", answers=False)
        await hotline.look(lambda: Queue.objects.update(ring_seconds=0.5, wait_seconds_max=3))
        try:
            guest = await to_the_desk(hotline)
            back = await guest.answer("没有接通", 20)
            await guest.press("11")
            await guest.answer("120.00元")
            await guest.hang_up()
            return back, await contact_of(hotline, guest.msisdn, state="ended")
        finally:
            await hotline.look(lambda: Queue.objects.update(ring_seconds=20, wait_seconds_max=600))


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
        await second.press("*")
        left = await second.answer("离开排队", 12)
        await second.hang_up()
        rung = room.talks.qsize()
        await agent.hang_up()
        other = await room.talk()
        await third.hang_up()
        await other.ended(5)
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
        other.call.stream.play([_prompt(tone(900))], loop=True)
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
        await contact_of(hotline, guest.msisdn, state="waiting")
        await guest.press("1")
        await guest.answer("打给您", 12)
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
        await agent.ended(5)
        home = await asyncio.wait_for(taken.get(), 15)
        customer = Guest(hotline, guest.msisdn, home)
        await customer.hears(hotline.announcement("callback_hello"))
        other = await room.talk()
        home.call.stream.play([_prompt(tone(700))], loop=True)
        heard = await hears_tone(other, 700)
        await other.hang_up()
        await home.ended(8)
        until = time.monotonic() + 8
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
        told = await guest.answer("不能为您转人工", 12)
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
        await guest.press("11")
        await guest.hears(hotline.announcement("fault"))
        hotline.hall = make_hall(hotline.folder, hotline.speaker)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(hotline.hall.start(), hotline.hall_loop.loop))
        menu = await guest.answer("查余额", 12)
        await guest.press("1")
        await guest.answer("120.00元")
        await guest.hang_up()
        return menu, await hotline.ended(guest.msisdn), dict(hotline.worker.house.figures)


def _prompt(alaw: bytes) -> Any:
    from careline.links.calls.media import Prompt

    return Prompt.of_alaw(alaw)


def _decoded(alaw: bytes) -> Any:
    from careline.protocols.rtp.g711 import decode_alaw

    return decode_alaw(alaw)


SCENES = (talk_scene, seat_hangs_up, nobody, one_seat, transfer, called_back, screened, hall_away)


@pytest.fixture(scope="module")
def evening(hotline: Hotline) -> Iterator[Evening]:
    opened = Evening(hotline, SCENES)
    yield opened
    opened.close()


def test_a_caller_is_put_through_and_both_hear_each_other(evening: Evening) -> None:
    told = evening.of(talk_scene)
    assert told["both"] == (True, True)
    contact = told["contact"]
    assert (contact.outcome, contact.ended_by, contact.seat) == ("talked", "customer", "talk-1")
    assert contact.rings == 1
    assert contact.waited_seconds is not None
    assert told["seat"] == "free"
    assert told["journeys"][0][0] == "person"


def test_while_the_seat_holds_the_caller_hears_music(evening: Evening) -> None:
    told = evening.of(talk_scene)
    assert told["music"]
    assert told["again"]
    assert told["contact"].held_seconds > 0


def test_the_seats_telephone_is_told_who_calls_and_why(evening: Evening) -> None:
    told = evening.of(talk_scene)
    assert told["caller"] == told["msisdn"]
    headers = told["headers"]
    assert headers["X-Careline-Language"] == "zh"
    assert headers["X-Careline-Verified"] == "1"
    assert headers["X-Careline-Contact"] == str(told["contact"].id)
    assert "主菜单" in headers["X-Careline-Path"]
    assert told["msisdn"].digits not in " ".join(headers.values())


def test_the_seat_hangs_up_first_and_the_caller_hears_a_goodbye(evening: Evening) -> None:
    contact, last = evening.of(seat_hangs_up)
    assert (contact.outcome, contact.ended_by) == ("talked", "seat")
    assert "再见" in last


def test_when_nobody_answers_the_caller_is_back_in_the_menu(evening: Evening) -> None:
    back, contact = evening.of(nobody)
    assert "请按1" in back
    assert (contact.outcome, contact.ended_by) == ("nobody", "us")
    assert contact.tried


def test_callers_wait_in_order_and_may_leave_and_one_seat_rings_for_one(evening: Evening) -> None:
    told = evening.of(one_seat)
    assert told["places"] == [0, 1]
    assert told["rung"] == 0
    assert told["second"].outcome == "left_queue"
    assert told["third"].outcome == "talked"


def test_a_transfer_by_the_seats_telephone_carries_the_matter(evening: Evening) -> None:
    told = evening.of(transfer)
    assert told["worked"]
    assert told["heard"]
    assert told["summary"] == "主菜单"
    contact = told["contact"]
    assert [(one["from"], one["to"], one["outcome"]) for one in contact.transfers] == [("first", "second", "answered")]
    assert (contact.seat, contact.outcome) == ("second", "talked")


def test_who_asks_for_a_callback_is_called_and_put_through(evening: Evening) -> None:
    told = evening.of(called_back)
    promised = told["promised"]
    assert promised.due_at - promised.promised_at == timedelta(minutes=60)
    assert told["heard"]
    assert told["done"].tries == 1
    assert told["msisdn"].digits in told["called"]


def test_a_screened_number_keeps_the_menu_and_is_told_how_to_write(evening: Evening) -> None:
    told, served, contacts = evening.of(screened)
    assert "书面答复" in told
    assert "120.00元" in served
    assert contacts == 0


def test_a_hall_process_that_goes_away_is_a_fault_that_is_said_and_the_call_goes_on(evening: Evening) -> None:
    menu, journeys, figures = evening.of(hall_away)
    assert menu
    assert len(journeys) == 1
    assert figures["faults"] >= 1
    assert figures["recovered"] >= 1
