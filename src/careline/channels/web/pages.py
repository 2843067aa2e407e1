"""What every page of the web hall has in common: its frame, its words, its reception."""

from functools import cache
from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from careline import wiring
from careline.catalogue import library
from careline.catalogue.refusals import NothingPublished
from careline.channels.calls import settings as calls
from careline.channels.portal.phrases import page_language
from careline.channels.web.phrases import PHRASES as COMMON
from careline.channels.web.visitor import Visitor
from careline.hall.reception import Reception

LOOKS = ("light", "dark")
LOOK, SENIOR = "web_look", "web_senior"  # cookies: how this browser likes its pages
_HOTLINE = "10086"  # where the catalogue names no address
_TABS = ("home", "services", "bills", "shop", "me")
_SENIOR_TABS = ("home", "services", "bills", "me")  # fewer, for more room
_TAB_OF = {"entering": "home", "money": "shop", "leaving": "me"}  # parts that are no tab of their own


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
    """The template `web/<part>/<template>`, with the words of its part; no link leaks, nothing is indexed.

    `tab` in the context names the tab that is shown as current; without it the part's own.
    """
    language = page_language()
    words = phrases(part, language)
    frame = _frame(request, visitor, words, str(context.get("tab", _TAB_OF.get(part, part))))
    context = {"words": words, "language": language, "visitor": visitor, "part": part, **frame, **context}
    answer = render(request, f"web/{part}/{template}", context, status=status)
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def address(name: str, *args: object) -> str:
    """The address of this page; of home where there is none of that name."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return reverse("web-home")


def hotline() -> str:
    """The number under which people answer."""
    try:
        return library.current().addresses.get("hall", _HOTLINE)
    except NothingPublished:
        return _HOTLINE


def onward(request: HttpRequest, fallback: str = "web-home") -> str:
    """Where `next` leads, if that is the path of a page of this site; else the fallback."""
    wanted = str(request.POST.get("next") or request.GET.get("next") or "")[:2000]
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    if safe and wanted.startswith("/"):
        return wanted
    return reverse(fallback)


def likes_senior(request: HttpRequest, visitor: Visitor | None) -> bool:
    """Senior mode: the customer's own choice; before signing in, this browser's."""
    return visitor.subscriber.senior if visitor is not None else request.COOKIES.get(SENIOR) == "on"


def may_be_called(visitor: Visitor | None) -> bool:
    """Whether we call back at all; of somebody who has signed in, whether we call their number."""
    known = calls.from_environment()
    return bool(known.callback_uri) if visitor is None else known.may_call_back(visitor.msisdn.digits)


def _frame(request: HttpRequest, visitor: Visitor | None, words: dict[str, str], tab: str) -> dict[str, Any]:
    look = request.COOKIES.get(LOOK, "")
    privacy = address("web-privacy")
    home, senior = reverse("web-home"), likes_senior(request, visitor)
    return {
        "home": home,
        "look": look if look in LOOKS else "",
        "senior": senior,
        # A call back is promised only where one comes.
        "person_bar": words["call_back" if senior and may_be_called(visitor) else "other_ways_to_us"],
        "hotline": hotline(),
        "here": request.get_full_path() if request.method == "GET" else home,
        "privacy": privacy if privacy != home else "",
        "tabs": [
            (name, address(f"web-{name}"), words[f"tab_{name}"], name == tab)
            for name in (_SENIOR_TABS if senior else _TABS)
        ],
    }
