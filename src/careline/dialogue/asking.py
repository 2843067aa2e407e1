"""From a meaning to a job: what is still missing is asked for, what needs a yes is asked back."""

from collections.abc import Iterable
from datetime import timedelta

from careline.dialogue.allowing import allowed
from careline.dialogue.book import OPENS, READS, Confirm, Parameter, Service, Verb
from careline.dialogue.grammar import Wrong, parse
from careline.dialogue.intent import Intent
from careline.dialogue.keypad.wanting import ask_value, must_prove, read_back
from careline.dialogue.lexicon import Entry
from careline.dialogue.masking import masked
from careline.dialogue.meaning import Option
from careline.dialogue.proving import must_prove as must_prove_by_text
from careline.dialogue.rendering import label_of, list_of, name_of, options_of_page, text_of
from careline.dialogue.turning import CONFIRM_MINUTES, Turning
from careline.dialogue.utterance import normalise
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.outcome import Outcome
from careline.values.secret import Secret, mask

_WAITING_MAX = 3


def proceed(turning: Turning, intent: Intent, raw: tuple[str, ...] = (), *, confirmed: bool = False) -> None:
    """Go as far as what is known allows: a question, a refusal, or the job. `raw` are values as written."""
    if turning.medium and must_prove(turning, intent):
        return
    if raw and not _read(turning, intent, raw):
        return
    if not turning.medium and must_prove_by_text(turning, intent, confirmed=confirmed):
        return
    missing = missing_of(intent)
    if missing:
        _ask_for(turning, intent, missing, first=not intent.begun)
        return
    if _needs_tier(intent):
        ask_tier(turning, intent)
        return
    if not confirmed and _needs_yes(intent):
        if any(isinstance(value, Secret) for value in intent.parameters.values()):
            # What is secret is never kept until the yes; giving it again, to a question that names the deed, is the yes.
            _ask_for(turning, intent, [], first=False)
            intent.exact = True
            turning.ask("fill", intent, names=[one.name for one in missing_of(intent)])
            return
        ask_yes(turning, intent)
        return
    turning.begin(intent)
    turning.job = intent.job()
    if turning.begun is not None and turning.begun.reference == intent.reference:
        turning.begun = turning.job  # what was keyed since it began belongs to it


def missing_of(intent: Intent) -> list[Parameter]:
    """The parameters that must still be given, in the order in which the code takes them."""
    return [
        parameter
        for parameter in _parameters(intent)
        if parameter.kind != "tier" and parameter.name not in intent.parameters and _required(intent, parameter)
    ]


def _required(intent: Intent, parameter: Parameter) -> bool:
    return parameter.name not in intent.optional if parameter.name in intent.takes else parameter.required


def _parameters(intent: Intent) -> Iterable[Parameter]:
    """Those that the code takes, else those of the action: another code of the same action may take others."""
    known = {parameter.name: parameter for parameter in intent.action.parameters}
    if intent.takes:
        return [known[name] for name in intent.takes if name in known]
    return list(known.values())


def _read(turning: Turning, intent: Intent, raw: tuple[str, ...]) -> bool:
    """Take the values as written; False when one does not fit, which ends the attempt and asks again."""
    places = [one for one in _parameters(intent) if one.name not in intent.parameters]
    if len(raw) > len(places):
        wrong(turning, intent, places, "too_many", " ".join(raw))
        return False
    for parameter, written in zip(places, raw, strict=False):
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


def wrong(
    turning: Turning, intent: Intent, places: list[Parameter], kind: str, given: str, *, key: str = "", **more: str
) -> None:
    """A first wrong value ends the attempt as failed; either way the right one is asked for."""
    for parameter in _parameters(intent):
        intent.parameters.pop(parameter.name, None)  # a secret is not kept, and half an answer is asked again whole
    again = intent.begun
    turning.trace("wrong_parameter", kind=kind)
    if not again:
        turning.begin(intent)
        turning.end(intent.reference, Outcome.FAILED, Cause.WRONG_PARAMETER)
        intent.begun = False
    if not key:
        own = text_of(turning.book.words, f"error.bad.{kind}", turning.manner)
        key = f"error.bad.{kind}" if own is not None else "error.wrong_parameter"
    secret = any(parameter.secret for parameter in _parameters(intent))
    values = {**turning.about(intent), "given": "" if secret else mask(given)[:40], **more}
    turning.say(key, values | _label(turning, intent, places or list(_parameters(intent))))
    missing = missing_of(intent) or list(_parameters(intent))
    if missing and turning.medium:
        ask_value(turning, intent, missing)
    elif missing:
        turning.ask("fill", intent, names=[parameter.name for parameter in missing])
    turning.count_miss()


def _ask_for(turning: Turning, intent: Intent, missing: list[Parameter], *, first: bool) -> None:
    if any(isinstance(value, Secret) for value in intent.parameters.values()):
        intent.parameters = {k: v for k, v in intent.parameters.items() if not isinstance(v, Secret)}
        missing = missing_of(intent)
    if turning.medium:
        ask_value(turning, intent, missing)
        return
    turning.begin(intent)
    key = "error.missing_parameter" if first and intent.exact else "talk.fill"
    turning.say_own(intent, "fill", key, turning.about(intent) | _label(turning, intent, missing))
    turning.ask("fill", intent, names=[parameter.name for parameter in missing])


def _label(turning: Turning, intent: Intent, places: list[Parameter]) -> dict[str, str | Text]:
    """What is missing, and an example: the whole message where a code takes it, else the values alone."""
    label = Text("#".join(one.label.zh for one in places), "#".join(one.label.en for one in places))
    table = turning.book.tables.get(intent.table)
    if intent.exact and table is not None:
        sign = table.separators[:1] or "#"
        every = [one for one in _parameters(intent) if one.name not in intent.optional or one in places]
        return {"label": label, "example": sign.join([intent.spelling, *(one.example for one in every)])}
    return {"label": label, "example": "#".join(one.example for one in places)}


def _needs_tier(intent: Intent) -> bool:
    """An order of a service that comes in tiers must say which."""
    if intent.tier or not intent.service.tiers:
        return False
    return intent.verb in OPENS or any(one.kind == "tier" and one.required for one in intent.action.parameters)


def ask_tier(turning: Turning, intent: Intent, options: tuple[Option, ...] = (), given: str = "") -> None:
    """Ask which tier; `given` is one that does not exist: that ends the attempt as failed, and a choice begins another."""
    if given:
        turning.begin(intent)
        turning.end(intent.reference, Outcome.FAILED, Cause.WRONG_PARAMETER)
        intent.begun = False
    else:
        turning.begin(intent)
    printed = {option["tier"] for option in options if option.get("tier")}
    tiers = [tier for tier in intent.service.tiers if tier in printed or not printed]
    chosen: tuple[Option, ...] = tuple({"value": tier, **_tier_text(turning, intent, tier)} for tier in tiers)
    shown = masked(given, turning.lexicon, understood=False, secret_asked=False)[:40]
    values = {**turning.about(intent), "given": shown, "options": lines(turning, chosen)}
    values["service"] = intent.service.name
    turning.say("error.wrong_tier" if given else "talk.choose_tier", values)
    turning.ask("choose", intent, options=list(chosen), of="tier")
    if given:
        turning.count_miss()


def _tier_text(turning: Turning, intent: Intent, tier: str) -> dict[str, str]:
    name = name_of(turning.book, intent.service.id, tier)
    price = turning.about(_of_tier(intent, tier))
    texts = {}
    parted = {"zh": "，", "en": ", "} if turning.medium else {"zh": " ", "en": " "}
    for language in ("zh", "en"):
        money = "".join(
            part.read(language) if isinstance(part, Text) else part for part in (price["price"], price["per"])
        )
        texts[language] = f"{name.read(language)}{parted[language]}{money}"
    return texts


def _of_tier(intent: Intent, tier: str) -> Intent:
    return Intent(intent.reference, intent.service, intent.action, tier=tier)


def _needs_yes(intent: Intent) -> bool:
    """An exact published code is a yes, unless its pack asks for one, or the spelling is a query elsewhere."""
    if intent.verb in READS:
        return False
    if intent.guessed:
        return True
    if intent.service.settings.get("yes") == "never" and intent.action.confirm is Confirm.NEVER:
        return False  # it changes nothing that the customer has or pays
    if intent.service.settings.get("shows") == "list" and "picked" not in intent.parameters:
        return False  # nothing is ended yet: what can be ended is listed, and its numbers are the yes
    return intent.action.confirm is not Confirm.NEVER or intent.two_faced or not intent.exact


def ask_yes(turning: Turning, intent: Intent) -> None:
    """Ask back before anything is done; an order in two steps goes on waiting when the customer does other things."""
    turning.begin(intent)
    # A number that chose something may come twice, by a gateway or an impatient thumb: it is no yes to what it led to.
    said = normalise(turning.heard.text)
    no_yes = said if said.isdigit() else ""
    values = turning.about(intent)
    code = confirm_code(turning, intent)
    if turning.medium:
        read_back(turning, intent)
    if intent.action.confirm is Confirm.CODE and code and not turning.medium:
        turning.say("talk.confirm_code", {**values, "confirm_code": code})
        turning.ask("confirm", intent, no_yes=no_yes)
        _let_wait(turning, intent)
        return
    if intent.two_faced and not turning.medium:
        turning.say("talk.confirm_conflict", values)
    elif intent.verb in OPENS or (intent.price and intent.verb is Verb.OTHER):
        turning.say_own(intent, "confirm", "talk.confirm", values)
    else:
        turning.say_own(intent, "confirm", "talk.confirm_change", values)
    turning.ask("confirm", intent, no_yes=no_yes)


def _let_wait(turning: Turning, intent: Intent) -> None:
    """Remember a two-step order beside the question; one for each service, the latest few."""
    until = turning.until("confirm_minutes", CONFIRM_MINUTES)
    others = [one for one in turning.waiting if one["intent"]["reference"] != intent.reference]
    kept = [one for one in others if one["intent"]["service"] != intent.service.id][: _WAITING_MAX - 1]
    for one in others:
        if one not in kept:
            turning.end(one["intent"]["reference"], Outcome.ABANDONED, Cause.LEFT)
    turning.state["waiting"] = [{"intent": intent.note(), "until": until}, *kept]
    turning.due_at = turning.now + timedelta(seconds=until - turning.seconds)


def confirm_code(turning: Turning, intent: Intent) -> str:
    entry = turning.chain.local(intent.service.id, Verb.CONFIRM)
    return entry.code.spelling if entry else ""


def ask_which(turning: Turning, key: str, options: tuple[Option, ...], given: str = "", **values: str | Text) -> None:
    """A numbered choice; what is chosen is asked back when it would change something."""
    turning.say(key, {"options": lines(turning, options), "given": given, **values})
    turning.ask("choose", options=[dict(option) for option in options], key=key)


def lines(turning: Turning, options: Iterable[Option]) -> Text:
    labels = [label_of(turning.book, option, turning.medium) for option in options]
    return options_of_page(turning.book, labels, turning.medium) if turning.medium else list_of(labels)


def message_of(service: Service, entry: Entry) -> str:
    """A code as it is sent: with an example of each value that must follow it."""
    action, code = service.actions[entry.code.verb], entry.code
    examples = [one.example for one in action.parameters if one.name in code.takes and one.name not in code.optional]
    sign = entry.table.separators[:1] or "#"
    return sign.join([code.spelling.rstrip("#*+"), *examples])


def check_and_proceed(
    turning: Turning, intent: Intent, raw: tuple[str, ...] = (), brands: frozenset[str] = frozenset(), **more: bool
) -> None:
    if allowed(turning, intent, brands):
        proceed(turning, intent, raw, **more)
