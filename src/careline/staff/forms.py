"""Forms made from documents: known fields by kind, everything else as JSON, and back into a body."""

import copy
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careline.catalogue.compiling_codes import CERTAINTIES
from careline.dialogue.book import OPENS, READS, Verb
from careline.staff import labels
from careline.values.money import NotAnAmount, parse_amount, yuan

Body = Mapping[str, Any]
Path = tuple[str, ...]
Choices = Sequence[tuple[str, Any]]

_MISSING = object()


@dataclass(slots=True)
class Field:
    """One field of a form. `shape`: line, area, pair (zh and en), pair_area (the same, long), money, number, choice,
    flag, list (comma separated), day."""

    path: Path
    label: Any
    shape: str = "line"
    default: Any = ""
    choices: Choices = ()
    hint: Any = ""
    value: Any = None
    wrong: str = ""

    @property
    def name(self) -> str:
        return "/".join(self.path)


@dataclass(slots=True)
class Section:
    """A card of the form: fields, and parts with a title and fields of their own."""

    title: Any
    fields: list[Field]
    parts: list["Section"] = field(default_factory=list)

    @property
    def every_field(self) -> list[Field]:
        return self.fields + [one for part in self.parts for one in part.every_field]


@dataclass(slots=True)
class Form:
    """The form of one document; `rest` is the JSON of what has no field."""

    sections: list[Section]
    rest: str
    rest_wrong: str = ""
    wrong: list[str] = field(default_factory=list)

    @property
    def fields(self) -> Iterable[Field]:
        return (one for section in self.sections for one in section.every_field)

    @property
    def valid(self) -> bool:
        return not self.rest_wrong and not self.wrong and not any(one.wrong for one in self.fields)


def form_of(kind: str, body: Body, bodies: Mapping[tuple[str, str], Any], behaviours: Iterable[str]) -> Form:
    """The form of a document, filled; `bodies` are all documents of its version, for choices."""
    made = _SECTIONS[kind](body, bodies, sorted(behaviours))
    rest = copy.deepcopy(dict(body))
    for one in (one for section in made for one in section.every_field):
        held = _get(body, one.path)
        one.value = _to_form(one, one.default if held is _MISSING else held)
        _drop(rest, one.path)
    return Form(made, json.dumps(rest, ensure_ascii=False, indent=2, sort_keys=True))


def read(form: Form, sent: Mapping[str, str], body: Body) -> dict[str, Any]:
    """What was filled in, as a body; sets `wrong` on whatever cannot be read. Empty optional fields are left out."""
    form.rest = sent.get("rest", "{}")
    made: dict[str, Any] = {}
    try:
        rest = json.loads(form.rest)
        if not isinstance(rest, dict):
            raise ValueError(_("must be an object in braces"))
        made = rest
    except ValueError as wrong:
        form.rest_wrong = str(wrong)
    for one in form.fields:
        _fill_in(one, sent)
        value = _from_form(one)
        if value is _MISSING or (value == one.default and _get(body, one.path) is _MISSING):
            _drop(made, one.path)
        else:
            _set(made, one.path, value)
    return made


def _fill_in(one: Field, sent: Mapping[str, str]) -> None:
    if one.shape in ("pair", "pair_area"):
        one.value = {
            language: sent.get(f"{one.name}/{language}", "").replace("\r\n", "\n") for language in ("zh", "en")
        }
    elif one.shape == "flag":
        one.value = one.name in sent
    else:
        one.value = sent.get(one.name, "").replace("\r\n", "\n").strip()


def _to_form(one: Field, held: Any) -> Any:
    if one.shape in ("pair", "pair_area"):
        return {language: (held.get(language, "") if isinstance(held, Mapping) else "") for language in ("zh", "en")}
    if one.shape == "money":
        return yuan(held) if isinstance(held, int) else held
    if one.shape == "list":
        return ", ".join(map(str, held)) if isinstance(held, list) else ""
    return held


def _from_form(one: Field) -> Any:
    value = one.value
    if one.shape in ("pair", "pair_area"):
        return dict(value) if any(text.strip() for text in value.values()) else _MISSING
    if one.shape == "flag":
        return value
    if one.shape == "list":
        listed = [part.strip() for part in re.split("[,\uff0c\u3001]", value) if part.strip()]
        return listed or (_MISSING if one.default == "" else one.default)
    if one.shape == "money":
        try:
            return int(parse_amount(value or "0"))
        except NotAnAmount:
            one.wrong = _("Write an amount in yuan, such as 5 or 12.50.")
            return _MISSING
    if one.shape == "number":
        if not value.isascii() or not value.isdigit():
            one.wrong = _("Write a whole number.")
            return _MISSING
        return int(value)
    if not value:
        return "" if one.default is None else _MISSING
    return value


# -- the fields of each kind ------------------------------------------------------------------------------------------


def _service(body: Body, bodies: Mapping[tuple[str, str], Any], behaviours: Sequence[str]) -> list[Section]:
    sections = [
        Section(
            gettext_lazy("What customers read"),
            [
                Field(("name",), gettext_lazy("Name"), "pair"),
                Field(
                    ("about",), gettext_lazy("What it is"), "pair_area", hint=gettext_lazy("The answer to “describe”.")
                ),
                Field(("aliases",), gettext_lazy("Other names"), "list", hint=gettext_lazy("Separated by commas.")),
            ],
        ),
        Section(
            gettext_lazy("Price and reach"),
            [
                Field(("price",), gettext_lazy("Price in yuan"), "money", default=0),
                Field(("per",), gettext_lazy("Charged"), "choice", "month", list(labels.PERIODS.items())),
                Field(("brands",), gettext_lazy("Brands"), "list", hint=_known(bodies, "brands")),
                Field(("regions",), gettext_lazy("Regions"), "list", hint=_known(bodies, "regions")),
                Field(("excludes",), gettext_lazy("Not together with"), "list", hint=gettext_lazy("Ids of services.")),
                Field(("everywhere",), gettext_lazy("Exists everywhere, also without a code"), "flag", default=False),
            ],
        ),
        Section(
            gettext_lazy("How it is performed"),
            [
                Field(("group",), gettext_lazy("Group")),
                Field(
                    ("behaviour",), gettext_lazy("Behaviour"), "choice", choices=[(name, name) for name in behaviours]
                ),
                Field(("product",), gettext_lazy("The carrier's product code")),
            ],
        ),
    ]
    changes = [verb for verb in Verb if verb in body.get("actions", {}) and verb not in READS]
    if changes:
        parts = [Section(labels.VERBS.get(verb, verb), _action(verb)) for verb in changes]
        sections.append(Section(gettext_lazy("Actions"), [], parts))
    tails = sorted(body.get("words", {}))
    if tails:
        own = [Field(("words", tail), tail, "pair_area") for tail in tails]
        sections.append(Section(gettext_lazy("Words of its own"), own))
    return sections


def _action(verb: Verb) -> list[Field]:
    fields = [
        Field(
            ("actions", verb.value, "effect"),
            gettext_lazy("Takes effect"),
            "choice",
            "now",
            list(labels.EFFECTS.items()),
        ),
        Field(
            ("actions", verb.value, "confirm"),
            gettext_lazy("Asks for a yes"),
            "choice",
            "never",
            list(labels.CONFIRMS.items()),
        ),
    ]
    if verb in OPENS:
        path = ("actions", verb.value, "closed")
        fields.append(Field(path, gettext_lazy("Closed to new customers"), "flag", default=False))
    return fields


def _table(body: Body, bodies: Mapping[tuple[str, str], Any], _behaviours: Sequence[str]) -> list[Section]:
    return [
        Section(gettext_lazy("Name"), [Field(("name",), gettext_lazy("Name"), "pair")]),
        Section(
            gettext_lazy("Whom it serves, and when"),
            [
                Field(("region",), gettext_lazy("Region"), "choice", choices=_choices(bodies, "regions")),
                Field(("brand",), gettext_lazy("Brand"), "choice", choices=_choices(bodies, "brands")),
                Field(("valid_from",), gettext_lazy("First day"), "day"),
                Field(("valid_until",), gettext_lazy("First day it no longer holds"), "day"),
                Field(("separators",), gettext_lazy("Signs between a code and its values"), default="#"),
                Field(("first_node",), gettext_lazy("First menu")),
                Field(("abroad",), gettext_lazy("Served while roaming abroad"), "flag", default=True),
            ],
        ),
    ]


def _code(body: Body, bodies: Mapping[tuple[str, str], Any], _behaviours: Sequence[str]) -> list[Section]:
    services = sorted(key for kind, key in bodies if kind == "service")
    named = [(key, f"{key} · {bodies['service', key].get('name', {}).get('zh', '')}") for key in services]
    hint = gettext_lazy(
        "tier=5 is fixed, month follows, ?month may follow, number~ follows without a sign; commas between."
    )
    return [
        Section(
            gettext_lazy("What it means"),
            [
                Field(
                    ("spelling",),
                    gettext_lazy("Spellings"),
                    default=None,
                    hint=gettext_lazy("Alternatives parted by |."),
                ),
                Field(("service",), gettext_lazy("Service"), "choice", choices=named),
                Field(("verb",), gettext_lazy("Action"), "choice", choices=list(labels.VERBS.items())),
                Field(("parameters",), gettext_lazy("Parameters"), default=None, hint=hint),
                Field(("brands",), gettext_lazy("Only for brands"), default=None, hint=_known(bodies, "brands")),
            ],
        ),
        Section(
            gettext_lazy("How sure we are"),
            [
                Field(("certainty",), gettext_lazy("Certainty"), "choice", choices=_labelled(CERTAINTIES)),
                Field(("note",), gettext_lazy("Note"), "area", default=None),
            ],
        ),
    ]


def _words(_body: Body, _bodies: Mapping[tuple[str, str], Any], _behaviours: Sequence[str]) -> list[Section]:
    return [
        Section(
            gettext_lazy("The text"),
            [Field((language,), name, "sms") for language, name in (("zh", "中文"), ("en", "English"))],
        )
    ]


def _settings(body: Body, _bodies: Mapping[tuple[str, str], Any], _behaviours: Sequence[str]) -> list[Section]:
    fields = []
    for key, value in sorted(body.items()):
        shape = "number" if isinstance(value, int) else "pair" if isinstance(value, Mapping) else "line"
        fields.append(Field((key,), key, shape))
    return [Section(gettext_lazy("Values"), fields)]


_SECTIONS = {"service": _service, "table": _table, "code": _code, "words": _words, "settings": _settings}


def empty(kind: str) -> dict[str, Any]:
    """The body that a new document of this kind begins with."""
    if kind == "code":
        return {
            "spelling": "",
            "service": "",
            "verb": Verb.QUERY.value,
            "parameters": "",
            "certainty": "sure",
            "brands": "",
            "note": "",
        }
    if kind == "service":
        return {"actions": {"describe": {}}}
    return {}


def _choices(bodies: Mapping[tuple[str, str], Any], section: str) -> Choices:
    held = bodies.get(("settings", section), {})
    return [("", "–"), *((key, f"{key} · {text.get('zh', '')}") for key, text in sorted(held.items()))]


def _known(bodies: Mapping[tuple[str, str], Any], section: str) -> str:
    return ", ".join(sorted(bodies.get(("settings", section), {})))


def _labelled(ids: Iterable[str]) -> Choices:
    return [(one, labels.CERTAINTIES.get(one, one)) for one in ids]


def _get(body: Any, path: Path) -> Any:
    for part in path:
        if not isinstance(body, Mapping) or part not in body:
            return _MISSING
        body = body[part]
    return body


def _set(body: dict[str, Any], path: Path, value: Any) -> None:
    for part in path[:-1]:
        body = body.setdefault(part, {})
    body[path[-1]] = value


def _drop(body: Any, path: Path) -> None:
    for part in path[:-1]:
        body = body.get(part) if isinstance(body, dict) else None
    if isinstance(body, dict):
        body.pop(path[-1], None)
