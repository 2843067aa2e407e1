"""The texts that the dialogue says are in the packs, in both languages, and use only the placeholders they are given."""

import string
from dataclasses import replace

import pytest

from careline.dialogue import engine
from careline.dialogue.talk import Heard, Job, Telling
from careline.dialogue.words import WORDS
from careline.values.cause import Cause
from careline.values.language import LANGUAGES, Text
from careline.values.outcome import Outcome
from tests.dialogue.building import BOOK, NOON, WANG, Handset, real_book, small_book


@pytest.mark.parametrize("key", sorted(WORDS))
def test_every_text_is_written_and_names_only_what_it_is_given(key: str) -> None:
    text = real_book().words[key]
    for language in LANGUAGES:
        said = text.read(language)
        assert said.strip()
        named = {field for _, field, _, _ in string.Formatter().parse(said) if field is not None}
        assert named <= WORDS[key], language


def job(**changes: object) -> Job:
    handset = Handset()
    handset.say("KTLDXS")
    return replace(handset.jobs[0], **changes)  # type: ignore[arg-type]


def conclude(telling: Telling, words: dict[str, str], own: dict[str, str] | None = None) -> tuple[str, str]:
    book = small_book(words={key: Text(value, value) for key, value in words.items()})
    done = job()
    if own:
        done = replace(done, service=replace(done.service, words={k: Text(v, v) for k, v in own.items()}))
    reply = engine.conclude({}, done, telling, book, WANG, NOON)
    return reply.words.key, reply.words.text


def test_the_most_special_text_is_said() -> None:
    words = {
        "plain.subscribe.done": "of the behaviour",
        "any.subscribe.done": "of the verb",
        "any.done": "of the end",
        "error.not_on": "of the cause",
    }
    done = Telling(Outcome.DONE, "done")
    assert conclude(done, words, {"subscribe.done": "its own"})[1] == "its own"
    assert conclude(done, words) == ("plain.subscribe.done", "of the behaviour")
    del words["plain.subscribe.done"]
    assert conclude(done, words) == ("any.subscribe.done", "of the verb")
    del words["any.subscribe.done"]
    assert conclude(done, words) == ("any.done", "of the end")
    assert conclude(Telling(Outcome.REFUSED, "not_on", Cause.NOT_ON), words) == ("error.not_on", "of the cause")


def test_a_missing_text_is_said_plainly_and_marked() -> None:
    reply = engine.conclude(
        {}, job(), Telling(Outcome.DONE, "done", values={"service": "来电显示"}), small_book(words={}), WANG, NOON
    )
    assert reply.words.text == "来电显示"
    assert reply.steps[0].rule == "missing_text"


@pytest.mark.parametrize("template", ["{service", "{service.name.x}", "{0}", "}", "{service!z}", "{unknown}好", ""])
def test_a_broken_template_still_says_something(template: str) -> None:
    _, text = conclude(Telling(Outcome.DONE, "done", values={"service": "来电显示"}), {"any.done": template})
    assert text.strip()


def test_values_are_said_in_the_subscribers_language() -> None:
    telling = Telling(Outcome.DONE, "done", values={"service": Text("来电显示", "Caller ID")})
    english = replace(WANG, language="en")
    reply = engine.conclude({}, job(), telling, BOOK, english, NOON)
    assert reply.words.text == "Caller ID is on"


def test_numbers_among_the_values_are_masked() -> None:
    telling = Telling(Outcome.DONE, "done", values={"service": WANG.msisdn})
    assert "139****0001" in engine.conclude({}, job(), telling, BOOK, WANG, NOON).words.text


def test_render_never_raises() -> None:
    for language in ("zh", "en", "xx", ""):
        assert engine.render(BOOK, "no.such.text", {}, language)
        assert engine.render(real_book(), "talk.choose", {}, language)


def test_an_answer_says_how_to_reach_it_again() -> None:
    reply = engine.conclude({}, job(), Telling(Outcome.DONE, "done"), BOOK, WANG, NOON)
    assert reply.state["last"] == [reply.words.key, reply.words.text]
    turn = engine.advance(reply.state, Heard("重复", "b"), BOOK, WANG, NOON)
    assert turn.reply == reply.words
