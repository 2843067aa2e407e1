"""Calls that come to us: answered, refused, given up, held, listened to, transferred, ended by either side."""

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from careline.links.calls.call import Call
from careline.links.calls.events import CallEvent, Digit, Ended, Held, Referred, Resumed
from careline.links.calls.media import Prompt
from careline.protocols.rtp import tones
from careline.protocols.rtp.g711 import encode_alaw
from careline.protocols.rtp.packet import TICK_SAMPLES
from careline.simulators.caller import Caller, Talk, Unreached
from tests.calls.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

TONE = tones.tones("5", 400)
PROMPT = Prompt.of_alaw(encode_alaw(TONE))


async def until(condition: Callable[[], bool], timeout_seconds: float = 20.0) -> None:
    async with asyncio.timeout(timeout_seconds):
        while not condition():  # noqa: ASYNC110  what is waited for is told by nobody
            await asyncio.sleep(0.005)


class Told:
    """A handler that answers, and keeps everything that the call tells."""

    def __init__(self, *, plays: bool = False, early: bool = False) -> None:
        self.plays = plays
        self.early = early
        self.call: Call | None = None
        self.events: list[CallEvent] = []
        self.over = asyncio.Event()

    async def __call__(self, call: Call) -> None:
        self.call = call
        await call.answer(self.early)
        if self.plays and await call.stands():
            await call.stream.play([PROMPT]).done
        while True:
            event = await call.events.get()
            self.events.append(event)
            if isinstance(event, Ended):
                self.over.set()
                return

    def keys(self, how: str) -> str:
        return "".join(one.key for one in self.events if isinstance(one, Digit) and one.how == how)


async def prompt_of(talk: Talk, timeout_seconds: float = 20.0) -> np.ndarray:
    """What was heard as soon as a whole prompt may be in it; on a busy machine it begins a while after the answer."""
    seconds = len(TONE) / 8000 + 0.1
    async with asyncio.timeout(timeout_seconds):
        while True:
            sound = await talk.heard(seconds)
            packets = [sound[at : at + TICK_SAMPLES] for at in range(0, len(sound), TICK_SAMPLES)]
            if TICK_SAMPLES * sum(np.abs(one).max() > 16 for one in packets) >= len(TONE):
                return sound
            seconds = len(sound) / 8000 + 0.1


def time_given_up(house: House) -> int:
    """Packets of time that the engine gave up until now, since the machine held it up for more than it catches up on."""
    return int(house.engine.stats()["skipped"])


def holds_the_tone(sound: np.ndarray, given_up: int = 0) -> bool:
    """Whether the prompt was heard, whole (A-law loses a little); silence within only where time was given up."""
    sound = sound[int(np.argmax(np.abs(sound) > 500)) // TICK_SAMPLES * TICK_SAMPLES :]
    if given_up:
        packets = [sound[at : at + TICK_SAMPLES] for at in range(0, len(sound), TICK_SAMPLES)]
        sound = np.concatenate([one for one in packets if np.abs(one).max() > 16])
    heard = sound[int(np.argmax(np.abs(sound) > 500)) :][: len(TONE)]
    begun = TONE[int(np.argmax(np.abs(TONE) > 500)) :][: len(heard)]
    whole = len(heard) >= len(TONE) - 200
    return whole and bool(np.corrcoef(heard[: len(begun)], begun)[0, 1] > 0.99)


async def test_a_caller_is_answered_hears_the_prompt_and_hangs_up(house: House, phone: Caller) -> None:
    before = time_given_up(house)
    told = Told(plays=True)
    statuses: list[int] = []
    talk = await phone.call(house.uri(told), "13900000001", on_progress=statuses.append)
    sound = await prompt_of(talk)
    assert holds_the_tone(sound, time_given_up(house) - before)
    await talk.hang_up()
    await asyncio.wait_for(told.over.wait(), 20)
    assert told.call is not None
    assert told.events == [Ended("hung_up")] or told.events[-1].reason == "hung_up"  # type: ignore[union-attr]
    assert told.call.caller is not None
    assert told.call.caller.digits == "8613900000001"
    assert not told.call.outgoing
    assert told.call.quality["sent"] > 10
    assert "13900000001" not in repr(told.call)


async def test_it_rings_before_it_is_answered(house: House, phone: Caller) -> None:
    async def rings(call: Call) -> None:
        await call.ring()
        await asyncio.sleep(0)
        await call.answer()
        await call.events.get()

    statuses: list[int] = []
    talk = await phone.call(house.uri(rings), "1", on_progress=statuses.append)
    assert 180 in statuses
    await talk.hang_up()


async def test_sound_is_heard_before_the_answer(house: House, phone: Caller) -> None:
    before = time_given_up(house)
    refused = asyncio.Event()

    async def announces(call: Call) -> None:
        await call.answer(early=True)
        await call.stream.play([PROMPT]).done
        await call.hang_up(404)
        refused.set()

    heard: list[Talk] = []
    uri = house.uri(announces)
    with pytest.raises(Unreached) as caught:
        await phone.endpoint.dial(uri, on_begun=lambda call: heard.append(Talk(call)))
    assert caught.value.status == 404
    assert holds_the_tone(heard[0].audio(), time_given_up(house) - before)
    await asyncio.wait_for(refused.wait(), 20)  # our side ends with the ACK, a moment after theirs


@pytest.mark.parametrize("status", [486, 603, 480, 503])
async def test_a_call_can_be_refused(house: House, phone: Caller, status: int) -> None:
    async def refuses(call: Call) -> None:
        await call.hang_up(status)

    with pytest.raises(Unreached) as caught:
        await phone.call(house.uri(refuses), "1")
    assert caught.value.status == status


async def test_a_number_that_nobody_answers_is_not_found(house: House, phone: Caller) -> None:
    with pytest.raises(Unreached) as caught:
        await phone.call(f"sip:nobody@127.0.0.1:{house.port}", "1")
    assert caught.value.status == 404


async def test_a_handler_that_only_returns_does_not_leave_the_caller_alone(house: House, phone: Caller) -> None:
    async def leaves(_call: Call) -> None:
        return

    async def answers_and_leaves(call: Call) -> None:
        await call.answer()

    with pytest.raises(Unreached) as caught:
        await phone.call(house.uri(leaves), "1")
    assert caught.value.status == 480
    talk = await phone.call(house.uri(answers_and_leaves), "1")
    assert (await talk.ended()).reason == "hung_up"


async def test_a_handler_that_fails_ends_its_call_and_no_other(
    house: House, phone: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(call: Call) -> None:
        raise RuntimeError("broken")

    told = Told()
    other = await phone.call(house.uri(told), "1")
    with pytest.raises(Unreached) as caught:
        await phone.call(house.uri(fails), "13900000001")
    assert caught.value.status == 500
    assert "a call failed" in caplog.text
    assert "13900000001" not in caplog.text
    assert other.call.ended is None
    await other.hang_up()


async def test_a_caller_who_gives_up_is_told_as_cancelled(house: House, phone: Caller) -> None:
    ringing, over = asyncio.Event(), asyncio.Event()
    last: list[CallEvent] = []

    async def rings(call: Call) -> None:
        await call.ring()
        ringing.set()
        last.append(await call.events.get())
        assert not await call.answer()
        over.set()

    dialling = asyncio.create_task(phone.call(house.uri(rings), "1"))
    await asyncio.wait_for(ringing.wait(), 20)
    dialling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dialling
    await asyncio.wait_for(over.wait(), 20)
    assert isinstance(last[0], Ended)
    assert last[0].reason == "cancelled"


async def test_keys_come_by_events_by_info_and_in_the_sound(house: House, phone: Caller) -> None:
    told = Told()
    talk = await phone.call(house.uri(told), "1")
    await until(lambda: told.call is not None)
    assert told.call is not None
    told.call.stream.listen_inband(True)
    await talk.press("78", "inband")
    await until(lambda: told.keys("inband") == "78")
    await talk.press("250", "info")
    await until(lambda: told.keys("info") == "250")
    await talk.press("19*#", "rfc4733")
    await until(lambda: told.keys("rfc4733") == "19*#")
    await talk.hang_up()
    await asyncio.wait_for(told.over.wait(), 20)
    assert [one.key for one in told.events if isinstance(one, Digit)] == list("7825019*#")


async def test_a_call_is_held_and_resumed_by_the_caller(house: House, phone: Caller) -> None:
    told = Told()
    talk = await phone.call(house.uri(told), "1")
    assert await talk.hold()
    await until(lambda: told.events == [Held()])
    assert await talk.resume()
    await until(lambda: told.events == [Held(), Resumed()])
    await talk.hang_up()


async def test_a_call_is_held_and_resumed_by_us(house: House, phone: Caller) -> None:
    told = Told()
    talk = await phone.call(house.uri(told), "1")
    assert told.call is not None
    assert await told.call.hold()
    assert talk.call.held  # it is not heard, and may be played to
    assert await told.call.resume()
    assert told.call.ended is None
    await told.call.hang_up()
    assert (await talk.ended()).reason == "hung_up"


async def test_a_caller_is_transferred(house: House, phone: Caller) -> None:
    arrived = asyncio.Event()

    async def elsewhere(call: Call) -> None:
        await call.answer()
        arrived.set()
        await call.events.get()

    outcome: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    target = house.uri(elsewhere)

    async def transfers(call: Call) -> None:
        await call.answer()
        outcome.set_result(await call.refer(target))

    talk = await phone.call(house.uri(transfers), "1")
    event = await talk.event()
    assert isinstance(event, Referred)
    second = await phone.call(event.target, "1")
    await talk.call.report(200)
    assert (await talk.ended()).reason == "hung_up"
    await second.hang_up()
    assert await outcome
    assert arrived.is_set()


async def test_a_transfer_that_is_declined_is_told(house: House, phone: Caller) -> None:
    outcome: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def transfers(call: Call) -> None:
        await call.answer()
        outcome.set_result(await call.refer("sip:1@127.0.0.1:9"))
        await call.events.get()

    talk = await phone.call(house.uri(transfers), "1")
    await talk.event()
    await talk.call.report(603)
    assert await outcome is False
    await talk.hang_up()


async def test_the_same_over_tcp(house: House, phone: Caller) -> None:
    before = time_given_up(house)
    told = Told(plays=True)
    talk = await phone.call(house.uri(told, transport="tcp"), "1")
    sound = await prompt_of(talk)
    assert holds_the_tone(sound, time_given_up(house) - before)
    assert await talk.hold()
    assert await talk.resume()
    await talk.press("5", "info")
    await until(lambda: told.keys("info") == "5")
    await talk.hang_up()
    await asyncio.wait_for(told.over.wait(), 20)
    assert house.endpoint.stats()["tcp_connections"] >= 1


async def test_a_caller_without_a_common_codec_is_told_so(house: House) -> None:
    told = Told()
    async with Caller() as phone:
        uri = house.uri(told)
        body = b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 18\r\n"
        agent = phone.endpoint.agent
        from careline.protocols.sip import Hop

        before = house.endpoint.stats().get("refused_codec", 0)
        _call, steps = agent.invite(uri, Hop("udp", "127.0.0.1", house.port), phone.endpoint.now(), sdp=body)
        phone.endpoint.run(steps)
        await until(lambda: house.endpoint.stats().get("refused_codec", 0) == before + 1)
    assert told.call is None


@pytest.mark.parametrize("codecs", [("PCMA",), ("PCMU",)])
async def test_both_kinds_of_sound_are_spoken(house: House, codecs: tuple[str, ...]) -> None:
    before = time_given_up(house)
    async with Caller(codecs=codecs) as phone:  # type: ignore[arg-type]
        talk = await phone.call(house.uri(Told(plays=True)), "1")
        sound = await prompt_of(talk)
        assert holds_the_tone(sound, time_given_up(house) - before)
        await talk.hang_up()
