"""Signing in and out, and the language of the pages."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from careline.identity.models import Staff
from careline.journal.models import Entry
from careline.journal.writing import write
from careline.staff.access import actor, now, page
from careline.values.secret import mask

FAILURES_MAX = 10  # of one name from one address within the time below; then the door stays shut for the rest of it
FAILURES_ANYWHERE_MAX = 50  # of one name, wherever they come from: who guesses from many addresses gets no further
FAILURES_MINUTES = 15
_LANGUAGES = {code for code, _name in settings.LANGUAGES}


@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    onward = _safe(request, request.POST.get("next") or request.GET.get("next") or "")
    if isinstance(request.user, Staff):
        return redirect(onward)
    wrong = ""
    if request.method == "POST":
        username = request.POST.get("username", "").replace("\0", "").strip()[:150]
        record, address = _record(username), request.META.get("REMOTE_ADDR", "")
        if _too_many(record, address):
            wrong = _("Too many wrong passwords. Try again in %(minutes)s minutes.") % {"minutes": FAILURES_MINUTES}
        else:
            person = authenticate(request, username=username, password=request.POST.get("password", ""))
            if isinstance(person, Staff):
                login(request, person)
                write(who=username, did="sign_in", what="staff", record=username, now=now())
                return _speak(redirect(onward), person.language)
            detail = {"address": address}
            write(who=record, did="sign_in_failed", what="staff", record=record, now=now(), detail=detail)
            wrong = _("The name or the password is wrong.")
    return page(request, "staff/sign_in.html", next=onward, wrong=wrong, status=400 if wrong else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, Staff):
        write(who=actor(request), did="sign_out", what="staff", record=actor(request), now=now())
    logout(request)
    return redirect("staff:sign-in")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages, for this browser and, when signed in, for this person."""
    chosen = request.POST.get("language", "")
    answer = redirect(_safe(request, request.POST.get("next", "")))
    if chosen not in _LANGUAGES:
        return answer
    if isinstance(request.user, Staff):
        Staff.objects.filter(pk=request.user.pk).update(language=chosen)
    return _speak(answer, chosen)


def _speak(answer: HttpResponse, chosen: str) -> HttpResponse:
    translation.activate(chosen)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 86400,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


def _safe(request: HttpRequest, onward: str) -> str:
    """Only pages of ours are gone on to: a link must not lead staff to a stranger's look-alike."""
    fits = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return onward if onward and fits else settings.LOGIN_REDIRECT_URL


def _record(username: str) -> str:
    """Under what failures are journaled: a name that nobody has may be a password in the wrong field, and is not kept."""
    if Staff.objects.filter(username=username).exists():
        return mask(username)
    return str(uuid.UUID(bytes=salted_hmac("staff.sign_in", username).digest()[:16]))


def _too_many(record: str, address: str) -> bool:
    since = now() - timedelta(minutes=FAILURES_MINUTES)
    tries = Entry.objects.filter(what="staff", record=record, did="sign_in_failed", at__gte=since)
    return tries.count() >= FAILURES_ANYWHERE_MAX or tries.filter(detail__address=address).count() >= FAILURES_MAX
