"""Another round: the customer is not satisfied, or comes back; nothing that was said before is lost."""

from datetime import datetime

from careline.cases import custody
from careline.cases.deeds import count, move, note, raise_priority
from careline.cases.promised import pledging
from careline.cases.records.case import Case
from careline.cases.states import State

UNSATISFIED_PRIORITY = 2


def again(case: Case, *, by: str, now: datetime, channel: str, words: str = "", rating: int | None = None) -> None:
    """Not satisfied: back to analysing, in the next round and more urgent. The caller saves."""
    if case.state == State.REPLIED:
        move(case, State.CONFIRMING)
    move(case, State.ANALYSING)
    _next_round(case)
    case.satisfied = False
    detail = {"round": case.round} | ({} if rating is None else {"rating": rating})
    note(case, "unsatisfied", by=by, now=now, channel=channel, words=words, public=True, detail=detail)
    pledging.another_round(case, by=case.owner or by, now=now)


def reopened(case: Case, *, by: str, now: datetime, channel: str, words: str) -> None:
    """The matter came up again after the end; the caller saves."""
    if case.state == State.ARCHIVED:
        move(case, State.CLOSED)
    move(case, State.ANALYSING)
    before = {"summary": case.summary, "rating": case.rating}
    _next_round(case)
    case.repeats = count(case.repeats)
    case.archived_at = case.closed_at = case.satisfied = case.rating = None
    case.summary = ""
    note(
        case,
        "reopened",
        by=by,
        now=now,
        channel=channel,
        words=words,
        public=True,
        detail={"round": case.round, **before},
    )
    custody.renew(case, now)
    pledging.reopened(case, by=case.owner or by, now=now)


def _next_round(case: Case) -> None:
    case.round += 1
    case.asked_at = case.silence_told_at = None
    raise_priority(case, UNSATISFIED_PRIORITY)
