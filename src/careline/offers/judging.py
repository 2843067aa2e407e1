"""Pausing offers: by a person with a reason, or by rule where those who took one complained; and showing them again."""

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from careline.journal.writing import write
from careline.offers import shelf
from careline.offers.figures import Figures, figures
from careline.offers.models import Pause
from careline.offers.policy import Recommending, policy
from careline.values.secret import mask

log = logging.getLogger(__name__)

RULE = "rule"  # who paused it, where nobody did
_JUDGED = timedelta(days=60)  # the showings that are looked at


class NotPaused(Exception):
    """What was asked is refused; the message is a code: no_such_offer, no_reason, paused, not_paused."""

    @property
    def code(self) -> str:
        return str(self.args[0])


def too_many(found: Figures, rules: Recommending) -> bool:
    """Whether an offer makes so many complaints that it is paused: a share of those who took it, or a number of them. Pure."""
    share = found.accepted >= rules.pause_from_accepted and found.complained_percent >= rules.pause_at_percent
    return share or found.complained >= rules.pause_at_complaints > 0


def judge(now: datetime) -> int:
    """Pause what makes complaints; how many were paused now. Staff see it on the offers' page, the log and the journal.

    What a person let be shown again is judged by the complaints of showings since then alone.
    """
    rules, paused = policy().recommending, 0
    for offer, found in figures(now - _JUDGED, now).items():
        if not too_many(found, rules):
            continue
        last = Pause.objects.filter(offer=offer).order_by("-since").first()
        if last is not None:
            if last.ended_at is None:
                continue
            since = figures(max(last.ended_at, now - _JUDGED), now).get(offer)
            if since is None or not too_many(since, rules):
                continue
        reason = f"{found.complained} of {found.accepted} who took it complained within {rules.watch_days} days"
        try:
            pause(offer, reason, by=RULE, now=now)
        except NotPaused:
            continue
        log.error("offer %s is paused by rule: %s", offer, reason)
        paused += 1
    return paused


def pause(offer: str, reason: str, *, by: str, now: datetime) -> Pause:
    """Nobody is shown this offer until it is resumed. Raises NotPaused: no_such_offer, no_reason, paused."""
    said = mask(" ".join(reason.replace("\0", "").split()))[:200]
    if by != RULE and offer not in shelf.offers():
        raise NotPaused("no_such_offer")
    if not said:
        raise NotPaused("no_reason")
    try:
        with transaction.atomic():
            row = Pause.objects.create(offer=offer, since=now, by=by, reason=said)
            write(who=by, did="pause", what="offer", record=offer, now=now, detail={"reason": said})
    except IntegrityError:
        raise NotPaused("paused") from None
    return row


def resume(offer: str, reason: str, *, by: str, now: datetime) -> None:
    """It may be shown again. Raises NotPaused: no_reason, not_paused."""
    said = mask(" ".join(reason.replace("\0", "").split()))[:200]
    if not said:
        raise NotPaused("no_reason")
    with transaction.atomic():
        if not Pause.objects.filter(offer=offer, ended_at=None).update(ended_at=now, ended_by=by):
            raise NotPaused("not_paused")
        write(who=by, did="resume", what="offer", record=offer, now=now, detail={"reason": said})
