"""Money in whole minor units (fen, cents); decimals exist only in writing."""

import re
from typing import NewType

Minor = NewType("Minor", int)

_WRITTEN = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,2}))?(?:元|块|块钱|YUAN)?")


class NotAnAmount(ValueError):
    """What was given is not an amount of money with at most two decimals."""


def parse_amount(written: str) -> Minor:
    """10, 10.5, 10.50 or 10元 as fen; raises NotAnAmount. Seven digits before the point at most."""
    found = _WRITTEN.fullmatch(written.strip().upper())
    if not found:
        raise NotAnAmount("not an amount")
    return Minor(int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")))


def yuan(amount: int) -> str:
    """Fen as people read them: 1250 -> 12.50, -5 -> -0.05."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"
