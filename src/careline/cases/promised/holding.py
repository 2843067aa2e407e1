"""Letting promises of a case stand still for a reason, and run again: as deeds, with their place in the history."""

from datetime import datetime

from careline.cases.custody import answerable
from careline.cases.deeds import deed, note
from careline.cases.free_text import from_staff
from careline.cases.promised import promising
from careline.cases.records.case import Case
from careline.cases.states import NotAllowed

REASON_MAX = 200  # characters


def pause(docket: str, what: str, reason: str, *, by: str, now: datetime, expected: int | None = None) -> Case:
    """Stop the clock of one promise.

    Raises NotAllowed: no_reason, way (that one never stands still), not_running (it is late, or not open), too_long,
    not_owner, closed, moved.
    """
    reason = from_staff(reason, REASON_MAX)
    with deed(docket, expected=expected) as case:
        answerable(case, by, now)
        if not promising.pause(case, reason, by, now, what=what):
            raise NotAllowed("not_running")
        note(case, "paused", by=by, now=now, words=reason, detail={"what": what})
    return case


def resume(docket: str, what: str, *, by: str, now: datetime, expected: int | None = None) -> Case:
    """Let it run on. Raises NotAllowed: not_paused, not_owner, closed, moved."""
    with deed(docket, expected=expected) as case:
        answerable(case, by, now)
        if not promising.resume(case, by, now, what=what):
            raise NotAllowed("not_paused")
        note(case, "resumed", by=by, now=now, detail={"what": what})
    return case
