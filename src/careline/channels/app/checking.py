"""The service password, asked through the hall as pages and calls ask it: the carrier's own lock counts the wrong ones."""

from functools import cache

from argon2 import PasswordHasher
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from careline.channels.app.problems import Problem, of_cause
from careline.channels.app.visit import CHANNEL, Visit, address_of
from careline.channels.app.wishes import reception
from careline.channels.portal import knocking
from careline.dialogue.talk import Wish
from careline.hall import window
from careline.values.cause import Cause, CauseClass
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.reference import new_reference

ADDRESS_MAX = 30  # wrong ones from one address within knocking.WITHIN: a household or an office


@sensitive_variables()
def password_fits(request: HttpRequest, visit: Visit, msisdn: Msisdn, password: str) -> bool:
    """Whether this is the number's service password; no where it is locked, there is none, or the number is nobody's.

    The try is counted before it is looked at. Raises Problem: too_many, or the carrier's trouble.
    """
    knock = f"app password at {address_of(request)}"[:64]
    if knocking.wrong(knock, visit.now) > ADDRESS_MAX:
        raise Problem("too_many", headers={"Retry-After": str(int(knocking.WITHIN.total_seconds()))})
    wish = Wish(service="password", verb="status", values={"password": password})
    picked = window.Picked(new_reference()[0], msisdn, wish, visit.now, channel=CHANNEL, link=visit.link)
    served = window.serve(reception(), [picked])[0]
    if served.outcome is Outcome.DONE:
        knocking.forgive(knock)
        return True
    cause = served.cause or (None if served.recorded else Cause.CARRIER_BUSY)
    if cause is not None and cause.kind is CauseClass.SYSTEM:
        knocking.forgive(knock)
        raise of_cause(cause)
    if cause is not Cause.WRONG_PASSWORD:
        # A number that is nobody's must not be told by its faster answer.
        _hasher().hash(password)
    return False


@cache
def _hasher() -> PasswordHasher:
    """As much work as checking a password is (OWASP's least for argon2id)."""
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
