"""Passes: short signed words for a link to one case, which opens without a password and ends by itself.

A pass fits into an SMS: 26 characters. It names the docket and the day it ends, and carries 80 bits of an HMAC-SHA256:
who has none cannot make one, and a door that counts wrong ones cannot be tried often enough to meet one.
"""

import base64
import binascii
import hmac
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac

VALID = timedelta(days=90)  # after the last letter that carries one
_DOCKET_BYTES, _DAY_BYTES, _SIGN_BYTES = 7, 2, 10  # together 19 bytes: 26 characters
_FIRST_DAY = date(2020, 1, 1)
_DOCKET_MAX = 16  # digits; with a 1 before them they fit into seven bytes


def give(docket: str, now: datetime, valid: timedelta = VALID) -> str:
    """A pass to this case, until the end of the day that lies `valid` ahead (UTC); raises ValueError for a docket that is none."""
    if not (docket.isascii() and docket.isdigit() and len(docket) <= _DOCKET_MAX):
        raise ValueError("a docket has up to 16 digits")
    day = ((now.astimezone(UTC) + valid).date() - _FIRST_DAY).days
    body = int("1" + docket).to_bytes(_DOCKET_BYTES, "big") + day.to_bytes(_DAY_BYTES, "big")
    return _written(body + _sign(body, settings.SECRET_KEY))


def read(given: str, now: datetime) -> str | None:
    """The docket that a pass opens; None for one that is forged, changed or over."""
    try:
        raw = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, sign = raw[:-_SIGN_BYTES], raw[-_SIGN_BYTES:]
    # The last character has spare bits: of the ways to write one pass only ours counts.
    if len(raw) != _DOCKET_BYTES + _DAY_BYTES + _SIGN_BYTES or _written(raw) != given:
        return None
    keys = [settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", [])]
    fits = [hmac.compare_digest(sign, _sign(body, key)) for key in keys]
    last = _FIRST_DAY + timedelta(days=int.from_bytes(body[_DOCKET_BYTES:], "big"))
    if not any(fits) or now.astimezone(UTC).date() > last:
        return None
    return str(int.from_bytes(body[:_DOCKET_BYTES], "big"))[1:]


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _sign(body: bytes, key: str) -> bytes:
    whole = salted_hmac("careline.identity.passes", body, secret=key, algorithm="sha256").digest()
    return whole[:_SIGN_BYTES]
