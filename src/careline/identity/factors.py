"""Second factors: codes of an app (RFC 6238), recovery codes, passkeys. allauth keeps them; the rules are here."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language

from careline.brand.reading import brand
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.identity.staff import ROLES
from careline.journal.models import Entry
from careline.journal.writing import write

PERIOD_SECONDS = 30  # RFC 6238, 5.2
DRIFT = 1  # periods that a clock may be wrong, either way
FAILURES_MAX = 5  # wrong codes of one person within the time below, wherever they come from
FAILURES_MINUTES = 15
KINDS = Authenticator.Type
# A role with one of these touches money, subscribers or staff.
SENSITIVE = frozenset(
    {
        Gate.EXPLAIN, Gate.WATCH_DESK, Gate.SCREEN_CALLERS, Gate.SEE_SUBSCRIBER, Gate.TAKE_CASES, Gate.VERIFY_REFUNDS,
        Gate.APPROVE_REFUNDS, Gate.WAIVE_FEES, Gate.EXPORT_EVIDENCE, Gate.CALL_BACK, Gate.MANAGE_STAFF,
    }
)  # fmt: skip


class TooManyCodes(Exception):
    """Too many wrong codes: even a right one counts only later."""


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets lie in the database encrypted: who steals a copy of it has no second factors."""

    def encrypt(self, text: str) -> str:
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _vault().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """Under whose name the app on the phone shows its codes: the carrier's."""
        return brand().name(get_language() or "")


def required(person: Staff) -> bool:
    """Whether this person's roles must sign in with a second factor (settings.SECOND_FACTOR_ROLES)."""
    rule = settings.SECOND_FACTOR_ROLES.strip()
    if rule in ("all", "none"):
        return bool(rule == "all")
    roles = set(person.groups.values_list("name", flat=True))
    if rule == "sensitive":
        return any(ROLES.get(role, frozenset()) & SENSITIVE for role in roles)
    return bool(roles & {one.strip() for one in rule.split(",")})


def kinds(person: Staff) -> set[str]:
    """What this person has: totp, webauthn, recovery_codes."""
    return set(Authenticator.objects.filter(user=person).values_list("type", flat=True))


def kinds_of(people: Sequence[Staff]) -> dict[int, set[str]]:
    """The factors of many people, by their key; recovery codes are none by themselves. One statement."""
    found: dict[int, set[str]] = {}
    kept = Authenticator.objects.filter(user__in=people).exclude(type=KINDS.RECOVERY_CODES)
    for person, kind in kept.values_list("user_id", "type"):
        found.setdefault(person, set()).add(kind)
    return found


def has(person: Staff) -> bool:
    return bool(kinds(person) & {KINDS.TOTP, KINDS.WEBAUTHN})


def new_secret() -> str:
    """160 bits in base32, as apps take them."""
    return str(generate_totp_secret())


def totp_address(person: Staff, secret: str) -> str:
    return str(Adapter().build_totp_url(person, secret))


def totp_picture(address: str) -> str:
    """The address as a QR code: SVG of one path, without style or script."""
    import qrcode
    from qrcode.image.svg import SvgPathImage

    drawn: bytes = qrcode.make(address, image_factory=SvgPathImage, border=2).to_string()
    return drawn.decode()


def set_up(person: Staff, secret: str, code: str, *, now: datetime) -> list[str] | None:
    """Begin with an app, if the code shows that it has the secret; the recovery codes, or None. Sessions go on."""
    step = _step(secret, code, now, after=-1)
    if step is None:
        return None
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=person.pk)
        Authenticator.objects.filter(user=person, type=KINDS.TOTP).delete()
        instance = TOTP.activate(person, secret).instance
        instance.data["last"] = step
        instance.save(update_fields=["data"])
        write(who=person.username, did="set_up_factor", what="staff", record=person.username, now=now)
        return recovery_codes(person) or new_recovery_codes(person, now=now)


def give_up(person: Staff, kind: str, *, now: datetime, key: int | None = None) -> None:
    """End one factor; with the last of them the recovery codes go too."""
    with transaction.atomic():
        owned = Authenticator.objects.filter(user=person, type=kind)
        (owned if key is None else owned.filter(pk=key)).delete()
        if not has(person):
            Authenticator.objects.filter(user=person).delete()
        write(
            who=person.username, did="give_up_factor", what="staff", record=person.username, now=now,
            detail={"kind": kind},
        )  # fmt: skip


def recovery_codes(person: Staff) -> list[str]:
    """Those not used yet."""
    kept = Authenticator.objects.filter(user=person, type=KINDS.RECOVERY_CODES).first()
    return list(RecoveryCodes(kept).get_unused_codes()) if kept else []


def new_recovery_codes(person: Staff, *, now: datetime) -> list[str]:
    """Ten new ones; those before are worth nothing."""
    with transaction.atomic():
        Authenticator.objects.filter(user=person, type=KINDS.RECOVERY_CODES).delete()
        codes: list[str] = RecoveryCodes.activate(person).get_unused_codes()
        write(who=person.username, did="new_recovery_codes", what="staff", record=person.username, now=now)
    return codes


def prove(person: Staff, code: str, *, now: datetime) -> str:
    """By what this code proves the person: totp, recovery_codes, or "". A code proves once. Raises TooManyCodes.

    One code of a person at a time, so that of many at once no more are tried than may be.
    """
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=person.pk)
        if too_many(person, now):
            raise TooManyCodes
        try:
            kind = _which(person, "".join(code.split()), now)
        except InvalidToken:  # encrypted under another CARELINE_SECRET_KEY: it can only be reset
            kind = ""
        if not kind:
            write(who=person.username, did="second_factor_failed", what="staff", record=person.username, now=now)
        return kind


def too_many(person: Staff, now: datetime) -> bool:
    """Whether this person gave so many wrong codes that none counts for a while."""
    since = now - timedelta(minutes=FAILURES_MINUTES)
    failed = Entry.objects.filter(what="staff", record=person.username, did="second_factor_failed", at__gte=since)
    return failed.count() >= FAILURES_MAX


def _which(person: Staff, code: str, now: datetime) -> str:
    app = Authenticator.objects.filter(user=person, type=KINDS.TOTP).first()
    if app is not None:
        secret = Adapter().decrypt(app.data["secret"])
        step = _step(secret, code, now, after=app.data.get("last", -1))
        if step is not None:
            app.data["last"] = step
            app.last_used_at = now
            app.save(update_fields=["data", "last_used_at"])
            return str(KINDS.TOTP.value)
    kept = Authenticator.objects.filter(user=person, type=KINDS.RECOVERY_CODES).first()
    if kept is not None and RecoveryCodes(kept).validate_code(code):
        return str(KINDS.RECOVERY_CODES.value)
    return ""


def _step(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The time step that this is the code of: a step later than the last one that counted (RFC 6238, 5.2)."""
    current = int(now.timestamp()) // PERIOD_SECONDS
    found = None
    for step in range(current - DRIFT, current + DRIFT + 1):
        fits = hmac.compare_digest(format_hotp_value(hotp_value(secret, step)).encode(), code.encode())
        if fits and step > after:
            found = step
    return found


def _vault() -> MultiFernet:
    keys: list[Any] = [settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", [])]
    digests = [hashlib.sha256(b"careline.identity.factors" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(urlsafe_b64encode(digest)) for digest in digests])
