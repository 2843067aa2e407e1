"""Where wishes are posted: a click becomes the same attempt as a text. What came of it is a page of its own (`result`)."""

import re
from urllib.parse import urlencode

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from careline.channels.web import pages
from careline.channels.web.services.links import onward
from careline.channels.web.visitor import Visitor, signed_in
from careline.dialogue.book import Book
from careline.dialogue.talk import Wish
from careline.dialogue.utterance import legible
from careline.hall import window
from careline.hall.turn import Served

VALUE_MAX = 500  # characters of one value
VALUES_MAX = 8
TYPED = "web_typed"  # in the session: what was typed last and did not fit, to be shown again; never a secret
_KEY = re.compile(r"[0-9A-Za-z-]{8,64}")
_NAME = re.compile(r"[a-z_]{1,32}")
_EFFECTS = ("", "now", "next_month")


@sensitive_post_parameters()
@require_POST
@signed_in
def pick(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """One wish: key, service, verb, tier, effect, agreed, v.<name>, next."""
    effect = request.POST.get("effect", "")
    wish = Wish(
        service=_word(request, "service", 64),
        verb=_word(request, "verb", 16),
        tier=_word(request, "tier", 32),
        effect=effect if effect in _EFFECTS else "",
        values=values_of(request),
        agreed=_word(request, "agreed", 32),
        assurance=int(visitor.assurance),
    )
    return grant(request, visitor, wish)


@sensitive_post_parameters()
@require_POST
@signed_in
def answer(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The answer to an open question: key, answers, and one of yes (yes|no), v.<name>, n (numbers)."""
    yes = request.POST.get("yes", "")
    numbers = [int(one) for one in request.POST.getlist("n")[:50] if one.isascii() and one.isdigit() and len(one) < 4]
    wish = Wish(
        answers=_word(request, "answers", 64),
        yes=True if yes == "yes" else False if yes == "no" else None,
        values=values_of(request),
        numbers=tuple(numbers),
        assurance=int(visitor.assurance),
    )
    return grant(request, visitor, wish)


def grant(request: HttpRequest, visitor: Visitor, wish: Wish) -> HttpResponse:
    """Bring the wish to the hall, and lead to the page of its result; nothing was done where the hall did not take it in."""
    key = request.POST.get("key", "")
    if not _KEY.fullmatch(key):
        return not_taken(request, visitor, wish)
    try:
        served = window.serve(pages.reception(), [window.Picked(key, visitor.msisdn, wish, visitor.now)])[0]
    except OperationalError:
        return not_taken(request, visitor, wish)
    if not served.recorded:
        return not_taken(request, visitor, wish)
    _keep_typed(request, served, key, wish, pages.reception().book())
    query = {"next": onward(request)} if onward(request) else {}
    address = reverse("web-result", args=[key])
    return redirect(f"{address}?{urlencode(query)}" if query else address)


def not_taken(request: HttpRequest, visitor: Visitor, wish: Wish) -> HttpResponse:
    """Nothing happened: the same button once more. What was typed is given back only where none of it can be a secret."""
    again = (
        {}
        if wish.values
        else {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    )
    if not _KEY.fullmatch(request.POST.get("key", "")):
        again.pop("key", None)
    fields = [(name, one) for name, given in again.items() for one in given]
    address = reverse("web-answer" if wish.answers else "web-pick")
    return pages.show(
        request, "services", "not_taken.html", visitor, 503, fields=fields, address=address, back=onward(request)
    )


def values_of(request: HttpRequest) -> dict[str, str]:
    """The fields v.<name>; several of one name (ticked boxes) are joined by commas."""
    found: dict[str, str] = {}
    for field in request.POST:
        name = field[2:]
        if not field.startswith("v.") or not _NAME.fullmatch(name) or len(found) >= VALUES_MAX:
            continue
        given = legible(",".join(request.POST.getlist(field)))[:VALUE_MAX]
        if name == "picked":  # numbers of holdings
            given = ",".join(one for one in given.split(",") if one.isascii() and one.isdigit() and len(one) < 10)
        if given.strip():
            found[name] = given
    return found


def _word(request: HttpRequest, name: str, most: int) -> str:
    return legible(request.POST.get(name, ""))[:most]


def _keep_typed(request: HttpRequest, served: Served, key: str, wish: Wish, book: Book) -> None:
    """What was typed and did not fit is shown again beside what is wrong with it, once."""
    request.session.pop(TYPED, None)
    question = served.question or {}
    intent = question.get("intent") or {}
    service = book.services.get(str(intent.get("service", "")))
    action = (
        next((one for verb, one in service.actions.items() if verb == intent.get("verb")), None) if service else None
    )
    if served.asks != "fill" or action is None or not wish.values:
        return
    open_ = {one.name for one in action.parameters if not one.secret}
    if any(one.secret for one in action.parameters):
        return  # a number in the wrong field may be one
    kept = {name: value[:100] for name, value in wish.values.items() if name in open_}
    if kept:
        request.session[TYPED] = [key, kept]
