"""TM Forum's OpenAPI files as the measure of what comes in: types, mandatory attributes, values of a list."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

from careline.channels.tmf.refusing import bad_field, missing

FILES = {
    "troubleTicket": "TMF621-TroubleTicket-v4.0.0.swagger.json",
    "partyInteraction": "TMF683-PartyInteraction-v4.0.0.swagger.json",
    "communicationManagement": "TMF681-Communication-v4.0.0.swagger.json",
}
EXTENDED = ("@schemaLocation", "@baseType")  # who sends one of these says that the document holds more than ours
_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
}
TEXT_MAX = 4_000  # characters of one text


@cache
def text(api: str) -> bytes:
    """The OpenAPI file itself."""
    return (resources.files("careline.channels.tmf") / "specifications" / FILES[api]).read_bytes()


@cache
def document(api: str) -> Mapping[str, Any]:
    told: dict[str, Any] = json.loads(text(api))
    return told


def attributes(api: str, name: str) -> Mapping[str, Any]:
    """The attributes of a definition: name -> its schema."""
    found: Mapping[str, Any] = document(api)["definitions"][name]["properties"]
    return found


def instant(written: str) -> str:
    """A date-time in the one form that we keep and compare: UTC, milliseconds, Z. Raises ValueError.

    RFC 3339; what has no zone is taken as UTC.
    """
    moment = datetime.fromisoformat(written.strip())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        moment = moment.astimezone(UTC)
    except OverflowError as error:  # the first or last day there is, in a zone that leads beyond it
        raise ValueError("no such day") from error
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def taken(api: str, name: str, body: Mapping[str, Any], required: Iterable[str]) -> dict[str, Any]:
    """The body as it may be kept: date-times in one form; raises Refused for what the definition does not allow.

    `required`: the attributes that must be there. Attributes that the definition does not know are refused unless the
    body says by @schemaLocation or @baseType that it is an extension.
    """
    lacking = [one for one in required if body.get(one) in (None, "", [])]
    if lacking:
        raise missing(f"{', '.join(lacking)}: mandatory, and missing or empty")
    return dict(_object(document(api)["definitions"], name, body, ""))


def _object(definitions: Mapping[str, Any], name: str, body: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    schema = definitions[name]
    known = schema.get("properties", {})
    open_ended = any(mark in body for mark in EXTENDED)
    # At the top the doors say what must be there; an href that lacks is ours to fill in.
    lacking = [one for one in schema.get("required", ()) if path and body.get(one) is None and one != "href"]
    if lacking:
        raise missing(f"{path}{lacking[0]}: mandatory in {name}")
    for attribute, value in body.items():
        where = f"{path}{attribute}"
        if attribute in known:
            yield attribute, None if value is None else _value(definitions, known[attribute], value, where)
        elif open_ended:
            yield attribute, _plain(value, where)
        else:
            raise bad_field(f"{where}: no attribute of {name}; an extension says so by @schemaLocation or @baseType")


def _value(definitions: Mapping[str, Any], schema: Mapping[str, Any], value: Any, where: str) -> Any:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        target = definitions[name]
        if "properties" not in target:
            return _value(definitions, target, value, where)
        if not isinstance(value, dict):
            raise bad_field(f"{where}: must be an object")
        return dict(_object(definitions, name, value, f"{where}."))
    kind: str | None = schema.get("type")
    if kind is None:  # anything
        return _plain(value, where)
    fits: bool = isinstance(value, _KINDS[kind]) and not (isinstance(value, bool) and kind != "boolean")
    if not fits:
        raise bad_field(f"{where}: must be of type {kind}")
    if kind == "array":
        return [_value(definitions, schema["items"], one, f"{where}[{place}]") for place, one in enumerate(value)]
    if "enum" in schema and value not in schema["enum"]:
        raise bad_field(f"{where}: must be one of {', '.join(schema['enum'])}")
    if schema.get("format") == "date-time":
        try:
            return instant(value)
        except ValueError as error:
            raise bad_field(f"{where}: must be a date-time such as 2026-11-22T08:00:00Z") from error
    return _plain(value, where)


def _plain(value: Any, where: str) -> Any:
    if isinstance(value, str) and (len(value) > TEXT_MAX or "\x00" in value):
        raise bad_field(f"{where}: at most {TEXT_MAX} characters, none of them NUL")
    if isinstance(value, dict):
        return {str(name): _plain(one, f"{where}.{name}") for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, f"{where}[]") for one in value]
    return value
