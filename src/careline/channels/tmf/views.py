"""Where other systems ask: one way in for the three APIs."""

import logging
import re
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from careline import wiring
from careline.channels.tmf import hub, interactions, messages, querying, reading, specification, tickets
from careline.channels.tmf.entering import Visit, body_of, let_in
from careline.channels.tmf.refusing import OURS, Refused, conflict, not_allowed, not_found
from careline.channels.tmf.sources import SOURCES, Source
from careline.journal import writing

log = logging.getLogger(__name__)
DOORS: Mapping[str, ModuleType] = {one.API: one for one in (tickets, interactions, messages)}
_ID = re.compile(r"[A-Za-z0-9-]{1,40}")
CONTENT_TYPE = "application/json; charset=utf-8"


def _door(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view that lets in, answers refusals as TM Forum's Error, and never shows what went wrong inside."""

    def dress(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        def dressed(request: HttpRequest, api: str, **place: str) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise not_allowed(str(request.method), ", ".join(methods))
                return view(request, let_in(request, wiring.clock()), SOURCES[api], **place)
            except Refused as refused:
                return _json(refused.document(), refused.status, refused.headers)
            except (DatabaseError, InterfaceError) as error:
                log.error("tmf %s: the database does not answer: %s", api, (str(error).splitlines() or [""])[0])
                busy = Refused(503, "5", "Service temporarily unavailable", "try again", {"Retry-After": "2"})
                return _json(busy.document(), 503, busy.headers)
            except Exception:
                log.exception("tmf %s failed", api)
                return _json(Refused(500, OURS, "Internal error").document(), 500, {})

        return dressed

    return dress


@_door("GET", "HEAD", "POST")
def collection(request: HttpRequest, visit: Visit, source: Source) -> HttpResponse:
    """The list, or a new one."""
    if request.method == "POST":
        id_, new = DOORS[source.api].create(visit, body_of(request))
        document = reading.one(source, id_, visit.view)
        if document is None:
            raise conflict("what this key made has been removed since; use another key")
        if not new:  # what was there before may tell a number that this client did not send
            _looked(visit, source, id_)
        return _json(document, 201 if new else 200, {"Location": document["href"]})
    raw = request.META.get("QUERY_STRING", "")
    query = querying.read(raw, specification.attributes(source.api, source.type))
    page = reading.page(source, query, visit.view)
    _looked(visit, source, raw)
    shown = [querying.chosen(one, query.fields, keep=("id", "href")) for one in page.documents]
    whole = len(shown) == page.total
    headers = {"X-Total-Count": str(page.total), "X-Result-Count": str(len(shown))}
    if links := _links(request, visit, query, page.total):
        headers["Link"] = links
    return _json(shown, 200 if whole else 206, headers)


@_door("GET", "HEAD", "PATCH", "DELETE")
def single(request: HttpRequest, visit: Visit, source: Source, id_: str) -> HttpResponse:
    """One of them: read, changed, removed."""
    if not _ID.fullmatch(id_):  # nothing of ours is called so
        raise not_found(source.resource)
    if request.method == "PATCH":
        DOORS[source.api].change(visit, id_, body_of(request))
        document = _found(source, id_, visit)
        _looked(visit, source, id_)
        return _json(document, 200, {})
    if request.method == "DELETE":
        return _removed(visit, source, id_)
    document = _found(source, id_, visit)
    _looked(visit, source, id_)
    query = querying.read(request.META.get("QUERY_STRING", ""), specification.attributes(source.api, source.type))
    # Who has the id is given exactly the attributes that were asked for, as the kit of TMF621 checks.
    return _json(querying.chosen(document, query.fields), 200, {})


def _removed(visit: Visit, source: Source, id_: str) -> HttpResponse:
    if source.api == tickets.API:
        _found(source, id_, visit)
        raise not_allowed("DELETE", "GET, HEAD, PATCH", "a case is never deleted; it ends in the archive")
    DOORS[source.api].remove(visit, id_)
    return HttpResponse(status=204)


@_door("POST")
def hubs(request: HttpRequest, visit: Visit, source: Source) -> HttpResponse:
    """A new subscription."""
    if source.api not in hub.EVENTS:
        raise not_allowed("POST", "", "TMF681 defines no events; the state of a message can be read")
    made = hub.subscribe(visit, source.api, body_of(request))
    return _json(made, 201, {"Location": f"{visit.view.host}{source.base}hub/{made['id']}"})


@_door("DELETE")
def hub_of(request: HttpRequest, visit: Visit, source: Source, id_: str) -> HttpResponse:
    hub.unsubscribe(visit, source.api, id_)
    return HttpResponse(status=204)


@_door("GET", "HEAD")
def openapi(request: HttpRequest, visit: Visit, source: Source) -> HttpResponse:
    """The OpenAPI file of TM Forum by which this API is to be read."""
    return HttpResponse(specification.text(source.api), content_type=CONTENT_TYPE)


@csrf_exempt
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    return _json(not_found(f"resource {rest[:80]}").document(), 404, {})


def _found(source: Source, id_: str, visit: Visit) -> dict[str, Any]:
    document = reading.one(source, id_, visit.view)
    if document is None:
        raise not_found(f"{source.resource} {id_[:40]}")
    return document


def _looked(visit: Visit, source: Source, what: str) -> None:
    """Whoever may see numbers leaves a line in the journal with each look."""
    if visit.view.sees_numbers:
        writing.write(who=visit.by, did="look", what=source.resource, record=what[:80], now=visit.now)


def _links(request: HttpRequest, visit: Visit, query: querying.Query, total: int) -> str:
    """RFC 8288: the first, previous, next and last page of this question."""
    if not query.limit or (total <= query.limit and not query.offset):
        return ""
    asked = [(name, value) for name, value in request.GET.lists() if name not in ("offset", "limit")]

    def link(offset: int, rel: str) -> str:
        pairs = [(name, one) for name, values in asked for one in values]
        query_string = urlencode([*pairs, ("offset", offset), ("limit", query.limit)], safe=",:")
        return f'<{visit.view.host}{request.path}?{query_string}>; rel="{rel}"'

    links = [link(0, "first")]
    if query.offset > 0:
        links.append(link(max(0, query.offset - query.limit), "prev"))
    if query.offset + query.limit < total:
        links.append(link(query.offset + query.limit, "next"))
    return ", ".join([*links, link(max(0, (total - 1) // query.limit * query.limit), "last")])


def _json(document: Any, status: int, headers: Mapping[str, str]) -> HttpResponse:
    response = JsonResponse(
        document, safe=False, status=status, headers=dict(headers), json_dumps_params={"ensure_ascii": False}
    )
    response["Content-Type"] = CONTENT_TYPE
    response["Cache-Control"] = "no-store"
    return response
