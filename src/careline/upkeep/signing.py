"""People sign for what they did today, and explain what is missing; both with the time at which they write."""

from datetime import date, datetime

from django.db import transaction

from careline.cases.free_text import from_staff
from careline.insight import clock
from careline.journal.writing import write
from careline.upkeep.duties import duties
from careline.upkeep.models import WORDS, Explained, Signed
from careline.upkeep.refusing import Refused


def sign(step: str, note: str, *, by: str, now: datetime) -> Signed:
    """Sign for a step that was done today. Raises Refused: no_such_step, not_signed_for, no_words, too_long.

    There is no signing for another day: what is missing is explained.
    """
    known = duties().step(step)
    if known is None:
        raise Refused("no_such_step")
    if not known.signed:
        raise Refused("not_signed_for")
    note = _words(note)
    with transaction.atomic():
        day = now.astimezone(clock.zone()).date()
        made = Signed.objects.create(day=day, step=step, by=by, at=now, note=note)
        write(who=by, did="sign", what="upkeep", record=f"{day} {step}", now=now, detail={"note": note})
    return made


def explain_day(day: date, words: str, *, by: str, now: datetime) -> Explained:
    """Say why a day that is over has no maintenance; it stays missing. Raises Refused: not_missing, no_words, too_long."""
    from careline.upkeep import diary

    today = now.astimezone(clock.zone()).date()
    if day >= today or not diary.days(day, day)[day].missing:
        raise Refused("not_missing")
    return explain("day", str(day), words, by=by, now=now)


def explain(kind: str, key: str, words: str, *, by: str, now: datetime) -> Explained:
    """Write down the explanation of a missing day or round. Raises Refused: no_words, too_long."""
    words = _words(words)
    with transaction.atomic():
        made = Explained.objects.create(kind=kind, key=key, by=by, at=now, words=words)
        write(who=by, did=f"explain_{kind}", what="upkeep", record=key, now=now, detail={"words": words})
    return made


def _words(written: str) -> str:
    if len(written) > WORDS:
        raise Refused("too_long")
    words = from_staff(written)
    if not words:
        raise Refused("no_words")
    return words
