"""What lies on disk and what is uploaded: recordings are ours alone, small files cannot become gigabytes."""

import io
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile

from careline.links.calls.media_recording import Recorder
from careline.prompts import reading
from careline.prompts.refusing import Reason, Refused
from careline.prompts.voices.espeak import Espeak


def test_what_was_said_on_a_call_is_read_by_nobody_else_on_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "2026-11-22" / "contact.wav"
    with ThreadPoolExecutor(1) as writer:
        recorder = Recorder(path, writer)
        recorder.advance(10)
        recorder.close().result(20)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("channels", [1, 8])
def test_a_small_file_that_holds_gigabytes_of_silence_is_refused_before_they_are_there(channels: int) -> None:
    rate, seconds = (192_000, 190) if channels == 1 else (48_000, 90)
    block = np.zeros((rate, channels), np.int16)
    with io.BytesIO() as file:
        with soundfile.SoundFile(file, "w", rate, channels, format="FLAC", subtype="PCM_16") as writer:
            for _ in range(seconds):
                writer.write(block)
        data = file.getvalue()
    assert len(data) < 2_000_000
    with pytest.raises(Refused) as refused:
        reading.read(data, "prompt.flac")
    assert refused.value.reason is Reason.TOO_MUCH
    assert "48 kHz" in refused.value.said.en


def test_an_hour_of_stereo_is_refused_for_its_length_as_before() -> None:
    silence = np.zeros((8000 * 301, 1), np.int16)
    with io.BytesIO() as file:
        soundfile.write(file, silence, 8000, format="FLAC", subtype="PCM_16")
        with pytest.raises(Refused) as refused:
            reading.read(file.getvalue(), "prompt.flac")
    assert refused.value.reason is Reason.TOO_LONG


@pytest.mark.peer
def test_what_looks_like_phonemes_or_an_option_is_said_as_words() -> None:
    voice = Espeak()
    if missing := voice.missing():
        pytest.skip(missing)

    def said(text: str) -> bytes:
        return voice.speak(text, "en", slow=False).samples.tobytes()

    assert said("[[k'eIk]]") == said("  k'eIk  ")
    assert len(said("-f /etc/passwd -w /tmp/x")) > 0
    assert not Path("/tmp/x").exists()
