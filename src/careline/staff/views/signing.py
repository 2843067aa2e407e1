"""Signing in, step by step, and out; and the language of the pages."""

import uuid
from datetime import timedelta
from math import ceil

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from careline.identity import employing, factors
from careline.identity.models import Staff
from careline.identity.provider import PROVIDER_ID, provider
from careline.journal.models import Entry
from careline.journal.writing import write
from careline.staff import entering
from careline.staff.access import actor, now, page
from careline.staff.entering import safe, speak
from careline.staff.people_labels import PROVIDER
from careline.staff.single_sign_on import SAID
from careline.staff.views.me import TOTP_SECRET, app_page, choose, too_many_codes
from careline.values.secret import mask

FAILURES_MAX = 10  # of one name from one address within the time below; then the door stays shut for the rest of it
FAILURES_ANYWHERE_MAX = 50  # of one name, wherever they come from: who guesses from many addresses gets no further
FAILURES_MINUTES = 15
_LANGUAGES = {code for code, _name in settings.LANGUAGES}


@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    onward = safe(request, request.POST.get("next") or request.GET.get("next") or "")
    if isinstance(request.user, Staff):
        return redirect(onward)
    wrong = ""
    if request.method == "POST":
        username = request.POST.get("username", "").replace("\0", "").strip()[:150]
        record, address = _record(username), request.META.get("REMOTE_ADDR", "")
        if minutes := _shut_minutes(record, address):
            wrong = _("Too many wrong passwords. Try again in %(minutes)s minutes.") % {"minutes": minutes}
        else:
            password = request.POST.get("password", "")
            person = authenticate(request, username=username, password=password)
            if isinstance(person, Staff) and not employing.known_to_everybody(username, password):
                return entering.begin(request, person, onward, "password")
            detail = {"address": address}
            write(who=record, did="sign_in_failed", what="staff", record=record, now=now(), detail=detail)
            wrong = _("The name or the password is wrong.")
    else:
        wrong = str(PROVIDER.get(str(request.session.pop(SAID, "")), ""))
    context = {"next": onward, "wrong": wrong, "provider": provider(), "provider_id": PROVIDER_ID}
    return page(request, "staff/sign_in.html", status=400 if wrong else 200, **context)


@sensitive_post_parameters("code")
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """The second factor: a code of the app, or a recovery code."""
    half = entering.half(request)
    if half is None or half.proved or not factors.has(half.person):
        return entering.go_on(request)
    wrong = ""
    if request.method == "POST":
        try:
            by = factors.prove(half.person, request.POST.get("code", "")[:40], now=now())
        except factors.TooManyCodes:
            wrong = too_many_codes()
        else:
            if by:
                entering.proved(request, by)
                return entering.go_on(request)
            wrong = _("The code is wrong or was used already. The app shows a new one every 30 seconds.")
    kinds = factors.kinds(half.person)
    return page(request, "staff/sign_in_code.html", wrong=wrong, kinds=kinds, status=400 if wrong else 200)


@never_cache
def app(request: HttpRequest) -> HttpResponse:
    """Who must have a second factor and has none sets up an app now."""
    half = entering.half(request)
    if half is None or half.proved or factors.has(half.person):
        return entering.go_on(request)
    codes, answer = app_page(request, half.person, forced=True)
    if codes is not None:
        entering.proved(request, "totp")
        request.session.pop(TOTP_SECRET, None)
    return answer


@sensitive_post_parameters("password", "again")
@never_cache
def password(request: HttpRequest) -> HttpResponse:
    """Whose password somebody else has set chooses one."""
    half = entering.half(request)
    missing = half and not half.proved and (factors.has(half.person) or factors.required(half.person))
    if half is None or missing or half.person.own_password:
        return entering.go_on(request)
    wrong: list[str] = []
    if request.method == "POST":
        wrong = choose(half.person, request)
        if not wrong:
            entering.rehash(request, half.person)
            return entering.go_on(request)
    return page(request, "staff/sign_in_password.html", wrong=wrong, status=400 if wrong else 200)


@never_cache
def go_on(request: HttpRequest) -> HttpResponse:
    """Where one goes on from the recovery codes."""
    return entering.go_on(request)


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
    answer = redirect(safe(request, request.POST.get("next", "")))
    if chosen not in _LANGUAGES:
        return answer
    if isinstance(request.user, Staff):
        Staff.objects.filter(pk=request.user.pk).update(language=chosen)
    return speak(answer, chosen)


def _record(username: str) -> str:
    """Under what failures are journaled: a name that nobody has may be a password in the wrong field, and is not kept."""
    if Staff.objects.filter(username=username).exists():
        return mask(username)
    return str(uuid.UUID(bytes=salted_hmac("staff.sign_in", username).digest()[:16]))


def _shut_minutes(record: str, address: str) -> int:
    """How long the door stays shut for this name, rounded up and at least two; 0 while it is open."""
    here = now()
    lasting = timedelta(minutes=FAILURES_MINUTES)
    tries = Entry.objects.filter(what="staff", record=record, did="sign_in_failed", at__gte=here - lasting).order_by(
        "-at"
    )
    # A door opens again when the failure that made it one too many is old enough.
    made_it = [
        *tries.filter(detail__address=address).values_list("at", flat=True)[FAILURES_MAX - 1 : FAILURES_MAX],
        *tries.values_list("at", flat=True)[FAILURES_ANYWHERE_MAX - 1 : FAILURES_ANYWHERE_MAX],
    ]
    return max(2, ceil((max(made_it) + lasting - here) / timedelta(minutes=1))) if made_it else 0
