"""Texts that somebody has begun to write at a case: kept for that person until they are sent or thrown away."""

from datetime import datetime

from careline.cases.free_text import kept
from careline.cases.models import Case, Draft
from careline.cases.states import NotAllowed

PURPOSES = frozenset({"reply", "note", "plan", "summary", "question", "offer"})
LONGEST = 10_000  # characters


def save(docket: str, purpose: str, words: str, *, by: str, now: datetime) -> Draft | None:
    """Keep what was written so far; nothing but spaces throws the draft away. The case's version stays.

    Raises NotAllowed: no_such_case, purpose, too_long, closed (an archived case takes notes only).
    """
    if purpose not in PURPOSES:
        raise NotAllowed("purpose")
    if len(words) > LONGEST:
        raise NotAllowed("too_long")
    case = Case.objects.filter(docket=docket).first()
    if case is None:
        raise NotAllowed("no_such_case")
    if not words.strip():
        drop(docket, purpose, by=by)
        return None
    if not case.is_open and purpose != "note":
        raise NotAllowed("closed")
    values = {"words": kept(words.replace("\x00", "")), "at": now}
    draft, _ = Draft.objects.update_or_create(case=case, who=by, purpose=purpose, defaults=values)
    return draft


def of(docket: str, *, by: str) -> dict[str, Draft]:
    """This person's own drafts at the case, by purpose; nobody reads another's."""
    return {draft.purpose: draft for draft in Draft.objects.filter(case__docket=docket, who=by)}


def drop(docket: str, purpose: str, *, by: str) -> None:
    """It was sent, or thrown away."""
    Draft.objects.filter(case__docket=docket, who=by, purpose=purpose).delete()
