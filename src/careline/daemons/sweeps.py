"""All sweeps in one list: deadlines are columns, and these look after those that have come."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from careline import wiring
from careline.ledger import due, inbox

INBOX_KEPT = timedelta(days=7)  # a gateway that repeats a message after a week is served anew


def lapse_questions(now: datetime) -> int:
    """Attempts whose question was never answered end as Abandoned."""
    with transaction.atomic():
        return due.lapse(now)


def forget_arrivals(now: datetime) -> int:
    """The inbox is kept as long as repeats may come."""
    return inbox.forget(now - INBOX_KEPT)


def sweeps() -> Mapping[str, tuple[timedelta, Callable[[datetime], int]]]:
    """Name -> (how often, what). Each returns how many it dealt with; a full hand means: again at once."""
    return {
        "reconcile": (timedelta(seconds=2), wiring.janitor(shard=99).sweep),
        "lapse": (timedelta(seconds=5), lapse_questions),
        "forget": (timedelta(minutes=1), forget_arrivals),
    }
