"""Wishes: what was picked on a page or asked for by an app. The same rules, questions and refusals as by text, without spellings.

A wish never has to be understood: it names its service and verb. What is agreed to is the price that stood beside the
button: if that is the price in force, the click is what an exact code is in a text; else it is asked back.
"""

from collections.abc import Mapping
from typing import Any

from careline.dialogue import resuming
from careline.dialogue.acting import confirm, takes_of
from careline.dialogue.answering import decline, still_offered, take
from careline.dialogue.asking import check_and_proceed, proceed, wrong
from careline.dialogue.book import Action, Parameter, Service, Verb
from careline.dialogue.grammar import Wrong, parse
from careline.dialogue.intent import Intent, take_up
from careline.dialogue.keypad.wanting import CHECK
from careline.dialogue.masking import HIDDEN
from careline.dialogue.proving import known
from careline.dialogue.talk import Turn, Wish
from careline.dialogue.turning import Turning
from careline.values.assurance import Assurance
from careline.values.cause import Cause

PAGE = "page"  # in the state of conversations whose words are read on pages
_VERBS = {verb.value: verb for verb in Verb}
_FREE = frozenset({"picked"})  # what a behaviour takes though no parameter is called so


def grant(turning: Turning, wish: Wish) -> Turn:
    """What follows from one wish; never raises, whatever it holds."""
    turning.state[PAGE] = True
    turning.steps.append(turning.chain.step)
    resuming.lapse(turning)
    if wish.answers:
        _answer(turning, wish)
    else:
        _begin(turning, wish)
    return turning.turn(_shown(wish))


def _begin(turning: Turning, wish: Wish) -> None:
    service = turning.book.services.get(wish.service)
    verb = _VERBS.get(wish.verb)
    action = service.actions.get(verb) if service is not None and verb is not None else None
    if service is not None and service.id == "password" and verb is Verb.STATUS:
        action = CHECK  # pages ask it when somebody signs in, as calls do
    if action is not CHECK:  # what is asked may be what the password is shown for
        resuming.turn_away(turning)
    if service is None or action is None:
        turning.say("error.not_here", {"service": service.name if service is not None else wish.service[:40]})
        return
    intent = _intent(turning, wish, service, action)
    turning.recognise(intent, "wish")
    turning.trace("wish", service=service.id, verb=action.verb.value)
    if service.id not in turning.chain.services:
        turning.refuse(intent, Cause.NOT_ELIGIBLE, "error.not_here")
    elif action.assurance > max(wish.assurance, Assurance.PASSWORD):  # no password proves what takes a document
        turning.refuse(intent, Cause.NOT_ELIGIBLE, known(turning.book, "talk.in_person", "error.not_eligible"))
    elif action.assurance > wish.assurance:
        turning.refuse(intent, Cause.NOT_ELIGIBLE, "error.prove_first")
    elif _take(turning, intent, wish):
        turning.recognise(intent, "wish")
        # Who somebody is can be shown anywhere and at any time; a rule about services would be told as a wrong password.
        (proceed if action is CHECK else check_and_proceed)(turning, intent)


def _intent(turning: Turning, wish: Wish, service: Service, action: Action) -> Intent:
    entry = turning.chain.local(service.id, action.verb, wish.tier)
    fixed = [one.code.fixed for one in turning.chain.by_meaning.get((service.id, action.verb), ())]
    effects = {action.effect, *(one["effect"] for one in fixed if "effect" in one)}
    given = {name: value for name, value in wish.values.items() if any(one.get(name) == value for one in fixed)}
    table = entry.table if entry is not None else turning.chain.table_of(service.id, action.verb)
    intent = Intent(
        reference=turning.heard.reference,
        service=service,
        action=action,
        table=table.id if table is not None else "",
        tier=wish.tier if wish.tier in service.tiers else "",
        effect=wish.effect if wish.effect in effects else action.effect,
        parameters=given,
        takes=takes_of(turning.book, service.id, action.verb, given) if given else (),
    )
    intent.exact = bool(wish.agreed) and wish.agreed == intent.cost
    return intent


def _take(turning: Turning, intent: Intent, wish: Wish) -> bool:
    """Take the values as they were typed; False when one does not fit, which ends the attempt and asks again."""
    for parameter in intent.action.parameters:
        written = wish.values.get(parameter.name, "").strip()
        if not written or parameter.name in intent.parameters:
            continue
        if not _took(turning, intent, parameter, written):
            return False
    for name in _FREE & wish.values.keys():
        intent.parameters[name] = wish.values[name][:200]
    return True


def _took(turning: Turning, intent: Intent, parameter: Parameter, written: str) -> bool:
    try:
        value = parse(parameter, written, turning.today, intent.service)
    except Wrong as unfit:
        wrong(turning, intent, [parameter], unfit.kind, written)
        return False
    if parameter.kind == "tier":
        intent.tier = value
    else:
        intent.parameters[parameter.name] = value
    return True


def _answer(turning: Turning, wish: Wish) -> None:
    """The answer to the question of one attempt; a page that was left open too long answers nothing else by mistake."""
    question = turning.question
    noted = (question or {}).get("intent")
    if question is None or not noted or noted["reference"] != wish.answers:
        turning.say("talk.nothing_open")
        return
    intent = take_up(noted, turning.book)
    if intent is None or not still_offered(turning, question):
        turning.say("error.closed", {"service": noted["service"]})
        return
    kind = question["kind"]
    if wish.yes is False:
        turning.close_question()
        decline(turning, intent)
    elif kind == "confirm" and wish.yes:
        turning.close_question()
        confirm(turning, intent)
    elif kind == "prove" and wish.yes:  # whether it is proved by now is looked at anew
        turning.close_question()
        (confirm if question["confirmed"] else check_and_proceed)(turning, intent)
    elif kind == "fill" and wish.values:
        turning.close_question()
        if _take(turning, intent, wish):
            check_and_proceed(turning, intent)
    elif kind in ("choose", "pick") and _within(wish.numbers, len(question["options"])):
        turning.close_question()
        _choose(turning, intent, wish, question)
    else:
        resuming.repeat_question(turning)


def _choose(turning: Turning, intent: Intent, wish: Wish, question: Mapping[str, Any]) -> None:
    options = question["options"]
    if question["kind"] == "choose":
        take(turning, question, intent, options[wish.numbers[0] - 1])
        return
    intent.parameters["picked"] = ",".join(str(options[number - 1]["value"]) for number in dict.fromkeys(wish.numbers))
    check_and_proceed(turning, intent, confirmed=True)


def _within(numbers: tuple[int, ...], most: int) -> bool:
    return bool(numbers) and all(1 <= number <= most for number in numbers)


def _shown(wish: Wish) -> str:
    """What may be kept of a wish: what was picked, never what was typed."""
    if wish.answers:
        return "[yes]" if wish.yes else "[no]" if wish.yes is False else "[answer]"
    typed = f" {HIDDEN}" if wish.values else ""
    return f"[{wish.verb} {wish.service}{'#' + wish.tier if wish.tier else ''}{typed}]"[:200]
