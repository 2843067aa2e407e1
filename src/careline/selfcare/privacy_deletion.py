"""Deleting what may go of a number: asked for once, done by a sweep hand by hand, and told what had to stay."""

from datetime import datetime

from django.db import IntegrityError, transaction

from careline.identity.records import PrivacyRequest
from careline.journal.writing import write
from careline.selfcare import privacy
from careline.values.msisdn import Msisdn

STEPS_MAX = 20  # hands of one sweep: it shares the clock with everything else


def request(msisdn: Msisdn, *, by: str, now: datetime) -> PrivacyRequest:
    """Begin to delete; who asks twice meanwhile has asked once. Journaled."""
    try:
        with transaction.atomic():
            asked = PrivacyRequest.objects.create(msisdn=msisdn.digits, what="deletion", asked_at=now, due_at=now)
            write(who=by, did="privacy_deletion", what="subscriber", record=msisdn.masked(), now=now)
            return asked
    except IntegrityError:
        return PrivacyRequest.objects.get(msisdn=msisdn.digits, what="deletion", done_at=None)


def latest(msisdn: Msisdn) -> PrivacyRequest | None:
    """The last deletion of this number, running or done."""
    return PrivacyRequest.objects.filter(msisdn=msisdn.digits, what="deletion").order_by("-asked_at", "-pk").first()


def sweep(now: datetime, limit: int = STEPS_MAX) -> int:
    """Go on with what was asked for; how many hands. Each hand and the note of it are one transaction: a crash repeats none."""
    return next((done for done in range(limit) if not _step(now)), limit)


def progress(asked: PrivacyRequest) -> tuple[int, int, int]:
    """Parts that are finished, parts in all, records that are gone."""
    names = list(privacy.parts())
    done = len(names) if asked.done_at else names.index(asked.part) + 1 if asked.part in names else 0
    return done, len(names), sum(asked.forgotten.values())


def _step(now: datetime) -> bool:
    with transaction.atomic():
        waiting = PrivacyRequest.objects.select_for_update(skip_locked=True).filter(done_at=None, due_at__lte=now)
        asked = waiting.order_by("due_at").first()
        if asked is None:
            return False
        names = list(privacy.parts())
        place = names.index(asked.part) + 1 if asked.part in names else 0
        if place == len(names):
            _finish(asked, now)
            return True
        name, msisdn = names[place], Msisdn(asked.msisdn)
        done = privacy.forget(name, msisdn, now)
        asked.forgotten = {**asked.forgotten, name: asked.forgotten.get(name, 0) + done}
        if not done:
            asked.part = name
        asked.save()
        return True


def _finish(asked: PrivacyRequest, now: datetime) -> None:
    msisdn = Msisdn(asked.msisdn)
    asked.kept = [
        {"part": one.name, "zh": kept.why.zh, "en": kept.why.en, "count": kept.count}
        | {"until": kept.until.isoformat() if kept.until else None}
        for one in privacy.standing(msisdn, now)
        for kept in one.kept
    ]
    asked.done_at, asked.due_at = now, None
    asked.save()
    detail = {"forgotten": sum(asked.forgotten.values()), "kept": sum(one["count"] for one in asked.kept)}
    write(who="clock", did="privacy_deleted", what="subscriber", record=msisdn.masked(), now=now, detail=detail)
