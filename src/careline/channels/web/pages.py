"""What every page of the web hall has in common: its frame, its words, its reception."""

from functools import cache
from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from careline import wiring
from careline.channels.portal.phrases import page_language
from careline.channels.web.phrases import PHRASES as COMMON
from careline.channels.web.visitor import Visitor
from careline.hall.reception import Reception


@cache
def reception() -> Reception:
    """The hall as pages reach it: every answer is waited for within the request."""
    return wiring.reception()


@cache
def phrases(part: str, language: str) -> dict[str, str]:
    """The words of a part (home, bills, …) and of the frame, in one language."""
    own = import_module(f"careline.channels.web.{part}.phrases").PHRASES
    at = 1 if language == "en" else 0
    return {key: both[at] for key, both in {**COMMON, **own}.items()}


def show(
    request: HttpRequest, part: str, template: str, visitor: Visitor | None = None, status: int = 200, **context: Any
) -> HttpResponse:
    """The template `web/<part>/<template>`, with the words of its part; no link leaks, nothing is indexed."""
    language = page_language()
    words = phrases(part, language)
    context = {"words": words, "language": language, "visitor": visitor, "part": part, **context}
    answer = render(request, f"web/{part}/{template}", context, status=status)
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
