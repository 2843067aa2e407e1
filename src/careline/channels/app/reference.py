"""The document for programs, and the same as a page for people: plain HTML, nothing from elsewhere, no scripts."""

import hashlib
import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from careline.channels.app import describing
from careline.channels.app.problems import CAUSES, KINDS, language, of_cause
from careline.channels.app.scopes import SCOPES

_HOUR = "public, max-age=3600"


@cache
def written() -> bytes:
    """The document as it is served and compared."""
    return (json.dumps(describing.document(), ensure_ascii=False, indent=1) + "\n").encode()


def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, with its digest as version."""
    tag = f'"{hashlib.sha256(written()).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag, "Cache-Control": _HOUR})
    return HttpResponse(written(), content_type="application/json", headers={"ETag": tag, "Cache-Control": _HOUR})


def page(request: HttpRequest) -> HttpResponse:
    """Every operation, shape and kind of problem."""
    spoken = language()
    kinds = [(code, status, title.read(spoken)) for code, (status, title) in KINDS.items()]
    kinds += [
        (cause.value, of_cause(cause).status, title.read(spoken))
        for cause, title in CAUSES.items()
        if cause.value not in KINDS
    ]
    scopes = [(name, text.read(spoken)) for name, text in SCOPES.items()]
    context = {"groups": _groups(), "kinds": kinds, "scopes": scopes, "language": spoken, "words": _WORDS[spoken]}
    return render(request, "app/reference.html", context)


@cache
def _groups() -> list[tuple[str, list[dict[str, Any]]]]:
    document = describing.document()
    groups: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            groups[told["tags"][0]].append(_shown(path, method, told))
    return list(groups.items())


def _shown(path: str, method: str, told: dict[str, Any]) -> dict[str, Any]:
    content = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    answers = []
    for status, one in told["responses"].items():
        media: dict[str, Any] = next(iter(one.get("content", {}).values()), {})
        good = status < "300"
        example = json.dumps(media["example"], ensure_ascii=False, indent=2) if good and "example" in media else ""
        answers.append({"status": status, "good": good, "about": one["description"], "example": example})
    security: dict[str, list[str]] = next(iter(told["security"]), {})
    return {
        "id": told["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": told["summary"],
        "about": told["description"],
        "parameters": told.get("parameters", ()),
        "body": json.dumps(content["example"], ensure_ascii=False, indent=2) if content else "",
        "answers": answers,
        "needs": ", ".join(security.get("device", ()))
        if "device" in security
        else "X-Careline-App"
        if security
        else "",
    }


_WORDS = {
    "zh": {
        "title": "careline 应用接口", "lead": "网上营业厅能做的，应用都能做。", "document": "OpenAPI 文档",
        "problems": "问题种类", "scopes": "权限", "needs": "需要", "request": "请求", "answers": "答复",
    },
    "en": {
        "title": "careline app interface", "lead": "An app can do whatever the web hall does.",
        "document": "OpenAPI document", "problems": "Kinds of problems", "scopes": "Scopes", "needs": "needs",
        "request": "Request", "answers": "Answers",
    },
}  # fmt: skip
