"""Who is at the page: the customer whose number this browser has proved, how surely, and how they like their pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from careline.channels.portal import visiting
from careline.dialogue.talk import Subscriber
from careline.identity import recognising
from careline.values.assurance import Assurance
from careline.values.msisdn import Msisdn

_ASSURANCE = "web_assurance"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in customer, for one request."""

    msisdn: Msisdn
    subscriber: Subscriber
    assurance: Assurance  # LINE by a code that was sent to the number, PASSWORD by the service password
    now: datetime

    @property
    def language(self) -> str:
        return self.subscriber.language


def now() -> datetime:
    return datetime.now(UTC)


def sign_in(request: HttpRequest, msisdn: Msisdn, assurance: Assurance, at: datetime) -> None:
    """This browser is this customer's now; its session gets a new name, and nothing of who was here before."""
    _make_room(request, msisdn)
    visiting.proved(request, msisdn, at)
    # With its number: who comes by a code after somebody with a password has not shown that password.
    request.session[_ASSURANCE] = [msisdn.digits, int(assurance)]


def sign_out(request: HttpRequest) -> None:
    """Whoever comes next at this screen is nobody."""
    visiting.leave(request)
    _forget(request)


def _make_room(request: HttpRequest, msisdn: Msisdn) -> None:
    """Another customer at this browser finds no basket and no half-typed form of the last one."""
    noted = request.session.get(_ASSURANCE)
    if noted is not None and noted[:1] != [msisdn.digits]:
        _forget(request)


def _forget(request: HttpRequest) -> None:
    """What the pages kept for a customer in the session: baskets, half-typed forms, tickets, proofs."""
    for key in [key for key in request.session.keys() if key.startswith("web_")]:  # noqa: SIM118
        del request.session[key]


def visitor(request: HttpRequest, at: datetime) -> Visitor | None:
    """The customer at this page; None when nobody has signed in, or the time is over. One statement beside the session's."""
    msisdn = visiting.number(request, at)
    if msisdn is None:
        return None
    subscriber = recognising.recognise([msisdn]).get(msisdn)
    if subscriber is None or subscriber.status == "released":  # given up: whoever has it next is somebody else
        sign_out(request)
        return None
    _make_room(request, msisdn)  # who came in by the pages of complaints
    return Visitor(msisdn, subscriber, _assurance(request, msisdn), at)


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for customers: `view(request, visitor, …)`; whoever has not signed in is asked to, and comes back here."""

    @never_cache
    @wraps(view)
    def entered(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        _without_nul(request)
        was_here = visiting.was_here(request)
        known = visitor(request, now())
        if known is None:
            asked = {"next": _came_from(request)} | ({"over": "1"} if was_here else {})
            return redirect(f"{reverse('web-sign-in')}?{urlencode(asked)}")
        return view(request, known, *args, **named)

    return entered


def _without_nul(request: HttpRequest) -> None:
    """No form of ours sends the one sign that no database keeps: it is left out before anybody reads the fields."""
    for given in (request.GET, request.POST):
        if any("\0" in text for _, texts in given.lists() for text in texts):
            clean = given.copy()
            for name, texts in given.lists():
                clean.setlist(name, [text.replace("\0", "") for text in texts])
            if given is request.GET:
                request.GET = clean  # type: ignore[assignment]
            else:
                request.POST = clean  # type: ignore[assignment]


def _assurance(request: HttpRequest, msisdn: Msisdn) -> Assurance:
    noted = request.session.get(_ASSURANCE)
    if not isinstance(noted, list) or len(noted) != 2 or noted[0] != msisdn.digits:
        return Assurance.LINE
    return Assurance(int(noted[1]))


def _came_from(request: HttpRequest) -> str:
    """Where to go on after signing in: this page, or the one with the form that was sent too late."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()[:2000]
    referred = urlsplit(request.headers.get("Referer", ""))
    if referred.netloc == request.get_host():
        return f"{referred.path}?{referred.query}"[:2000] if referred.query else referred.path[:2000]
    return reverse("web-home")
