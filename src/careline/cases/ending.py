"""The end of a case: archived with a summary once the customer is satisfied, read-only from then on, open to return."""

import contextlib
from datetime import datetime, timedelta
from uuid import UUID

from careline.cases import rounds, supporting, telling
from careline.cases.custody import answerable
from careline.cases.deeds import deed, move, note, remember, remembered
from careline.cases.free_text import from_customer, from_staff
from careline.cases.promised import pledging
from careline.cases.records.case import Case
from careline.cases.records.help import Task
from careline.cases.standing import until
from careline.cases.states import OPEN, NotAllowed, State

# Who does not say whether the reply satisfies is reminded after the first time and filed after the second, never before
# the reminder, and is told of it. A choice of ours: nothing was given.
REMINDED_AFTER = timedelta(days=4)
FILED_AFTER = timedelta(days=7)
CLOSED_AFTER = timedelta(hours=1)  # since it was archived, unless somebody closed it before
REMINDED_BEFORE = timedelta(days=2)  # filing, at least: a sweep that was down for a week still gives this much time


def archive(docket: str, summary: str, *, by: str, now: datetime, expected: int | None = None) -> Case:
    """File a case with which the customer is satisfied; the summary is for those who meet the like again.

    Raises NotAllowed: no_summary, unsatisfied, too_long, way, not_owner, closed, moved.
    """
    summary = from_staff(summary)
    if not summary:
        raise NotAllowed("no_summary")
    with deed(docket, expected=expected) as case:
        answerable(case, by, now)
        if case.state == State.CONFIRMING and not case.satisfied:
            raise NotAllowed("unsatisfied")
        _file(case, summary, "archived", by, now)
    return case


def close(docket: str, *, by: str, now: datetime, tell: bool = True, expected: int | None = None) -> Case:
    """The end: the customer is told, and asked for a rating unless one was given. Raises NotAllowed: way, not_owner, moved."""
    with deed(docket, expected=expected, ended=True) as case:
        if by != "clock":
            answerable(case, by, now)
        move(case, State.CLOSED)
        case.closed_at = now
        note(case, "closed", by=by, now=now, public=True)
        # Who was filed without an answer was told so already, and said nothing that could be rated.
        if tell and case.satisfied:
            key = "case.rate" if case.rating is None else "case.archived"
            telling.say(case, key, {"docket": case.docket}, now)
    return case


def rate(docket: str, rating: int, *, channel: str = "", by: str, now: datetime) -> Case:
    """The customer's rating of the whole, 1 to 5, once for each end. Raises NotAllowed: bad_rating, not_customer, rated, way."""
    if isinstance(rating, bool) or rating not in range(1, 6):
        raise NotAllowed("bad_rating")
    if by != "subscriber":
        raise NotAllowed("not_customer")
    with deed(docket, ended=True) as case:
        if case.is_open and not (case.state == State.CONFIRMING and case.satisfied):
            raise NotAllowed("way", case.state, State.CLOSED.value)
        if case.rating is not None:
            raise NotAllowed("rated")
        case.rating = rating
        supporting.rated_with(case, rating)
        note(case, "rated", by=by, now=now, channel=channel, public=True, detail={"rating": rating})
    return case


def reopen(
    docket: str,
    words: str,
    *,
    channel: str,
    by: str,
    now: datetime,
    key: str = "",
    contact: UUID | str | None = None,
    tell: bool = True,
    expected: int | None = None,
) -> Case:
    """The matter came up again after the end: the same case, the same owner, another round. Once per `key`.

    Raises NotAllowed: no_words, way (it is open), open_elsewhere (a newer case of the matter is; its docket follows), moved.
    """
    words = from_customer(words)
    if not words:
        raise NotAllowed("no_words")
    known = remembered(key)
    if known is not None:
        return known
    with deed(docket, expected=expected, ended=True, whole_number=True) as case:
        if key and not remember(case, key, channel=channel, contact=contact, by=by, now=now, words=words):
            return case
        if case.is_open:
            raise NotAllowed("way", case.state, State.ANALYSING.value)
        newer = _newer(case)
        if newer:
            raise NotAllowed("open_elsewhere", newer)
        rounds.reopened(case, by=by, now=now, channel=channel, words=words)
        if tell:
            due_at = case.promises.filter(what="solution", kept_at=None, cancelled_at=None).latest("id").due_at
            telling.say(case, "case.reopened", {"docket": case.docket, "until": until(due_at, now)}, now)
    return case


def silence(now: datetime, limit: int = 500) -> int:
    """Remind those who have not answered whether the reply satisfies, and file what stays unanswered; returns how many.

    Nobody is filed without a letter before and a letter after; `satisfied` stays unknown.
    """
    done = 0
    for docket in _silent(silence_told_at=None, asked_at__lte=now - REMINDED_AFTER)[:limit]:
        with contextlib.suppress(NotAllowed), deed(docket) as case:  # it may be over by now
            if case.state == State.CONFIRMING and case.satisfied is None and case.silence_told_at is None:
                case.silence_told_at = now
                note(case, "silence_told", by="clock", now=now, public=True)
                telling.say(
                    case, "case.silence", {"docket": case.docket, "date": telling.moment(_filed_at(case), now)}, now
                )
                done += 1
    for docket in _silent(silence_told_at__lte=now - REMINDED_BEFORE, asked_at__lte=now - FILED_AFTER)[:limit]:
        with contextlib.suppress(NotAllowed), deed(docket) as case:
            if case.state == State.CONFIRMING and case.satisfied is None and _may_file(case, now):
                _file(case, case.reply, "filed", "clock", now)
                telling.say(case, "case.filed", {"docket": case.docket}, now)
                done += 1
    return done


def finish(now: datetime, limit: int = 500) -> int:
    """Close what was archived a while ago, so that nobody waits to be told and asked for a rating; returns how many."""
    waiting = Case.objects.filter(state=State.ARCHIVED, archived_at__lte=now - CLOSED_AFTER).order_by("archived_at")
    done = 0
    for docket in list(waiting.values_list("docket", flat=True)[:limit]):
        # Meanwhile somebody may have closed it, or the customer come back.
        with contextlib.suppress(NotAllowed):
            close(docket, by="clock", now=now)
            done += 1
    return done


def _silent(**when: object) -> list[str]:
    waiting = Case.objects.filter(state=State.CONFIRMING, satisfied=None, **when).order_by("asked_at")
    return list(waiting.values_list("docket", flat=True)[:500])


def _filed_at(case: Case) -> datetime:
    assert case.asked_at is not None
    assert case.silence_told_at is not None
    return max(case.asked_at + FILED_AFTER, case.silence_told_at + REMINDED_BEFORE)


def _may_file(case: Case, now: datetime) -> bool:
    return case.silence_told_at is not None and _filed_at(case) <= now


def _file(case: Case, summary: str, did: str, by: str, now: datetime) -> None:
    """Into the archive: what departments still owe is not needed any more."""
    move(case, State.ARCHIVED)
    case.summary, case.archived_at = summary, now
    Task.objects.filter(case=case, answered_at=None).update(answered_at=now, answered_by=by)
    note(case, did, by=by, now=now, public=True, detail={"summary": summary, "satisfied": case.satisfied})
    pledging.archived(case, by=by, now=now)


def _newer(case: Case) -> str:
    if not (case.msisdn and case.category):
        return ""
    twins = Case.objects.filter(
        msisdn=case.msisdn,
        kind=case.kind,
        category=case.category,
        matter=case.matter,
        state__in=[state.value for state in OPEN],
    )
    return twins.values_list("docket", flat=True).first() or ""
