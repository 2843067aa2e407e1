"""Resending: somebody asks that a letter goes out once more; it is the same letter, and the resend is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models as db
from django.db import transaction

from careline.journal.writing import write
from careline.outbox import models
from careline.values.msisdn import Msisdn

PAST = (models.Message.State.SENT, models.Message.State.DELIVERED, models.Message.State.FAILED)


class NotThere(LookupError):
    """No such letter, or one that is still on its way and therefore needs no resending."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """A letter that has not left although it is due, or was given up."""

    id: str
    msisdn: Msisdn
    link: str
    state: str
    created_at: datetime
    tries: int
    doubts: int
    claimed_by: str
    error: str


def resend(letter: str, *, by: str, now: datetime) -> None:
    """Queue a letter that was sent, delivered or given up once more. Raises NotThere."""
    with transaction.atomic():
        changed = models.Message.objects.filter(id=letter, state__in=PAST).update(
            state=models.Message.State.QUEUED,
            due_at=now,
            claimed_by="",
            tries=0,
            error="",
            sent_at=None,
            settled_at=None,
            remote_ids=[],
            resends=db.F("resends") + 1,
        )
        if not changed:
            raise NotThere("no letter of that id was sent or given up")
        # Receipts of the earlier sending must not settle the new one.
        models.Part.objects.filter(message=letter).delete()
        write(who=by, did="resend", what="letter", record=letter, now=now)


def stuck(now: datetime, limit: int = 100) -> Sequence[Stuck]:
    """Letters that are due and with nobody, or were given up; the oldest first."""
    waiting = db.Q(state="queued", due_at__lte=now) | db.Q(state="failed")
    waiting |= db.Q(state="queued", tries__gt=1)
    return [
        Stuck(
            str(one.id), Msisdn(one.msisdn), one.link, one.state, one.created_at, one.tries, one.doubts,
            one.claimed_by, one.error,
        )
        for one in models.Message.objects.filter(waiting).order_by("created_at")[:limit]
    ]  # fmt: skip


def counts() -> dict[tuple[str, str], int]:
    """How many letters there are by link and state."""
    grouped = models.Message.objects.values_list("link", "state").annotate(count=db.Count("id"))
    return {(link, state): count for link, state, count in grouped}
