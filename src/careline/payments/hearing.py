"""Who else hears what happened to a payment, within the transaction in which it happened: the orders above us."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from careline.payments.models import Payment


@dataclass(frozen=True, slots=True)
class Happening:
    """`did`: begun, redirected, authorised, captured, failed, cancelled, expired, credited, not_credited, giving_back,

    given_back, not_given_back, collected, not_collected. `fen`: of that deed.
    """

    payment: Payment
    did: str
    by: str
    now: datetime
    fen: int = 0


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
