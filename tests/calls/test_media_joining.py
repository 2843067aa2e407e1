"""Two callers who hear each other, a caller on hold, and what is kept on disk."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
import soundfile

from careline.protocols.rtp.dtmf import KeyListener
from careline.protocols.rtp.g711 import ALAW_SILENCE, alaw_to_ulaw, decode_alaw, ulaw_to_alaw
from careline.protocols.rtp.packet import Packet
from tests.calls.far_side import Far, Hand, closing, prompt, settled, sound

QUIET = bytes((ALAW_SILENCE,)) * 160


@pytest_asyncio.fixture
async def hand() -> AsyncIterator[Hand]:
    one = Hand()
    yield one
    await one.engine.stop()


def frames(data: bytes) -> list[bytes]:
    return [data[at : at + 160] for at in range(0, len(data), 160)]


async def talk(hand: Hand, *words: tuple[Far, object, list[bytes], int]) -> None:
    """All speak at once, in step with the clock."""
    for turn in zip(*(said for _, _, said, _ in words), strict=True):
        for (far, stream, _, payload_type), payload in zip(words, turn, strict=True):
            far.send(stream, payload, payload_type)  # type: ignore[arg-type]
        await settled()
        await hand.run(0.02)


async def test_callers_of_two_laws_hear_each_other(hand: Hand) -> None:
    (one, left), (two, right) = await hand.pair(), await hand.pair()
    with closing(left, right):
        two.direct(right.address, "PCMU", 96)
        one.relay(two)
        left_said, right_said = frames(sound(0.3)), [alaw_to_ulaw(frame) for frame in frames(sound(0.3, 2))]
        left.heard()
        await talk(hand, (left, one, left_said, 8), (right, two, right_said, 0))
        at_left, at_right = left.heard(), right.heard()
        assert [packet.payload for packet in at_right] == [alaw_to_ulaw(frame) for frame in left_said]
        assert [packet.payload for packet in at_left] == [ulaw_to_alaw(frame) for frame in right_said]
        assert {packet.payload_type for packet in at_left} == {8}
        assert {packet.payload_type for packet in at_right} == {0}
        assert {packet.ssrc for packet in at_right} == {two.sending.ssrc}
        assert {after.timestamp - before.timestamp for before, after in itertools.pairwise(at_left)} == {160}


async def test_keys_pass_through_and_are_told_too(hand: Hand) -> None:
    (one, left), (two, right) = await hand.pair(), await hand.pair()
    told: list[str] = []
    one.on_digit = lambda key, how: told.append(key)
    with closing(left, right):
        two.direct(right.address, event_type=96)
        one.relay(two)
        for key in "1#":
            left.press(one, key)
            await settled()
        listener = KeyListener()
        events = [packet for packet in right.heard() if packet.payload_type == 96]
        assert [key for key in map(listener.hear, events) if key] == ["1", "#"]
        assert told == ["1", "#"]


async def test_what_was_lost_or_late_between_them_stays_so(hand: Hand) -> None:
    (one, left), (two, right) = await hand.pair(), await hand.pair()
    with closing(left, right):
        one.relay(two)
        for sequence in (10, 11, 13, 12, 16):
            left.put(one, Packet(8, sequence, sequence * 160, 77, bytes((sequence,)) * 160))
        await settled()
        heard = right.heard()
        first = heard[0]
        assert [(packet.sequence - first.sequence) % 65536 for packet in heard] == [0, 1, 3, 2, 6]
        assert [(packet.timestamp - first.timestamp) % 2**32 for packet in heard] == [0, 160, 480, 320, 960]
        assert [packet.payload[0] for packet in heard] == [10, 11, 13, 12, 16]


async def test_music_on_hold_comes_before_the_other_caller(hand: Hand) -> None:
    (one, left), (two, right) = await hand.pair(), await hand.pair()
    with closing(left, right):
        one.relay(two)
        await talk(hand, (left, one, [b"\x11" * 160] * 5, 8))
        music = two.play([prompt(0.04)], loop=True)
        await talk(hand, (left, one, [b"\x22" * 160] * 6, 8))
        two.stop()
        assert await music.done is False
        await talk(hand, (left, one, [b"\x33" * 160] * 5, 8))
        heard = right.heard()
        payloads = b"".join(packet.payload for packet in heard)
        assert payloads.startswith(b"\x11" * 800 + sound(0.04) * 2)
        assert b"\x22" not in {payload[:1] for payload in frames(payloads)[5:11]}
        assert payloads.endswith(b"\x33" * 800)
        assert {(after.sequence - before.sequence) % 65536 for before, after in itertools.pairwise(heard)} == {1}
        times = [(packet.timestamp - heard[0].timestamp) % 2**32 for packet in heard]
        assert times == sorted(set(times))


async def test_a_caller_hears_silence_and_not_nothing_while_the_other_says_nothing(hand: Hand) -> None:
    (one, left), (two, right) = await hand.pair(), await hand.pair()
    with closing(left, right):
        one.relay(two)
        await talk(hand, (left, one, [b"\x11" * 160] * 3, 8))
        await hand.run(0.4)
        await talk(hand, (left, one, [b"\x22" * 160] * 3, 8))
        payloads = [packet.payload for packet in right.heard()]
        assert payloads[:3] == [b"\x11" * 160] * 3
        assert set(payloads[3:-3]) == {QUIET}
        assert len(payloads) > 18
        assert payloads[-3:] == [b"\x22" * 160] * 3


async def test_who_parts_is_heard_no_more(hand: Hand) -> None:
    (one, left), (two, right) = await hand.pair(), await hand.pair()
    with closing(left, right):
        one.relay(two)
        one.close()
        right.heard()
        await hand.run(0.1)
        assert {packet.payload for packet in right.heard()} == {QUIET}
        playing = two.play([prompt(0.1)])
        await hand.run(0.12)
        assert await playing.done is True


# Recordings


async def recorded(path: Path) -> tuple["np.ndarray[tuple[int], np.dtype[np.int16]]", ...]:
    samples, rate = soundfile.read(path, dtype="int16")
    assert rate == 8000
    assert soundfile.info(path).subtype == "ALAW"
    return samples[:, 0], samples[:, 1]


async def test_a_recording_holds_what_both_said(hand: Hand, tmp_path: Path) -> None:
    stream, far = await hand.pair()
    file = tmp_path / "new folder" / "call.wav"
    with closing(far):
        stream.record(file)
        stream.play([prompt(3)])
        await talk(hand, (far, stream, frames(sound(3, 2)), 8))
        await asyncio.wait_for(stream.stop_recording(), 20)
        await hand.run(0.2)
        heard, said = await recorded(file)
        assert len(heard) == 24_000
        assert np.array_equal(said, decode_alaw(sound(3)))
        assert np.array_equal(heard, decode_alaw(sound(3, 2)))


async def test_a_recording_keeps_losses_and_late_packets_in_their_places(hand: Hand, tmp_path: Path) -> None:
    stream, far = await hand.pair()
    words = frames(sound(1.0, 2))
    with closing(far):
        stream.direct(far.address, "PCMU")
        stream.record(tmp_path / "call.wav")
        late: bytes | None = None
        for number, payload in enumerate(words):
            if number in {10, 11}:  # lost
                next(far.sequence)
                far.timestamp = (far.timestamp + 160) % 2**32
            elif number == 20:  # five packets late
                late = Packet(8, next(far.sequence) % 65536, (far.timestamp + 160) % 2**32, far.ssrc, payload).encode()
                far.timestamp = (far.timestamp + 160) % 2**32
            else:
                far.send(stream, payload)
            if number == 25:
                assert late
                far.rtp.sendto(late, ("127.0.0.1", stream.port))
            await settled()
            await hand.run(0.02)
        await asyncio.wait_for(stream.stop_recording(), 20)
        heard, said = await recorded(tmp_path / "call.wav")
        golden = b"".join(QUIET if number in {10, 11} else payload for number, payload in enumerate(words))
        assert np.array_equal(heard, decode_alaw(golden))
        assert abs(said).max() <= 8


async def test_a_recording_of_two_who_talk_has_both_sides(hand: Hand, tmp_path: Path) -> None:
    (one, left), (two, right) = await hand.pair(), await hand.pair()
    with closing(left, right):
        one.relay(two)
        one.record(tmp_path / "call.wav")
        await talk(hand, (left, one, frames(sound(0.5)), 8), (right, two, frames(sound(0.5, 2)), 8))
        one.close()  # whoever hangs up: the recording is finished
        await hand.engine.stop()
        heard, said = await recorded(tmp_path / "call.wav")
        assert np.array_equal(heard, decode_alaw(sound(0.5)))
        assert np.array_equal(said, decode_alaw(sound(0.5, 2)))


async def test_a_recording_never_writes_over_another(hand: Hand, tmp_path: Path) -> None:
    stream, far = await hand.pair()
    (tmp_path / "call.wav").write_bytes(b"precious")
    with closing(far):
        stream.record(tmp_path / "call.wav")
        await hand.run(0.1)
        with pytest.raises(FileExistsError):
            await asyncio.wait_for(stream.stop_recording(), 20)
        await stream.stop_recording()
    assert (tmp_path / "call.wav").read_bytes() == b"precious"
