"""Any text can be said: the right fragments in the right order, at once, and never silence."""

import io
import threading
import time
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from careline.prompts import clips as naming
from careline.prompts.sound import of_alaw
from careline.prompts.speaker import Speaker
from careline.prompts.voices import NoSuchVoice, chosen, missing
from careline.prompts.voices.espeak import Espeak
from tests.prompts.speech import likeness
from tests.prompts.voices_of_tests import Whistle


@pytest.fixture
def voice() -> Whistle:
    return Whistle()


@pytest.fixture
def speaker(tmp_path: Path, voice: Whistle) -> Speaker:
    return Speaker(tmp_path, voice)


def test_an_amount_is_exactly_its_fragments_in_order(speaker: Speaker) -> None:
    said = speaker.clips("您的余额是12.50元。", "zh")
    expected = [speaker.render(text, "zh") for text in ("您的余额是", "十二", "元", "五", "角")]
    assert [clip.id for clip in said[:-1]] == [clip.id for clip in expected]
    assert said[-1].id == naming.quiet(400)
    joined = b"".join(clip.path.read_bytes() for clip in said)
    place = 0
    for clip in expected:
        alone = of_alaw(clip.path.read_bytes()).samples
        heard = of_alaw(joined[place : place + len(alone)]).samples
        assert likeness(alone, heard) > 0.999
        others = [of_alaw(one.path.read_bytes()).samples for one in expected if one.id != clip.id]
        assert max(likeness(other, heard) for other in others) < 0.7
        place += len(alone)


def test_what_was_said_once_is_not_synthesised_again(speaker: Speaker, voice: Whistle, tmp_path: Path) -> None:
    speaker.clips("余额12元", "zh")
    made = len(voice.spoken)
    speaker.clips("余额12元", "zh")
    speaker.clips("12元余额", "zh")
    assert len(voice.spoken) == made
    again = Whistle()
    assert Speaker(tmp_path, again).clips("余额12元", "zh") == speaker.clips("余额12元", "zh")
    assert again.spoken == []


def test_the_slow_pace_and_the_other_language_are_clips_of_their_own(speaker: Speaker) -> None:
    plain = speaker.clips("12", "zh")
    assert speaker.clips("12", "zh", slow=True) != plain
    assert speaker.clips("12", "en") != plain


def test_words_of_the_other_language_are_spoken_in_it(speaker: Speaker, voice: Whistle) -> None:
    speaker.clips("手机QQ", "zh")
    assert {("手机", "zh", False), ("QQ", "en", False)} <= set(voice.spoken)


def test_a_phrase_that_was_learnt_is_one_clip(speaker: Speaker) -> None:
    assert len(speaker.clips("没有办理，没有收费", "zh")) == 3
    speaker.learn({"zh": ["没有办理，没有收费"]})
    assert len(speaker.clips("没有办理，没有收费", "zh")) == 1


def test_a_voice_that_fails_is_answered_by_a_sentence_made_beforehand(speaker: Speaker, voice: Whistle) -> None:
    speaker.clips("您好", "zh")
    voice.fails = True
    for language in ("zh", "en"):
        said = speaker.clips("从来没说过的话 never said before", language)
        assert [clip.id for clip in said] == [speaker.fallback(language).id]
        assert said[0].seconds > 2
        assert np.abs(of_alaw(said[0].path.read_bytes()).samples).max() > 0.1
    voice.fails = False
    assert len(speaker.clips("从来没说过的话", "zh")) == 1
    assert speaker.clips("从来没说过的话", "zh") != [speaker.fallback("zh")]


def test_a_voice_that_hangs_does_not_hold_the_caller(tmp_path: Path, voice: Whistle) -> None:
    speaker = Speaker(tmp_path, voice, patience_seconds=0.05)
    speaker.clips("好", "zh")
    voice.waits = threading.Event()
    began = time.monotonic()
    said = speaker.clips("慢慢说", "zh")
    assert time.monotonic() - began < 15, "the voice hangs for 20"
    assert said == [speaker.fallback("zh")]
    voice.waits.set()
    speaker.close()


def test_many_callers_at_once_have_each_clip_made_once(speaker: Speaker, voice: Whistle) -> None:
    speaker.clips("前奏", "zh")
    before = len(voice.spoken)
    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(lambda _: speaker.clips("大家一起听，35元", "zh"), range(24)))
    assert all(one == heard[0] for one in heard)
    assert len(voice.spoken) - before == len(set(voice.spoken[before:]))


def test_the_wav_is_what_browsers_play(speaker: Speaker) -> None:
    clips = speaker.clips("余额12.50元", "zh")
    with wave.open(io.BytesIO(speaker.wav("余额12.50元", "zh"))) as heard:
        assert (heard.getframerate(), heard.getsampwidth(), heard.getnchannels()) == (8000, 2, 1)
        assert heard.getnframes() == round(sum(clip.seconds for clip in clips) * 8000)


def test_clips_are_close_cut_and_of_one_loudness(speaker: Speaker) -> None:
    heard = [of_alaw(speaker.render(text, "zh").path.read_bytes()) for text in ("十二", "元", "余额")]
    assert {round(one.seconds, 2) for one in heard} == {0.36}  # 300 ms of tones, 60 of silence
    assert max(one.peak_db for one in heard) <= -2.9


def test_an_answer_of_rendered_clips_takes_less_than_a_millisecond_or_so(speaker: Speaker) -> None:
    text = "已办好移动数据流量套餐20元（20.00元/月），下月1日生效。扣费20.00元，余额{n}.20元。"
    for n in range(100):
        speaker.clips(f"{n}", "zh")
    speaker.clips(text.format(n=1), "zh")
    costs = []
    for n in range(1, 60):
        began = time.thread_time()
        speaker.clips(text.format(n=n), "zh")
        costs.append(time.thread_time() - began)
    assert sorted(costs)[len(costs) // 2] < 0.003  # 0.7 ms on an idle core; others work here too


def test_a_voice_that_nobody_knows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_VOICE", "siri")
    assert "siri" in (missing() or "")
    with pytest.raises(NoSuchVoice):
        chosen()


def test_a_missing_program_is_said_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "apt-get install -y espeak-ng" in (missing("espeak") or "")
    said = Speaker(tmp_path / "clips", Espeak()).clips("您好", "zh")
    assert len(said) == 1
    assert said[0].seconds > 2


@pytest.mark.peer("espeak-ng")
def test_espeak_says_both_languages_at_two_paces_and_one_loudness(tmp_path: Path) -> None:
    speaker = Speaker(tmp_path, Espeak())
    for text, language in (
        ("请稍候，正在为您查询话费余额", "zh"),
        ("One moment, we are looking up your balance", "en"),
    ):
        plain, slow = (speaker.clips(text, language, slow=pace) for pace in (False, True))
        seconds = [sum(clip.seconds for clip in said) for said in (plain, slow)]
        assert 1.5 < seconds[0] < seconds[1] * 0.9
        heard = of_alaw(b"".join(clip.path.read_bytes() for clip in plain))
        assert heard.loudness() == pytest.approx(-23, abs=3)


@pytest.mark.peer("espeak-ng")
def test_nothing_in_a_text_is_an_option_of_the_program(tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    speaker = Speaker(tmp_path / "clips", Espeak())
    assert speaker.clips(f"-w {out} --version", "en")
    assert not out.exists()
