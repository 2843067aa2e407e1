"""Keys on the wire: as telephone events and as tones, each press read once."""

import io
import itertools
import random
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from careline.protocols.rtp import g711
from careline.protocols.rtp.dtmf import KEYS, KeyEvent, KeyListener, parse_event, press
from careline.protocols.rtp.packet import Packet
from careline.protocols.rtp.tones import ToneListener, dialled, tones


def pressed(keys: str, milliseconds: int = 100, first: int = 2**32 - 3000) -> list[Packet]:
    """The packets of these presses, 80 ms apart, over the edge of the clock."""
    packets, timestamp = [], first
    sequence = itertools.count(65_530)
    for key in keys:
        for event in press(key, milliseconds):
            at = (timestamp + event.offset) % 2**32
            packets.append(Packet(101, next(sequence) % 65536, at, 1, event.payload, event.marker))
        timestamp += (milliseconds + 80) * 8
    return packets


def read(packets: list[Packet]) -> str:
    listener = KeyListener()
    return "".join(key for packet in packets if (key := listener.hear(packet)))


def test_every_key_is_read_once() -> None:
    assert read(pressed(KEYS + "55##0")) == KEYS + "55##0"


@given(st.text(KEYS, min_size=1, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_whichever_packets_are_lost_or_doubled(keys: str, chance: random.Random) -> None:
    packets = []
    for _, group in itertools.groupby(pressed(keys), key=lambda packet: packet.timestamp):
        one = list(group)
        kept = [packet for packet in one if chance.random() > 0.5] or [chance.choice(one)]
        packets += [packet for packet in kept for _ in range(chance.choice((1, 1, 2)))]
    assert read(packets) == keys


def test_a_late_packet_of_the_press_before_is_no_press() -> None:
    packets = pressed("12")
    late = packets[2]
    assert read([*packets[:-2], late, *packets[-2:]]) == "12"


def test_a_press_of_twenty_seconds_is_one() -> None:
    packets = pressed("7", 20_000)
    assert len({packet.timestamp for packet in packets}) == 3  # in segments of eight seconds
    assert read(packets) == "7"
    assert read([packet for number, packet in enumerate(packets) if number % 7 != 0]) == "7"
    events = [event for packet in packets if (event := parse_event(packet.payload))]
    assert [event.end for event in events[-4:]] == [False, True, True, True]
    assert not any(event.end for event in events[:-3])


def test_a_sender_that_moves_the_time_on_within_a_press_presses_once() -> None:
    packets = [Packet(101, n, 160 * n, 1, KeyEvent(5, n > 4, 10, 160 * n).encode(), n == 0) for n in range(6)]
    assert read(packets) == "5"


def test_the_same_key_again_is_read_though_its_release_and_marker_were_lost() -> None:
    packets = [packet for packet in pressed("55") if not packet.marker and not (packet.payload[1] & 0x80)]
    assert read(packets) == "55"


def test_volume_and_length_travel() -> None:
    *_, last = press("#", 160, volume=17)
    assert parse_event(last.payload) == KeyEvent(11, True, 17, 1280)
    assert parse_event(b"\1\2\3") is None


def test_what_is_no_key_is_passed_over() -> None:
    assert read([Packet(101, 1, 1, 1, KeyEvent(16, False, 10, 160).encode())]) == ""  # a flash
    assert read([Packet(101, 1, 1, 1, b"\5")]) == ""


# Tones


def heard(sound: NDArray[Any], chunk: int = 160) -> str:
    """Through A-law, packet by packet, as from a call."""
    listener = ToneListener()
    sound = np.concatenate([sound.astype(np.int16), np.zeros(800, np.int16)])
    wire = g711.decode_alaw(g711.encode_alaw(sound))
    return "".join(key for at in range(0, len(wire), chunk) for key in listener.hear(wire[at : at + chunk]))


def test_every_tone_is_found_once() -> None:
    every = "123A456B789C*0#D" + "5511"
    assert heard(dialled(every)) == every
    assert heard(dialled(every, 40, 40)) == every  # Q.24's shortest
    assert heard(dialled("5", 3000)) == "5"


@pytest.mark.parametrize("level", [-25.0, -3.0])
def test_quiet_and_loud_tones_are_found(level: float) -> None:
    assert heard(tones("8", level_dbm0=level)) == "8"


def test_twist_is_borne_as_far_as_the_standard_says() -> None:
    assert heard(tones("4", twist_db=4)) == "4"
    assert heard(tones("4", twist_db=-8)) == "4"
    assert heard(tones("4", twist_db=9)) == ""
    assert heard(tones("4", twist_db=-13)) == ""


@pytest.mark.parametrize("key", ["1", "D", "0"])
def test_a_pitch_a_little_off_is_found_and_one_far_off_is_not(key: str) -> None:
    sound = tones(key, 400).astype(float)
    places = np.arange(0, len(sound) - 1, dtype=float)

    def faster(percent: float) -> NDArray[Any]:
        at = np.arange(0, len(sound) - 2, 1 + percent / 100)
        off: NDArray[Any] = np.interp(at, places, sound[:-1])
        return off

    assert heard(faster(1.5)) == key
    assert heard(faster(-1.5)) == key
    assert heard(faster(4.5)) == ""


def test_a_tone_too_short_is_no_key() -> None:
    assert heard(tones("5", 20)) == ""


def test_a_lost_packet_does_not_make_two_presses_of_one() -> None:
    sound = tones("9", 300)
    sound[800:960] = 0
    assert heard(sound) == "9"


def test_speech_noise_and_single_tones_are_no_keys() -> None:
    chance = np.random.default_rng(7)
    time = np.arange(8000 * 20) / 8000
    pitch = 120 + 40 * np.sin(2 * np.pi * 0.7 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / 8000
    voice = sum(np.sin(n * phase) / n for n in range(1, 25)) * 4000 * (1 + np.sin(2 * np.pi * 3 * time))
    assert heard(np.clip(voice, -32000, 32000)) == ""
    assert heard(chance.normal(0, 4000, 8000 * 20).clip(-32000, 32000)) == ""
    for hz in (440, 697, 1336, 941, 2000):
        assert heard(8000 * np.sin(2 * np.pi * hz * time[:8000])) == ""
    harmonic = tones("1", 300) + 0.5 * (tones("1", 300).astype(float) ** 2) / 8000
    assert heard(harmonic) == ""


def test_tones_are_found_in_noise() -> None:
    chance = np.random.default_rng(3)
    sound = dialled("1470#") + chance.normal(0, 300, len(dialled("1470#")))  # 20 dB below
    assert heard(sound) == "1470#"


# G.711


@pytest.mark.parametrize("law", ["ALAW", "ULAW"])
def test_g711_means_what_it_means_elsewhere(law: str) -> None:
    octets = bytes(range(256))
    elsewhere, _ = soundfile.read(
        io.BytesIO(octets), -1, dtype="int16", samplerate=8000, channels=1, format="RAW", subtype=law
    )
    assert (g711.decode_alaw if law == "ALAW" else g711.decode_ulaw)(octets).tolist() == elsewhere.tolist()


def test_what_was_decoded_is_encoded_as_it_was() -> None:
    octets = bytes(range(256))
    assert g711.encode_alaw(g711.decode_alaw(octets)) == octets
    assert g711.encode_ulaw(g711.decode_ulaw(octets)) == octets.replace(b"\x7f", b"\xff")  # two zeros are one


def test_silence_is_silence_in_both_laws() -> None:
    quiet = np.zeros(3, np.int16)
    assert g711.encode_ulaw(quiet) == bytes((g711.ULAW_SILENCE,)) * 3
    assert g711.encode_alaw(quiet) == bytes((g711.ALAW_SILENCE,)) * 3
    assert g711.alaw_to_ulaw(bytes((g711.ALAW_SILENCE,)))[0] in (0xFE, 0xFF)


def test_transcoding_stays_within_a_step_of_the_sound() -> None:
    octets = bytes(range(256))
    before = g711.decode_alaw(octets).astype(int)
    after = g711.decode_ulaw(g711.alaw_to_ulaw(octets)).astype(int)
    assert (abs(after - before) <= np.maximum(abs(before) // 16, 8)).all()
    back = g711.decode_alaw(g711.ulaw_to_alaw(octets)).astype(int)
    meant = g711.decode_ulaw(octets).astype(int)
    assert (abs(back - meant) <= np.maximum(abs(meant) // 16, 8)).all()
