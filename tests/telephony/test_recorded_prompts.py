"""Our own prompts at other people's servers: each fetches the clips that hold its words."""

import io
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy
import pytest
from django.test import Client

from careline.channels.telephony import speech
from careline.channels.telephony.accounts import MediaAccount
from careline.channels.telephony.models import Session
from careline.channels.telephony.verbs import Say, read
from careline.prompts.sound import Sound
from careline.prompts.speaker import Speaker
from careline.prompts.voices import VoiceFails
from tests.halls import Hall

from .browser import Browser
from .conftest import NAMES
from .players import Player

Dials = Callable[..., Player]


class Humming:
    """A voice that is quickly there: each text another tone."""

    name = "humming"
    dumb = False

    def missing(self) -> str | None:
        return None

    def speak(self, text: str, language: str, *, slow: bool) -> Sound:
        if self.dumb:
            raise VoiceFails("no breath")
        time = numpy.arange(4000) / 8000
        return Sound((0.3 * numpy.sin(2 * numpy.pi * (300 + len(text)) * time)).astype(numpy.float32), 8000)


@pytest.fixture
def recorded(doors: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Speaker]:
    for dialect in NAMES:
        doors(dialect, speech="recorded")
    speaker = Speaker(tmp_path, Humming(), patience_seconds=60)
    monkeypatch.setattr(speech, "speaker", lambda: speaker)
    monkeypatch.setattr(speech, "folder", lambda: speaker.folder)
    yield speaker
    speaker.close()


def test_the_clips_that_a_document_names_are_the_words(call: Dials, recorded: Speaker) -> None:
    line = call()
    line.press("1")
    assert line.played
    joined = b""
    for url in line.played:
        response = Client().get(url.removeprefix("http://testserver"))
        assert response.status_code == 200
        assert "max-age=31536000" in response.headers["Cache-Control"]
        with wave.open(io.BytesIO(response.content)) as file:
            assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)
            joined += file.readframes(file.getnframes())
    [say] = [verb for verb in read(Session.objects.get().said) if isinstance(verb, Say)]
    with wave.open(io.BytesIO(recorded.wav(say.text, say.language))) as file:
        assert joined == file.readframes(file.getnframes())


def test_a_clip_s_address_cannot_be_made_from_its_words(recorded: Speaker) -> None:
    [clip, *_] = recorded.clips("您的余额是三十五元。", "zh")
    assert speech.folder().find(clip.id)
    assert Client().get(f"/telephony/audio/{clip.id}.wav").status_code == 404


def test_a_server_that_speaks_for_itself_gets_the_text(doors: Callable[..., None], call: Dials) -> None:
    line = call()
    assert line.heard
    assert not line.played


def test_voicexml_says_the_text_where_a_clip_cannot_be_fetched(
    doors: Callable[..., None], recorded: Speaker, hall: Hall
) -> None:
    browser = Browser(f"+{hall.fresh().digits}")
    browser.dial()
    assert browser.played
    assert browser.document is not None
    [first, *others] = browser.document.iter("{http://www.w3.org/2001/vxml}audio")
    assert "10086" in (first.text or "")
    assert not any(one.text for one in others)  # else it would be said twice


def test_words_that_cannot_be_made_are_said_by_the_server_itself(
    call: Dials, recorded: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorded.voice, "dumb", True)
    line = call()
    assert not line.played
    assert "10086" in line.heard


def test_asterisk_which_has_no_voice_hears_that_something_is_wrong(
    recorded: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorded.voice, "dumb", True)
    pbx = MediaAccount(name="pbx", dialect="agi", secret="s", sounds="/sounds")
    said = speech.voice(pbx)(Say("您好。", "zh"))
    assert said.audio == (recorded.fallback("zh").id,)
