"""Whatever is uploaded comes out in one format and equally loud; what cannot be played is refused in words."""

import io
import struct
from collections.abc import Callable

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from careline.prompts.converting import Converted, convert
from careline.prompts.refusing import Reason, Refused
from careline.prompts.sound import Sound, of_alaw, ulaw
from careline.protocols.rtp import g711
from tests.prompts.speech import by_ffmpeg, likeness, speech, written

SAID = speech()
AT_8 = SAID.at_rate(8000)
LOUD_44 = speech(rate=44_100, level=0.9)


def as_vox(sound: Sound) -> bytes:
    return written(sound, "RAW", "VOX_ADPCM")


UPLOADS: dict[str, tuple[Callable[[], bytes], int | None, str]] = {
    "pcm16.wav": (lambda: written(SAID), None, "WAV PCM_16 16000 Hz 1ch"),
    "stereo.wav": (lambda: written(LOUD_44, "WAV", "PCM_24", 2), None, "WAV PCM_24 44100 Hz 2ch"),
    "float.wav": (lambda: written(SAID, "WAV", "FLOAT"), None, "WAV FLOAT 16000 Hz 1ch"),
    "alaw.wav": (lambda: written(AT_8, "WAV", "ALAW"), None, "WAV ALAW 8000 Hz 1ch"),
    "ulaw.wav": (lambda: written(AT_8, "WAV", "ULAW"), None, "WAV ULAW 8000 Hz 1ch"),
    "gsm.wav": (lambda: written(AT_8, "WAV", "GSM610"), None, "WAV GSM610 8000 Hz 1ch"),
    "flac.flac": (lambda: written(SAID, "FLAC"), None, "FLAC PCM_16 16000 Hz 1ch"),
    "music.mp3": (lambda: written(LOUD_44, "MP3"), None, "MP3 MPEG_LAYER_III 44100 Hz 1ch"),
    "voice.ogg": (lambda: written(SAID, "OGG", "VORBIS"), None, "OGG VORBIS 16000 Hz 1ch"),
    "flac-by-content.wav": (lambda: written(SAID, "FLAC"), None, "FLAC PCM_16 16000 Hz 1ch"),
    "dialogic.vox": (lambda: as_vox(AT_8), 8000, "VOX VOX_ADPCM 8000 Hz 1ch"),
    "dialogic6.vox": (lambda: as_vox(SAID.at_rate(6000)), 6000, "VOX VOX_ADPCM 6000 Hz 1ch"),
    "phone.gsm": (lambda: written(AT_8, "RAW", "GSM610"), None, "GSM GSM610 8000 Hz 1ch"),
    "raw.alaw": (AT_8.alaw, None, "RAW ALAW 8000 Hz 1ch"),
    "windows.wma": (lambda: by_ffmpeg(LOUD_44, "asf", "wmav2"), None, "WMA WMAV2 44100 Hz 1ch"),
    "phone.m4a": (lambda: by_ffmpeg(LOUD_44, "mp4", "aac"), None, "M4A AAC 44100 Hz 1ch"),
}  # fmt: skip


@pytest.mark.parametrize("name", UPLOADS)
def test_every_format_is_heard_and_comes_out_the_same(name: str) -> None:
    make, rate, said = UPLOADS[name]
    made = convert(make(), name, vox_rate=rate)
    assert str(made.format) == said
    assert likeness(of_alaw(made.alaw).samples, AT_8.samples) > 0.93
    assert made.lufs_after == pytest.approx(-23, abs=0.6)
    assert made.peak_after_db <= -2.9
    assert made.seconds == pytest.approx(3.1, abs=0.15)


def test_loud_and_quiet_recordings_come_out_equally_loud() -> None:
    heard = [convert(written(speech(level=level)), "a.wav") for level in (0.01, 0.1, 0.9)]
    assert max(one.lufs_before for one in heard) - min(one.lufs_before for one in heard) > 35
    assert max(one.lufs_after for one in heard) - min(one.lufs_after for one in heard) < 0.5


def test_a_recording_with_one_click_is_turned_down_rather_than_clipped() -> None:
    said = speech(level=0.02)
    said.samples[20_000:20_003] = 0.9
    made = convert(written(said), "click.wav")
    assert made.peak_after_db == pytest.approx(-3, abs=0.3)


def test_silence_at_both_ends_is_cut_to_a_breath() -> None:
    made = convert(written(speech(seconds=2, quiet=1.5)), "a.wav")
    assert made.seconds_before == pytest.approx(5)
    levels = np.abs(of_alaw(made.alaw).samples)
    loud = np.flatnonzero(levels > levels.max() * 0.05)
    assert 0.05 <= loud[0] / 8000 <= 0.1
    assert 0.05 <= (len(levels) - loud[-1]) / 8000 <= 0.15


def test_silence_is_added_where_somebody_cut_into_the_word() -> None:
    tight = Sound(np.tile(np.sin(np.arange(800) / 4).astype(np.float32) * 0.3, 10), 8000)
    assert convert(written(tight), "a.wav").seconds == pytest.approx(tight.seconds + 0.15, abs=0.01)


def test_channels_that_cancel_each_other_out_are_still_heard() -> None:
    file = io.BytesIO()
    soundfile.write(file, np.stack([SAID.samples, -SAID.samples], axis=1), SAID.rate, format="WAV")
    assert likeness(of_alaw(convert(file.getvalue(), "a.wav").alaw).samples, AT_8.samples) > 0.93


def test_the_mu_law_form_sounds_the_same() -> None:
    made = convert(written(SAID), "a.wav")
    assert made.ulaw == ulaw(made.alaw)
    heard = g711.decode_ulaw(made.ulaw).astype(np.float32)
    assert likeness(heard, of_alaw(made.alaw).samples) > 0.995


def refused(data: bytes, name: str = "a.wav", **more: int) -> Reason:
    with pytest.raises(Refused) as caught:
        convert(data, name, **more)
    assert len(caught.value.said.zh) > 5
    assert caught.value.said.en.endswith((".", ")"))
    assert "{" not in caught.value.said.zh + caught.value.said.en
    return caught.value.reason


def test_what_is_no_recording_is_refused() -> None:
    assert refused(b"") is Reason.EMPTY
    assert refused(b"\x89PNG\r\n\x1a\n" + bytes(100)) is Reason.NOT_AUDIO
    assert refused(b"PK\x03\x04" + bytes(100)) is Reason.NOT_AUDIO
    assert refused("您好".encode(), "a.txt") is Reason.NOT_AUDIO


def test_a_name_that_promises_what_the_content_does_not_hold_is_refused() -> None:
    assert refused(bytes(range(256)) * 10, "a.wav") is Reason.NO_HEADER
    assert refused(bytes(range(256)) * 10, "a.mp3") is Reason.NO_HEADER
    assert refused(bytes(330), "a.gsm") is Reason.NO_HEADER


def test_a_file_that_was_cut_off_is_refused() -> None:
    assert refused(written(SAID)[:-20_000]) is Reason.TRUNCATED
    assert refused(written(SAID, "FLAC")[:-20_000], "a.flac") in (Reason.TRUNCATED, Reason.BROKEN)
    assert refused(by_ffmpeg(LOUD_44, "asf", "wmav2")[:12_000], "a.wma") in (Reason.TRUNCATED, Reason.BROKEN)
    assert refused(written(SAID)[:44]) is Reason.EMPTY


def test_what_cannot_be_heard_is_refused() -> None:
    assert refused(written(Sound(np.zeros(16_000, np.float32), 8000))) is Reason.SILENT
    assert refused(written(speech(level=0.002))) is Reason.SILENT
    assert refused(written(Sound(SAID.samples[:1000], 16_000))) is Reason.TOO_SHORT


def test_a_clipped_recording_is_refused_and_a_merely_loud_one_is_not() -> None:
    loud = np.clip(SAID.samples * 9, -1, 1)
    assert refused(written(Sound(loud, 16_000))) is Reason.CLIPPED
    convert(written(speech(level=0.9999)), "loud.wav")


def test_samples_that_are_no_numbers_are_refused() -> None:
    for value in (np.nan, np.inf):
        samples = SAID.samples.copy()
        samples[100] = value
        assert refused(written(Sound(samples, 16_000), "WAV", "FLOAT")) is Reason.NOT_NUMBERS


def test_what_is_too_long_or_too_large_is_refused() -> None:
    long = Sound(np.tile(speech(rate=8000).samples, 101), 8000)
    assert refused(written(long, "WAV", "ULAW")) is Reason.TOO_LONG
    assert refused(bytes(20 * 1024 * 1024 + 1)) is Reason.TOO_LARGE


def test_a_header_that_lies_costs_nothing() -> None:
    honest = bytearray(written(SAID))
    odd = bytearray(honest)
    odd[24:28] = struct.pack("<I", 2_000_000_000)
    assert refused(bytes(odd)) in (Reason.ODD_HEADER, Reason.BROKEN)
    odd = bytearray(honest)
    odd[22:24] = struct.pack("<H", 40_000)
    assert refused(bytes(odd)) in (Reason.ODD_HEADER, Reason.BROKEN)
    odd = bytearray(honest)
    odd[40:44] = struct.pack("<I", 0x7FFF0000 - 64)
    assert refused(bytes(odd)) is Reason.TRUNCATED


def test_vox_needs_to_be_told_its_rate() -> None:
    assert refused(as_vox(AT_8), "a.vox") is Reason.RATE_MISSING
    assert refused(as_vox(AT_8), "a.vox", vox_rate=44_100) is Reason.RATE_MISSING


@given(st.sampled_from([written(AT_8), written(AT_8, "FLAC"), written(AT_8, "OGG", "VORBIS")]), st.data())
def test_damaged_files_are_taken_or_refused_but_never_crash(file: bytes, data: st.DataObject) -> None:
    damaged = bytearray(file)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, min(200, len(file) - 1)))] = data.draw(st.integers(0, 255))
    try:
        made = convert(
            bytes(damaged[: data.draw(st.integers(1, len(file)))]),
            data.draw(st.sampled_from(["a.wav", "a.gsm", "a.vox"])),
            vox_rate=8000,
        )
    except Refused:
        return
    assert isinstance(made, Converted)
    assert made.alaw
