"""The story of a message in words: nothing that is recorded is left to be read as an id."""

import re
from pathlib import Path

import pytest

import careline.dialogue
from careline.hall import explaining, plain_words, retelling
from careline.outbox.models import Message
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.outcome import Outcome
from tests.halls import Hall, the_book

SAID = (
    "CXYE",
    "查余额",
    "0000",
    "开通来电显示",
    "是",
    "QXHJZ",
    "1",
    "否",
    "帮助",
    "完全看不懂",
    "好" * 600,
    "BLHJZY#12",
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_step_of_a_conversation_is_a_sentence(hall: Hall, language: str) -> None:
    customer = hall.fresh("T5", "gotone")
    for text in SAID:
        told = explaining.explain(hall.say(customer, text).turn)
        assert told is not None
        for step in told.steps:
            sentence = retelling.sentence(step, the_book(), language)
            assert not re.search(r"[a-z]_[a-z]|=|[{}]", sentence), sentence
            assert bool(re.search("[\u4e00-\u9fff]", sentence.replace(told.said, ""))) or language == "en", sentence


def test_every_rule_that_the_dialogue_traces_has_words() -> None:
    folder = Path(careline.dialogue.__file__).parent
    traced = set()
    for file in folder.glob("*.py"):
        text = file.read_text()
        traced |= set(re.findall(r'(?:trace|Step)\("([a-z_]+)"', text))
        traced |= set(re.findall(r'Meaning\("[a-z_]+", "([a-z_]+)"', text))
    assert len(traced) > 12
    for rule in traced:
        assert not retelling.sentence({"rule": rule}, the_book(), "en").startswith(rule), rule


def test_every_end_cause_and_state_of_delivery_has_words() -> None:
    assert {one.value for one in Outcome} <= plain_words.OUTCOMES.keys()
    assert {one.value for one in Cause} == plain_words.CAUSES.keys()
    assert set(Message.State.values) == plain_words.DELIVERY.keys()


def test_all_words_are_in_both_languages() -> None:
    for name, words in vars(plain_words).items():
        for key, text in words.items() if name.isupper() else ():
            assert isinstance(text, Text)
            assert re.search("[\u4e00-\u9fff]", text.zh), key
            assert not re.search("[\u4e00-\u9fff]", text.en), key


def test_an_open_attempt_waits_for_whom_it_waits_for(hall: Hall) -> None:
    customer = hall.fresh("T5", "gotone")
    told = explaining.explain(hall.say(customer, "开通来电显示").turn)
    assert told is not None
    assert told.attempt is not None
    assert retelling.outcome(told.attempt.outcome, "zh") == "正在等用户答复"


def test_values_are_told_with_their_labels_and_numbers_masked(hall: Hall) -> None:
    customer = hall.fresh("T5", "gotone")
    told = explaining.explain(hall.say(customer, "BLHJZY+13900000002").turn)
    assert told is not None
    assert told.attempt is not None
    ((label, value),) = retelling.values_of(the_book(), told.attempt, "zh")
    assert "号码" in label
    assert value == "139****0002"
    assert retelling.meant(the_book(), told.attempt.service, told.attempt.verb, "zh") == "开通呼叫转移"
