"""Forms made from documents: known fields by kind, everything else as JSON, and back into a body."""

import copy
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from careline.staff.form_fields import SECTIONS, Body, Field, Path, Section
from careline.values.money import NotAnAmount, parse_amount, yuan

_MISSING = object()


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
    made = SECTIONS[kind](body, bodies, sorted(behaviours))
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
