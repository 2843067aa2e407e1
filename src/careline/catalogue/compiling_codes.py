"""Compiles the rows of one code table."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from careline.catalogue.documents import Document, Problem
from careline.catalogue.fields import Fields
from careline.dialogue.book import Code, Parameter, Service, Verb
from careline.dialogue.utterance import normalise
from careline.values.language import Text

CERTAINTIES = ("sure", "repaired", "doubtful")
# What a spelling may fix besides a parameter of the action: the tier, when it takes effect, the menu that it opens.
FIXED = ("tier", "effect", "node", "what")

_HAN = re.compile(r"[㐀-鿿]")


def compile_codes(
    rows: Iterable[Document], services: Mapping[str, Service], brands: Mapping[str, Text], problems: list[Problem]
) -> dict[str, Code]:
    """The codes of a table by normalised spelling; what is wrong is appended to `problems`.

    A row whose spelling ends in `#` is meant only when a parameter follows: it stands beside another row's bare spelling
    (HF and HF#0903).
    """
    found: dict[str, Code] = {}
    places: dict[str, str] = {}
    for row in rows:
        for code in _row(row, services, brands, problems):
            key = normalise(code.spelling)
            if places.get(key, row.where) != row.where:
                problems.append(
                    Problem(row.where, f'spelling: "{code.spelling}" is already in {places[key]}; keep one')
                )
            # 满3送3 and 满三送三 of one row meet here: the first stands for both.
            found.setdefault(key, code)
            places[key] = row.where
    return found


def form(spelling: str) -> str:
    """How a code is written: numeric, pinyin or chinese."""
    if _HAN.search(spelling):
        return "chinese"
    return "numeric" if spelling.isdigit() else "pinyin"


def _row(
    row: Document, services: Mapping[str, Service], brands: Mapping[str, Text], problems: list[Problem]
) -> Iterable[Code]:
    fields = Fields(row.body, row.where, problems)
    spellings = fields.word("spelling").split("|")
    if not all(map(normalise, spellings)):
        fields.wrong("spelling", "has an empty alternative; write what the customer sends, alternatives parted by |")
    service_id, written_verb = fields.word("service"), fields.word("verb")
    parameters, note = fields.word("parameters", ""), fields.word("note", "")
    certainty = fields.one_of("certainty", CERTAINTIES, "sure")
    eligible = frozenset(filter(None, fields.word("brands", "").split(",")))
    fields.finish()
    for brand in sorted(eligible - set(brands)):
        fields.wrong("brands", f'"{brand}" is not a brand of pack.toml; add it there')
    service = services.get(service_id)
    if service is None:
        fields.wrong("service", f'there is no service "{service_id}"; write its file or correct the name')
        return
    if written_verb not in Verb.__members__.values() or Verb(written_verb) not in service.actions:
        has = ", ".join(verb.value for verb in service.actions)
        fields.wrong("verb", f'"{written_verb}" is not an action of {service_id}; it has {has}')
        return
    verb = Verb(written_verb)
    fixed, takes, optional, fused = _parameters(parameters, service, verb, fields)
    if certainty != "sure" and not note:
        fields.wrong("note", f"is empty; say why the row is {certainty}")
    for spelling in spellings:
        yield Code(
            spelling=spelling,
            service=service_id,
            verb=verb,
            form=form(spelling),
            fixed=MappingProxyType(fixed),
            takes=takes,
            optional=optional,
            fused=fused,
            brands=eligible,
            certainty=certainty,
            note=note,
        )


def _parameters(
    written: str, service: Service, verb: Verb, fields: Fields
) -> tuple[dict[str, str], tuple[str, ...], frozenset[str], bool]:
    """`tier=5` fixes, `month` takes, `?month` may take, `number~` may follow without a sign; joined by commas."""
    known: dict[str, Parameter] = {parameter.name: parameter for parameter in service.actions[verb].parameters}
    fixed: dict[str, str] = {}
    takes: list[str] = []
    optional: set[str] = set()
    fused = False
    for item in filter(None, (part.strip() for part in written.split(","))):
        name, equals, value = item.partition("=")
        if equals:
            if name not in known and name not in FIXED:
                fields.wrong("parameters", f'{verb} of {service.id} has no parameter "{name}" to fix')
            if name == "tier" and value not in service.tiers:
                fields.wrong(
                    "parameters", f'{service.id} has no tier "{value}"; it has {", ".join(service.tiers) or "none"}'
                )
            if name == "effect" and value not in ("now", "next_month"):
                fields.wrong("parameters", f'effect is now or next_month, not "{value}"')
            fixed[name] = value
            continue
        name = item.strip("?~")
        if name not in known:
            fields.wrong("parameters", f'{verb} of {service.id} has no parameter "{name}"; add it to the service')
            continue
        takes.append(name)
        fused = fused or item.endswith("~")
        if item.startswith("?"):
            optional.add(name)
    return fixed, tuple(takes), frozenset(optional), fused
