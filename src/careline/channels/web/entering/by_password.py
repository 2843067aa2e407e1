"""The way in by number and service password; and, for who came by a code, the password that some deeds ask for."""

import time
from threading import Event

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from careline.channels.portal import visiting
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages, visitor
from careline.channels.web.entering.arriving import arrive
from careline.channels.web.entering.by_code import with_next
from careline.channels.web.entering.checking import Checked, check
from careline.channels.web.visitor import Visitor
from careline.values.assurance import Assurance
from careline.values.msisdn import Msisdn, NotANumber

DIGITS = 6


@sensitive_post_parameters("number", "password")
@never_cache
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Number and password; of somebody who has signed in already, the password alone."""
    known = visitor.visitor(request, visitor.now())
    if known is not None and known.assurance >= Assurance.PASSWORD:
        return redirect(pages.onward(request))
    wrong, written = "", request.POST.get("number", "")[:40]
    if request.method == "POST":
        began = time.monotonic()
        secret = request.POST.get("password", "").strip()
        entered = _step_up(request, known, secret) if known else _sign_in(request, written, secret)
        if isinstance(entered, HttpResponse):
            return entered
        wrong = entered
        if known is None:
            _keep_pace(began)
    words = pages.phrases("entering", page_language())
    return pages.show(
        request,
        "entering",
        "password.html",
        known,
        status=400 if wrong else 200,
        wrong=wrong,
        number=written,
        over="over" in request.GET,
        forgotten=words["forgotten"].format(hotline=pages.hotline()),
        by_code=with_next(request, "web-sign-in"),
    )


def _sign_in(request: HttpRequest, written: str, secret: str) -> HttpResponse | str:
    """In, or what is said: the same words for a wrong password, a locked one, and a number that nobody has."""
    words = pages.phrases("entering", page_language())
    try:
        msisdn = Msisdn.parse(written, settings.COUNTRY_CODE)
    except NotANumber:
        return words["no_number"]
    if not _is_password(secret):
        return words["password_form"]
    checked = _check(request, msisdn, secret)
    if checked.said == "right":
        return arrive(request, msisdn, Assurance.PASSWORD)
    return words[{"slow": "password_slow", "away": "password_away"}.get(checked.said, "password_no")]


def _step_up(request: HttpRequest, known: Visitor, secret: str) -> HttpResponse | str:
    """On, or what is wrong: whose number it is has been shown, so it may be said plainly."""
    words, hotline = pages.phrases("entering", page_language()), pages.hotline()
    if not _is_password(secret):
        return words["password_form"]
    checked = _check(request, known.msisdn, secret)
    if checked.said == "right":
        return arrive(request, known.msisdn, Assurance.PASSWORD)
    if checked.said == "wrong" and checked.tries_left is not None:
        return words["prove_wrong"].format(n=checked.tries_left)
    if checked.said == "locked" and checked.locked_until is not None:
        return words["prove_locked"].format(until=f"{localtime(checked.locked_until):%Y-%m-%d %H:%M}", hotline=hotline)
    if checked.said == "none":
        return words["prove_none"].format(hotline=hotline)
    tail = {"slow": "password_slow", "away": "password_away"}.get(checked.said, "prove_wrong_some")
    return words[tail]


def _check(request: HttpRequest, msisdn: Msisdn, secret: str) -> Checked:
    return check(msisdn, secret, address=visiting.address(request), device=visiting.device(request), now=visitor.now())


def _is_password(written: str) -> bool:
    return len(written) == DIGITS and written.isascii() and written.isdigit()


def _keep_pace(began: float) -> None:
    """Wait for the end of this pace: how long the carrier thought about it tells nobody who its customers are."""
    pace = settings.PASSWORD_PACE_SECONDS
    Event().wait(pace - (time.monotonic() - began) % pace)
