"""Keys as answers to the open question: yes and no, an option, a value."""

from collections.abc import Mapping
from typing import Any

from careline.dialogue.acting import confirm
from careline.dialogue.allowing import allowed
from careline.dialogue.answering import decline, still_offered, take
from careline.dialogue.asking import check_and_proceed, wrong
from careline.dialogue.book import OPENS, Parameter, Verb
from careline.dialogue.grammar import Wrong, parse
from careline.dialogue.intent import Intent, take_up
from careline.dialogue.keypad.choosing import settle
from careline.dialogue.keypad.saying import to_person
from careline.dialogue.keypad.walk import Walk, give_up_question, leave_question
from careline.dialogue.keypad.wanting import CHECK, KEYED, PASSWORD
from careline.dialogue.keypad.wrong import missed, say_question, wrong_key
from careline.dialogue.rendering import KEYS_MAX, label_of, options_of_page, page_of, pages_of
from careline.dialogue.talk import Job
from careline.values.language import Text
from careline.values.secret import Secret

CONFIRM_HEARD_PERCENT = 60  # of a question before a yes to it counts; its price is said in the first half

Question = Mapping[str, Any]


def press(walk: Walk, question: Question, key: str) -> None:
    """One key to a question that takes one."""
    turning = walk.turning
    if question.get("intent") and not still_offered(turning, question):
        turning.say("error.closed", {"service": question["intent"]["service"]})
        settle(walk)
    elif key == "0":
        to_person(turning, walk.session, walk.menu, "asked")
        give_up_question(turning, walk.session)
    elif key == "9":
        walk.session.moves += 1
        say_question(turning)
    elif key == "*":
        leave_question(turning)
        walk.session.moves += 1
        walk.arrive()
    elif key == "#":
        wrong_key(walk, "error.hash_here")
    elif question["kind"] == "confirm":
        _yes_or_no(walk, question, key)
    else:
        _option(walk, question, key)


def _yes_or_no(walk: Walk, question: Question, key: str) -> None:
    turning = walk.turning
    intent = take_up(question["intent"], turning.book)
    assert intent is not None  # `still_offered` has seen to it
    if key == "2":
        walk.meant()
        turning.close_question()
        decline(turning, intent)
        settle(walk)
    elif key != "1":
        wrong_key(walk, "error.wrong_reply")
    elif not _was_heard(walk):
        _say_first(walk)
    else:
        walk.meant()
        turning.trace("question", asked="confirm", answer="yes")
        turning.close_question()
        confirm(turning, intent)
        settle(walk)


def _was_heard(walk: Walk) -> bool:
    """Nobody buys by blind dialling: a yes counts once most of its question, and so the price, has been said."""
    return walk.turning.heard.heard_percent >= walk.limit("confirm_heard_percent", CONFIRM_HEARD_PERCENT)


def _say_first(walk: Walk) -> None:
    """The question again, this time without being cut short; no miss, for the key as such was right."""
    turning = walk.turning
    turning.trace("too_soon", heard=str(turning.heard.heard_percent))
    walk.session.too_soon = True
    turning.say("error.too_soon")
    say_question(turning)


def _option(walk: Walk, question: Question, key: str) -> None:
    options = question["options"]
    page = int(question.get("page") or 0)
    shown, place = page_of(len(options), page), int(key) - 1
    if pages_of(len(options)) > 1 and int(key) == KEYS_MAX:
        walk.meant()
        _turn_page(walk, question, (page + 1) % pages_of(len(options)))
    elif place >= len(shown):
        wrong_key(walk, "error.wrong_choice", given=key, number=str(len(shown)))
    else:
        walk.meant()
        _take(walk, question, options[shown[place]])


def _turn_page(walk: Walk, question: Question, page: int) -> None:
    turning = walk.turning
    labels = [label_of(turning.book, option, turning.medium) for option in question["options"]]
    before = len(turning.said)
    turning.say("talk.choose", {"options": options_of_page(turning.book, labels, turning.medium, page)})
    said = "\n".join(turning.said[before:])
    turning.state["question"] = {**question, "page": page, "said": said}


def _take(walk: Walk, question: Question, option: Mapping[str, Any]) -> None:
    turning = walk.turning
    turning.trace("question", asked=question["kind"], answer=str(option.get("value") or option.get("service") or ""))
    turning.close_question()
    intent = take_up(question["intent"], turning.book) if question.get("intent") else None
    turning.node = walk.session.node
    if intent is None:
        if "service" in option:
            walk.act(str(option["service"]), str(option["verb"]))
        take(turning, question, None, option)
    elif question["kind"] == "pick":
        _picked(walk, intent, option)
    else:
        if "verb" in option:
            walk.act(str(option.get("service") or intent.service.id), str(option["verb"]))
        take(turning, question, intent, option)
    settle(walk)


def _picked(walk: Walk, intent: Intent, option: Mapping[str, Any]) -> None:
    """What a number of a list names is asked back in words."""
    turning = walk.turning
    intent.parameters["picked"] = str(option["value"])
    turning.recognise(intent, "question")
    if not allowed(turning, intent):
        return
    turning.begin(intent)
    given = label_of(turning.book, option, turning.medium)
    before = len(turning.said)
    turning.say("talk.confirm_picked", {**turning.about(intent), "given": given})
    turning.asked = "\n".join(turning.said[before:])
    turning.ask("confirm", intent)


def enter(walk: Walk, question: Question, value: str) -> None:
    """What was keyed up to #, as the value that was asked for; * alone goes back."""
    turning = walk.turning
    if not still_offered(turning, question):
        turning.say("error.closed", {"service": question["intent"]["service"]})
        settle(walk)
        return
    if value == "*":
        leave_question(turning)
        walk.session.moves += 1
        walk.arrive()
        return
    intent = take_up(question["intent"], turning.book)
    assert intent is not None
    if question["kind"] == "check":
        _check(walk, question, intent, value)
        return
    known = {one.name: one for one in intent.action.parameters}
    places = [known[name] for name in question["names"] if name in known]
    turning.node = walk.session.node
    turning.secret_asked = any(one.secret for one in places)
    if turning.secret_asked and intent.price and intent.verb in OPENS and not _was_heard(walk):
        _say_first(walk)  # a secret is the yes as well, for it cannot be kept until another one
        return
    turning.close_question()
    turning.recognise(intent, "question")
    if not _read(walk, intent, places, value):
        walk.session.mode = "question"
        missed(walk)
        return
    walk.meant()
    turning.recognise(intent, "question")
    check_and_proceed(turning, intent, confirmed=turning.secret_asked)
    settle(walk)


def _read(walk: Walk, intent: Intent, places: list[Parameter], value: str) -> bool:
    """Take the values; where one does not fit, its own words are said and it is asked for again."""
    turning = walk.turning
    parts = value.split("*", len(places) - 1) if len(places) > 1 else [value]
    parts += [""] * (len(places) - len(parts))
    found: dict[str, str] = {}
    for place, keyed in zip(places, parts, strict=True):
        least, most, star = KEYED[place.kind]
        if len(keyed) < least:
            # How long a telephone number is, its own words say.
            key = "error.bad.msisdn" if place.kind == "msisdn" else "error.too_few"
            wrong(turning, intent, [place], place.kind, "", key=key, number=str(least))
            return False
        if len(keyed) > most:
            wrong(turning, intent, [place], place.kind, "", key="error.too_many", number=str(most))
            return False
        try:
            found[place.name] = parse(place, keyed.replace("*", star or "*"), turning.today, intent.service)
        except Wrong as unfit:
            wrong(turning, intent, [place], unfit.kind, keyed)
            return False
    intent.parameters.update(found)
    return True


def _check(walk: Walk, question: Question, intent: Intent, value: str) -> None:
    """The service password: its form is seen to here, whether it is right by the carrier. What waits for it stays open."""
    turning, session = walk.turning, walk.session
    turning.secret_asked = True
    least, most, _ = KEYED[PASSWORD.kind]
    if not least <= len(value) <= most or not value.isdigit():
        tail = "few" if len(value) < least else "many" if len(value) > most else ""
        number: dict[str, str | Text] = {"label": PASSWORD.label, "number": str(least)}
        turning.say(f"error.too_{tail}" if tail else "error.bad.password", number)
        say_question(turning)
        missed(walk)
        return
    walk.meant()
    turning.close_question()
    session.pending = dict(question["intent"])
    service = turning.book.services["password"]
    secret = Secret(value)
    turning.begun = turning.job = Job(
        turning.heard.reference, "", service, CHECK, Verb.STATUS, parameters={PASSWORD.name: secret}
    )
    turning.node = session.node
    session.mode = "tail"
