"""Who visits: a device that asked for a code, a number that was proved by one; both in the session, for half an hour."""

import secrets
from datetime import datetime, timedelta

from django.http import HttpRequest

from careline.values.household import household
from careline.values.msisdn import Msisdn

VALID = timedelta(minutes=30)  # of a proved number, after the last page
_NOTED_EVERY = timedelta(minutes=1)  # a page is written down no more often, so the half hour may be a minute short
_DEVICE, _TICKET, _NUMBER, _UNTIL = "portal_device", "portal_ticket", "portal_number", "portal_until"


def device(request: HttpRequest) -> str:
    """A name for this browser, drawn by us: nobody chooses it."""
    return str(request.session.setdefault(_DEVICE, secrets.token_urlsafe(16)))


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
