"""An open question as a page asks it: facts beside it, and a form of its kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.visitor import Visitor
from careline.dialogue.book import OPENS, READS, Action, Book, Parameter, Service, Verb
from careline.dialogue.intent import Intent, take_up
from careline.dialogue.rendering import label_of, name_of
from careline.dialogue.saying import local, say_effect, say_money, say_price
from careline.selfcare import belongings
from careline.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class Field:
    """One value to be given. `typed` is what was given before; of a secret nothing is."""

    name: str
    label: str
    example: str
    required: bool
    kind: str  # password, tel, decimal, numeric, text: how it is typed
    choices: tuple[tuple[str, str], ...]  # value, label: one of these
    typed: str


@dataclass(frozen=True, slots=True)
class Asked:
    kind: str
    reference: str
    facts: tuple[tuple[str, str], ...]  # name, value
    yes: str  # what the button says that agrees
    options: tuple[tuple[int, str], ...]
    fields: tuple[Field, ...]
    proved: bool  # what the action asks for has been shown


def asked(question: Mapping[str, Any], book: Book, visitor: Visitor, typed: Mapping[str, str]) -> Asked | None:
    """The question with its facts; None when the book no longer offers what it is about."""
    intent = take_up(question["intent"], book)
    if intent is None:
        return None
    language = page_language()
    words = pages.phrases("services", language)
    known = {parameter.name: parameter for parameter in intent.action.parameters}
    named = [known[name] for name in question.get("names") or () if name in known]
    kind = str(question["kind"])
    if kind == "fill" and intent.service.behaviour == "password":
        return None  # its own page asks for just what is needed
    price = say_price(intent.price, intent.service.per, language)
    yes = words["yes_order"].format(price=price) if intent.verb in OPENS else words["yes"]
    if intent.verb is Verb.CANCEL:
        yes = words["yes_off"]
    telling = kind == "confirm" or (kind == "prove" and intent.verb not in READS)
    facts = _facts(intent, book, visitor, language, words) if telling else ()
    labels = [label_of(book, option, "page").read(language) for option in question.get("options") or ()]
    return Asked(
        kind=kind,
        reference=str(question["intent"]["reference"]),
        facts=tuple(facts),
        yes=yes,
        options=tuple(enumerate(labels, 1)),
        fields=tuple(fields(named, intent.service, language, typed)) if kind == "fill" else (),
        proved=intent.action.assurance <= visitor.assurance,
    )


def _facts(
    intent: Intent, book: Book, visitor: Visitor, language: str, words: Mapping[str, str]
) -> Iterable[tuple[str, str]]:
    service = intent.service
    yield words["q_what"], name_of(book, service.id, intent.tier).read(language)
    for parameter in intent.action.parameters:
        value = intent.parameters.get(parameter.name)
        if value and not parameter.secret and parameter.kind != "tier":
            yield parameter.label.read(language), _written(parameter, value, language)
    if intent.verb in OPENS or intent.price:
        yield words["q_price"], say_price(intent.price, service.per, language)
    yield words["q_when"], say_effect(intent.effect, language=language, today=local(visitor.now).date())
    provider = service.settings.get(f"paid_to.{intent.tier}") or service.paid_to
    if provider != "carrier":
        yield words["q_paid_to"], provider
    if intent.verb in OPENS and (old := _replaced(intent, visitor, language)):
        yield words["q_replaces"], old


def _written(parameter: Parameter, value: object, language: str) -> str:
    if isinstance(value, Msisdn):
        return value.national()
    if parameter.kind == "amount" and str(value).isdigit():
        return say_money(int(str(value)), language)
    return str(value)


def _replaced(intent: Intent, visitor: Visitor, language: str) -> str:
    """What the order takes the place of, among what is on now."""
    products = [one for one in intent.service.settings.get("replaces", "").split(",") if one]
    if intent.service.tiers and not intent.service.settings.get(f"sp.{intent.tier}"):
        products.append(intent.service.product)
    if not products:
        return ""
    serving = pages.reception().serving
    held = belongings.look(
        serving.carrier, visitor.msisdn, visitor.now, channel="web", time_limit_seconds=serving.time_limit_seconds
    )
    return ", ".join(
        held.name(one).read(language)
        for one in held.holdings or ()
        if one["product"] in products and str(one.get("tier") or "") != intent.tier
    )


_KINDS = {"password": "password", "id_number": "password", "msisdn": "tel", "amount": "decimal", "count": "numeric"}


def fields(
    parameters: Iterable[Parameter], service: Service, language: str, typed: Mapping[str, str]
) -> Iterable[Field]:
    for parameter in parameters:
        choices: tuple[tuple[str, str], ...] = ()
        if parameter.kind == "tier":
            choices = tuple((tier.id, tier.name.read(language)) for tier in service.tiers.values())
        yield Field(
            name=parameter.name,
            label=parameter.label.read(language),
            example="" if parameter.secret else parameter.example,
            required=parameter.required,
            kind=_KINDS.get(parameter.kind, "text"),
            choices=choices,
            typed="" if parameter.secret else typed.get(parameter.name, ""),
        )


def fields_of(action: Action, service: Service, language: str) -> list[Field]:
    """What an order's own form asks for beside the tier, which is chosen by its button."""
    return list(fields([one for one in action.parameters if one.kind != "tier"], service, language, {}))
