"""The provider of sign-in by OpenID Connect: a TOML file says who it is and which of its claims are which roles.

issuer = "https://login.example"          # its /.well-known/openid-configuration is read
client_id = "careline"
secret_file = "/run/secrets/oidc"         # or the variable CARELINE_OIDC_SECRET; without both a public client (PKCE)
name = "Example login"                    # on the button
scopes = ["openid", "profile"]
roles_claim = "groups"                    # of the user info or the ID token; without it roles are given here
unknown_people = "refuse"                 # or "admit", with the roles of the claim
second_factor = "provider"                # it asks for one itself; or "here"
[roles]                                   # value of the claim = our role
"care-agents" = "clerk"
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from careline.identity.staff import ROLES

PROVIDER_ID = "sso"
_KEYS = {
    "issuer", "client_id", "secret_file", "name", "scopes", "roles_claim", "unknown_people", "second_factor", "roles"
}  # fmt: skip
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Provider:
    """Who says who people are. `roles`: by value of the claim; "" as `roles_claim`: roles are given here."""

    issuer: str
    client_id: str
    secret: str
    name: str
    scopes: tuple[str, ...]
    roles_claim: str
    roles: Mapping[str, str]
    admits: bool
    asks_factor: bool

    def __repr__(self) -> str:
        return f"Provider({self.issuer})"

    def roles_of(self, claims: Mapping[str, Any]) -> list[str]:
        """The roles that these claims give; what the file does not name gives none."""
        given = claims.get(self.roles_claim, [])
        values = [given] if isinstance(given, str) else given if isinstance(given, list) else []
        return sorted({self.roles[one] for one in values if isinstance(one, str) and one in self.roles})


def provider() -> Provider | None:
    """The provider of CARELINE_OIDC, if there is one; raises ImproperlyConfigured, which says what is wrong with the file."""
    return read(settings.OIDC_FILE) if settings.OIDC_FILE else None


@lru_cache(maxsize=8)
def read(file: str) -> Provider:
    """The provider that this file describes; raises ImproperlyConfigured."""
    try:
        written = tomllib.loads(Path(file).read_text("utf-8"))
        secret = os.environ.get("CARELINE_OIDC_SECRET", "")
        if place := written.get("secret_file"):
            secret = Path(place).read_text("utf-8").strip()
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"CARELINE_OIDC: {file} cannot be read: {error}") from error
    if unknown := written.keys() - _KEYS:
        raise ImproperlyConfigured(f"CARELINE_OIDC: {file} has unknown keys: {', '.join(sorted(unknown))}")
    issuer = str(written.get("issuer", "")).rstrip("/")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ImproperlyConfigured(f"CARELINE_OIDC: {file}: issuer must be an https address")
    if not written.get("client_id"):
        raise ImproperlyConfigured(f"CARELINE_OIDC: {file}: client_id is missing")
    roles = dict(written.get("roles", {}))
    if strange := set(roles.values()) - ROLES.keys():
        raise ImproperlyConfigured(f"CARELINE_OIDC: {file}: there is no role {', '.join(sorted(map(str, strange)))}")
    return Provider(
        issuer=issuer,
        client_id=str(written["client_id"]),
        secret=secret,
        name=str(written.get("name", parts.hostname)),
        scopes=tuple(written.get("scopes", ("openid", "profile"))),
        roles_claim=str(written.get("roles_claim", "")),
        roles=roles,
        admits=_one_of(file, written, "unknown_people", "refuse", "admit") == "admit",
        asks_factor=_one_of(file, written, "second_factor", "provider", "here") == "provider",
    )


def _one_of(file: str, written: Mapping[str, Any], key: str, *choices: str) -> str:
    """What the file says there, the first choice if nothing."""
    if (said := written.get(key, choices[0])) not in choices:
        raise ImproperlyConfigured(f"CARELINE_OIDC: {file}: {key} is one of {', '.join(choices)}")
    return str(said)
