"""Compiles the menus of those who press keys.

A menu that is based on another takes from it the nodes that it names and does not write. A node that is called like a
service and is written nowhere lists what can be done with that service.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from careline.catalogue.documents import Document, Problem
from careline.catalogue.fields import NO_TEXT, Fields
from careline.dialogue.book import OPENS, Choice, Menu, MenuNode, Service, Verb
from careline.values.language import LANGUAGES, Text

# What is listed of a service, in this order; of several ways to order the first.
_OFFERED = (Verb.SUBSCRIBE, Verb.ORDER, Verb.REGISTER, Verb.CANCEL, Verb.STATUS, Verb.QUERY, Verb.REDEEM, Verb.DESCRIBE)
ASKED = "?"  # as the value of a parameter: it is asked for although it may be left out
WORDS = ("person", "english", "chinese", "mine", "senior")  # what a choice may be besides a node and an action


@dataclass(frozen=True, slots=True)
class _Written:
    """A menu as its document has it, before what it takes from its base is put in."""

    fields: Fields
    menu: Menu
    base: str


def compile_menus(
    documents: Iterable[Document],
    services: Mapping[str, Service],
    regions: Mapping[str, Text],
    brands: Mapping[str, Text],
    words: Mapping[str, Text],
    problems: list[Problem],
) -> dict[str, Menu]:
    """The menus by id, each with all its nodes; what is wrong is appended to `problems`.

    `words` may hold the labels of what can be done with any service, `voice.menu.verb.<verb>`.
    """
    written = {document.key: _menu(document, services, regions, brands, problems) for document in documents}
    made = {name: node for name, service in services.items() if (node := _of_service(service, words))}
    return {name: _whole(one, written, made) for name, one in written.items()}


def _of_service(service: Service, words: Mapping[str, Text]) -> MenuNode | None:
    """What can be done with a service, as a node."""
    open_verbs = [verb for verb in _OFFERED if verb in service.actions and not service.actions[verb].closed]
    opening = [verb for verb in open_verbs if verb in OPENS][1:]
    choices = tuple(
        Choice(service=service.id, verb=verb, label=words.get(f"voice.menu.verb.{verb.value}"))
        for verb in open_verbs
        if verb not in opening
    )
    return MenuNode(service.id, service.name, choices) if choices else None


def _menu(
    document: Document,
    services: Mapping[str, Service],
    regions: Mapping[str, Text],
    brands: Mapping[str, Text],
    problems: list[Problem],
) -> _Written:
    fields = Fields(document.body, document.where, problems)
    if fields.word("id") != document.key:
        fields.wrong("id", f'must be "{document.key}", by which the menu is kept')
    nodes = {name: _node(name, node, services) for name, node in fields.sections("nodes")}
    menu = Menu(
        id=document.key,
        name=fields.text("name") or NO_TEXT,
        nodes=nodes,
        first=fields.word("first"),
        greeting=fields.text("greeting", required=False),
        region=_scope(fields, "region", regions),
        brand=_scope(fields, "brand", brands),
        language=fields.one_of("language", ("", *LANGUAGES), "") or None,
        senior=fields.flag("senior", False),
        valid_from=fields.day("valid_from"),
        valid_until=fields.day("valid_until"),
    )
    base = fields.word("base", "")
    fields.finish()
    return _Written(fields, menu, base)


def _scope(fields: Fields, key: str, known: Mapping[str, Text]) -> str | None:
    named = fields.word(key, "") or None
    if named is not None and named not in known:
        fields.wrong(key, f'"{named}" is not a {key} of pack.toml; add it there')
    return named


def _node(name: str, fields: Fields, services: Mapping[str, Service]) -> MenuNode:
    node = MenuNode(
        id=name,
        title=fields.text("title") or NO_TEXT,
        choices=tuple(_choice(choice, services) for choice in fields.list("choices")),
        intro=fields.text("intro", required=False),
    )
    fields.finish()
    return node


def _choice(fields: Fields, services: Mapping[str, Service]) -> Choice:
    node, service, word = fields.word("node", ""), fields.word("service", ""), fields.word("word", "")
    if (bool(node), bool(service), bool(word)).count(True) != 1:
        fields.wrong("", "leads to nothing or to several things; write just one of node, service and word")
    if word and word not in WORDS:
        fields.wrong("word", f'"{word}" is not one of {", ".join(WORDS)}')
    verb, tier = fields.word("verb", ""), fields.word("tier", "")
    given = fields.section("parameters")
    parameters = {key: given.word(key) for key in list(given.rest())}
    choice = Choice(
        node=node,
        service=service,
        verb=Verb(verb) if verb in Verb.__members__.values() else None,
        tier=tier,
        parameters=MappingProxyType(parameters),
        word=word,
        label=fields.text("label", required=False),
    )
    fields.finish()
    if service:
        _check_action(fields, services.get(service), service, verb, tier, parameters)
    elif verb or tier or parameters:
        fields.wrong("service", "is missing; verb, tier and parameters belong to a service")
    return choice


def _check_action(
    fields: Fields, service: Service | None, named: str, verb: str, tier: str, parameters: Mapping[str, str]
) -> None:
    if service is None:
        fields.wrong("service", f'there is no service "{named}"; write its file or correct the name')
        return
    if verb not in Verb.__members__.values() or Verb(verb) not in service.actions:
        has = ", ".join(one.value for one in service.actions)
        fields.wrong("verb", f'"{verb}" is not an action of {named}; it has {has}')
        return
    if tier and tier not in service.tiers:
        fields.wrong("tier", f'{named} has no tier "{tier}"; it has {", ".join(service.tiers) or "none"}')
    known = {parameter.name for parameter in service.actions[Verb(verb)].parameters} | {"effect", "what"}
    for name in parameters.keys() - known:
        fields.wrong("parameters", f'{verb} of {named} has no parameter "{name}" to fix')


def _whole(one: _Written, written: Mapping[str, _Written], made: Mapping[str, MenuNode]) -> Menu:
    """The menu with the nodes that it names and does not write: its base's, that one's base's, or a service's."""
    lenders = list(_lenders(one, written))
    nodes = dict(one.menu.nodes)
    waiting = [(choice.node, name) for name, node in nodes.items() for choice in node.choices if choice.node]
    waiting.append((one.menu.first, ""))
    while waiting:
        wanted, by = waiting.pop()
        if wanted in nodes or not wanted:
            continue
        lent = next((lender.nodes[wanted] for lender in lenders if wanted in lender.nodes), made.get(wanted))
        if lent is None:
            _missing(one, wanted, by)
        else:
            nodes[wanted] = lent
            waiting.extend((choice.node, wanted) for choice in lent.choices if choice.node)
    menu = one.menu
    return Menu(
        id=menu.id,
        name=menu.name,
        nodes=MappingProxyType({name: nodes[name] for name in sorted(nodes)}),
        first=menu.first,
        greeting=menu.greeting or next((lender.greeting for lender in lenders if lender.greeting), None),
        region=menu.region,
        brand=menu.brand,
        language=menu.language,
        senior=menu.senior,
        valid_from=menu.valid_from,
        valid_until=menu.valid_until,
    )


def _missing(one: _Written, wanted: str, by: str) -> None:
    if by and by in one.menu.nodes:
        one.fields.wrong(f"nodes.{by}.choices", f'"{wanted}" is not a node of this menu or of its base')
    elif not by:
        one.fields.wrong("first", f'"{wanted}" is not a node of this menu or of its base')


def _lenders(one: _Written, written: Mapping[str, _Written]) -> Iterator[Menu]:
    seen = {one.menu.id}
    base = one.base
    while base:
        if base not in written:
            one.fields.wrong("base", f'there is no menu "{base}"; write its file or correct the name')
            return
        if base in seen:
            one.fields.wrong("base", f'"{base}" is based on this menu; one of them must stand by itself')
            return
        seen.add(base)
        yield written[base].menu
        base = written[base].base
