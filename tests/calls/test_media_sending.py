"""What a caller hears: prompts whole and in order, in one unbroken stream, whatever the clock does."""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio

from careline.links.calls.media import Engine, NoPort, Prompt
from careline.protocols.rtp.dtmf import KeyListener
from careline.protocols.rtp.g711 import ALAW_SILENCE, decode_alaw, decode_ulaw
from careline.protocols.rtp.packet import Packet
from tests.calls.far_side import Far, Hand, closing, prompt, settled, sound

QUIET = bytes((ALAW_SILENCE,)) * 160


@pytest_asyncio.fixture
async def hand() -> AsyncIterator[Hand]:
    one = Hand()
    yield one
    await one.engine.stop()


def joined(packets: list[Packet]) -> bytes:
    return b"".join(packet.payload for packet in packets)


def steps(packets: list[Packet]) -> tuple[set[int], set[int]]:
    """The distances of sequence numbers and of timestamps."""
    pairs = list(itertools.pairwise(packets))
    return (
        {(after.sequence - before.sequence) % 65536 for before, after in pairs},
        {(after.timestamp - before.timestamp) % 2**32 for before, after in pairs},
    )


async def test_prompts_arrive_whole_and_in_order(hand: Hand) -> None:
    stream, far = await hand.pair()
    with closing(far):
        playing = stream.play([prompt(0.5), prompt(0.31, 2), prompt(0.2, 3)])
        await hand.run(0.6)
        assert not playing.done.done()
        assert 50 < playing.percent() < 70
        await hand.run(0.6)
        assert await playing.done is True
        packets = far.heard()
        filled = sound(0.31, 2) + b"\xd5" * 80  # the last payload of a prompt is filled up
        golden = sound(0.5) + filled + sound(0.2, 3)
        assert np.array_equal(decode_alaw(joined(packets)[: len(golden)]), decode_alaw(golden))
        assert set(joined(packets)[len(golden) :]) == {ALAW_SILENCE}
        assert steps(packets) == ({1}, {160})
        assert len({packet.ssrc for packet in packets}) == 1
        assert [packet.marker for packet in packets].count(True) == 1
        assert packets[0].marker


async def test_callers_of_the_other_law_hear_the_same(hand: Hand) -> None:
    stream, far = hand.engine.open(), Far()
    with closing(far):
        stream.direct(far.address, "PCMU")
        stream.play([prompt(0.4)])
        await hand.run(0.4)
        packets = far.heard()
        assert {packet.payload_type for packet in packets} == {0}
        meant, came = decode_alaw(sound(0.4)).astype(int), decode_ulaw(joined(packets)).astype(int)
        assert (abs(meant - came) <= np.maximum(abs(meant) // 16, 8)).all()


async def test_one_prompt_is_cut_once_for_all_calls() -> None:
    one = prompt(1.0)
    assert one.frames("PCMA") is one.frames("PCMA")
    assert one.frames("PCMU") is one.frames("PCMU")
    assert (one.seconds, len(one.frames("PCMU"))) == (1.0, 50)
    assert Prompt.of_alaw(b"").frames("PCMA") == []


async def test_what_is_replaced_or_stopped_says_so(hand: Hand) -> None:
    stream, far = await hand.pair()
    with closing(far):
        first = stream.play([prompt(5)])
        await hand.run(0.1)
        second = stream.play([prompt(5, 2)])
        assert await first.done is False
        await hand.run(0.1)
        stream.stop()
        assert await second.done is False
        await hand.run(0.1)
        heard = joined(far.heard())
        assert heard == sound(5)[:800] + sound(5, 2)[:800] + QUIET * 5
        third = stream.play([prompt(1)])
        stream.close()
        assert await third.done is False
        assert await stream.play([prompt(1)]).done is False


async def test_nothing_to_play_is_played_at_once(hand: Hand) -> None:
    stream, far = await hand.pair()
    with closing(far):
        for playing in (stream.play([]), stream.play([Prompt.of_alaw(b"")], loop=True)):
            if not playing.done.done():
                await hand.run(0.02)
        assert await playing.done is True


async def test_music_goes_round_until_it_is_stopped(hand: Hand) -> None:
    stream, far = await hand.pair()
    with closing(far):
        playing = stream.play([prompt(0.1), prompt(0.06, 2)], loop=True)
        await hand.run(0.4)
        assert joined(far.heard()) == ((sound(0.1) + sound(0.06, 2)) * 3)[:3200]
        assert not playing.done.done()


async def test_hold_sends_nothing_and_loses_no_word(hand: Hand) -> None:
    stream, far = await hand.pair()
    with closing(far):
        stream.play([prompt(0.6)])
        await hand.run(0.2)
        stream.direct(None)
        await hand.run(1.0)
        before = far.heard()
        assert len(before) == 10
        stream.direct(far.address)
        await hand.run(0.4)
        after = far.heard()
        assert joined(before + after) == sound(0.6)
        assert after[0].marker
        assert (after[0].timestamp - before[-1].timestamp) % 2**32 == 51 * 160  # the second of silence is in the clock
        assert (after[0].sequence - before[-1].sequence) % 65536 == 1


async def test_a_muted_caller_hears_silence_and_the_prompt_goes_on(hand: Hand) -> None:
    stream, far = await hand.pair()
    with closing(far):
        stream.play([prompt(0.3)])
        await hand.run(0.1)
        stream.mute()
        await hand.run(0.1)
        stream.unmute()
        await hand.run(0.1)
        assert joined(far.heard()) == sound(0.3)[:800] + QUIET * 5 + sound(0.3)[1600:]


async def test_another_address_is_another_ear_at_once(hand: Hand) -> None:
    stream, far = await hand.pair()
    with closing(far), Far() as other:
        stream.play([prompt(0.4)])
        await hand.run(0.2)
        stream.direct(other.address, "PCMU")
        await hand.run(0.2)
        before, after = far.heard(), other.heard()
        assert joined(before) == sound(0.4)[:1600]
        assert joined(after) == b"".join(prompt(0.4).frames("PCMU")[10:])
        assert steps(before + after) == ({1}, {160})


async def test_keys_are_pressed_for_the_far_side(hand: Hand) -> None:
    stream, far = await hand.pair()
    with closing(far):
        stream.direct(far.address, event_type=96)
        stream.press("10#")
        await hand.run(1.0)
        packets = far.heard()
        listener = KeyListener()
        events = [packet for packet in packets if packet.payload_type == 96]
        assert [key for key in map(listener.hear, events) if key] == ["1", "0", "#"]
        assert steps(packets)[0] == {1}
        assert [packet.marker for packet in events].count(True) == 3


# Time


async def test_forty_milliseconds_late_are_made_good_at_once(hand: Hand) -> None:
    stream, far = await hand.pair()
    with closing(far):
        stream.play([prompt(1)])
        await hand.run(0.2)
        far.heard()
        hand.now += 0.045
        hand.engine.tick(hand.now)
        packets = far.heard()
        assert len(packets) in (2, 3)
        await hand.run(0.2)
        packets += far.heard()
        assert steps(packets) == ({1}, {160})  # as if nothing had been
        assert joined(packets) == sound(1)[1600 : 1600 + 160 * len(packets)]
        stats = hand.engine.stats()
        assert (stats["late"], stats["skipped"]) == (1, 0)
        assert 45 <= stats["max_gap_ms"] <= 65


async def test_a_longer_delay_is_a_pause_and_no_burst(hand: Hand) -> None:
    stream, far = await hand.pair()
    with closing(far):
        stream.play([prompt(1)])
        await hand.run(0.2)
        before = far.heard()
        hand.now += 0.5
        hand.engine.tick(hand.now)
        packets = far.heard()
        assert len(packets) <= 2
        assert packets[0].marker
        elapsed = (packets[0].timestamp - before[-1].timestamp) % 2**32 / 8000
        assert 0.5 <= elapsed <= 0.52  # its clock is still the world's
        await hand.run(0.2)
        packets += far.heard()
        assert joined(before + packets) == sound(1)[: 160 * len(before + packets)]  # no word is lost
        assert steps(packets) == ({1}, {160})
        assert hand.engine.stats()["skipped"] in (24, 25)


async def test_calls_leave_in_the_phases_of_a_tick(hand: Hand) -> None:
    pairs = [await hand.pair() for _ in range(4)]
    with closing(*(far for _, far in pairs)):
        await hand.run(0.02)
        for _, far in pairs:
            far.heard()
        turns = []
        for _ in range(4):
            hand.now += 0.005
            hand.engine.tick(hand.now)
            turns.append([len(far.heard()) for _, far in pairs])
        assert all(sum(turn) == 1 for turn in turns)
        assert [sum(turn[number] for turn in turns) for number in range(4)] == [1, 1, 1, 1]


async def test_the_engines_own_clock_keeps_time() -> None:
    engine = Engine("127.0.0.1", range(24000, 28000, 2))
    await engine.start(freeze=False)
    with Far() as far:
        stream = engine.open()
        stream.direct(far.address)
        took: list[float] = []
        while not took or (min(took) >= 0.4 and len(took) < 20):  # a busy machine may be late; none makes it early
            started = asyncio.get_running_loop().time()
            assert await stream.play([prompt(0.2)]).done
            took.append(asyncio.get_running_loop().time() - started)
            assert joined(far.heard())[:1600] == sound(0.2)
        assert min(took) < 0.4, took
        assert all(seconds > 0.17 for seconds in took), took
        await engine.stop()
        assert engine.stats()["streams"] == 0


# Ports


async def test_ports_run_out_and_come_back_after_a_rest() -> None:
    hand = Hand(ports=range(24000, 24200, 2), rest_seconds=2.0)
    streams = []
    with pytest.raises(NoPort):
        while True:
            streams.append(hand.engine.open())
    assert len(streams) > 50  # other programs may hold a few
    assert all(stream.port % 2 == 0 for stream in streams)
    streams[7].close()
    with pytest.raises(NoPort):
        hand.engine.open()
    await hand.run(2.1)
    assert hand.engine.open().port == streams[7].port
    await hand.engine.stop()


async def test_five_hundred_calls_leave_no_file_descriptor_behind(tmp_path: os.PathLike[str]) -> None:
    hand = Hand(rest_seconds=0.0)
    first, far = await hand.pair()
    before = len(os.listdir("/proc/self/fd"))
    with closing(far):
        for number in range(500):
            stream = hand.engine.open()
            stream.direct(far.address)
            stream.play([prompt(0.1)])
            if number % 2:
                stream.relay(first)
            stream.close()
            stream.close()
        await settled()
        assert len(os.listdir("/proc/self/fd")) == before
        assert hand.engine.stats()["streams"] == 1
        assert hand.engine.stats()["opened"] == 501
    await hand.engine.stop()


async def test_a_name_or_an_impossible_port_is_refused_before_it_can_hold_up_the_tick(hand: Hand) -> None:
    stream, far = await hand.pair()
    with closing(far):
        for remote in (("sbc.example", 4000), ("127.0.0.1", 0), ("127.0.0.1", 70_000)):
            with pytest.raises(ValueError, match=r"port|address"):
                stream.direct(remote)
        stream.direct(("127.0.0.1", 65_535))
        stream.direct(far.address)
        await hand.run(0.1)
        assert len(far.heard()) == 5


async def test_what_one_call_breaks_does_not_silence_the_others() -> None:
    engine = Engine("127.0.0.1", range(24000, 28000, 2), lost_seconds=-1.0)
    told = asyncio.Event()
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: told.set())
    await engine.start(freeze=False)
    with Far() as far:
        broken, fine = engine.open(), engine.open()

        def fail() -> None:
            raise RuntimeError("a bug of the channel")

        broken.on_lost = fail  # called from within the tick
        for stream in (broken, fine):
            stream.direct(far.address)
        assert await fine.play([prompt(0.1)]).done
        await asyncio.wait_for(told.wait(), 20)
        assert await fine.play([prompt(0.1)]).done
        await engine.stop()
