"""Acting on a meaning: the service it names, with what is known of it; from a code, from words, or chosen by number."""

from collections.abc import Mapping
from typing import Any

from careline.dialogue.allowing import refuse_early
from careline.dialogue.asking import ask_tier, ask_which, check_and_proceed, message_of
from careline.dialogue.book import Action, Book, Service, Verb
from careline.dialogue.grievances import GRIEVANCE
from careline.dialogue.intent import Intent, take_up
from careline.dialogue.masking import without_secrets
from careline.dialogue.meaning import Meaning
from careline.dialogue.naming import options_of
from careline.dialogue.rendering import read, verb_word
from careline.dialogue.talk import Understood
from careline.dialogue.turning import Turning
from careline.dialogue.utterance import after, normalise
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.outcome import Outcome

_OPENING = (Verb.SUBSCRIBE, Verb.ORDER, Verb.REGISTER)


def _intent(turning: Turning, meaning: Meaning, service: Service, action: Action) -> Intent:
    code = meaning.code
    given = {k: v for k, v in meaning.fixed.items() if k not in ("tier", "effect", "node")}
    return Intent(
        reference=turning.heard.reference,
        service=service,
        action=action,
        table=meaning.table,
        tier=meaning.tier if meaning.tier in service.tiers else "",
        effect=meaning.fixed.get("effect") or action.effect,
        spelling=meaning.spelling,
        parameters=given,
        exact=meaning.exact and not _perhaps_no_order(turning),
        two_faced=meaning.exact
        and (meaning.spelling in turning.lexicon.two_faced or (code is not None and code.ask_first)),
        takes=meaning.asks
        or (code.takes if code else takes_of(turning.book, service.id, action.verb, given) if given else ()),
        optional=tuple(code.optional) if code and not meaning.asks else (),
    )


def takes_of(book: Book, service: str, verb: Verb, given: Mapping[str, str]) -> tuple[str, ...]:
    """What an action takes beside what is given, as it is known from wherever a code for it is printed."""
    for table in book.tables.values():
        for code in table.codes.values():
            if (code.service, code.verb) == (service, verb) and given.items() <= dict(code.fixed).items():
                return code.takes
    return ()


def _perhaps_no_order(turning: Turning) -> bool:
    """KTLDXS? asks, and a single digit may be a late or doubled reply to a question that is closed."""
    text = turning.heard.text.strip()
    return text.endswith(("?", "？")) or (len(normalise(text)) == 1 and turning.asked_lately)


def act(turning: Turning, meaning: Meaning) -> None:
    service = turning.book.services[meaning.service]
    if meaning.verb is Verb.CONFIRM:
        _confirm(turning, meaning, service)
        return
    action = service.actions.get(meaning.verb)
    if action is None:
        _about(turning, meaning, service)
        return
    intent = _intent(turning, meaning, service, action)
    turning.recognise(intent, meaning.rule)
    if meaning.early:
        table = turning.book.tables[meaning.table]
        refuse_early(turning, intent, table)
        return
    brands = meaning.code.brands if meaning.code and not meaning.elsewhere else frozenset[str]()
    raw = meaning.raw
    if meaning.rule == "words" and raw:  # as it was written, not as spellings are compared
        raw = (after(turning.heard.text, meaning.spelling) or raw[0],)
    if meaning.rule == GRIEVANCE:
        raw, intent.guessed = (without_secrets(turning.heard.text.strip()),), True
    check_and_proceed(turning, intent, raw, brands)
    if turning.begun is not None and intent.parameters:
        turning.recognise(intent, meaning.rule)
    if turning.job is not None:
        _add_after(turning, meaning, service)


def _add_after(turning: Turning, meaning: Meaning, service: Service) -> None:
    """What the answer will end with: the local code of a query in another region's spelling, or an offer."""
    if meaning.elsewhere:
        entry = turning.chain.local(service.id, meaning.verb)
        if entry is not None:
            turning.state["after"] = {"reference": turning.heard.reference, "code": message_of(service, entry)}
    elif meaning.named and options_of(turning.chain, service):
        turning.state["after"] = {"reference": turning.heard.reference, "offer": meaning.tier}


def _confirm(turning: Turning, meaning: Meaning, service: Service) -> None:
    """The second step: the code is a yes to the order that waits, and to nothing else."""
    for one in turning.waiting:
        if one["intent"]["service"] == service.id:
            intent = take_up(one["intent"], turning.book)
            if intent is not None:
                confirm(turning, intent, Verb.CONFIRM)
                return
    action = service.actions.get(Verb.CONFIRM) or next(iter(service.actions.values()))
    intent = _intent(turning, meaning, service, action)
    turning.recognise(intent, meaning.rule, Verb.CONFIRM)
    entry = next((turning.chain.local(service.id, verb) for verb in _OPENING if verb in service.actions), None)
    turning.refuse(intent, Cause.NOTHING_TO_CONFIRM, code=entry.code.spelling if entry else "")


def _about(turning: Turning, meaning: Meaning, service: Service) -> None:
    """A description from the book, for services whose behaviour gives none."""
    action = next(iter(service.actions.values()))
    intent = Intent(
        turning.heard.reference, service, action, tier=meaning.tier if meaning.tier in service.tiers else ""
    )
    turning.understood = Understood(meaning.table, service.id, meaning.verb.value, rule=meaning.rule)
    values = turning.about(intent)
    price = Text(*("".join(read(values[name], language) for name in ("price", "per")) for language in ("zh", "en")))
    tier = service.tiers.get(intent.tier)
    about = tier.about if tier and tier.about else service.about
    about = Text(about.zh.replace("{price}", price.zh), about.en.replace("{price}", price.en))
    turning.say("talk.about", {**values, "about": about})
    options = options_of(turning.chain, service, intent.tier)
    if options:
        ask_which(turning, "talk.offer", options, service=values["service"])


def tier(turning: Turning, meaning: Meaning) -> None:
    service = turning.book.services[meaning.service]
    intent = _intent(turning, meaning, service, service.actions[meaning.verb])
    turning.recognise(intent, meaning.rule)
    ask_tier(turning, intent, meaning.options, meaning.argument)


def not_here(turning: Turning, meaning: Meaning) -> None:
    """The service exists, but not for this subscriber's region or brand."""
    service = turning.book.services[meaning.service]
    action = service.actions.get(meaning.verb) or next(iter(service.actions.values()))
    intent = _intent(turning, meaning, service, action)
    turning.recognise(intent, meaning.rule)
    turning.refuse(intent, Cause.NOT_ELIGIBLE, "error.not_here")


def no_such_action(turning: Turning, meaning: Meaning) -> None:
    service = turning.book.services[meaning.service]
    turning.understood = Understood(meaning.table, service.id, meaning.verb.value, rule=meaning.rule)
    label = verb_word(turning.book, meaning.verb, turning.medium)
    ask_which(turning, "error.no_such_action", meaning.options, service=service.name, label=label)


def act_on(turning: Turning, option: Mapping[str, Any]) -> None:
    """Go on with an option that was chosen by its number: never a yes by itself."""
    service = turning.book.services.get(option.get("service", ""))
    if service is None:
        turning.say("error.not_here", {"service": str(option.get("service", ""))})
        return
    verb, spelling = Verb(option["verb"]), option.get("spelling", "")
    sheet = turning.lexicon.sheets.get(option.get("table", ""))
    entry = sheet.exact.get(normalise(spelling)) if sheet and spelling else None
    if entry is None and sheet and spelling:
        entry = sheet.heads.get(normalise(spelling))
    code = entry.code if entry and entry.code.service == service.id else None
    meaning = Meaning(
        "act",
        "question",
        table=option.get("table", ""),
        service=service.id,
        verb=verb,
        tier=option.get("tier", ""),
        fixed={**(code.fixed if code else {}), **option.get("parameters", {})},
        spelling=normalise(spelling) if code else "",
        code=code,
        named=verb is Verb.DESCRIBE,
        asks=tuple(option.get("asks", ())),
    )
    act(turning, meaning)


def confirm(turning: Turning, intent: Intent, verb: Verb | None = None) -> None:
    """A yes: the same attempt goes on, if the rules still allow it."""
    turning.recognise(intent, "question" if verb is None else "exact", verb)
    turning.drop_waiting(intent.reference)
    if intent.told is not None and intent.told != intent.cost:
        _ask_anew(turning, intent)
        return
    check_and_proceed(turning, intent, confirmed=True)


def _ask_anew(turning: Turning, intent: Intent) -> None:
    """The book changed between question and yes: what was agreed to is offered no longer, and the new price needs a yes."""
    turning.trace("price_changed", asked=str(intent.told), now=intent.cost)
    turning.end(intent.reference, Outcome.REFUSED, Cause.CLOSED)
    intent.begun = intent.exact = False
    check_and_proceed(turning, intent)
