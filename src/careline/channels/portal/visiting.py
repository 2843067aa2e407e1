"""Who visits: a device that asked for a code, a number that was proved by one; both in the session, for half an hour."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from careline.values.household import household
from careline.values.msisdn import Msisdn

VALID = timedelta(minutes=30)  # of a proved number, after the last page
KNOWN = timedelta(days=180)  # of a browser that was signed in, after the last time
_COOKIE, _NUMBERS_MAX = "careline_known", 4  # a family shares a browser
_NOTED_EVERY = timedelta(minutes=1)  # a page is written down no more often, so the half hour may be a minute short
_DEVICE, _TICKET, _NUMBER, _UNTIL = "portal_device", "portal_ticket", "portal_number", "portal_until"


def device(request: HttpRequest) -> str:
    """A name for this browser, drawn by us: nobody chooses it. One that was signed in before keeps its name."""
    if _DEVICE not in request.session:
        request.session[_DEVICE] = _kept(request)[0] or secrets.token_urlsafe(16)
    return str(request.session[_DEVICE])


def trusted(request: HttpRequest, msisdn: Msisdn) -> bool:
    """Whether this browser was signed in to this number lately: strangers do not use up its codes."""
    name, numbers = _kept(request)
    return name == device(request) and _digest(name, msisdn) in numbers


def remember(request: HttpRequest, answer: HttpResponse, msisdn: Msisdn) -> None:
    """This browser is known to have been this number's, for half a year; its cookie names no number and opens nothing."""
    name, (kept_name, numbers) = device(request), _kept(request)
    others = [one for one in numbers if kept_name == name and one != _digest(name, msisdn)]
    answer.set_cookie(
        _COOKIE,
        signing.dumps([name, [_digest(name, msisdn), *others][:_NUMBERS_MAX]], salt=_COOKIE),
        max_age=int(KNOWN.total_seconds()),
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _kept(request: HttpRequest) -> tuple[str, list[str]]:
    """The name of this browser and the numbers that were proved by it, as its cookie has them; nothing where that is forged or old."""
    try:
        name, numbers = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_COOKIE, max_age=KNOWN)
    except (signing.BadSignature, TypeError, ValueError):
        return "", []
    return str(name), list(numbers)


def _digest(name: str, msisdn: Msisdn) -> str:
    """Keyed, and another one in each browser: who reads a cookie learns no number."""
    return salted_hmac("careline.portal.known", f"{name}:{msisdn.digits}", algorithm="sha256").hexdigest()[:32]


def address(request: HttpRequest) -> str:
    return household(str(request.META.get("REMOTE_ADDR", "")))


def asked(request: HttpRequest, ticket: str) -> None:
    """This browser waits for a code."""
    request.session[_TICKET] = ticket


def ticket(request: HttpRequest) -> str:
    """What the code is waited for with; "" when none is."""
    return str(request.session.get(_TICKET, ""))


def proved(request: HttpRequest, msisdn: Msisdn, now: datetime) -> None:
    """This browser is the customer's now; the session gets a new name, so that nobody who planted one comes along."""
    request.session.cycle_key()
    request.session.pop(_TICKET, None)
    request.session[_NUMBER] = msisdn.digits
    request.session[_UNTIL] = (now + VALID).isoformat()


def number(request: HttpRequest, now: datetime) -> Msisdn | None:
    """Whose browser this is; nobody's after half an hour without a page."""
    digits, until = request.session.get(_NUMBER), request.session.get(_UNTIL)
    if not digits or not until or datetime.fromisoformat(until) <= now:
        leave(request)
        return None
    if datetime.fromisoformat(until) < now + VALID - _NOTED_EVERY:
        request.session[_UNTIL] = (now + VALID).isoformat()
    return Msisdn(digits)


def was_here(request: HttpRequest) -> bool:
    """Whether somebody had proved a number, perhaps too long ago."""
    return _NUMBER in request.session


def leave(request: HttpRequest) -> None:
    """Whoever comes next at this screen is nobody."""
    for key in (_TICKET, _NUMBER, _UNTIL):
        if key in request.session:
            del request.session[key]
