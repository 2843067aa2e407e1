"""Docket numbers: ten digits that a customer can write down, key in and read out, with a check digit against slips.

Four digits for the day, five for the number in it, one to check them (Luhn, ISO/IEC 7812-1 annex B). Ten and not more:
longer runs of digits are hidden as telephone numbers wherever words are kept, and a docket is no secret.
"""

import re
from datetime import date, datetime

from careline.dialogue.saying import local
from careline.postgres import sql
from careline.values.secret import plain

_BEGINNING = date(2020, 1, 1)  # the day 0000; four digits last until 2047
_DAYS = 10_000  # then they begin again; days before the beginning are the last ones
_A_DAY = 100_000  # cases that one day has numbers for
_WRITTEN = re.compile(r"[0-9]{10}")


def next(now: datetime) -> str:
    """A docket that nobody else gets; one statement. `now` is aware; the day is the carrier's own."""
    number: int = sql.run("SELECT nextval('case_docket_number')")[0][0]
    body = f"{(local(now).date() - _BEGINNING).days % _DAYS:04d}{number % _A_DAY:05d}"
    return body + _check(body)


def read(text: str) -> str:
    """The docket that somebody wrote or keyed, without spaces and signs around; "" when it cannot be one."""
    digits = re.sub(r"[\s\-#*]", "", plain(text))
    return digits if valid(digits) else ""


def valid(text: str) -> bool:
    """Whether this can be a docket: ten digits whose last one fits."""
    return bool(_WRITTEN.fullmatch(text)) and text.isascii() and _check(text[:-1]) == text[-1]


def _check(body: str) -> str:
    """The digit that makes the sum, with every second digit from the right doubled, a multiple of ten."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
