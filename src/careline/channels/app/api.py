"""The interface put together: its operations by resource, how refusals read, and its addresses."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from ninja import NinjaAPI, Router
from ninja.errors import ValidationError

from careline.catalogue.refusals import NothingPublished
from careline.channels.app import (
    bills,
    cases,
    entering,
    me,
    menu,
    money,
    notices,
    offers,
    orders,
    privacy,
    services,
    shop,
    wishes,
)
from careline.channels.app.door import door, nowhere
from careline.channels.app.operating import Strict
from careline.channels.app.problems import Problem, answer_of
from careline.channels.app.visit import name_of

VERSION = "1.0.0"
BASE = "/api/v1"
_SAID_MAX = 12  # of what is wrong with one request

ROUTERS: tuple[Router, ...] = (
    entering.router, me.router, services.router, wishes.router, menu.router, bills.router, cases.router, notices.router,
    shop.router, orders.router, money.router, offers.router, privacy.router,
)  # fmt: skip


def build() -> NinjaAPI:
    api = NinjaAPI(
        title="careline", version=VERSION, openapi_url=None, docs_url=None, urls_namespace="app", parser=Strict()
    )
    for router in ROUTERS:
        api.add_router("", router)

    @api.exception_handler(Problem)
    def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
        return answer_of(problem, name_of(request))

    @api.exception_handler(ValidationError)
    def _unfit(request: HttpRequest, unfit: ValidationError) -> HttpResponse:
        wrong = list(_errors(unfit))[:_SAID_MAX]
        return answer_of(Problem("invalid", errors=wrong), name_of(request))

    @api.exception_handler(NothingPublished)
    def _unpublished(request: HttpRequest, unpublished: NothingPublished) -> HttpResponse:
        return answer_of(Problem("not_ready", headers={"Retry-After": "60"}), name_of(request))

    return api


def _errors(unfit: ValidationError) -> Iterator[dict[str, str]]:
    """Where and why; never what was given, which may be a password."""
    for one in unfit.errors:
        places = [str(place) for place in one.get("loc", ())]
        if places[:1] in (["body"], ["query"], ["path"]):
            places = places[1:]
        if places[:1] == ["body"]:
            places = places[1:]
        yield {"at": ".".join(places)[:80], "why": str(one.get("type", "invalid"))}


API = build()


def addresses() -> list[URLPattern]:
    patterns: list[URLPattern] = []
    for pattern in API.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            pattern.callback = door(pattern.callback)
            patterns.append(pattern)
    return [*patterns, re_path(r"", door(nowhere), name="app-nowhere")]
