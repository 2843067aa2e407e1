"""The texts that customers read: complete, in both languages, short, plain, and each kind of error with words of its own."""

import itertools
import re

import pytest

from careline.catalogue.samples import fill, placeholders
from careline.dialogue.words import UNSAID, WORDS
from careline.protocols.smstext import count_parts
from careline.values.cause import Cause
from careline.values.language import LANGUAGES, Text
from tests.behaviours.counter import behaviours, book
from tests.behaviours.punctuation import half_width

OURS = {*behaviours(), "any", "case", "error", "late", "notice", "talk"}
TEXTS = {key: text for key, text in book().words.items() if key.split(".")[0] in OURS}
ERRORS = {key: text for key, text in TEXTS.items() if key.startswith("error.")}
NOTHING: dict[str, Text] = {}


def test_the_dialogue_finds_every_text_it_may_say() -> None:
    assert not WORDS.keys() - TEXTS.keys()


@pytest.mark.parametrize("key", sorted(WORDS))
def test_the_dialogue_s_texts_name_only_what_it_gives(key: str) -> None:
    for language in LANGUAGES:
        assert placeholders(TEXTS[key].read(language)) <= WORDS[key]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_errors_are_told_in_the_same_words(language: str) -> None:
    told = {key: fill(text.read(language), language) for key, text in ERRORS.items()}
    assert len(told) > 40
    for (one, first), (other, second) in itertools.combinations(told.items(), 2):
        assert first != second, f"{one} and {other} read the same"


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_that_somebody_is_told_has_words_and_no_other(cause: Cause) -> None:
    assert (f"error.{cause.value}" in TEXTS) is (cause not in UNSAID)


def test_system_faults_never_sound_like_the_customer_s_mistake() -> None:
    for key in ("error.carrier_fault", "error.carrier_busy", "error.carrier_silent", "error.hall_fault"):
        assert not re.search("您.{0,4}(写错|不对|有误)", TEXTS[key].zh)


def test_every_end_of_every_behaviour_has_words() -> None:
    for name, behaviour in behaviours().items():
        for tail in behaviour.words:
            end = tail.partition(".")[2]
            keys = (f"{name}.{tail}", f"any.{tail}", f"any.{end}", f"error.{end}")
            assert any(key in TEXTS for key in keys), f"{name}.{tail}"


def test_no_text_is_written_in_vain() -> None:
    """A text of a behaviour that it never says is a slip of a key."""
    said = {f"{name}.{tail}" for name, behaviour in behaviours().items() for tail in behaviour.words}
    written = {key for key in TEXTS if key.split(".")[0] in behaviours()}
    assert not written - said


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_both_languages_say_the_same_things(key: str) -> None:
    text = TEXTS[key]
    assert text.zh.strip()
    assert text.en.strip()
    if key not in ("talk.help", "talk.help_own"):
        assert placeholders(text.zh) == placeholders(text.en)


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_a_text_is_short_plain_and_polite(key: str) -> None:
    text = TEXTS[key]
    for language in LANGUAGES:
        assert count_parts(fill(text.read(language), language)) <= 3
    assert "你" not in text.zh, "您, never 你"
    assert not half_width(text.zh), "Chinese has punctuation of its own"
    assert not re.search("用户|受理|鉴权|订购关系|故障代码", text.zh.replace("不是我们的用户", ""))
    # A closing line that invites calls is for the catalogue of notices to decide (NTF-02).
    assert not re.search("如有疑问|有问题请(致电|拨打)", text.zh)
    assert re.fullmatch(r"[A-Za-z0-9 .,:;?!'\"()/\-\n{}_%]*", text.en), "English keeps to the GSM alphabet"


@pytest.mark.parametrize(
    "cause",
    [
        Cause.NOT_ENOUGH_MONEY,
        Cause.EXCLUDED,
        Cause.CLOSED,
        Cause.FROZEN,
        Cause.ROAMING,
        Cause.CARRIER_FAULT,
        Cause.CARRIER_BUSY,
        Cause.NO_ANSWER,
        Cause.HALL_FAULT,
    ],
)
def test_who_was_not_served_hears_that_nothing_was_charged(cause: Cause) -> None:
    text = TEXTS[f"error.{cause.value}"]
    assert "没有收费" in text.zh
    assert "charged" in text.en


def test_an_unknown_result_promises_news_and_asks_for_patience() -> None:
    text = TEXTS["error.carrier_silent"]
    assert "不要重复发送" in text.zh
    assert "短信告诉您" in text.zh
