"""The neural voice: what it lacks is said, and only the archive that we know is taken."""

from pathlib import Path

import pytest

from careline import settings
from careline.prompts.voices import VoiceFails, chosen
from careline.prompts.voices import kokoro as kokoro_voice
from careline.prompts.voices._kokoro_signs import NUMBERS, english
from careline.prompts.voices.kokoro import Kokoro, fetch_styles


def test_a_voice_is_named_with_its_companion_for_the_other_language() -> None:
    assert chosen("kokoro").name == "kokoro:zf_xiaoxiao+af_heart"
    assert chosen("kokoro:zm_yunxi").name == "kokoro:zm_yunxi+am_michael"
    assert chosen("kokoro:zf_xiaobei+bf_emma").name == "kokoro:zf_xiaobei+bf_emma"


def test_what_is_missing_is_said_before_anything_is_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HOME", tmp_path)
    voice = Kokoro()
    wanting = voice.missing()
    assert wanting is not None
    assert "fetch-voice" in wanting
    with pytest.raises(VoiceFails, match="fetch-voice"):
        voice.speak("您好", "zh", slow=False)


def test_another_archive_is_not_taken(tmp_path: Path) -> None:
    archive = tmp_path / "voices.tgz"
    archive.write_bytes(b"something else")
    with pytest.raises(VoiceFails, match="SHA-256"):
        fetch_styles(archive)


def test_the_name_of_a_voice_cannot_leave_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HOME", tmp_path)
    assert kokoro_voice._style_file("../../etc/passwd").parent == tmp_path / "voices"


def test_phonemes_of_espeak_are_written_in_signs_that_the_model_knows() -> None:
    assert english("jʊɹ bˈæləns ɪz tˈaɪm, oʊvɚ dʒˈuːlaɪ tʃeɪndʒ\n") == "jʊɹ bˈæləns ɪz tˈIm, Ovəɹ ʤˈulI ʧAnʤ"
    assert set(english("jʊɹ bˈæləns ɪz tˈaɪm, oʊvɚ dʒˈuːlaɪ")) <= NUMBERS.keys()
    assert len(set(NUMBERS.values())) == len(NUMBERS) == 115 - 1
