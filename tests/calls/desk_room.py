"""The desk's telephones, and ears for what is heard on them."""

import asyncio
import time
from typing import Any

import numpy as np

from careline.desk import seats
from careline.desk.models import Contact, Seat, SeatState
from careline.links.calls.media import Prompt
from careline.protocols.rtp.g711 import decode_alaw, encode_alaw
from careline.simulators.caller import Talk
from careline.values.msisdn import Msisdn
from tests.calls.hotline import Guest, Hotline, frames
from tests.sms.street import clock

GOODBYE_SECONDS = 20.0  # for what a scene leaves behind


class Room:
    """The desk's telephones for one scene; seats of other scenes are away meanwhile."""

    def __init__(self, hotline: Hotline) -> None:
        self.hotline = hotline
        self.talks: asyncio.Queue[Talk] = asyncio.Queue()
        self.rung: asyncio.Queue[Talk] = asyncio.Queue()  # on telephones that nobody answers

    async def __aenter__(self) -> "Room":
        await self.hotline.desk.acquire()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Everybody goes away; who still speaks first ends that, or would be free in the middle of the next scene."""
        try:
            until = time.monotonic() + GOODBYE_SECONDS
            while not await self.hotline.look(all_away) and time.monotonic() < until:  # noqa: ASYNC110
                await asyncio.sleep(0.03)
            await self.hotline.look(lambda: Seat.objects.update(state=SeatState.AWAY, contact=None))
        finally:
            self.hotline.desk.release()

    async def seat(self, name: str, answers: bool = True, queue: str = "care") -> str:
        """A seat of the desk; one that does not answer lets it ring."""

        async def on_call(talk: Talk) -> None:
            if answers:
                await talk.call.answer()
                await self.talks.put(talk)
            else:
                await talk.call.ring()
                await self.rung.put(talk)
            while talk.call.ended is None:  # noqa: ASYNC110
                await asyncio.sleep(0.03)

        _, uri = await self.hotline.agent(on_call)
        await self.hotline.look(seats.settle, name, uri, queue, clock())
        return uri

    async def talk(self) -> Talk:
        """The next call that a seat has answered."""
        return await self._next(self.talks, "no seat has answered")

    async def rings(self) -> Talk:
        """The next call at a telephone that nobody answers."""
        return await self._next(self.rung, "no seat has rung")

    async def _next(self, calls: asyncio.Queue[Talk], trouble: str) -> Talk:
        try:
            return await asyncio.wait_for(calls.get(), 20)
        except TimeoutError:
            found = await self.hotline.look(lambda: [*Seat.objects.values_list("name", "state", "misses")])
            raise AssertionError(f"{trouble}: {found}") from None


def all_away() -> bool:
    """Send away whoever is free; whether nobody is left who rings or speaks."""
    for one in Seat.objects.filter(state=SeatState.FREE):
        seats.set_state(one.pk, SeatState.AWAY, clock())
    return not Seat.objects.exclude(state=SeatState.AWAY).exists()


def tone(pitch: float) -> bytes:
    return encode_alaw((9000 * np.sin(2 * np.pi * pitch * np.arange(8000) / 8000)).astype(np.int16))


async def hears_tone(talk: Talk, pitch: float) -> bool:
    """Whether this pitch, loud and alone, is heard, in a time that is long for any machine."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        last = talk.audio()[-1600:].astype(float)
        if len(last) == 1600:
            spectrum = np.abs(np.fft.rfft(last))
            if spectrum.max() > 1e5 and abs(np.argmax(spectrum) * 5 - pitch) <= 10:
                return True
        await asyncio.sleep(0.05)
    return False


async def hears_melody(hotline: Hotline, talk: Talk) -> bool:
    """Whether what is heard becomes the melody and nothing else, in a time that is long for any machine."""
    known = set(frames(decode_alaw((hotline.folder / "melody.al").read_bytes())))
    until = time.monotonic() + 20
    while time.monotonic() < until:
        last = frames(talk.audio()[-6400:])  # packet by packet, since it comes packet by packet
        if len(last) > 20 and set(last[-20:]) <= known:
            return True
        await asyncio.sleep(0.05)
    return False


async def contact_of(hotline: Hotline, msisdn: Msisdn, **wanted: Any) -> Contact:
    """The contact of this number, once it is as wanted."""
    until = time.monotonic() + 20
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


def prompt(alaw: bytes) -> Any:
    return Prompt.of_alaw(alaw)
