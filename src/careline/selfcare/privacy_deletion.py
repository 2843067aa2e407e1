"""Deleting what may go of a number: asked for once, done by a sweep hand by hand, and told what had to stay.

What still waits for the carrier keeps its number while the answer is owed, and loses it when it has ended (`privacy_owed`).
That, and contacts that were too fresh, is what a deletion that is done comes back for.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from careline.identity.records import PrivacyRequest
from careline.journal.writing import write
from careline.selfcare import privacy, privacy_owed
from careline.values.msisdn import Msisdn

STEPS_MAX = 20  # hands of one sweep: it shares the clock with everything else
SOON, AGAIN = timedelta(minutes=1), timedelta(minutes=30)  # until it comes back: while something is owed, and else
FRESH = timedelta(hours=4)  # by then statistics have counted every contact, and it may go


def request(msisdn: Msisdn, *, by: str, now: datetime) -> PrivacyRequest:
    """Begin to delete; who asks twice meanwhile has asked once. Journaled."""
    try:
        with transaction.atomic():
            asked = PrivacyRequest.objects.create(
                msisdn=msisdn.digits, what="deletion", asked_at=now, due_at=now, owed=privacy_owed.of(msisdn)
            )
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
        waiting = PrivacyRequest.objects.select_for_update(skip_locked=True).filter(what="deletion", due_at__lte=now)
        asked = waiting.order_by("due_at").first()
        if asked is None:
            return False
        if asked.done_at is not None:
            _come_back(asked, now)
            return True
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
    asked.done_at, asked.due_at = now, now + SOON
    asked.save()
    detail = {"forgotten": sum(asked.forgotten.values()), "kept": sum(one["count"] for one in asked.kept)}
    write(who="clock", did="privacy_deleted", what="subscriber", record=msisdn.masked(), now=now, detail=detail)


def _come_back(asked: PrivacyRequest, now: datetime) -> None:
    """A hand of what could not go before; when there is none, say when to look again, or that it is over."""
    msisdn = Msisdn(asked.msisdn)
    waiting = privacy_owed.waiting(asked.owed)
    done = {
        "contacts": privacy.forget("contacts", msisdn, now, before=asked.asked_at),
        "attempts": 0 if waiting else privacy_owed.forget(asked.owed),
        "letters": 0 if waiting else privacy_owed.forget_letters(asked.owed, msisdn),
    }
    asked.forgotten = {
        **asked.forgotten,
        **{name: asked.forgotten.get(name, 0) + count for name, count in done.items()},
    }
    waiting = waiting or privacy_owed.telling(asked.owed, msisdn)
    if not waiting and now - asked.asked_at >= FRESH:
        asked.due_at = now if any(done.values()) else None
    else:
        asked.due_at = now + (SOON if waiting else AGAIN)
    asked.save()
