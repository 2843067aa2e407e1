"""The fields of each kind of document, for `staff.forms`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy

from careline.catalogue.compiling_codes import CERTAINTIES
from careline.dialogue.book import OPENS, READS, Verb
from careline.staff import labels

Body = Mapping[str, Any]
Bodies = Mapping[tuple[str, str], Any]
Path = tuple[str, ...]
Choices = Sequence[tuple[str, Any]]


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


def _service(body: Body, bodies: Bodies, behaviours: Sequence[str]) -> list[Section]:
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


def _table(body: Body, bodies: Bodies, _behaviours: Sequence[str]) -> list[Section]:
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


def _code(body: Body, bodies: Bodies, _behaviours: Sequence[str]) -> list[Section]:
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


def _words(_body: Body, _bodies: Bodies, _behaviours: Sequence[str]) -> list[Section]:
    return [
        Section(
            gettext_lazy("The text"),
            [Field((language,), name, "sms") for language, name in (("zh", "中文"), ("en", "English"))],
        )
    ]


def _settings(body: Body, _bodies: Bodies, _behaviours: Sequence[str]) -> list[Section]:
    fields = []
    for key, value in sorted(body.items()):
        shape = "number" if isinstance(value, int) else "pair" if isinstance(value, Mapping) else "line"
        fields.append(Field((key,), key, shape))
    return [Section(gettext_lazy("Values"), fields)]


def _menu(body: Body, bodies: Bodies, _behaviours: Sequence[str]) -> list[Section]:
    others = sorted(key for kind, key in bodies if kind == "menu" and key != body.get("id"))
    bases = [("", "–"), *((key, key) for key in others)]
    languages = [("", "–"), ("zh", "中文"), ("en", "English")]
    return [
        Section(
            gettext_lazy("What callers hear"),
            [
                Field(("name",), gettext_lazy("Name"), "pair"),
                Field(("greeting",), gettext_lazy("Greeting"), "pair"),
            ],
        ),
        Section(
            gettext_lazy("Whom it serves, and when"),
            [
                Field(("region",), gettext_lazy("Region"), "choice", choices=_choices(bodies, "regions")),
                Field(("brand",), gettext_lazy("Brand"), "choice", choices=_choices(bodies, "brands")),
                Field(("language",), gettext_lazy("Only in"), "choice", choices=languages),
                Field(("valid_from",), gettext_lazy("First day"), "day"),
                Field(("valid_until",), gettext_lazy("First day it no longer holds"), "day"),
                Field(("senior",), gettext_lazy("The short, slow menu for seniors"), "flag", default=False),
            ],
        ),
        Section(
            gettext_lazy("How it is made"),
            [
                Field(("first",), gettext_lazy("First node")),
                Field(
                    ("base",),
                    gettext_lazy("Based on"),
                    "choice",
                    choices=bases,
                    hint=gettext_lazy("Nodes that are named and not written here are taken from that menu."),
                ),
            ],
        ),
    ]


SECTIONS = {"service": _service, "table": _table, "code": _code, "menu": _menu, "words": _words, "settings": _settings}


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
    if kind == "menu":
        main = {"title": {"zh": "主菜单", "en": "Main menu"}, "choices": [{"word": "person"}]}
        return {"first": "main", "nodes": {"main": main}}
    if kind == "service":
        return {"actions": {"describe": {}}}
    return {}


def _choices(bodies: Bodies, section: str) -> Choices:
    held = bodies.get(("settings", section), {})
    return [("", "–"), *((key, f"{key} · {text.get('zh', '')}") for key, text in sorted(held.items()))]


def _known(bodies: Bodies, section: str) -> str:
    return ", ".join(sorted(bodies.get(("settings", section), {})))


def _labelled(ids: Iterable[str]) -> Choices:
    return [(one, labels.CERTAINTIES.get(one, one)) for one in ids]
