"""Who else hears what happened to a refund, within the transaction in which it happened: the cases above us.

Whatever door or sweep a deed comes from, the case's history gets it, or the deed does not happen either.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from careline.refunds.models import Refund


@dataclass(frozen=True, slots=True)
class Happening:
    """`did`: asked, verified, approved, turned_down, paying, credited, not_credited, waived, asked_again."""

    refund: Refund
    did: str
    by: str
    now: datetime
    words: str = ""  # what the customer was told
    part: str = ""  # of a payment: whole, first, rest
    fen: int = 0  # of a payment


Listener = Callable[[Happening], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Hear of everything from now on; once, however often it is said."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(happening: Happening) -> None:
    """Everyone who listens hears it now; what they raise undoes the deed."""
    for listener in _listeners:
        listener(happening)
