"""A number is proved: the session, the language and the look are the customer's from here on."""

from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from careline.channels.portal import visiting
from careline.channels.web import pages, visitor
from careline.identity import recognising
from careline.values.assurance import Assurance
from careline.values.msisdn import Msisdn

YEAR_SECONDS = 365 * 86400
SPOKEN, WANTED = "web_spoken", "web_wanted_senior"  # chosen in this session before anybody had signed in


def arrive(request: HttpRequest, msisdn: Msisdn, assurance: Assurance) -> HttpResponse:
    """Sign in and go on to `next`. What was chosen on the way in is kept for the customer; else theirs is taken over."""
    spoken, wanted = request.session.pop(SPOKEN, None), request.session.pop(WANTED, None)
    visitor.sign_in(request, msisdn, assurance, visitor.now())
    if spoken in ("zh", "en"):
        recognising.keep_languages({msisdn: spoken})
    if wanted is not None:
        recognising.keep_seniors({msisdn: bool(wanted)})
    answer = redirect(pages.onward(request))
    visiting.remember(request, answer, msisdn)
    known = recognising.recognise([msisdn]).get(msisdn)
    if known is not None:
        keep_language(answer, known.language)
    return answer


def keep_language(answer: HttpResponse, language: str) -> None:
    """The pages of this browser speak this language."""
    keep(answer, settings.LANGUAGE_COOKIE_NAME, "en" if language == "en" else "zh-hans")


def keep(answer: HttpResponse, name: str, value: str) -> None:
    """A choice of this browser, kept for a year: no number, no secret."""
    samesite: Literal["Lax"] = "Lax"
    answer.set_cookie(
        name, value, max_age=YEAR_SECONDS, samesite=samesite, httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
