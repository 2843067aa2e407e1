"""The OpenAPI document: what the operations are, with every refusal, header and an example of each answer."""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from careline.channels.app.api import API, BASE, VERSION
from careline.channels.app.door import ANYBODY, APP, APP_HEADER
from careline.channels.app.operating import LISTED, Listed
from careline.channels.app.problems import CAUSES, KINDS, MEDIA, REFERENCE, of_cause
from careline.channels.app.scopes import SCOPES
from careline.values.cause import Cause

JSON = dict[str, Any]
_ABOUT = """Everything that the web hall does, for a carrier's own app. The guide is docs/guides/app-interface.md.

Money is in fen. Moments are ISO 8601 with a zone. Whatever goes wrong is `application/problem+json` (RFC 9457) with a
`code` that never changes its meaning. Every POST that changes something takes an `Idempotency-Key`."""
_EVERY = ("not_acceptable", "too_many", "fault")
_HEADERS: Mapping[str, str] = {
    "X-Request-Id": "Names the request in our logs.",
    "RateLimit": "What is left of the limit, and in how many seconds it is full again.",
    "RateLimit-Policy": "The limit.",
    "Idempotent-Replayed": "true when the answer is the one of the first time.",
    "Retry-After": "Seconds to wait.",
    "ETag": "The version, for If-Match.",
    "Location": "Where it is found.",
    "Link": "The next page (RFC 8288).",
}


@cache
def document() -> JSON:
    """The whole document; the same for every reader."""
    made = dict(API.get_openapi_schema(path_prefix=f"{BASE.strip('/')}/"))
    paths = cast(JSON, made["paths"])
    components = cast(JSON, made["components"])
    schemas = cast(JSON, components["schemas"])
    schemas["Problem"] = _problem_schema()
    for methods in paths.values():
        for operation in methods.values():
            _complete(operation, LISTED[operation["operationId"]], schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "careline app interface", "version": VERSION, "description": _ABOUT,
                 "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/", "description": "This host"}],
        "tags": [{"name": one.tags[0]} for one in _routers() if one.tags],
        "paths": {path: paths[path] for path in sorted(paths)},
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": _schemes(),
        },
    }  # fmt: skip


def _routers() -> Any:
    from careline.channels.app.api import ROUTERS

    return ROUTERS


def _schemes() -> JSON:
    scopes = "; ".join(f"`{name}`: {text.en}" for name, text in SCOPES.items())
    return {
        "device": {"type": "http", "scheme": "bearer", "description": f"The access token of a device. Scopes: {scopes}."},
        "app": {
            "type": "apiKey", "in": "header", "name": APP_HEADER,
            "description": "The token of the app (`careline token issue NAME --scope app`).",
        },
    }  # fmt: skip


def _complete(operation: JSON, listed: Listed, schemas: JSON) -> None:
    duty = listed.duty
    if duty.scope == APP:
        operation["security"] = [{"app": []}]
    elif duty.scope == ANYBODY:
        operation["security"] = []
    else:
        operation["security"] = [{"device": [duty.scope] if duty.scope else []}]
    if duty.once:
        operation["parameters"] = [*operation.get("parameters", ()), _key_header()]
    for parameter in operation.get("parameters", ()):
        _describe_parameter(parameter)
    if body := operation.get("requestBody"):
        content = body["content"]["application/json"]
        content["example"] = example_of(content["schema"], schemas)
    responses = cast(JSON, operation["responses"])
    for status in list(responses):
        told = responses.pop(status)
        if listed.media and int(status) == 200:
            told["content"] = {listed.media: {"schema": {"type": "string", "format": "binary"}, "example": "PK…"}}
        for media in told.get("content", {}).values() if not listed.media else ():
            media["example"] = example_of(media["schema"], schemas)
        own = listed.headers.get(int(status), ())
        told["headers"] = _headers_of(duty.once, duty.scope, *own)
        responses[str(status)] = told
    for number, codes in _refusals(operation, listed).items():
        responses[str(number)] = _refusal(number, codes, duty.scope)


def _refusals(operation: JSON, listed: Listed) -> dict[int, list[str]]:
    """The codes that this operation may answer, by status."""
    duty, codes = listed.duty, list(_EVERY)
    if duty.scope == APP:
        codes += ["no_app", "bad_app"]
    elif duty.scope != ANYBODY:
        codes += ["no_token", "bad_token", *(["scope_missing"] if duty.scope else [])]
    if duty.reads_body:
        codes += ["bad_json", "too_large", "bad_media"]
    if duty.reads_body or operation.get("parameters"):
        codes.append("invalid")
    if duty.once:
        codes += ["key_missing", "key_bad", "key_reused", "key_in_flight"]
    by: dict[int, list[str]] = {}
    for code in dict.fromkeys([*codes, *duty.problems]):
        by.setdefault(_status(code), []).append(code)
    return dict(sorted(by.items()))


def _status(code: str) -> int:
    return KINDS[code][0] if code in KINDS else of_cause(Cause(code)).status


def _refusal(status: int, codes: list[str], scope: str) -> JSON:
    first = codes[0]
    title = KINDS[first][1] if first in KINDS else CAUSES[Cause(first)]
    example = {
        "type": f"{REFERENCE}#{first}", "title": title.en, "status": status, "code": first,
        "reference": "0193a3c2-7d7e-7c1b-9a55-2f0e6b1c9d11",
    }  # fmt: skip
    own = ("Retry-After",) if status in (429, 503) else ()
    return {
        "description": "One of: " + ", ".join(codes) + ".",
        "headers": _headers_of(False, scope, *own),
        "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }


def _headers_of(once: bool, scope: str, *own: str) -> JSON:
    names = ["X-Request-Id", *(() if scope == ANYBODY else ("RateLimit", "RateLimit-Policy")), *own]
    if once:
        names.append("Idempotent-Replayed")
    return {name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in names}


def _key_header() -> JSON:
    return {
        "in": "header", "name": "Idempotency-Key", "required": True,
        "description": "Drawn by the app for this one deed, and sent again with every try of it. Kept for 48 hours.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,128}$"},
        "example": "7f1d3c52-5b1e-4a52-9d7e-0c8f6f0f2a11",
    }  # fmt: skip


def _describe_parameter(parameter: JSON) -> None:
    schema = parameter["schema"]
    parameter.pop("examples", None)
    if "example" not in parameter:
        parameter["example"] = example_of(schema, {})
    parameter.setdefault("description", str(schema.get("title", parameter["name"])))
    for name in ("title", "examples", "description"):
        schema.pop(name, None)


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """One value that fits, from the examples of its parts."""
    if "examples" in schema:
        return schema["examples"][0]
    if ref := schema.get("$ref"):
        return example_of(schemas[ref.rsplit("/", 1)[-1]], schemas)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return example_of(schema[several][0], schemas)
    if schema.get("type") == "object":
        return {
            name: example_of(one, schemas)
            for name, one in schema.get("properties", {}).items()
            if name in schema.get("required", ()) or "default" not in one or not schema.get("required")
        }
    if schema.get("type") == "array":
        return [example_of(schema["items"], schemas)] if "items" in schema else []
    if "default" in schema:
        return schema["default"]
    return {"string": "", "integer": 1, "number": 1, "boolean": True}.get(str(schema.get("type")))


def _problem_schema() -> JSON:
    said = {"type": "string"}
    return {
        "title": "Problem",
        "type": "object",
        "description": "RFC 9457 problem details.",
        "required": ["type", "title", "status", "code", "reference"],
        "properties": {
            "type": said | {"description": "Where the kind of problem is explained."},
            "title": said | {"description": "What it is, in the language of Accept-Language."},
            "status": {"type": "integer", "description": "The status of the answer."},
            "code": said | {"description": "What it is, for programs. Never changes its meaning.",
                            "enum": sorted({*KINDS, *(cause.value for cause in CAUSES)})},
            "reference": said | {"description": "Names the request in our logs."},
            "detail": said | {"description": "What it is this time, for people."},
            "errors": {
                "type": "array", "description": "Where the request does not fit, and why.",
                "items": {"type": "object", "required": ["at", "why"], "properties": {"at": said, "why": said}},
            },
            "scope": said | {"description": "The scope that is missing."},
            "wish": said | {"description": "The reference of the attempt that was refused."},
        },
    }  # fmt: skip
