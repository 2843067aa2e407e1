"""Offers: what the customer was offered, the answer, and that after a no the company's limits were said openly."""

from datetime import datetime

from django.db import transaction

from careline.cases.custody import answerable
from careline.cases.deeds import deed, locked, note, save
from careline.cases.free_text import LETTER_MAX, from_staff
from careline.cases.records.case import Case
from careline.cases.records.work import Offer
from careline.cases.states import NotAllowed
from careline.identity.gates import Gate
from careline.identity.models import Staff

# What one person may offer, in fen: a choice of ours, to be set as a carrier sees fit.
OWN_MAX, MANAGER_MAX = 50_00, 500_00


def offer(docket: str, words: str, amount: int = 0, *, by: str, now: datetime, expected: int | None = None) -> Offer:
    """Offer something to the customer; `amount` in fen, within what the person may offer.

    Raises NotAllowed: no_words, too_long, above_limit, not_owner, closed, moved.
    """
    words = from_staff(words, LETTER_MAX)
    if not words:
        raise NotAllowed("no_words")
    with deed(docket, expected=expected) as case:
        answerable(case, by, now)
        if not 0 <= amount <= _most(by, amount):
            raise NotAllowed("above_limit")
        made = Offer.objects.create(case=case, at=now, by=by, words=words, amount=amount)
        detail = {"offer": made.pk, "amount": amount}
        note(case, "offered", by=by, now=now, words=words, public=True, detail=detail)
    return made


def offer_answered(
    offer_id: int, accepted: bool, limits_told: bool = False, *, by: str, now: datetime, words: str = ""
) -> Offer:
    """What the customer said to an offer, once. After a no the limits of the company must have been told.

    Raises NotAllowed: no_such_offer, answered, limits_untold, not_owner, closed.
    """
    with transaction.atomic():
        docket = Offer.objects.filter(pk=offer_id).values_list("case__docket", flat=True).first()
        if docket is None:
            raise NotAllowed("no_such_offer")
        case: Case = locked(docket)
        if not case.is_open:
            raise NotAllowed("closed")
        if by != "subscriber":
            answerable(case, by, now)
        made = Offer.objects.get(pk=offer_id)
        if made.decided_at is not None:
            raise NotAllowed("answered")
        if not accepted and not limits_told and by != "subscriber":
            raise NotAllowed("limits_untold")
        made.accepted, made.limits_told, made.decided_at = accepted, limits_told, now
        made.save(update_fields=["accepted", "limits_told", "decided_at"])
        detail = {"offer": made.pk, "limits_told": limits_told}
        did = "offer_accepted" if accepted else "offer_declined"
        note(case, did, by=by, now=now, words=from_staff(words), public=True, detail=detail)
        save(case)
    return made


def _most(by: str, amount: int) -> int:
    if amount <= OWN_MAX:
        return OWN_MAX
    person = Staff.objects.filter(username=by, is_active=True).first()
    return MANAGER_MAX if person is not None and person.may(Gate.MANAGE_CASES) else OWN_MAX
