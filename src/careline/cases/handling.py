"""Handling a case: from what it is about to a plan. The verbs of its whole life can be had from here."""

from datetime import datetime

from careline.cases import escalating, telling
from careline.cases.custody import answerable
from careline.cases.deeds import deed, move, note
from careline.cases.ending import archive as archive
from careline.cases.ending import close as close
from careline.cases.ending import finish as finish
from careline.cases.ending import rate as rate
from careline.cases.ending import reopen as reopen
from careline.cases.ending import silence as silence
from careline.cases.free_text import LETTER_MAX, from_staff
from careline.cases.offering import offer as offer
from careline.cases.offering import offer_answered as offer_answered
from careline.cases.promised import pledging
from careline.cases.records.case import Case
from careline.cases.replying import ask_satisfied as ask_satisfied
from careline.cases.replying import customer_says as customer_says
from careline.cases.replying import reply as reply
from careline.cases.states import OPEN, Blame, NotAllowed, Severity, State
from careline.cases.subjects.categories import categories
from careline.cases.subjects.questions import note_answers as note_answers
from careline.cases.supporting import answer_task as answer_task
from careline.cases.supporting import ask as ask

CAUSE_MAX = 200  # characters


def analyse(
    docket: str,
    category: str,
    cause: str,
    severity: str,
    blame: str = "",
    *,
    by: str,
    now: datetime,
    expected: int | None = None,
) -> Case:
    """Say what it is about, what caused it and how grave it is; a major one is reported upward in the same deed.

    `blame` may wait until the facts are clear. In another round the same is said again.
    Raises NotAllowed: unanalysed (one of the three is missing), no_such_category, no_such_severity, no_such_blame,
    too_long, way, not_owner, closed, moved.
    """
    cause = from_staff(cause, CAUSE_MAX)
    if not (category and cause and severity):
        raise NotAllowed("unanalysed")
    if category not in categories():
        raise NotAllowed("no_such_category")
    if severity not in set(Severity):
        raise NotAllowed("no_such_severity")
    _check_blame(blame)
    with deed(docket, expected=expected, whole_number=True) as case:
        answerable(case, by, now)
        _to_analysing(case)
        unsorted = not case.category
        _sort(case, category)
        case.cause, case.severity, case.blame = cause, severity, blame or case.blame
        detail = {"category": category, "severity": severity, "blame": case.blame, "cause": cause}
        note(case, "analysed", by=by, now=now, public=True, detail=detail)
        if unsorted:
            pledging.sorted_in(case, by=case.owner, now=now)
        if severity == Severity.MAJOR:
            escalating.report(case, by=by, now=now)
    return case


def _to_analysing(case: Case) -> None:
    """From the beginning; or it is there. From a plan only `reconsider` leads back, from a reply only the customer's no."""
    if case.state == State.ACCEPTED:
        move(case, State.ANALYSING)
    elif case.state != State.ANALYSING:
        raise NotAllowed("way", case.state, State.ANALYSING.value)


def _sort(case: Case, category: str) -> None:
    """Another open case of this number may have the category already: then the two are told apart by the docket."""
    if case.category == category:
        return
    twin = Case.objects.filter(
        msisdn=case.msisdn,
        kind=case.kind,
        category=category,
        matter=case.matter,
        state__in=[state.value for state in OPEN],
    ).exclude(pk=case.pk)
    if case.msisdn and twin.exists():
        case.matter = case.docket
    case.category = category


def solve_on_site(docket: str, plan: str = "", *, by: str, now: datetime, expected: int | None = None) -> Case:
    """It can be solved by whoever was asked; with a plan it goes on to telling at once.

    Raises NotAllowed: unanalysed, way, too_long, not_owner, closed, moved.
    """
    plan = from_staff(plan)
    with deed(docket, expected=expected) as case:
        answerable(case, by, now)
        move(case, State.ON_SITE)
        _check_analysed(case)
        note(case, "solved", by=by, now=now, public=True)
        if plan:
            _plan(case, plan, by, now)
    return case


def record(
    docket: str,
    contact_at: datetime | None,
    words: str = "",
    *,
    by: str,
    now: datetime,
    expected: int | None = None,
) -> Case:
    """It cannot be solved at once: the customer is told when we talk again. `words` is a note for us.

    Raises NotAllowed: no_time, past_time, unanalysed, way, too_long, not_owner, closed, moved.
    """
    if contact_at is None:
        raise NotAllowed("no_time")
    if contact_at <= now:
        raise NotAllowed("past_time")
    words = from_staff(words)
    with deed(docket, expected=expected) as case:
        answerable(case, by, now)
        move(case, State.RECORDED)
        _check_analysed(case)
        if words:
            note(case, "noted", by=by, now=now, words=words)
        note(case, "parked", by=by, now=now, public=True, detail={"contact_at": contact_at.isoformat()})
        pledging.parked(case, contact_at, by=by, now=now)
        date = telling.moment(contact_at, now)
        telling.say(case, "case.parked", {"docket": case.docket, "date": date}, now)
    return case


def decide(
    docket: str,
    plan: str,
    blame: str = "",
    *,
    by: str,
    now: datetime,
    expected: int | None = None,
) -> Case:
    """Decide the plan, from the customer's interest; whose fault it was may be said now that the facts are clear.

    In the state `plan` it is decided anew. Raises NotAllowed: no_plan, no_such_blame, way, too_long, not_owner,
    closed, moved.
    """
    plan = from_staff(plan)
    if not plan:
        raise NotAllowed("no_plan")
    _check_blame(blame)
    with deed(docket, expected=expected) as case:
        answerable(case, by, now)
        case.blame = blame or case.blame
        _plan(case, plan, by, now)
    return case


def reconsider(docket: str, reason: str, *, by: str, now: datetime, expected: int | None = None) -> Case:
    """The plan does not meet the need: back to analysing. Raises NotAllowed: no_reason, way, not_owner, closed, moved."""
    reason = from_staff(reason)
    if not reason:
        raise NotAllowed("no_reason")
    with deed(docket, expected=expected) as case:
        answerable(case, by, now)
        if case.state != State.PLAN:
            raise NotAllowed("way", case.state, State.ANALYSING.value)
        move(case, State.ANALYSING)
        note(case, "reconsidered", by=by, now=now, words=reason)
    return case


def remark(docket: str, words: str, *, by: str, now: datetime, expected: int | None = None) -> Case:
    """A note for us, which the customer does not see. Raises NotAllowed: no_words, too_long, closed, moved."""
    words = from_staff(words)
    if not words:
        raise NotAllowed("no_words")
    with deed(docket, expected=expected) as case:
        note(case, "noted", by=by, now=now, words=words)
    return case


def _plan(case: Case, plan: str, by: str, now: datetime) -> None:
    if case.state != State.PLAN:
        move(case, State.PLAN)
    case.plan = plan
    note(case, "planned", by=by, now=now, public=True, detail={"plan": plan, "blame": case.blame})


def _check_analysed(case: Case) -> None:
    if not (case.category and case.cause and case.severity):
        raise NotAllowed("unanalysed")


def _check_blame(blame: str) -> None:
    if blame and blame not in set(Blame):
        raise NotAllowed("no_such_blame")


__all__ = [
    "LETTER_MAX",
    "analyse",
    "answer_task",
    "archive",
    "ask",
    "ask_satisfied",
    "close",
    "customer_says",
    "decide",
    "finish",
    "note_answers",
    "offer",
    "offer_answered",
    "rate",
    "reconsider",
    "record",
    "remark",
    "reopen",
    "reply",
    "silence",
    "solve_on_site",
]
