"""Verdicts on advice: accepted or rejected with a reason; what was rejected stays away until its figures change much."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from careline.advice.models import Verdict
from careline.journal.writing import write

CHANGED_MUCH = 1.5  # half as much again as when it was rejected: another season, not the scatter of a week
LEAST_SECONDS = 1.0  # a day; of what was worth nothing
REASON_MAX = 500
KEY_MAX = 200


class NoReason(ValueError):
    """Whoever rejects advice says why: the next one to look wants to know."""


def decide(key: str, *, accepted: bool, reason: str, worth: float, by: str, now: datetime) -> Verdict:
    """Write down a verdict; `worth` is what the advice was worth, in seconds a day. Raises NoReason."""
    reason = " ".join(reason.split())[:REASON_MAX]
    if not accepted and not reason:
        raise NoReason
    with transaction.atomic():
        verdict, _new = Verdict.objects.update_or_create(
            key=key[:KEY_MAX], defaults={"accepted": accepted, "reason": reason, "worth": worth, "at": now, "by": by}
        )
        write(
            who=by, did="accept" if accepted else "reject", what="advice", record=key[:KEY_MAX], now=now,
            detail={"reason": reason, "seconds_a_day": round(worth, 1)},
        )  # fmt: skip
    return verdict


def verdicts() -> dict[str, Verdict]:
    """All of them by key; one statement."""
    return {one.key: one for one in Verdict.objects.all()}


def rejected(found: Mapping[str, Verdict]) -> dict[str, float]:
    """What was rejected, with the seconds a day above which it comes back."""
    return {
        key: max(one.worth * CHANGED_MUCH, one.worth + LEAST_SECONDS) for key, one in found.items() if not one.accepted
    }


def stays_away(key: str, worth: float, away: Mapping[str, float]) -> bool:
    """Whether rejected advice is still not to be shown."""
    return key in away and worth <= away[key]
