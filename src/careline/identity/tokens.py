"""Tokens of programs: issued once in clear, kept as a hash, with scopes, an expiry and the time of the last use."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from careline.identity.records import Token
from careline.journal.writing import write

MARK = "clt"  # of careline's tokens: whoever finds one in a file knows what it is
SCOPES = {
    "tmf:read": "read trouble tickets, interactions and communications",
    "tmf:write": "make and change them",
    "tmf:subscriber": "see the numbers of customers in them, which are masked without it",
    "app": "be a carrier's app, by which subscribers sign in to the app interface",
}
DEMO = "demo"  # the name of the token that the demo prints
_DEMO_SECRET = hashlib.sha256(b"careline demo token").hexdigest()
_USED_EVERY = timedelta(minutes=1)  # the last use is written no more often
_NOBODY = hashlib.sha256(b"nobody").hexdigest()


class NotIssued(ValueError):
    """The message is a code: name, scope (unknown or none), days."""


@dataclass(frozen=True, slots=True)
class Client:
    """The program that a token belongs to, and what it may do."""

    name: str
    scopes: frozenset[str]
    prefix: str

    def may(self, scope: str) -> bool:
        return scope in self.scopes


def issue(name: str, scopes: Iterable[str], *, by: str, now: datetime, days: int | None = None) -> str:
    """The new token in clear, which nobody can read again; raises NotIssued. Without `days` it does not expire."""
    wanted = sorted(set(scopes))
    if not (name := name.strip()) or len(name) > 60 or not name.replace("-", "").replace("_", "").isalnum():
        raise NotIssued("name")
    if not wanted or not SCOPES.keys() >= set(wanted):
        raise NotIssued("scope")
    if days is not None and not 0 < days <= 3650:
        raise NotIssued("days")
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    expires_at = None if days is None else now + timedelta(days=days)
    return _keep(name, wanted, prefix, secret, by=by, now=now, expires_at=expires_at)


def check(header: str, now: datetime) -> Client | None:
    """Whose token an Authorization header (`Bearer …`) or the bare token is; None if it is nobody's, over or revoked.

    An unknown prefix is compared too, so that the time taken tells nothing of which prefixes there are.
    """
    kind, _, rest = header.strip().partition(" ")
    plain = rest.strip() if kind.lower() == "bearer" else header.strip()
    mark, _, body = plain.partition("_")
    prefix, _, secret = body.partition("_")
    known = mark == MARK and len(prefix) == 8 and prefix.isascii() and prefix.isalnum() and bool(secret)
    token = Token.objects.filter(prefix=prefix).first() if known else None
    fits = hmac.compare_digest(_hash(plain), token.hash if token else _NOBODY)
    if token is None or not fits or token.revoked_at or (token.expires_at and token.expires_at <= now):
        return None
    if token.prefix == _DEMO_SECRET[:8] and not settings.DEMO:
        return None  # everybody knows it: a database that was a demo's once has no open door
    if token.used_at is None or token.used_at <= now - _USED_EVERY:
        Token.objects.filter(pk=token.pk).update(used_at=now)
    return Client(token.name, frozenset(token.scopes), token.prefix)


def scopes_of(now: datetime) -> dict[str, frozenset[str]]:
    """What each client may do at this moment by any token of its that is not over; who has none is not in it. One statement."""
    found: dict[str, frozenset[str]] = {}
    live = Token.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)
    for token in live:
        if settings.DEMO or token.prefix != _DEMO_SECRET[:8]:
            found[token.name] = found.get(token.name, frozenset()) | set(token.scopes)
    return found


def listed() -> list[Token]:
    """Every token there ever was, by name; of the tokens in clear nothing is known."""
    return list(Token.objects.order_by("name", "-issued_at"))


def revoke(which: str, *, by: str, now: datetime) -> int:
    """End the token with this prefix, or all of this name; how many were ended."""
    with transaction.atomic():
        live = Token.objects.select_for_update().filter(Q(prefix=which) | Q(name=which), revoked_at=None)
        ended = list(live)
        for token in ended:
            token.revoked_at = now
            token.save(update_fields=["revoked_at"])
            write(who=by, did="revoke", what="token", record=token.name, now=now, detail={"prefix": token.prefix})
    return len(ended)


def settle_demo_token(now: datetime) -> str:
    """The demo's token, made if missing: the same in every demo, so that what was tried yesterday still works.

    Raises RuntimeError outside the demo: outside it nobody's token is known beforehand.
    """
    if not settings.DEMO:
        raise RuntimeError("the demo's token exists only where CARELINE_DEMO=1")
    prefix, secret, wanted = _DEMO_SECRET[:8], _DEMO_SECRET[8:48], sorted(SCOPES)
    if not Token.objects.filter(prefix=prefix).update(revoked_at=None, expires_at=None, scopes=wanted):
        return _keep(DEMO, wanted, prefix, secret, by="system", now=now, expires_at=None)
    return f"{MARK}_{prefix}_{secret}"


def _keep(
    name: str, scopes: list[str], prefix: str, secret: str, *, by: str, now: datetime, expires_at: datetime | None
) -> str:
    plain = f"{MARK}_{prefix}_{secret}"
    with transaction.atomic():
        Token.objects.create(
            prefix=prefix,
            hash=_hash(plain),
            name=name,
            scopes=scopes,
            issued_by=by,
            issued_at=now,
            expires_at=expires_at,
        )
        write(
            who=by, did="issue", what="token", record=name, now=now,
            detail={"prefix": prefix, "scopes": scopes, "until": expires_at.isoformat() if expires_at else ""},
        )  # fmt: skip
    return plain


def _hash(plain: str) -> str:
    """A plain hash is enough: the secret has 256 bits and cannot be guessed from it, as a password could."""
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()
