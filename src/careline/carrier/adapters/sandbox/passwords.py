"""The service password: applied for and reset with the owner's ID number, changed with the old one, locked when guessed at.

Applying and resetting set the last six digits of the ID number just given (X as 0): the owner knows them, so no password
is ever sent. Only argon2id hashes and keyed digests are kept.
"""

import hashlib
import hmac
from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from django.conf import settings

from careline.carrier.adapters.sandbox.line import Line
from careline.carrier.adapters.sandbox.rules import Day, Facts, Refused, Rules
from careline.carrier.port import Request
from careline.values.cause import Cause

DIGITS = 6
# OWASP's password storage cheat sheet, the least it names for argon2id: 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class Guessed(Exception):
    """A wrong password or ID number: refused, and counted on the line."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def password(line: Line, request: Request, day: Day, rules: Rules) -> Facts:
    """Apply, change, reset or check; five wrong tries in a row (`rules`) lock it for a day."""
    if line.status == "released":
        raise Refused(Cause.NOT_FOUND)
    deed = _DEEDS.get(request.subject)
    if deed is None:
        raise Refused(Cause.WRONG_PARAMETER)
    if line.locked_until is not None and line.locked_until > day.now:
        raise Refused(Cause.TOO_MANY_TRIES, tries_left=0, locked_until=line.locked_until)
    try:
        facts = deed(line, request)
    except Guessed as guess:
        line.tries += 1
        if line.tries >= rules.password_tries:
            line.tries = 0
            line.locked_until = day.now + timedelta(hours=rules.password_lock_hours)
            raise Refused(Cause.TOO_MANY_TRIES, tries_left=0, locked_until=line.locked_until) from None
        left = rules.password_tries - line.tries
        raise Refused(Cause.WRONG_PASSWORD, tries_left=left, what=guess.what) from None
    line.tries, line.locked_until = 0, None
    return facts | {"tries_left": rules.password_tries}


def _apply(line: Line, request: Request) -> Facts:
    digits = _owner(line, request)
    if line.password:
        raise Refused(Cause.ALREADY_ON)
    line.password = _HASHER.hash(digits)
    return {"initial": "id_tail"}


def _reset(line: Line, request: Request) -> Facts:
    """Also for who never had a password: the same proof, the same end."""
    line.password = _HASHER.hash(_owner(line, request))
    return {"initial": "id_tail"}


def _change(line: Line, request: Request) -> Facts:
    new = _given(request, "new")
    if not (len(new) == DIGITS and new.isascii() and new.isdigit()):
        raise Refused(Cause.WRONG_PARAMETER)
    _must_match(line, _given(request, "old"))
    line.password = _HASHER.hash(new)
    return {}


def _check(line: Line, request: Request) -> Facts:
    _must_match(line, _given(request, "password"))
    return {}


_DEEDS = {"apply": _apply, "reset": _reset, "change": _change, "check": _check}


def _given(request: Request, name: str) -> str:
    value = request.values.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(Cause.WRONG_PARAMETER)
    return str.__str__(value)  # of a Secret, the text itself


def _owner(line: Line, request: Request) -> str:
    """The last six digits of the owner's ID number; raises Guessed when it is another's."""
    number = _given(request, "id_number").strip().upper()
    if line.id_hash is None:
        raise Refused(Cause.NOT_ELIGIBLE)  # no document is registered: only a shop can help
    if not hmac.compare_digest(id_digest(number), bytes(line.id_hash)):
        raise Guessed("id_number")
    return number[-DIGITS:].replace("X", "0")


def _must_match(line: Line, password: str) -> None:
    if not line.password:
        raise Refused(Cause.NOT_ON)
    try:
        _HASHER.verify(line.password, password)
    except (VerificationError, InvalidHashError):
        raise Guessed("password") from None


def id_digest(number: str) -> bytes:
    """What is kept of an ID number: BLAKE2b keyed with this house's secret; argon2 would be too slow for millions."""
    return hashlib.blake2b(number.strip().upper().encode(), key=_key(), digest_size=16).digest()


@cache
def _key() -> bytes:
    return hashlib.blake2b(settings.SECRET_KEY.encode(), person=b"sandbox-id").digest()


def hashed(password: str) -> str:
    """A password as it is kept."""
    return _HASHER.hash(password)
