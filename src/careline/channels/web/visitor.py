"""Who is at the page: the customer whose number this browser has proved, how surely, and how they like their pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from urllib.parse import urlencode

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
    """This browser is this customer's now; its session gets a new name."""
    visiting.proved(request, msisdn, at)
    request.session[_ASSURANCE] = int(assurance)


def visitor(request: HttpRequest, at: datetime) -> Visitor | None:
    """The customer at this page; None when nobody has signed in, or the time is over. One statement beside the session's."""
    msisdn = visiting.number(request, at)
    if msisdn is None:
        return None
    subscriber = recognising.recognise([msisdn]).get(msisdn)
    if subscriber is None:
        visiting.leave(request)
        return None
    return Visitor(msisdn, subscriber, Assurance(int(request.session.get(_ASSURANCE, Assurance.LINE))), at)


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for customers: `view(request, visitor, …)`; whoever has not signed in is asked to, and comes back here."""

    @never_cache
    @wraps(view)
    def entered(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        known = visitor(request, now())
        if known is None:
            onward = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
            return redirect(f"{reverse('web-sign-in')}?{onward}")
        return view(request, known, *args, **named)

    return entered
