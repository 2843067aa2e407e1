"""One-time codes: who can read the messages of a number proves that it is theirs."""

import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from careline.identity.records import OneTimeCode
from careline.identity.subscriber import Subscriber
from careline.postgres import sql
from careline.values.msisdn import Msisdn

DIGITS = 6
VALID = timedelta(minutes=5)
TRIES_MAX = 5
SPACING = timedelta(seconds=30)  # between two codes to one number: a double click sends one
# How many codes may be asked for in a time; each is refused alike whether the number is known or not.
PER_NUMBER = ((3, timedelta(minutes=15)), (10, timedelta(days=1)))
PER_NUMBER_AND_ADDRESS = ((6, timedelta(days=1)),)  # a stalker at one address leaves the owner's share
PER_DEVICE = ((5, timedelta(minutes=15)), (20, timedelta(days=1)))
PER_ADDRESS = ((20, timedelta(minutes=15)), (200, timedelta(days=1)))  # a household or an office shares one
KEPT = timedelta(days=2)  # then they count for no limit, and are forgotten


class TooMany(Exception):
    """Too many codes were asked for; `wait` is how long until one may be."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many codes")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Asked:
    """A code to send. `known`: whether there is a subscriber to send it to; the page must not say which."""

    ticket: str
    code: str
    known: bool
    language: str

    def __repr__(self) -> str:
        return f"Asked({self.ticket})"


def ask(
    msisdn: Msisdn, *, address: str, device: str, now: datetime, letter: str | None = None, trusted: bool = False
) -> Asked:
    """A new code for this number in place of what this device asked for before; raises TooMany. `letter`: its id in the outbox.

    `trusted`: this device was signed in to this number before. It has an allowance of its own, which nobody else can use up.
    """
    address, device = address[:64], device[:64]
    with transaction.atomic():
        # One at a time for a number and for an address: of requests at the same moment no more pass than one by one.
        for lock in sorted((f"code {msisdn.digits}", f"code at {address}", f"code of {device}")):
            sql.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
        if wait := _wait(msisdn, address, device, now, trusted):
            raise TooMany(wait)
        subscriber = Subscriber.objects.filter(msisdn=msisdn.digits).first()
        # Only this device's: a stranger who asks for codes must not end the one that the customer is typing in.
        mine = OneTimeCode.objects.filter(msisdn=msisdn.digits, device=device, used_at=None, until__gt=now)
        mine.update(until=now)
        code, ticket = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", uuid.uuid4()
        OneTimeCode.objects.create(
            id=ticket,
            msisdn=msisdn.digits,
            hash=_hash(str(ticket), code),
            known=subscriber is not None,
            address=address,
            device=device,
            letter=letter,
            asked_at=now,
            until=now + VALID,
        )
    return Asked(str(ticket), code, subscriber is not None, subscriber.language if subscriber else "zh")


def prove(ticket: str, code: str, *, device: str, now: datetime) -> Msisdn | None:
    """The number that the holder of this ticket proved to be theirs; None for a wrong, used, late or foreign code.

    The try is counted before the code is compared, in a row that is locked: a thousand tries at once are five. A
    ticket is worth nothing on another device than the one that asked for it.
    """
    try:
        key = uuid.UUID(ticket)
    except ValueError:
        return None
    with transaction.atomic():
        asked = OneTimeCode.objects.select_for_update().filter(pk=key).first()
        given = _hash(str(key), code.strip())
        if asked is None or asked.used_at or asked.until <= now or asked.tries >= TRIES_MAX:
            return None
        asked.tries += 1
        fits = hmac.compare_digest(asked.hash, given) & hmac.compare_digest(
            asked.device.encode(), device[:64].encode("utf-8", "surrogatepass")
        )
        if fits and asked.known:
            asked.used_at = now
        asked.save(update_fields=["tries", "used_at"])
        return Msisdn(asked.msisdn) if fits and asked.known else None


def tries_left(ticket: str, now: datetime) -> int:
    """How many tries this ticket has left; 0 when it is over."""
    try:
        asked = OneTimeCode.objects.filter(pk=uuid.UUID(ticket)).first()
    except ValueError:
        return 0
    if asked is None or asked.used_at or asked.until <= now:
        return 0
    return max(0, TRIES_MAX - asked.tries)


def forget(now: datetime, limit: int = 500) -> int:
    """Forget codes that count for no limit any more; how many."""
    # Which are old enough?
    return sql.execute(
        "DELETE FROM identity_one_time_code WHERE id IN"
        " (SELECT id FROM identity_one_time_code WHERE asked_at < %s ORDER BY asked_at LIMIT %s)",
        [now - KEPT, limit],
    )


def _wait(msisdn: Msisdn, address: str, device: str, now: datetime, trusted: bool) -> timedelta | None:
    """How long this number, device or address has to wait for another code.

    A device that has proved this number lately is its owner's: what strangers ask for elsewhere does not shut it out.
    One that is trusted is not shut out by its neighbours at the same address either.
    """
    proved = trusted or OneTimeCode.objects.filter(msisdn=msisdn.digits, device=device, used_at__isnull=False).exists()
    of_number = {"msisdn": msisdn.digits} | ({"device": device} if proved else {})
    waits = []
    for counted, limits in (
        (of_number, ((1, SPACING), *PER_NUMBER)),
        (of_number | {"address": address}, PER_NUMBER_AND_ADDRESS),
        ({"device": device}, PER_DEVICE),
        ({"address": address}, () if trusted else PER_ADDRESS),
    ):
        for most, span in limits:
            times = OneTimeCode.objects.filter(**counted, asked_at__gt=now - span).order_by("-asked_at")
            if oldest := list(times.values_list("asked_at", flat=True)[most - 1 : most]):
                waits.append(oldest[0] + span - now)
    return max(waits, default=None)


def _hash(ticket: str, code: str) -> str:
    """Keyed, since a million codes are soon hashed: who reads the table alone learns none."""
    return salted_hmac("careline.identity.one_time", f"{ticket}:{code}", algorithm="sha256").hexdigest()
