"""Order numbers: ten signs that a customer can read out, drawn by chance, so that none tells of the next.

Letters stand between the digits: a run of digits would be hidden as a telephone number or a password wherever words are kept.
"""

import re
import secrets

from careline.values.secret import plain

_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O and U, which are misread or misheard
_SHAPE = "LDDLDDLDD"  # some ten thousand million numbers
_WRITTEN = re.compile(r"(?:[A-HJKMNP-TV-Z][0-9]{2}){3}[A-HJKMNP-TV-Z]")


def draw() -> str:
    """A number; whoever keeps it sees to it that it is new."""
    body = "".join(secrets.choice(_LETTERS) if sign == "L" else secrets.choice("0123456789") for sign in _SHAPE)
    return body + _check(body)


def read(text: str) -> str:
    """The number that somebody wrote, in any case, with spaces or signs; "" when it cannot be one."""
    written = re.sub(r"[\s\-#*]", "", plain(text)[:40]).upper()
    return written if valid(written) else ""


def valid(text: str) -> bool:
    """Whether this can be an order number: its last letter fits the others."""
    return bool(_WRITTEN.fullmatch(text)) and _check(text[:-1]) == text[-1]


def _check(body: str) -> str:
    """A weighted sum: one wrong sign, or two neighbours swapped, give another letter (most of the time for letters)."""
    total = sum((place + 2) * int(sign, 36) for place, sign in enumerate(body))
    return _LETTERS[total % len(_LETTERS)]
