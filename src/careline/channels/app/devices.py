"""Devices of subscribers: signed in once, then a short access token and a refresh token that changes at each use."""

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from careline.channels.app.models import Device, Token
from careline.dialogue.talk import Subscriber
from careline.identity import recognising, tokens
from careline.journal.writing import write
from careline.postgres import sql
from careline.values.assurance import Assurance
from careline.values.msisdn import Msisdn

APP = "app"  # the scope of a program that is an app
ACCESS, REFRESH = timedelta(minutes=30), timedelta(days=30)
DEVICES_MAX = 20  # of one number: the one that was used least lately leaves for the next
_USED_EVERY = timedelta(minutes=1)  # the last use is written no more often
_ACCESS_MARK, _REFRESH_MARK = "cla_", "clr_"


@dataclass(frozen=True, slots=True)
class Issued:
    """The tokens in clear, which nobody can read again."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    device: Device
    assurance: Assurance


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose access token it is, and what it may do."""

    msisdn: Msisdn
    subscriber: Subscriber
    client: str
    device: uuid.UUID
    name: str  # of the device, as its app names it
    scopes: frozenset[str]
    assurance: Assurance
    token: str = field(repr=False)  # its hash


class Reused(Exception):
    """A refresh token came a second time: somebody else has it, so the whole family has ended."""


def enter(
    msisdn: Msisdn, client: str, device: str, name: str, scopes: Sequence[str], assurance: Assurance, now: datetime
) -> Issued:
    """Sign this device in; what it had from this app before ends."""
    with transaction.atomic():
        sql.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"app {msisdn.digits}"])
        mine = Device.objects.filter(msisdn=msisdn.digits, revoked_at=None)
        mine.filter(client=client, device=device).update(revoked_at=now, revoked_why="again")
        for surplus in list(mine.order_by("-used_at")[DEVICES_MAX - 1 :]):
            end(surplus, "many", now)
        made = Device.objects.create(
            id=uuid.uuid4(), msisdn=msisdn.digits, client=client, device=device, name=name, scopes=sorted(set(scopes)),
            made_at=now, used_at=now, until=now + REFRESH,
        )  # fmt: skip
        detail = {"number": msisdn.masked(), "app": client, "assurance": int(assurance)}
        write(who="subscriber", did="sign_in", what="app_device", record=str(made.pk), now=now, detail=detail)
        return _issue(made, assurance, now)


def refresh(plain: str, client: str, now: datetime) -> Issued | None:
    """New tokens for a refresh token; None when it opens nothing. Raises Reused, and then the device is signed out.

    What was proved beside the line is proved anew after the access token: a refreshed one has the line's assurance.
    """
    with transaction.atomic():
        # The device is locked first, so that of two who show the same token one is the second.
        token = Token.objects.filter(hash=_hash(plain), kind="refresh").first()
        held = Device.objects.select_for_update().filter(pk=token.device_id).first() if token is not None else None
        token = Token.objects.filter(hash=_hash(plain)).first() if held is not None else None
        if token is None or held is None or held.client != client or held.revoked_at is not None:
            return None
        known = recognising.recognise([Msisdn(held.msisdn)]).get(Msisdn(held.msisdn))
        if known is None or known.status == "released":
            end(held, "released", now)
            return None
        if token.used_at is not None:
            end(held, "reused", now)
        elif token.until <= now:
            return None
        else:
            token.used_at = now
            token.save(update_fields=["used_at"])
            Token.objects.filter(device=held, kind="access", until__gt=now).update(until=now)
            held.used_at, held.until = now, now + REFRESH
            held.save(update_fields=["used_at", "until"])
            return _issue(held, Assurance.LINE, now)
    raise Reused


def who(plain: str, now: datetime) -> Holder | None:
    """Whose access token this is; None when it is nobody's, over, of a device that left or of an app that lost its token."""
    token = (
        Token.objects.select_related("device")
        .filter(hash=_hash(plain), kind="access", until__gt=now, device__revoked_at=None)
        .first()
    )
    if token is None or APP not in tokens.scopes_of(now).get(token.device.client, ()):
        return None
    held, msisdn = token.device, Msisdn(token.device.msisdn)
    subscriber = recognising.recognise([msisdn]).get(msisdn)
    if subscriber is None or subscriber.status == "released":
        return None
    if held.used_at <= now - _USED_EVERY:
        Device.objects.filter(pk=held.pk).update(used_at=now)
    scopes, assurance = frozenset(held.scopes), Assurance(token.assurance)
    return Holder(msisdn, subscriber, held.client, held.pk, held.device, scopes, assurance, token.hash)


def device_of(client: str, device: str) -> str:
    """By which name a code is bound to a device: of one app only, for another app's ticket is worth nothing."""
    return f"{client[:20]}/{device}"


def was_here(msisdn: Msisdn, client: str, device: str) -> bool:
    """Whether this device of this app was signed in to this number lately, and its tokens were not stolen."""
    held = Device.objects.filter(msisdn=msisdn.digits, client=client, device=device)
    return held.exclude(revoked_why="reused").exists()


def prove(holder: Holder, assurance: Assurance) -> None:
    """More was proved by the holder of this access token, for as long as it lives."""
    Token.objects.filter(hash=holder.token).update(assurance=int(assurance))


def listed(msisdn: Msisdn, now: datetime) -> list[Device]:
    """Where this number is signed in, by whatever app; the latest first."""
    return list(Device.objects.filter(msisdn=msisdn.digits, revoked_at=None, until__gt=now).order_by("-used_at", "id"))


def leave(msisdn: Msisdn, device: str, now: datetime) -> bool:
    """Sign out this device of this number; False when it is not one of theirs."""
    with transaction.atomic():
        held = Device.objects.select_for_update().filter(pk=device, msisdn=msisdn.digits, revoked_at=None).first()
        if held is None:
            return False
        end(held, "owner", now)
        return True


def end(held: Device, why: str, now: datetime) -> None:
    held.revoked_at, held.revoked_why = now, why
    held.save(update_fields=["revoked_at", "revoked_why"])
    detail = {"number": Msisdn(held.msisdn).masked(), "why": why}
    write(who="subscriber", did="sign_out", what="app_device", record=str(held.pk), now=now, detail=detail)


def forget(now: datetime, limit: int = 500) -> int:
    """Forget tokens whose time is over, and devices whose refresh token ended; how many."""
    # Which access tokens open nothing any more? Used refresh tokens stay as long as their device, to know them again.
    over = sql.execute(
        "DELETE FROM app_token WHERE hash IN (SELECT hash FROM app_token WHERE kind = 'access' AND until < %s LIMIT %s)",
        [now, limit],
    )
    old = Device.objects.filter(until__lt=now - timedelta(days=1))[:limit]
    return over + Device.objects.filter(pk__in=[one.pk for one in old]).delete()[0]


def _issue(held: Device, assurance: Assurance, now: datetime) -> Issued:
    access, again = _ACCESS_MARK + secrets.token_urlsafe(32), _REFRESH_MARK + secrets.token_urlsafe(32)
    Token.objects.bulk_create(
        [
            Token(hash=_hash(access), device=held, kind="access", assurance=int(assurance), until=now + ACCESS),
            Token(hash=_hash(again), device=held, kind="refresh", assurance=int(Assurance.LINE), until=now + REFRESH),
        ]
    )
    return Issued(access, again, held, assurance)


def _hash(plain: str) -> str:
    """A plain hash is enough: the secret has 256 bits."""
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()
