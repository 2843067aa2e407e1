"""Screening: for a time, and for a reason that two people stand for, a number is not brought to a person.

It never takes self-service away: the caller is told so, gets the menu and what became of the matter, and is shown the
written channel.
"""

from datetime import datetime

from django.db import transaction

from careline.desk.models import Screening
from careline.journal.writing import write
from careline.values.msisdn import Msisdn

DAYS_MAX = 92  # as the table has it


class NotAllowed(Exception):
    """The request cannot be granted; the message is a code: reason, times, too_long, same_person, over."""


def ask(msisdn: Msisdn, starts_at: datetime, ends_at: datetime, reason: str, *, by: str, now: datetime) -> Screening:
    """Ask for a screening; it is in force when a second person has approved it. Raises NotAllowed."""
    if not reason.strip():
        raise NotAllowed("reason")
    if ends_at <= max(starts_at, now):
        raise NotAllowed("times")
    if (ends_at - starts_at).days > DAYS_MAX or (ends_at - starts_at).total_seconds() > DAYS_MAX * 86_400:
        raise NotAllowed("too_long")
    with transaction.atomic():
        asked = Screening.objects.create(
            msisdn=msisdn.digits, starts_at=starts_at, ends_at=ends_at, reason=reason.strip(), asked_by=by
        )
        detail = {"reason": asked.reason, "starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
        write(who=by, did="ask_screening", what="screening", record=str(asked.pk), now=now, detail=detail)
    return asked


def approve(screening: int, *, by: str, now: datetime) -> None:
    """The second person's yes. Raises NotAllowed for the person who asked, and for one that is over."""
    with transaction.atomic():
        asked = Screening.objects.select_for_update().get(pk=screening)
        if asked.asked_by == by:
            raise NotAllowed("same_person")
        if asked.ends_at <= now or asked.lifted_at is not None:
            raise NotAllowed("over")
        if asked.approved_at is None:
            asked.approver, asked.approved_at = by, now
            asked.save()
            write(who=by, did="approve_screening", what="screening", record=str(asked.pk), now=now)


def lift(screening: int, *, by: str, now: datetime) -> None:
    """End it before its time, or take the request back; one person is enough for that."""
    with transaction.atomic():
        if Screening.objects.filter(pk=screening, lifted_at=None).update(lifted_at=now):
            write(who=by, did="lift_screening", what="screening", record=str(screening), now=now)


def in_force(msisdn: Msisdn, now: datetime) -> Screening | None:
    """The screening that holds for this number now."""
    return (
        Screening.objects.filter(
            msisdn=msisdn.digits, starts_at__lte=now, ends_at__gt=now, approved_at__isnull=False, lifted_at=None
        )
        .order_by("-ends_at")
        .first()
    )
