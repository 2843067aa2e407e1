"""Replies to the open question; what is no reply to it is left to the other rules."""

import re
from collections.abc import Mapping
from typing import Any

from careline.dialogue.acting import act_on, confirm, takes_of
from careline.dialogue.asking import check_and_proceed
from careline.dialogue.book import Confirm, Verb
from careline.dialogue.grammar import Wrong, find_tier, parse
from careline.dialogue.intent import Intent, take_up
from careline.dialogue.menus import show_node
from careline.dialogue.own_words import said_freely
from careline.dialogue.resuming import repeat_question
from careline.dialogue.turning import Turning
from careline.dialogue.understanding import followed
from careline.dialogue.utterance import normalise, spaced
from careline.values.cause import Cause
from careline.values.outcome import Outcome

_ORDINAL = re.compile(r"第?([0-9]{1,2})[.、)]?(?:个|项|号|条|种)?")
_NUMBERS = re.compile(r"[0-9]{1,2}(?:[ ,，、;；.和#*+]+[0-9]{1,2})*")
_SPLIT = re.compile(r"[#*+ ,，;；、/]+")


def answered(turning: Turning, text: str) -> bool:
    """Whether the normalised text answered the open question; then the turn is worked out."""
    question = turning.question
    assert question is not None
    kind = question["kind"]
    if question.get("intent") and not still_offered(turning, question):
        return False
    if kind == "confirm":
        return _yes_or_no(turning, question, text)
    if kind == "choose":
        return _choice(turning, question, text)
    if kind == "fill":
        return _values(turning, question, text)
    return _picked(turning, question, text)


def still_offered(turning: Turning, question: Mapping[str, Any]) -> bool:
    """Whether the book, which may have changed meanwhile, still holds what was asked about."""
    noted = question["intent"]
    if take_up(noted, turning.book) is not None:
        return True
    turning.close_question()
    turning.drop_waiting(noted["reference"])
    if noted["begun"]:
        turning.end(noted["reference"], Outcome.REFUSED, Cause.CLOSED)
    return False


def _heard(turning: Turning, asked: str, text: str, answer: str) -> None:
    """The step of the explain view: a question that is open wins over a code."""
    entry = turning.chain.exact.get(text)
    turning.trace("question", asked=asked, answer=answer, **({"not_the_code_of": entry.table.id} if entry else {}))


def _wonders(turning: Turning) -> bool:
    """可以吗? is a question, and no yes to ours."""
    return any(mark in turning.heard.text for mark in "?？吗嗎么麼呢")


def _says_no(turning: Turning, text: str) -> bool:
    return not text.isdigit() and text in turning.lexicon.phrases.no


def _yes_or_no(turning: Turning, question: Mapping[str, Any], text: str) -> bool:
    phrases = turning.lexicon.phrases
    if text in phrases.yes and text == question.get("no_yes"):
        _heard(turning, "confirm", text, "repeated")
        repeat_question(turning)
        return True
    word = spaced(text) or text
    if word not in phrases.yes and word not in phrases.no:
        word = phrases.courteous(word)
    intent = take_up(question["intent"], turning.book)
    if intent is None:
        return False
    if word not in phrases.no and (word not in phrases.yes or _wonders(turning)):
        return _said_by_code(turning, intent, text)
    _heard(turning, "confirm", text, "yes" if word in phrases.yes else "no")
    turning.close_question()
    if word in phrases.no:
        decline(turning, intent)
        return True
    confirm(turning, intent)
    return True


def _said_by_code(turning: Turning, intent: Intent, text: str) -> bool:
    """The published code of just what was asked about is a yes as well, where it would have been one at first."""
    entry = turning.chain.exact.get(text)
    if entry is None or intent.action.confirm is not Confirm.NEVER or text in turning.lexicon.two_faced:
        return False
    code = entry.code
    same = (code.service, code.verb, code.fixed.get("tier", "")) == (intent.service.id, intent.verb, intent.tier)
    if not same or code.takes or code.ask_first or code.fixed.get("effect", intent.effect) != intent.effect:
        return False
    _heard(turning, "confirm", text, "code")
    turning.close_question()
    turning.exact = intent.exact = True
    intent.spelling, intent.table = entry.head, entry.table.id
    confirm(turning, intent)
    return True


def decline(turning: Turning, intent: Intent) -> None:
    turning.drop_waiting(intent.reference)
    turning.recognise(intent, "question")
    if intent.begun:
        turning.end(intent.reference, Outcome.ABANDONED, Cause.DECLINED)
    turning.say_own(intent, "declined", "talk.declined", turning.about(intent))


def _choice(turning: Turning, question: Mapping[str, Any], text: str) -> bool:
    options = question["options"]
    found = _ORDINAL.fullmatch(text)
    number = int(found[1]) if found else 0
    intent = take_up(question["intent"], turning.book) if question.get("intent") else None
    if intent is not None and _says_no(turning, text):
        turning.close_question()
        decline(turning, intent)
        return True
    if len(options) == 1 and not text.isdigit() and text in turning.lexicon.phrases.yes and not _wonders(turning):
        number = 1
    if 1 <= number <= len(options):
        _heard(turning, "choose", text, str(number))
        turning.close_question()
        take(turning, question, intent, options[number - 1])
        return True
    if intent is None or question.get("of") != "tier":
        return False
    entry = turning.chain.exact.get(text)
    tier = find_tier(intent.service, text) if entry is None else entry.code.fixed.get("tier")
    if tier is None or (entry and (entry.code.service, entry.code.verb) != (intent.service.id, intent.verb)):
        return False
    _heard(turning, "choose", text, tier)
    turning.close_question()
    if entry is not None:  # the whole code, as it is printed
        turning.exact = True
        intent.spelling, intent.table, intent.effect = (
            entry.head,
            entry.table.id,
            entry.code.fixed.get("effect", intent.action.effect),
        )
    take(turning, question, intent, {"value": tier}, exact=entry is not None)
    return True


def take(
    turning: Turning,
    question: Mapping[str, Any],
    intent: Intent | None,
    option: Mapping[str, Any],
    *,
    exact: bool = False,
) -> None:
    """Go on with an option of a question that is closed now."""
    if intent is None:
        if "node" in option:
            show_node(turning, option["table"], option["node"])
        else:
            act_on(turning, option)  # which is asked back if it changes something
        return
    if question.get("of") == "tier":
        intent.tier = str(option["value"])
        intent.exact = exact  # a number that chooses is no published code
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
    takes = takes_of(turning.book, service.id, action.verb, given)
    return Intent(
        turning.heard.reference,
        service,
        action,
        table=intent.table,
        tier=str(option.get("tier") or "") if option.get("tier") in service.tiers else "",
        effect=action.effect,
        parameters=given,
        exact=bool(takes)
        and not turning.medium,  # what is still to be given (an ID number, an old and a new password) is the yes
        takes=takes,
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
    free = len(places) == 1 and places[0].kind in ("words", "service")
    if _says_no(turning, turning.lexicon.phrases.courteous(spaced(text)) if free else text):  # 不用了，谢谢
        turning.close_question()
        decline(turning, intent)
        return True
    if free and (text in turning.lexicon.phrases.words or text in turning.chain.exact):
        return False
    raw: tuple[str, ...]
    if len(places) == 1:
        raw = (said_freely(turning, intent) if free else text,)
    else:
        raw = tuple(part for part in _SPLIT.split(text) if part)
    raw = _whole_message(turning, intent, text) or raw
    fitting = _fitting(turning, intent, places, raw)
    if not fitting and (text in turning.chain.exact or not _looks_like_values(text)):
        return False
    _heard(turning, "fill", text, "fits" if fitting else "does not fit")
    turning.close_question()
    turning.secret_asked = any(parameter.secret for parameter in places)
    turning.recognise(intent, "question")
    # What is secret cannot wait for another yes, and what is said in free words, at no charge, need not.
    confirmed = turning.secret_asked or (free and not intent.price)
    check_and_proceed(turning, intent, raw, confirmed=confirmed)
    if intent.parameters or fitting:
        turning.recognise(intent, "question")
    return True


def _whole_message(turning: Turning, intent: Intent, text: str) -> tuple[str, ...]:
    """The values of a whole message that gives what was asked for, as the example shows it."""
    for sheet in turning.chain.sheets:
        found = followed(sheet, text)
        if found is not None and (found[0].code.service, found[0].code.verb) == (intent.service.id, intent.verb):
            turning.exact = True
            return found[1]
    return ()


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
    """Numbers of a list: 1,3 or 1 3 or 1、3; each once, all of the list. Or the name of one of it."""
    options = question["options"]
    if _NUMBERS.fullmatch(text):
        numbers = [int(number) for number in re.findall(r"[0-9]+", text)]
    else:
        numbers = _by_name(turning, options, text)
    if not numbers or not all(1 <= number <= len(options) for number in numbers):
        return False
    intent = take_up(question["intent"], turning.book)
    if intent is None:
        return False
    chosen = [str(options[number - 1]["value"]) for number in dict.fromkeys(numbers)]
    _heard(turning, "pick", text, ",".join(map(str, numbers)))
    turning.close_question()
    intent.parameters["picked"] = ",".join(chosen)
    turning.recognise(intent, "question")
    # The list says that its numbers end what stands there: they are the yes.
    check_and_proceed(turning, intent, confirmed=True)
    return True


def _by_name(turning: Turning, options: Any, text: str) -> list[int]:
    """Which option of a list is named: 每日一笑, 取消每日一笑."""
    wishes = turning.lexicon.phrases.wishes(spaced(text))
    said = {wish.name for wish in wishes if wish.wish in ("", "cancel")}

    def names(option: Mapping[str, Any]) -> set[str]:
        written = (normalise(str(option.get(language) or "")) for language in ("zh", "en"))
        return {turning.lexicon.phrases.one_way(spaced(name).replace(" ", "")) for name in written if name}

    return [number for number, option in enumerate(options, 1) if said & names(option)]
