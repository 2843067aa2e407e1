"""From the first proof of who somebody is to the open door: second factor, own password, and only then a session.

Who has shown the password alone is *half in*: the session knows who it may become, and opens no page.
"""

from datetime import datetime, timedelta
from functools import wraps
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache

from careline.identity import factors
from careline.identity.models import Staff
from careline.journal.writing import write
from careline.staff.access import View, now

HALF = "half_in"
SURE = "sure_at"  # when the person last showed who she is
HALF_MINUTES, SURE_MINUTES = 10, 30
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Half(NamedTuple):
    """Who is half in, and what is still to be shown."""

    person: Staff
    onward: str
    how: str  # by what so far: password, provider, password+totp
    proved: bool  # a second factor was shown, or the provider asks for one itself


def begin(request: HttpRequest, person: Staff, onward: str, how: str, *, proved: bool = False) -> HttpResponse:
    """The first proof was given: on to whatever is still to be shown. The session is a new one (no fixation)."""
    # Nothing stays of who was at this browser before: not the secret of an app that somebody else was shown.
    request.session.flush()
    request.session[HALF] = {
        "who": person.pk, "hash": person.get_session_auth_hash(), "at": now().isoformat(), "onward": onward,
        "how": how, "proved": proved,
    }  # fmt: skip
    return go_on(request)


def half(request: HttpRequest) -> Half | None:
    """Who is half in; nobody after ten minutes, or when password, roles or employment changed meanwhile."""
    kept: dict[str, Any] = request.session.get(HALF) or {}
    person = Staff.objects.filter(pk=kept["who"], is_active=True).first() if kept else None
    if person is None or now() - datetime.fromisoformat(kept["at"]) > timedelta(minutes=HALF_MINUTES):
        return None
    if not constant_time_compare(kept["hash"], person.get_session_auth_hash()):
        return None
    return Half(person, kept["onward"], kept["how"], kept["proved"])


def proved(request: HttpRequest, by: str) -> None:
    """A second factor was shown, or set up just now."""
    request.session[HALF] |= {"proved": True, "how": f"{request.session[HALF]['how']}+{by}"}
    request.session.modified = True


def rehash(request: HttpRequest, person: Staff) -> None:
    """The person who is half in chose another password."""
    request.session[HALF] |= {"hash": person.get_session_auth_hash()}
    request.session.modified = True


def go_on(request: HttpRequest) -> HttpResponse:
    """To what is still to be shown, or in."""
    entering = half(request)
    if entering is None:
        request.session.pop(HALF, None)
        return redirect("staff:sign-in")
    if not entering.proved and factors.has(entering.person):
        return redirect("staff:sign-in-code")
    if not entering.proved and factors.required(entering.person):
        return redirect("staff:sign-in-app")
    if not entering.person.own_password:
        return redirect("staff:sign-in-password")
    del request.session[HALF]
    login(request, entering.person, backend=BACKEND)  # the session gets a new name again
    request.session[SURE] = now().isoformat()
    name = entering.person.username
    write(who=name, did="sign_in", what="staff", record=name, now=now(), detail={"by": entering.how})
    return speak(redirect(safe(request, entering.onward)), entering.person.language)


def signed_in(view: View[Any]) -> View[Any]:
    """A page about oneself, behind no gate."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, Staff):
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return never_cache(guarded)


def surely(view: View[Any]) -> View[Any]:
    """A page that changes how people sign in: whoever has come upon an open screen is asked who they are."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_sure(request):
            return view(request, *args, **kwargs)
        back = request.get_full_path() if request.method == "GET" else request.headers.get("Referer", "")
        return redirect(f"/staff/again?{urlencode({'next': safe(request, back)})}")

    return guarded


def is_sure(request: HttpRequest) -> bool:
    at = str(request.session.get(SURE, ""))
    return bool(at) and now() - datetime.fromisoformat(at) < timedelta(minutes=SURE_MINUTES)


def speak(answer: HttpResponse, chosen: str) -> HttpResponse:
    """From now on this browser sees the pages in this language."""
    translation.activate(chosen)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 86400,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


def safe(request: HttpRequest, onward: str) -> str:
    """Only pages of ours are gone on to: a link must not lead staff to a stranger's look-alike."""
    fits = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    # Anything that is no address would be taken for the name of a page.
    fits = fits and onward.startswith(("/", "http://", "https://"))
    return onward if fits else settings.LOGIN_REDIRECT_URL
