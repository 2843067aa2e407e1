"""Compiles the documents of a catalogue into a book: everything checked that can be checked without knowing the behaviours."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from careline.catalogue.compiling_codes import compile_codes
from careline.catalogue.compiling_menus import compile_menus
from careline.catalogue.compiling_services import OUTCOMES, compile_service
from careline.catalogue.documents import Bodies, Document, PackError, Problem, ordered
from careline.catalogue.fields import NO_TEXT, Fields, both_languages
from careline.dialogue.book import OPENS, READS, Book, Code, Node, Service, Table, Verb
from careline.values.language import Text
from careline.values.period import Rest

Value = TypeVar("Value")

_SETTINGS = ("regions", "brands", "limits", "addresses", "glossary")


def compile_book(documents: Iterable[Document] | Bodies, version: int = 0) -> Book:
    """The immutable book of these documents (or of bodies by kind and key); raises PackError with every problem found."""
    problems: list[Problem] = []
    by_kind: dict[str, list[Document]] = {}
    for document in ordered(documents):
        by_kind.setdefault(document.kind, []).append(document)

    settings = {document.key: document for document in by_kind.get("settings", ())}
    for key in sorted(set(settings) - set(_SETTINGS)):
        problems.append(Problem(settings[key].where, f"{key}: no such section; there are {', '.join(_SETTINGS)}"))
    regions, brands = _texts(settings.get("regions"), problems), _texts(settings.get("brands"), problems)

    services = {document.key: compile_service(document, problems) for document in by_kind.get("service", ())}
    _check_links(by_kind.get("service", ()), services, regions, brands, problems)

    codes: dict[str, list[Document]] = {}
    for document in by_kind.get("code", ()):
        codes.setdefault(document.key.partition("/")[0], []).append(document)
    tables: dict[str, Table] = {}
    for document in by_kind.get("table", ()):
        compiled = compile_codes(codes.pop(document.key, []), services, brands, problems)
        tables[document.key] = _table(document, compiled, regions, brands, problems)
    for rows in codes.values():
        problems.extend(Problem(row.where, f"{row.key}: there is no such table; write its table.toml") for row in rows)
    tables = _with_questions(tables)
    _check_examples(by_kind.get("service", ()), tables, problems)

    words = {document.key: _words(document, problems) for document in by_kind.get("words", ())}
    menus = compile_menus(by_kind.get("menu", ()), services, regions, brands, words, problems)
    limits = _numbers(settings.get("limits"), problems)
    glossary = _texts(settings.get("glossary"), problems)
    addresses = _strings(settings.get("addresses"), problems)
    if problems:
        raise PackError(problems)
    return Book(
        version=version,
        services=_frozen(services),
        tables=_frozen(tables),
        words=_frozen(words),
        regions=_frozen(regions),
        brands=_frozen(brands),
        limits=_frozen(limits),
        glossary=_frozen(glossary),
        addresses=_frozen(addresses),
        menus=_frozen(menus),
    )


def _table(
    document: Document,
    codes: dict[str, Code],
    regions: Mapping[str, Text],
    brands: Mapping[str, Text],
    problems: list[Problem],
) -> Table:
    fields = Fields(document.body, document.where, problems)
    if fields.word("id") != document.key:
        fields.wrong("id", f'must be "{document.key}", by which the table is kept')
    region, brand = fields.word("region", "") or None, fields.word("brand", "") or None
    if region is not None and region not in regions:
        fields.wrong("region", f'"{region}" is not a region of pack.toml; add it there')
    if brand is not None and brand not in brands:
        fields.wrong("brand", f'"{brand}" is not a brand of pack.toml; add it there')
    by_spelling = {code.spelling: code for code in codes.values()}
    nodes = {}
    for spelling, node in fields.sections("nodes"):
        title, children = node.text("title") or NO_TEXT, node.words("children")
        node.finish()
        if spelling not in by_spelling or by_spelling[spelling].fixed.get("node") != spelling:
            fields.wrong(
                f"nodes.{spelling}", f"no row of codes.tsv opens it; add one with the parameter node={spelling}"
            )
        for child in children:
            if child not in by_spelling:
                fields.wrong(f"nodes.{spelling}.children", f'"{child}" is not a spelling of this table')
        nodes[spelling] = Node(spelling, title, children)
    for spelling, code in by_spelling.items():
        if code.fixed.get("node", spelling) not in nodes and "node" in code.fixed:
            fields.wrong(f"nodes.{code.fixed['node']}", f"is missing, yet the code {spelling} opens it")
    first_node = fields.word("first_node", "") or None
    if first_node is not None and first_node not in nodes:
        fields.wrong("first_node", f'"{first_node}" is not a node of this table')
    table = Table(
        id=document.key,
        name=fields.text("name") or NO_TEXT,
        region=region,
        brand=brand,
        valid_from=fields.day("valid_from"),
        valid_until=fields.day("valid_until"),
        separators=fields.word("separators", "#"),
        rests=tuple(_rests(fields)),
        abroad=fields.flag("abroad", True),
        codes=_frozen(codes),
        nodes=_frozen(nodes),
        first_node=first_node,
    )
    fields.finish()
    return table


def _with_questions(tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables with `ask_first` on every order that is spelled like a query of another table.

    CXZD asks for a bill in one region and orders a reminder in another: whoever moves must not buy by asking.
    """
    queries: dict[str, set[str]] = {}
    for table in tables.values():
        for spelling, code in table.codes.items():
            if code.verb in READS and code.verb is not Verb.HELP:
                queries.setdefault(spelling, set()).add(table.id)
    return {
        name: replace(
            table,
            codes=_frozen(
                {
                    spelling: replace(
                        code, ask_first=code.verb in OPENS and bool(queries.get(spelling, set()) - {name})
                    )
                    for spelling, code in table.codes.items()
                }
            ),
        )
        for name, table in tables.items()
    }


def _rests(fields: Fields) -> Iterable[Rest]:
    for rest in fields.list("rests"):
        since, until, from_hour = rest.day("since"), rest.day("until"), rest.number("from_hour", 0)
        rest.finish()
        if since is None:
            rest.wrong("since", "is missing; write the first day of the rule")
        elif until is not None and until <= since:
            rest.wrong("until", "must be later than since; it is the first day on which the rule no longer holds")
        elif from_hour > 24:
            rest.wrong("from_hour", "is an hour of the day, 0 to 24 (24: no rest)")
        else:
            yield Rest(since, until, from_hour)


def _check_links(
    documents: Iterable[Document],
    services: Mapping[str, Service],
    regions: Mapping[str, Text],
    brands: Mapping[str, Text],
    problems: list[Problem],
) -> None:
    for document in documents:
        service = services[document.key]
        for field, named, known in (
            ("excludes", service.excludes, services),
            ("regions", service.regions, regions),
            ("brands", service.brands, brands),
        ):
            for name in sorted(named - set(known)):
                problems.append(Problem(document.where, f'{field}: there is no "{name}"; correct it or add it'))


def _check_examples(documents: Iterable[Document], tables: Mapping[str, Table], problems: list[Problem]) -> None:
    for document in documents:
        for example in Fields(document.body, document.where, problems).list("example"):
            table = example.word("table")
            example.word("say")
            example.word("hear")
            example.one_of("outcome", OUTCOMES, "done")
            example.finish()
            if table and table not in tables:
                example.wrong("table", f'there is no table "{table}"')


def _words(document: Document, problems: list[Problem]) -> Text:
    return both_languages(
        document.body, lambda what: problems.append(Problem(document.where, f"{document.key}: {what}"))
    )


def _texts(document: Document | None, problems: list[Problem]) -> dict[str, Text]:
    if document is None:
        return {}
    fields = Fields(document.body, document.where, problems, document.key)
    return {key: fields.text(key) or NO_TEXT for key in list(fields.rest())}


def _numbers(document: Document | None, problems: list[Problem]) -> dict[str, int]:
    if document is None:
        return {}
    fields = Fields(document.body, document.where, problems, document.key)
    return {key: fields.number(key, 0) for key in list(fields.rest())}


def _strings(document: Document | None, problems: list[Problem]) -> dict[str, str]:
    if document is None:
        return {}
    fields = Fields(document.body, document.where, problems, document.key)
    return {key: fields.word(key) for key in list(fields.rest())}


def _frozen(found: dict[str, Value]) -> Mapping[str, Value]:
    return MappingProxyType(found)
