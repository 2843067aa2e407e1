"""baresip and linphone call the hotline, and sit at the desk: what they recorded is what was meant.

All scenes are played at the same time.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from careline.desk import seats
from careline.desk.models import Contact
from careline.links.calls.media import Prompt
from careline.prompts.clips import Clip
from careline.protocols.rtp.g711 import decode_alaw
from careline.values.msisdn import Msisdn
from tests.calls import by_ear
from tests.calls.by_ear import follow, place
from tests.calls.desk_room import Room, contact_of, hears_tone, tone
from tests.calls.evening import Evening, Scene
from tests.calls.hotline import Hotline, find, frames
from tests.calls.linphone import Linphone
from tests.calls.softphone import Softphone
from tests.sms.street import clock

pytestmark = [pytest.mark.django_db, pytest.mark.peer("baresip", "linphonec")]

Samples = np.ndarray[Any, np.dtype[np.int16]]
MOST = 0.6  # of the clips that were not in what was said before
PITCH_CALLER, PITCH_SEAT = 440.0, 620.0


@dataclass
class Listened:
    """A whole self-service call: what the hall meant, what the telephone recorded, what is kept of it."""

    texts: list[str]
    recording: Path
    heard: Samples
    journeys: list[Any]
    attempts: list[Any]
    renegotiated: int


async def by_udp(hotline: Hotline) -> Listened:
    """Hears greeting and menu, re-INVITEs in the middle of it, goes to the bills and to the balance, hangs up."""
    li = await hotline.somebody()
    async with Softphone(hotline.folder / "udp", li.digits) as phone:
        await phone.dial(address(hotline, "udp"))
        await phone.do("reinvite")
        await whole(hotline, phone, li, 1)
        await phone.press("1")
        await whole(hotline, phone, li, 2)
        await phone.press("1")
        await whole(hotline, phone, li, 3)
        return await left(hotline, phone, li)


async def by_tcp(hotline: Hotline) -> Listened:
    """Knows the keys: one ahead of the other, and hears the balance."""
    li = await hotline.somebody()
    async with Softphone(hotline.folder / "tcp", li.digits, transport="tcp") as phone:
        await phone.dial(address(hotline, "tcp"))
        await phone.do("reinvite")
        await phone.press("11")
        await hears(hotline, phone, await answer(hotline, li, "120.00元"))  # keys that come together are answered so
        return await left(hotline, phone, li)


async def seat_of_baresip(hotline: Hotline) -> dict[str, Any]:
    """Caller and seat are both baresip: they talk, the seat holds and comes back, the seat hangs up."""
    li = await hotline.somebody()
    async with (
        Room(hotline),
        Softphone(hotline.folder / "seat", "801", pitch=PITCH_SEAT, answers=True) as seat,
        Softphone(hotline.folder / "caller", li.digits, pitch=PITCH_CALLER) as caller,
    ):
        await hotline.look(seats.settle, "801", seat.uri, "care", clock())
        await caller.dial(address(hotline, "udp"))
        await caller.press("0")
        await seat.happened("CALL_ESTABLISHED")
        both = await caller.hears_pitch(PITCH_SEAT), await seat.hears_pitch(PITCH_CALLER)
        await seat.do("hold")
        held = await music(hotline, caller)
        await seat.do("resume")
        again = await caller.hears_pitch(PITCH_SEAT)
        await seat.do("hangup")
        await hears(hotline, caller, await answer(hotline, li, "再见"))
        closed = await caller.happened("CALL_CLOSED")
        contact = await contact_of(hotline, li, state="ended")
        journeys = await hotline.ended(li)
    return {
        "both": both, "music": held, "again": again, "closed": closed["param"], "contact": contact,
        "journeys": journeys,
    }  # fmt: skip


async def caller_holds(hotline: Hotline) -> dict[str, Any]:
    """The caller is baresip; it puts a seat of ours on hold, comes back, and hangs up."""
    li = await hotline.somebody()
    async with Room(hotline) as room, Softphone(hotline.folder / "holder", li.digits, pitch=PITCH_CALLER) as caller:
        await room.seat("held-1")
        await caller.dial(address(hotline, "udp"))
        await caller.press("0")
        agent = await room.talk()
        agent.call.stream.play([Prompt.of_alaw(tone(1300))], loop=True)
        before = await caller.hears_pitch(1300), await hears_tone(agent, PITCH_CALLER)
        await caller.do("hold")
        await caller.receives(lambda rate: rate == 0)
        await caller.do("resume")
        await caller.receives(lambda rate: rate > 0)
        after = await hears_tone(agent, PITCH_CALLER)
        await caller.do("hangup")
        ended = await agent.ended(20)
        contact: Contact = await contact_of(hotline, li, state="ended")
    return {"before": before, "after": after, "ended": ended.reason, "contact": contact}


async def by_linphone(hotline: Hotline) -> dict[str, Any]:
    """Knows the keys, and hears the balance."""
    li = await hotline.somebody()
    async with Linphone(hotline.folder / "linphone", li.digits) as phone:
        await phone.dial(hotline.uri)
        for count in (1, 2):
            await answers(hotline, li, count)
            await phone.press("1")
        texts = await answers(hotline, li, 3)
        before = {clip.id for text in texts[:2] for clip in hotline.speaker.clips(text, "zh")}
        new = [clip for clip in hotline.speaker.clips(texts[2], "zh") if clip.id not in before]
        heard = await share_heard(phone.heard, new)
        await phone.hang_up()
        return {
            "texts": texts, "heard": heard, "journeys": await hotline.ended(li),
            "attempts": await hotline.look(hotline.attempts, li),
        }  # fmt: skip


async def left(hotline: Hotline, phone: Softphone, li: Msisdn) -> Listened:
    """It hangs up, some packets after the last sound; what is left of the call."""
    enough, until = len(phone.heard()) + 1600, time.monotonic() + 30
    while len(phone.heard()) < enough:
        assert time.monotonic() < until, f"nothing more is heard\n{phone.log()}"
        await asyncio.sleep(0.02)
    await phone.do("hangup")
    await phone.happened("CALL_CLOSED")
    (recording,) = phone.folder.glob("dump-*-dec.wav")
    return Listened(
        texts=await hotline.look(hotline.answers, li),
        recording=recording,
        heard=phone.heard(),
        journeys=await hotline.ended(li),
        attempts=await hotline.look(hotline.attempts, li),
        renegotiated=len(phone.of_kind("CALL_REMOTE_SDP")),
    )


SCENES = (by_udp, by_tcp, by_linphone, seat_of_baresip, caller_holds)


def address(hotline: Hotline, transport: str) -> str:
    port = next(one.port for one in hotline.worker.addresses if one.transport == transport)
    return f"127.0.0.1:{port}"


async def whole(hotline: Hotline, phone: Softphone, li: Msisdn, count: int) -> None:
    """Returns when there are so many answers of the hall, and the last of them was heard to its end."""
    await hears(hotline, phone, (await answers(hotline, li, count))[-1])


async def answers(hotline: Hotline, li: Msisdn, count: int) -> list[str]:
    """The hall's answers, once there are so many."""
    until = time.monotonic() + 30
    while len(texts := await hotline.look(hotline.answers, li)) < count:
        assert time.monotonic() < until, f"{len(texts)} of {count} answers"
        await asyncio.sleep(0.02)
    return texts


async def answer(hotline: Hotline, li: Msisdn, snippet: str) -> str:
    """The newest answer of the hall, once it holds this."""
    until = time.monotonic() + 30
    while not (texts := await hotline.look(hotline.answers, li)) or snippet not in texts[-1]:
        assert time.monotonic() < until, f"{snippet} is not in {texts[-1:]}"
        await asyncio.sleep(0.02)
    return texts[-1]


async def share_heard(heard: Callable[[], Samples], clips: Sequence[Clip]) -> float:
    """Wait until most of these clips were heard, and say which share: linphone itself drops a sample here and there."""
    sounds = [sound for clip in clips if np.abs(sound := by_ear.sound_of(clip)).max() > by_ear.QUIET]
    until = time.monotonic() + 30
    while True:
        await asyncio.sleep(0.25)
        recording = heard() / 32768
        share = float(np.mean([place(recording, sound)[1] > by_ear.LIKE for sound in sounds]))
        if share > MOST or time.monotonic() > until:
            return share


async def hears(hotline: Hotline, phone: Softphone, text: str) -> None:
    """Wait until exactly the clips of this text were heard."""
    wanted = hotline.frames_of(text)
    until = time.monotonic() + 30 + 1.25 * len(hotline.sound_of(text)) / 8000
    while find(frames(phone.heard()), wanted, 0) < 0:
        assert time.monotonic() < until, f"not heard: {text[:60]}\n{phone.log()}"
        await asyncio.sleep(0.05)


async def music(hotline: Hotline, phone: Softphone) -> bool:
    """Whether what is heard from now on becomes the melody and nothing else."""
    known = set(frames(decode_alaw((hotline.folder / "melody.al").read_bytes())))
    until = time.monotonic() + 30
    while time.monotonic() < until:
        last = frames(phone.heard()[-8000 * 4 // 5 // 160 * 160 :])
        if len(last) > 20 and set(last[-20:]) <= known:
            return True
        await asyncio.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def evening(hotline: Hotline) -> Iterator[Evening]:
    # On a busy machine the hall may be slow, and what is said meanwhile is none of these prompts.
    hotline.worker.house.settings = replace(hotline.worker.house.settings, slow_seconds=10.0)
    opened = Evening(hotline, SCENES)
    yield opened
    opened.close()


def test_baresip_hears_these_prompts_and_not_one_packet_of_another(evening: Evening) -> None:
    told = evening.of(by_udp)
    assert "120.00元" in told.texts[2]
    assert frames(told.heard) == [frame for text in told.texts for frame in evening.hotline.frames_of(text)]


@pytest.mark.parametrize("scene", [by_udp, by_tcp])
def test_keys_of_baresip_bring_it_to_the_balance_and_its_end_is_kept(evening: Evening, scene: Scene) -> None:
    told: Listened = evening.of(scene)
    assert told.attempts == [("charges_and_balance", "query", "done", "")]
    assert [one[0] for one in told.journeys] == ["done"]
    assert told.renegotiated == 2, "the offer in the middle of the prompt was answered, too"


def test_the_recording_holds_every_clip_of_the_dialogue_whole_and_in_order(evening: Evening) -> None:
    told = evening.of(by_udp)
    recording, rate = soundfile.read(told.recording, dtype="float64")
    assert rate == 8000
    at, explained = 0, np.zeros(len(recording), bool)
    for text in told.texts:
        at, these = follow(recording, evening.hotline.speaker.clips(text, "zh"), at)
        explained |= these
    rest = np.flatnonzero(~explained & (np.abs(recording) > by_ear.QUIET))
    assert not len(rest), f"and nothing else; there is something after {rest[0] / 8000:.2f} s"


def test_linphone_goes_to_the_balance_by_keys_and_hears_it(evening: Evening) -> None:
    told = evening.of(by_linphone)
    assert "120.00元" in told["texts"][2]
    assert told["heard"] > MOST
    assert told["attempts"] == [("charges_and_balance", "query", "done", "")]
    assert [one[0] for one in told["journeys"]] == ["done"]


def test_two_telephones_of_baresip_talk_through_us(evening: Evening) -> None:
    told = evening.of(seat_of_baresip)
    assert told["both"] == (True, True)
    contact = told["contact"]
    assert (contact.outcome, contact.seat) == ("talked", "801")
    assert told["journeys"][0][0] == "person"


def test_while_a_seat_of_baresip_holds_its_caller_hears_music(evening: Evening) -> None:
    told = evening.of(seat_of_baresip)
    assert told["music"]
    assert told["again"]


def test_after_the_seat_hung_up_the_caller_hears_goodbye_and_we_hang_up(evening: Evening) -> None:
    assert "reset by peer" in evening.of(seat_of_baresip)["closed"]


def test_a_caller_with_baresip_holds_a_seat_and_comes_back(evening: Evening) -> None:
    told = evening.of(caller_holds)
    assert told["before"] == (True, True)
    assert told["after"]
    assert told["ended"] == "hung_up"
    assert told["contact"].ended_by == "customer"
