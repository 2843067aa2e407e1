"""Sign-in by the house's own provider (OpenID Connect): allauth speaks the protocol, we say who gets in.

Somebody is known by the provider's subject alone, never by a name or an e-mail address: those can be given to another.
"""

import logging
from collections.abc import Mapping
from typing import Any, NoReturn

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.openid_connect import views
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from careline.identity import employing
from careline.identity.models import Staff
from careline.identity.provider import PROVIDER_ID, Provider, provider
from careline.journal.writing import write
from careline.staff import entering
from careline.staff.access import now

log = logging.getLogger(__name__)

SAID = "sign_in_said"  # in the session: why the provider's answer opened nothing
PROCESS = "oidc"  # who the journal names for what the provider's claims bring about


@require_POST
@never_cache
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the provider; state and PKCE are allauth's."""
    return _spoken(request, views.login, provider_id)


@require_GET
@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider."""
    return _spoken(request, views.callback, provider_id)


def _spoken(request: HttpRequest, view: Any, provider_id: str) -> HttpResponse:
    if provider() is None or provider_id != PROVIDER_ID:
        raise Http404
    try:
        answer: HttpResponse = view(request, provider_id)
    except requests.RequestException:
        return _refuse(request, "unreachable")
    return answer


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """One provider, from our own file; and our own door in place of allauth's accounts."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        known = _known()
        if known is None or provider not in (None, PROVIDER_ID, "openid_connect"):
            return []
        options = {"server_url": known.issuer, "oauth_pkce_enabled": True, "scope": list(known.scopes)}
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=PROVIDER_ID,
                name=known.name,
                client_id=known.client_id,
                secret=known.secret,
                settings=options,
            )
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> NoReturn:
        raise ImmediateHttpResponse(_decide(request, sociallogin))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, **_: Any
    ) -> NoReturn:
        log.warning("sign-in by the provider failed: %s (%s)", error, type(exception).__name__)
        raise ImmediateHttpResponse(_refuse(request, "failed"))


def _known() -> Provider | None:
    return provider()


def _decide(request: HttpRequest, sociallogin: Any) -> HttpResponse:
    """In, half in, or back to the door with the reason; refusals are journaled without a name that we do not know."""
    known = provider()
    assert known is not None
    told: Mapping[str, Any] = sociallogin.account.extra_data
    info, token = told.get("userinfo") or {}, told.get("id_token") or {}
    if info and token and info.get("sub") != token.get("sub"):  # OpenID Connect Core 1.0, 5.3.2
        return _refuse(request, "failed")
    claims, subject = {**token, **info}, str(sociallogin.account.uid)
    account = SocialAccount.objects.filter(provider=PROVIDER_ID, uid=subject).select_related("user").first()
    person = account.user if account else None
    if person is not None and not person.is_active:
        return _refuse(request, "left", person)
    roles = known.roles_of(claims) if known.roles_claim else None
    if person is None:
        if not known.admits or roles is None:
            return _refuse(request, "unknown")
        if not roles:
            return _refuse(request, "no_role")
        name = str(claims.get("preferred_username") or f"{PROCESS}-{subject}")
        try:
            person = employing.admit(name, str(claims.get("name") or name), roles, subject, by=PROCESS, now=now())
        except employing.NotEmployed:
            return _refuse(request, "unknown")  # somebody else has the name: who it is, an administrator decides
    elif roles is not None:
        try:
            employing.change_roles(person.username, roles, by=PROCESS, now=now())
        except employing.NotEmployed:
            return _refuse(request, "no_role", person)
        person = Staff.objects.get(pk=person.pk)
        if not roles:
            return _refuse(request, "no_role", person)
    onward = sociallogin.get_redirect_url(request) or ""
    return entering.begin(request, person, onward, "provider", proved=known.asks_factor)


def _refuse(request: HttpRequest, why: str, person: Staff | None = None) -> HttpResponse:
    record = person.username if person else PROCESS
    write(who=record, did="sign_in_failed", what="staff", record=record, now=now(), detail={"why": why})
    request.session[SAID] = why
    return redirect("staff:sign-in")
