"""What an ear makes of sounds: the right prompts in their order, parts of them, errors, and bad sound."""

from pathlib import Path

import numpy as np
import pytest

from careline.probes.listening import hearing
from careline.probes.listening.ears import Ear, cause_of
from careline.probes.listening.hearing import Follower, Trace, quality
from careline.prompts.phrases import phrases
from careline.prompts.speaker import Speaker
from careline.values.cause import Cause
from tests.calls.hotline import Tones
from tests.sms.street import the_book


def noise(seed: int, seconds: float = 0.5) -> hearing.Samples:
    """Something like speech as far as correlation goes: nothing else is like it."""
    made = np.random.default_rng(seed).normal(0, 0.08, int(seconds * 8000))
    return made.astype(np.float32)


def follow(sound: hearing.Samples, *clips: hearing.Samples) -> Follower:
    follower = Follower([Trace(str(number), clip) for number, clip in enumerate(clips)])
    follower.give_up(sound)
    return follower


def test_clips_are_found_in_their_order_at_another_level_and_with_a_tenth_of_the_packets_lost() -> None:
    one, two = noise(1), noise(2)
    sound = np.concatenate([noise(9, 0.2), one, np.zeros(800, np.float32), two]) * np.float32(0.4)
    for packet in range(0, len(sound) - 160, 1600):
        sound[packet : packet + 160] = 0
    found = follow(sound, one, two)
    assert (found.share, found.in_order) == (1.0, True)
    assert [round(trace.at / 8000, 2) for trace in found.traces] == [0.2, 0.8]


def test_the_wrong_order_is_not_the_text() -> None:
    one, two = noise(1), noise(2)
    assert follow(np.concatenate([two, one]), one, two).share == 0.5


def test_half_a_clip_is_no_clip() -> None:
    one = noise(1, 1.0)
    assert follow(np.concatenate([one[:3200], noise(5, 1.0)]), one).share == 0.0


def test_a_clip_that_comes_twice_is_found_where_it_comes_first() -> None:
    press, one, two = noise(3, 0.2), noise(1), noise(2)
    sound = np.concatenate([press, one, press, two])
    assert follow(sound, press, one, press, two).share == 1.0


def test_a_growing_sound_is_followed_as_it_comes() -> None:
    one, two = noise(1), noise(2)
    sound = np.concatenate([one, two])
    follower = Follower([Trace("1", one), Trace("2", two)])
    assert [follower.take(sound[:end]) for end in range(800, len(sound) + 1, 800)] == [False] * 9 + [True]


@pytest.mark.parametrize(
    ("sound", "complaints"),
    [
        (np.zeros(8000, np.float32), ("silent",)),
        (noise(1, 2.0) * np.float32(0.1), ("too_quiet",)),
        (np.clip(noise(1, 2.0) * 40, -1, 1), ("too_loud", "clipped")),
        (noise(1, 2.0), ()),
    ],
)
def test_bad_sound_is_complained_of(sound: hearing.Samples, complaints: tuple[str, ...]) -> None:
    assert quality(sound).complaints == complaints


@pytest.fixture(scope="module")
def ear(tmp_path_factory: pytest.TempPathFactory) -> Ear:
    speaker = Speaker(tmp_path_factory.mktemp("prompts"), Tones())
    speaker.learn(phrases(the_book()))  # as published texts are rendered: each fixed stretch is a clip of its own
    return Ear(the_book(), speaker)


def said(ear: Ear, text: str) -> hearing.Samples:
    assert ear.speaker is not None
    clips = [hearing.clip_of(Path(clip.path)) for clip in ear.speaker.clips(text, "zh")]
    return np.concatenate([np.zeros(400, np.float32), *clips, np.zeros(400, np.float32)])


@pytest.mark.parametrize(
    ("key", "cause", "kind"),
    [
        ("carrier_fault", Cause.CARRIER_FAULT, "system"),
        ("carrier_busy", Cause.CARRIER_BUSY, "system"),
        ("not_enough_money", Cause.NOT_ENOUGH_MONEY, "business"),
        ("wrong_reply", Cause.UNKNOWN_WORDS, "operation"),
    ],
)
def test_an_error_prompt_tells_the_cause(ear: Ear, key: str, cause: Cause, kind: str) -> None:
    text = the_book().words[f"voice.error.{key}"].zh.replace("{service}", "来电显示")
    heard, found = ear.error(said(ear, text), "zh")
    assert (heard, found, cause.kind) == (key, cause, kind)


def test_what_is_no_error_has_no_cause(ear: Ear) -> None:
    assert ear.error(said(ear, the_book().words["voice.talk.goodbye"].zh), "zh") == ("", None)


def test_every_error_prompt_has_a_cause_of_the_one_taxonomy() -> None:
    assert cause_of("silence_goodbye", "operation") is Cause.NO_ANSWER
    assert cause_of("call.fault", "system") is Cause.HALL_FAULT
    assert cause_of("password_check.wrong_password", "operation") is Cause.WRONG_PASSWORD
