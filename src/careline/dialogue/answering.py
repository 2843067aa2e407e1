"""Replies to the open question; what is no reply to it is left to the other rules."""

import re
from collections.abc import Mapping
from typing import Any

from careline.dialogue.acting import act_on, confirm
from careline.dialogue.asking import ask_which, ask_yes, check_and_proceed, confirm_code, proceed
from careline.dialogue.book import Verb
from careline.dialogue.grammar import Wrong, find_tier, parse
from careline.dialogue.intent import Intent, take_up
from careline.dialogue.menus import show_node
from careline.dialogue.turning import Turning
from careline.dialogue.utterance import spaced
from careline.values.cause import Cause
from careline.values.outcome import Outcome

_ORDINAL = re.compile(r"第?([0-9]{1,2})[.、)]?(?:个|项|号|条|种)?")
_NUMBERS = re.compile(r"[0-9]{1,2}(?:[ ,，、;；.和#*+]+[0-9]{1,2})*")
_SPLIT = re.compile(r"[#*+ ,，;；、/]+")


def lapse(turning: Turning) -> None:
    """Questions and two-step orders whose time is over are dropped; their attempts ended without an answer."""
    waiting = turning.waiting
    alive = [one for one in waiting if one["until"] > turning.seconds]
    for one in waiting:
        if one not in alive:
            turning.end(one["intent"]["reference"], Outcome.ABANDONED, Cause.NO_ANSWER)
    if len(alive) < len(waiting):
        turning.state["waiting"] = alive
        if not alive:
            turning.state.pop("waiting")
    question = turning.question
    if question is not None and question["until"] <= turning.seconds:
        intent = question.get("intent")
        waits = {one["intent"]["reference"] for one in waiting}
        if intent and intent["begun"] and intent["reference"] not in waits:
            turning.end(intent["reference"], Outcome.ABANDONED, Cause.NO_ANSWER)
        turning.close_question()
        turning.trace("question_lapsed", kind=question["kind"])
    left = turning.state.get("left")
    if left is not None and left["until"] <= turning.seconds:
        turning.state.pop("left")


def answered(turning: Turning, text: str) -> bool:
    """Whether the normalised text answered the open question; then the turn is worked out."""
    question = turning.question
    assert question is not None
    kind = question["kind"]
    if kind == "confirm":
        return _yes_or_no(turning, question, text)
    if kind == "choose":
        return _choice(turning, question, text)
    if kind == "fill":
        return _values(turning, question, text)
    return _picked(turning, question, text)


def _yes_or_no(turning: Turning, question: Mapping[str, Any], text: str) -> bool:
    phrases = turning.lexicon.phrases
    word = spaced(text) or text
    if word not in phrases.yes and word not in phrases.no:
        word = phrases.courteous(word)
    intent = take_up(question["intent"], turning.book)
    if intent is None or word not in phrases.yes | phrases.no:
        return False
    turning.trace("question", asked="confirm", answer="yes" if word in phrases.yes else "no")
    turning.close_question()
    if word in phrases.no:
        decline(turning, intent)
        return True
    confirm(turning, intent)
    return True


def decline(turning: Turning, intent: Intent) -> None:
    turning.drop_waiting(intent.reference)
    turning.recognise(intent, "question")
    if intent.begun:
        turning.end(intent.reference, Outcome.ABANDONED, Cause.DECLINED)
    turning.say("talk.declined", turning.about(intent))


def _choice(turning: Turning, question: Mapping[str, Any], text: str) -> bool:
    options = question["options"]
    found = _ORDINAL.fullmatch(text)
    number = int(found[1]) if found else 0
    intent = take_up(question["intent"], turning.book) if question.get("intent") else None
    if 1 <= number <= len(options):
        turning.trace("question", asked="choose", answer=str(number))
        turning.close_question()
        _take(turning, question, intent, options[number - 1])
        return True
    if intent is not None and question.get("of") == "tier" and text not in turning.chain.exact:
        tier = find_tier(intent.service, text)
        if tier is not None:
            turning.trace("question", asked="choose", answer=tier)
            turning.close_question()
            _take(turning, question, intent, {"value": tier})
            return True
    return False


def _take(turning: Turning, question: Mapping[str, Any], intent: Intent | None, option: Mapping[str, Any]) -> None:
    if intent is None:
        if "node" in option:
            show_node(turning, option["table"], option["node"])
        else:
            act_on(turning, option)  # which is asked back if it changes something
        return
    if question.get("of") == "tier":
        intent.tier = str(option["value"])
        intent.exact = False  # a number chose it, not a published code
    elif "verb" in option:
        intent = _of_option(turning, intent, option)
    else:
        intent.parameters.update({str(k): str(v) for k, v in option.get("parameters", {}).items()})
        intent.parameters.setdefault("picked", str(option.get("value", "")))
    turning.recognise(intent, "question")
    check_and_proceed(turning, intent)


def _of_option(turning: Turning, intent: Intent, option: Mapping[str, Any]) -> Intent:
    """The action that a behaviour's option names; what it takes is known from wherever a code for it is printed."""
    service = turning.book.services[option.get("service") or intent.service.id]
    action = service.actions[Verb(option["verb"])]
    given = {str(k): str(v) for k, v in option.get("parameters", {}).items()}
    printed = (
        code.takes
        for table in turning.book.tables.values()
        for code in table.codes.values()
        if (code.service, code.verb) == (service.id, action.verb) and given.items() <= dict(code.fixed).items()
    )
    return Intent(
        turning.heard.reference,
        service,
        action,
        table=intent.table,
        effect=action.effect,
        parameters=given,
        exact=True,  # what follows (an ID number, an old and a new password) is the yes
        takes=next(printed, ()),
    )


def _values(turning: Turning, question: Mapping[str, Any], text: str) -> bool:
    """Values for what was missing; digits that do not fit are a wrong value, words may be another wish."""
    intent = take_up(question["intent"], turning.book)
    if intent is None:
        return False
    known = {parameter.name: parameter for parameter in intent.action.parameters}
    places = [known[name] for name in question["names"] if name in known]
    if not places:
        return False
    said = turning.heard.text.strip()
    free = len(places) == 1 and places[0].kind in ("words", "service")
    if free and (text in turning.lexicon.phrases.words or text in turning.chain.exact):
        return False
    raw = (said,) if len(places) == 1 else tuple(part for part in _SPLIT.split(text) if part)
    fitting = _fitting(turning, intent, places, raw)
    if not fitting and (text in turning.chain.exact or not _looks_like_values(text)):
        return False
    turning.trace("question", asked="fill", answer="fits" if fitting else "does not fit")
    turning.close_question()
    turning.secret_asked = any(parameter.secret for parameter in places)
    turning.recognise(intent, "question")
    check_and_proceed(turning, intent, raw)
    if intent.parameters or fitting:
        turning.recognise(intent, "question")
    return True


def _fitting(turning: Turning, intent: Intent, places: list[Any], raw: tuple[str, ...]) -> bool:
    if len(raw) != len(places):
        return False
    try:
        for parameter, written in zip(places, raw, strict=True):
            parse(parameter, written, turning.today, intent.service)
    except Wrong:
        return False
    return True


def _looks_like_values(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9X.#*+ ,，;；、/\-元]+", text))


def _picked(turning: Turning, question: Mapping[str, Any], text: str) -> bool:
    """Numbers of a list: 1,3 or 1 3 or 1、3; each once, all of the list."""
    if not _NUMBERS.fullmatch(text):
        return False
    numbers = [int(number) for number in re.findall(r"[0-9]+", text)]
    options = question["options"]
    if not all(1 <= number <= len(options) for number in numbers):
        return False
    intent = take_up(question["intent"], turning.book)
    if intent is None:
        return False
    chosen = [str(options[number - 1]["value"]) for number in dict.fromkeys(numbers)]
    turning.trace("question", asked="pick", answer=",".join(map(str, numbers)))
    turning.close_question()
    intent.parameters["picked"] = ",".join(chosen)
    turning.recognise(intent, "question")
    # The list says that its numbers end what stands there: they are the yes.
    check_and_proceed(turning, intent, confirmed=True)
    return True


def repeat_question(turning: Turning) -> None:
    """Say the open question again, after a reply that did not fit it."""
    question = turning.question
    assert question is not None
    intent = take_up(question["intent"], turning.book) if question.get("intent") else None
    turning.say("error.wrong_reply")
    turning.said.append(str(question.get("said", "")))
    if intent is not None:
        turning.recognise(intent, "question")


def resume(turning: Turning) -> bool:
    """Go back to the question that was left, or to a two-step order that waits."""
    waiting = turning.waiting
    left = turning.state.pop("left", None)
    if left is None and waiting:
        intent = take_up(waiting[0]["intent"], turning.book)
        if intent is None:
            return False
        turning.recognise(intent, "word")
        turning.say("talk.confirm_waiting", {**turning.about(intent), "confirm_code": confirm_code(turning, intent)})
        turning.ask("confirm", intent, until=waiting[0]["until"])
        return True
    if left is None:
        return False
    question = left["question"]
    if not question.get("intent"):
        if question.get("node"):
            show_node(turning, question["table"], question["node"])
        else:
            ask_which(turning, "talk.choose", tuple(question["options"]))
        return True
    intent = take_up(question["intent"], turning.book)
    if intent is None:
        return False
    intent.begun = False  # what was left had ended; this is a new attempt
    turning.recognise(intent, "word")
    if question["kind"] == "confirm":
        ask_yes(turning, intent)
    elif question["kind"] == "pick":
        return False
    else:
        proceed(turning, intent)
    return True
