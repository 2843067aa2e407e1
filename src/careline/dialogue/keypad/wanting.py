"""Asking for what is missing in words for keys: one value at a time, the service password, or that it cannot be keyed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from careline.dialogue.book import Action, Parameter, Verb
from careline.dialogue.intent import Intent
from careline.dialogue.saying import both, same, say_money, say_month, say_number
from careline.dialogue.turning import Turning
from careline.values.assurance import Assurance
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.outcome import Outcome
from careline.values.period import Month


class Digits(NamedTuple):
    """How many keys a value has; `star` is what * stands for in it."""

    least: int
    most: int
    star: str = ""


# Lengths as the grammars take them (dialogue.grammar); the last key may always be #.
KEYED: Mapping[str, Digits] = {
    "month": Digits(4, 6),
    "amount": Digits(1, 8, "."),
    "msisdn": Digits(8, 15),
    "short_number": Digits(3, 8),
    "count": Digits(1, 4),
    "docket": Digits(10, 10),
    "password": Digits(6, 6),
    "id_number": Digits(15, 18, "X"),
}
# How a value in the grammar's canonical form is said back.
_READ_BACK: Mapping[str, Callable[[Any], Text]] = {
    "month": lambda value: both(say_month, str(value)),
    "amount": lambda value: both(say_money, int(value)),
    "msisdn": lambda value: same(say_number(value)),
    "short_number": lambda value: same(str(value)),
    "count": lambda value: same(str(value)),
    "docket": lambda value: same(str(value)),
}
PASSWORD = Parameter("password", "password", Text("服务密码", "service password"), "135790")
CHECK = Action(Verb.STATUS, (PASSWORD,))  # of the service `password`: is it the right one; asked by calls alone


def ask_value(turning: Turning, intent: Intent, missing: Sequence[Parameter]) -> None:
    """Ask for the first value that is missing; secrets, which nothing keeps, come last and in one entry."""
    plain = [one for one in missing if not one.secret]
    secrets = [one for one in missing if one.secret]
    keyable = all(one.kind in KEYED for one in missing) and (
        len(secrets) < 2 or all(one.kind == "password" for one in secrets)
    )
    if not keyable:
        say_elsewhere(turning, intent)
        return
    places = plain[:1] or secrets
    label = Text("、".join(one.label.zh for one in places), ", ".join(one.label.en for one in places))
    example = _example(turning, places[0])
    number = str(KEYED[places[0].kind].most)
    turning.begin_again(intent)
    key = "talk.fill.passwords" if len(places) > 1 else f"talk.fill.{places[0].kind}"
    _ask(turning, key, {**turning.about(intent), "label": label, "example": example, "number": number})
    turning.ask("fill", intent, names=[one.name for one in places], kinds=[one.kind for one in places])


def _example(turning: Turning, place: Parameter) -> str:
    """Of a month the last one, as it is keyed: a year long gone would only puzzle."""
    if place.kind == "month":
        return f"{Month.of(turning.today).plus(-1).first:%y%m}"
    return place.example if not place.secret else ""


def read_back(turning: Turning, intent: Intent) -> None:
    """Say what was keyed before it is agreed to: who pressed a wrong digit hears it. Secrets are never said."""
    for one in intent.action.parameters:
        value = intent.parameters.get(one.name)
        say = _READ_BACK.get(one.kind)
        if value is not None and say is not None and not one.secret:
            turning.say("talk.keyed", {"label": one.label, "given": say(value)})


def say_elsewhere(turning: Turning, intent: Intent) -> None:
    """Words cannot be keyed: where they can be said. That the menu led here is our fault, and recorded so."""
    turning.begin(intent)
    turning.end(intent.reference, Outcome.FAILED, Cause.GUIDANCE)
    number = turning.book.addresses.get("hall", turning.heard.address)
    turning.say("talk.by_text", {**turning.about(intent), "number": number})


def must_prove(turning: Turning, intent: Intent) -> bool:
    """Whether the service password is asked for first, and then it is."""
    shown = int((turning.state.get("session") or {}).get("assurance") or Assurance.LINE)
    if intent.action.assurance <= shown:
        return False
    turning.begin(intent)
    service = turning.book.services.get("password")
    if service is None or intent.action.assurance > Assurance.PASSWORD:  # a document is shown to a person only
        turning.refuse(intent, Cause.NOT_ELIGIBLE)
        return True
    _ask(turning, "talk.ask_password", turning.about(intent))
    turning.ask("check", intent, kinds=[PASSWORD.kind])
    return True


def _ask(turning: Turning, key: str, values: Mapping[str, Any]) -> None:
    before = len(turning.said)
    turning.say(key, values)
    turning.asked = "\n".join(turning.said[before:])
