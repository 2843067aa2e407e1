"""A hotline that can be called: real hall, real Postgres, real SIP and RTP; only the voice is ours, since it is a port.

The voice says each piece of text as a tone of its own, short and loud, so that what is heard tells what was said.
"""

import asyncio
import hashlib
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from careline.channels.calls import melody
from careline.channels.calls.batching import PATIENCE_SECONDS
from careline.channels.calls.hall_side import HallSide
from careline.channels.calls.settings import CallSettings
from careline.channels.calls.worker import Worker
from careline.demo import town
from careline.links.calls.config import Config, Listen, demo
from careline.prompts import clips as naming
from careline.prompts.sound import Sound, silence
from careline.prompts.speaker import Speaker
from careline.prompts.speaking import Kind, Piece
from careline.protocols.rtp.g711 import decode_alaw
from careline.simulators.caller import Caller, Talk
from careline.values.msisdn import Msisdn
from tests.house import emptying
from tests.sms.street import Loop, clock, receptions, rows, the_book

Value = TypeVar("Value")
SILENT = 8  # of A-law, decoded
PAUSE_MILLISECONDS = 20  # of any length that people need: tests need none
QUIET = 300  # what the codec makes of silence is below, what the voice says is above


class Tones:
    """A voice: 40 ms for every piece, at a pitch that its text decides."""

    name = "tones"

    def speak(self, text: str, language: str, *, slow: bool) -> Sound:
        seed = hashlib.sha256(f"{language}{text}".encode()).digest()
        time_ = np.arange(int(0.04 * 8000) * (2 if slow else 1)) / 8000
        pitches = (300 + 8 * seed[0], 1000 + 6 * seed[1], 700 + 5 * seed[2])
        sound = np.mean([np.sin(2 * np.pi * pitch * time_ + 1) for pitch in pitches], axis=0)
        return Sound(sound.astype(np.float32), 8000)

    def missing(self) -> str | None:
        return None


@dataclass
class Guest:
    """Somebody on the telephone."""

    hotline: "Hotline"
    msisdn: Msisdn
    talk: Talk
    at: int = 0  # frames of sound that were recognised

    async def hears(self, text: str, language: str = "zh", *, timeout_seconds: float = 20.0) -> None:
        """Wait until exactly the clips of this text were heard, after what was recognised before."""
        wanted = self.hotline.frames_of(text, language)
        until = time.monotonic() + timeout_seconds + 0.025 * len(self.hotline.sound_of(text, language)) / 160
        while True:
            found = find(frames(self.talk.audio()), wanted, self.at)
            if found >= 0:
                self.at = found + len(wanted)
                return
            assert time.monotonic() < until, f"not heard: {text[:60]}"
            assert self.talk.call.ended is None, f"the call has ended; not heard: {text[:60]}"
            await asyncio.sleep(0.05)

    async def told(self, count: int, *, whole: bool = True) -> str:
        """The text of the hall's answer with this number (from 0), when it was said whole."""
        text = (await self.texts(count + 1))[count]
        if whole:
            await self.hears(text)
        return text

    async def texts(self, count: int = 0) -> list[str]:
        """What the hall has answered to this number on calls, once there are so many."""
        until = time.monotonic() + 20
        while True:
            found = await self.hotline.look(self.hotline.answers, self.msisdn)
            if len(found) >= count:
                return found
            assert time.monotonic() < until, f"{len(found)} of {count} answers: {found}"
            await asyncio.sleep(0.02)

    async def answer(self, snippet: str, timeout_seconds: float = 20) -> str:
        """The newest answer of the hall, once it holds this."""
        until = time.monotonic() + timeout_seconds
        found: list[str] = []
        while not found or snippet not in found[-1]:
            found = await self.hotline.look(self.hotline.answers, self.msisdn)
            assert time.monotonic() < until, f"{snippet} is not in {found[-1:]}"
            await asyncio.sleep(0.02)
        return found[-1]

    async def texts_slowly(self, count: int) -> list[str]:
        """The same, where a silence of the caller lies before it."""
        until = time.monotonic() + 25
        while len(found := await self.hotline.look(self.hotline.answers, self.msisdn)) < count:
            assert time.monotonic() < until, f"{len(found)} of {count} answers"
            await asyncio.sleep(0.05)
        return found

    async def press(self, keys: str) -> None:
        await self.talk.press(keys)

    async def hang_up(self) -> None:
        await self.talk.hang_up()


@dataclass
class Hotline:
    """The hall process and one worker, in loops of their own, and a telephone exchange full of callers."""

    folder: Path
    hall_loop: Loop
    loop: Loop
    hall: HallSide
    worker: Worker
    phone: Caller
    speaker: Speaker
    phones: list[Caller] = field(default_factory=list)
    desk: asyncio.Lock = field(default_factory=asyncio.Lock)  # whose scene has the seats
    database: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="tests"))

    @property
    def uri(self) -> str:
        return f"sip:10086@127.0.0.1:{self.worker.addresses[0].port}"

    def run(self, *scenes: Coroutine[Any, Any, Any], timeout_seconds: float = 30.0) -> None:
        """Play these scenes, all at the same time; all that went wrong is told."""

        async def together() -> None:
            ends = await asyncio.gather(*scenes, return_exceptions=True)
            wrong = [one for one in ends if isinstance(one, BaseException)]
            if len(wrong) == 1:
                raise wrong[0]
            if wrong:
                raise ExceptionGroup("scenes failed", [one for one in wrong if isinstance(one, Exception)])

        self.loop.run(together(), timeout_seconds)

    def do(self, deed: Callable[..., Value], *arguments: Any, **named: Any) -> Value:
        """Do something in the database that others see at once: a test's own connection is inside a transaction."""
        return self.database.submit(lambda: deed(*arguments, **named)).result(60)

    async def look(self, deed: Callable[..., Value], *arguments: Any, **named: Any) -> Value:
        """The same, from a scene."""
        return await asyncio.wrap_future(self.database.submit(lambda: deed(*arguments, **named)))

    async def somebody(self, table: str = "T5", brand: str | None = None, **wishes: Any) -> Msisdn:
        """A new subscriber, from a scene."""
        return (await self.look(town.fresh, table, brand, now=clock(), **wishes)).msisdn

    async def ended(self, msisdn: Msisdn, count: int = 1) -> list[tuple[Any, ...]]:
        """The journeys of this number (how ended, node, misses), once there are so many."""
        until = time.monotonic() + 20
        while len(found := await self.look(self.journeys, msisdn)) < count:
            assert time.monotonic() < until, "the session has not ended"
            await asyncio.sleep(0.02)
        return found

    def journeys(self, msisdn: Msisdn) -> list[tuple[Any, ...]]:
        return rows("SELECT ended, node, misses FROM ledger_journey WHERE msisdn = %s ORDER BY ended_at", msisdn.digits)

    def attempts(self, msisdn: Msisdn) -> list[tuple[Any, ...]]:
        return rows(
            "SELECT service, verb, outcome, cause FROM ledger_attempt WHERE msisdn = %s AND channel = 'voice'"
            " ORDER BY ended_at",
            msisdn.digits,
        )

    def fresh(self, table: str = "T5", brand: str | None = None, **wishes: Any) -> Msisdn:
        return self.do(town.fresh, table, brand, now=clock(), **wishes).msisdn

    async def call(self, msisdn: Msisdn, phone: Caller | None = None) -> Guest:
        talk = await (phone or self.phone).call(self.uri, msisdn.digits if msisdn.digits != "0" else "")
        return Guest(self, msisdn, talk)

    async def agent(self, on_call: Callable[[Talk], Awaitable[None]]) -> tuple[Caller, str]:
        """Another telephone, and its address: that of a seat."""
        phone = Caller(
            ports=range(41000 + 400 * (len(self.phones) + 1), 41400 + 400 * (len(self.phones) + 1), 2), on_call=on_call
        )
        await phone.start()
        self.phones.append(phone)
        return phone, f"sip:seat@{phone.address}"

    def frames_of(self, text: str, language: str = "zh", slow: bool = False) -> list[bytes]:
        """What is sent of this text, packet by packet, without the silent ones."""
        sounds = [decode_alaw(clip.path.read_bytes()) for clip in self.speaker.clips(text, language, slow=slow)]
        padded = [np.pad(one, (0, -len(one) % 160), constant_values=SILENT) for one in sounds]
        return [frame for one in padded for frame in frames(one)]

    def sound_of(self, text: str, language: str = "zh") -> np.ndarray[Any, np.dtype[np.int16]]:
        data = b"".join(clip.path.read_bytes() for clip in self.speaker.clips(text, language))
        return decode_alaw(data)

    def announcement(self, key: str, language: str = "zh") -> str:
        return the_book().words[f"voice.call.{key}"].read(language)

    def answers(self, msisdn: Msisdn) -> list[str]:
        with_connection = rows(
            "SELECT text FROM outbox_message WHERE msisdn = %s AND channel = 'voice' ORDER BY id", msisdn.digits
        )
        return [row[0] for row in with_connection]

    def close(self) -> None:
        for phone in [*self.phones, self.phone]:
            self.loop.run(phone.stop())
        self.loop.run(self.worker.stop(0.0))
        self.hall_loop.run(self.hall.stop())
        self.loop.close()
        self.hall_loop.close()
        self.speaker.close()
        self.database.submit(lambda: connection.close()).result()  # noqa: PLW0108 (each thread has its own)
        self.database.shutdown()
        shutil.rmtree(self.folder, ignore_errors=True)


def frames(audio: np.ndarray[Any, Any]) -> list[bytes]:
    """The packets that are not silent. A busy machine sends some late, which makes pauses but loses nothing."""
    whole = audio[: len(audio) // 160 * 160].reshape(-1, 160)
    return [row.tobytes() for row in whole[(np.abs(whole) > QUIET).any(axis=1)]]


def find(heard: Sequence[bytes], wanted: Sequence[bytes], start: int) -> int:
    """From which frame on exactly this was heard, nothing left out and nothing between; -1: not yet."""
    for at in range(start, len(heard) - len(wanted) + 1):
        if heard[at] == wanted[0] and heard[at : at + len(wanted)] == wanted:
            return at
    return -1


def config() -> Config:
    return replace(
        demo(),
        listen=(Listen(transport="udp", host="127.0.0.1", port=0), Listen(transport="tcp", host="127.0.0.1", port=0)),
        rtp_ports=(25000, 29000),
    )


def make_hall(folder: Path, speaker: Speaker) -> HallSide:
    sound = folder / "melody.al"
    sound.write_bytes(melody.alaw())
    return HallSide(
        path=folder / "calls.sock",
        announcements_path=folder / "announcements.json",
        reception_for=receptions(patience_seconds=PATIENCE_SECONDS, time_limit_seconds=6.0)("calls"),
        speaker=speaker,
        book=the_book,
        clock=clock,
        melody=str(sound),
    )


def hurry(speaker: Speaker) -> None:
    """Pauses between words are for people."""
    for milliseconds in sorted({Piece(sign, Kind.PAUSE, "zh").pause_ms for sign in "，：。"}):
        speaker.folder.keep(naming.quiet(milliseconds), silence(PAUSE_MILLISECONDS))


def open_hotline(settings: Sequence[tuple[str, Any]] = ()) -> Hotline:
    folder = Path(tempfile.mkdtemp(prefix="careline-hotline-"))
    speaker = Speaker(folder / "prompts", Tones())
    hurry(speaker)
    speaker.render("好", "zh")  # what measures loudness takes its time to load
    hall_loop, loop = Loop(), Loop()
    hall = make_hall(folder, speaker)
    hall_loop.run(hall.start(), 60)

    async def doors() -> tuple[Worker, Caller]:
        worker = Worker(
            name="worker-0",
            config=config(),
            settings=CallSettings(**dict(settings)),
            socket=hall.path,
            announcements=hall.announcements_path,
            freeze=False,
        )
        await worker.start()
        await worker.house.line.up.wait()
        phone = Caller()
        await phone.start()
        return worker, phone

    worker, phone = loop.run(doors())
    return Hotline(folder, hall_loop, loop, hall, worker, phone, speaker)


@pytest.fixture(scope="module")
def hotline(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Hotline]:
    """One for all tests of a file; every test calls from numbers of its own. What it wrote is emptied afterwards."""
    with django_db_blocker.unblock():
        opened = open_hotline(
            [
                ("slow_seconds", 0.8),
                ("recover_seconds", 30.0),
                ("silent_seconds", 5.0),
                ("callback_uri", "sip:{number}@127.0.0.1:9"),
            ]
        )
        yield opened
        opened.close()
        emptying.empty()
        connection.close()
