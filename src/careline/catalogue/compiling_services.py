"""Compiles the document of one service."""

from types import MappingProxyType

from careline.catalogue.documents import Document, Problem
from careline.catalogue.fields import NO_TEXT, Fields
from careline.dialogue.book import Action, Confirm, Parameter, Service, Tier, Verb
from careline.values.assurance import Assurance
from careline.values.language import Text
from careline.values.money import Minor

PARAMETER_KINDS = (
    *("month", "amount", "msisdn", "short_number", "password", "id_number"),
    *("tier", "count", "service", "words", "docket"),
)
PERIODS = ("month", "year", "once")
EFFECTS = ("now", "next_month")
OUTCOMES = ("done", "refused", "asked")


def compile_service(document: Document, problems: list[Problem]) -> Service:
    """The service of a document; what is wrong with it is appended to `problems`."""
    fields = Fields(document.body, document.where, problems)
    if fields.word("id") != document.key:
        fields.wrong("id", f'must be "{document.key}", by which the service is kept')
    service = Service(
        id=document.key,
        group=fields.word("group"),
        behaviour=fields.word("behaviour"),
        name=fields.text("name") or NO_TEXT,
        about=fields.text("about") or NO_TEXT,
        product=fields.word("product", document.key),
        aliases=fields.words("aliases"),
        price=Minor(fields.number("price", 0)),
        per=fields.one_of("per", PERIODS, "month"),
        paid_to=fields.word("paid_to", "carrier"),
        actions=MappingProxyType(_actions(fields)),
        tiers=MappingProxyType(_tiers(fields)),
        brands=frozenset(fields.words("brands")),
        regions=frozenset(fields.words("regions")),
        excludes=frozenset(fields.words("excludes")),
        settings=MappingProxyType(_settings(fields)),
        words=MappingProxyType(_words(fields)),
        everywhere=fields.flag("everywhere", False),
    )
    tuple(fields.list("example"))  # checked once the tables are known
    fields.finish()
    if not service.actions:
        fields.wrong("actions", "nothing can be done with this service; add [actions.query] or what it offers")
    if (
        any(action.confirm is Confirm.CODE for action in service.actions.values())
        and Verb.CONFIRM not in service.actions
    ):
        fields.wrong("actions.confirm", 'is missing, yet an order has confirm = "code"; add [actions.confirm]')
    if service.id in service.excludes:
        fields.wrong("excludes", "a service cannot exclude itself; other tiers of it are replaced anyway")
    return service


def _actions(fields: Fields) -> dict[Verb, Action]:
    found: dict[Verb, Action] = {}
    for verb, action in fields.sections("actions"):
        if verb not in Verb.__members__.values():
            action.wrong("", f"is not a verb; there are {', '.join(known.value for known in Verb)}")
            continue
        found[Verb(verb)] = Action(
            verb=Verb(verb),
            parameters=tuple(_parameter(parameter) for parameter in action.list("parameters")),
            confirm=action.name("confirm", Confirm, Confirm.NEVER),
            effect=action.one_of("effect", EFFECTS, "now"),
            closed=action.flag("closed", False),
            assurance=action.number("assurance", Assurance.LINE),
        )
        action.finish()
    return {verb: found[verb] for verb in Verb if verb in found}


def _parameter(fields: Fields) -> Parameter:
    parameter = Parameter(
        name=fields.word("name"),
        kind=fields.one_of("kind", PARAMETER_KINDS, "words"),
        label=fields.text("label") or NO_TEXT,
        example=fields.word("example"),
        required=fields.flag("required", True),
    )
    fields.finish()
    return parameter


def _tiers(fields: Fields) -> dict[str, Tier]:
    found = []
    for name, tier in fields.sections("tiers"):
        allowances = tier.section("allowances")
        found.append(
            Tier(
                id=name,
                name=tier.text("name") or NO_TEXT,
                price=Minor(tier.number("price", 0)),
                quota=tier.text("quota", required=False),
                about=tier.text("about", required=False),
                allowances=MappingProxyType({key: allowances.number(key, 0) for key in list(allowances.rest())}),
            )
        )
        tier.finish()
    # A database gives fields back in any order; people read tiers from cheap to dear.
    return {tier.id: tier for tier in sorted(found, key=lambda tier: (tier.price, tier.id))}


def _settings(fields: Fields) -> dict[str, str]:
    settings = fields.section("settings")
    return {key: settings.word(key, "") for key in list(settings.rest())}


def _words(fields: Fields) -> dict[str, Text]:
    words = fields.section("words")

    def text(key: str) -> Text:
        return words.text(key) or NO_TEXT

    return {key: text(key) for key in list(words.rest())}
