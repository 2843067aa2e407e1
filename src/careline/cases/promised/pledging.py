"""Which promises are made and kept when: what a complaint of a category may take, and what the law and the carrier allow."""

from datetime import datetime, timedelta

from careline.cases.promised import promising
from careline.cases.records.case import Case
from careline.cases.records.help import Task
from careline.cases.records.promise import Promise
from careline.cases.states import Kind
from careline.cases.subjects.categories import Allowance, categories
from careline.promises import calendars, clock

FIRST_REPLY_MINUTES = 48 * 60  # of the wall clock: what complainants are told (004)
REGULATOR_MINUTES = 15 * 24 * 60  # of the wall clock: complaints handed in to the regulator are due in 15 days
# Until somebody has said which category it is; and for enquiries and suggestions.
UNSORTED = {"progress": Allowance(24 * 60, "always"), "solution": Allowance(3 * 450, "office")}
# By when the next level of the ladder talks to the customer, in working time; a careful choice of ours, no given figure.
LEVELS = {2: Allowance(4 * 60, "office"), 3: Allowance(450, "office"), 4: Allowance(900, "office")}


def of(case: Case, what: str) -> Allowance:
    """What the case's category allows for progress or solution."""
    category = categories().get(case.category)
    return category.promises[what] if category else UNSORTED[what]


def accepted(case: Case, *, by: str, now: datetime) -> None:
    """A case begins: a suggestion only waits for its reply, all else for progress and solution."""
    if case.kind != Kind.SUGGESTION:
        _start(case, "first_reply", Allowance(FIRST_REPLY_MINUTES, "always"), by, now)
        _start(case, "progress", of(case, "progress"), by, now)
    _start(case, "solution", of(case, "solution"), by, now)
    if case.kind == Kind.COMPLAINT:
        _start(case, "regulator", Allowance(REGULATOR_MINUTES, "always"), by, now)


def sorted_in(case: Case, *, by: str, now: datetime) -> None:
    """The case got its first category, whose terms count from when it came in."""
    for what in ("progress", "solution"):
        allowance = of(case, what)
        promising.change(case, what, minutes=allowance.minutes, calendar=allowance.calendar, by=by, now=now)


def asked(case: Case, task: Task, *, by: str, now: datetime) -> None:
    """A department owes a plan."""
    department = task.department
    promising.start(
        case, "department", minutes=department.minutes, calendar=department.calendar, by=by, now=now, task=task
    )


def advised(case: Case, task: Task, *, now: datetime) -> None:
    promising.keep(case, "department", now, task=task)


def parked(case: Case, contact_at: datetime, *, by: str, now: datetime) -> None:
    """The customer was told when we talk again."""
    promising.start(case, "contact", due_at=contact_at, calendar="always", by=by, now=now)


def escalated(case: Case, *, by: str, now: datetime) -> datetime:
    """The next level talks to the customer within its time; an agreed moment before that stands. Returns when."""
    agreed = Promise.objects.filter(case=case, what="contact", kept_at=None, cancelled_at=None).first()
    hours, minutes = calendars.running(LEVELS[case.level].calendar), LEVELS[case.level].minutes
    if agreed is not None and now < agreed.due_at <= clock.due(hours, now, timedelta(minutes=minutes)):
        return agreed.due_at
    return _start(case, "contact", LEVELS[case.level], by, now)


def told(case: Case, *, by: str, now: datetime) -> None:
    """A person told the customer how it stands; the next telling is promised."""
    promising.keep(case, "progress", now)
    promising.keep(case, "contact", now)
    _start(case, "progress", of(case, "progress"), by, now)


def replied(case: Case, *, now: datetime) -> None:
    """The result was told."""
    for what in ("first_reply", "progress", "contact", "solution"):
        promising.keep(case, what, now)


def another_round(case: Case, *, by: str, now: datetime) -> None:
    """The customer is not satisfied: progress and solution are promised anew. The first reply was the first."""
    for what in ("progress", "solution"):
        _start(case, what, of(case, what), by, now)


def reopened(case: Case, *, by: str, now: datetime) -> None:
    if case.kind == Kind.COMPLAINT:
        _start(case, "regulator", Allowance(REGULATOR_MINUTES, "always"), by, now)
    another_round(case, by=by, now=now)


def archived(case: Case, *, by: str, now: datetime) -> None:
    """Nothing is owed any more."""
    promising.keep(case, "regulator", now)
    promising.end(case, by, now)


def _start(case: Case, what: str, allowance: Allowance, by: str, now: datetime) -> datetime:
    return promising.start(case, what, minutes=allowance.minutes, calendar=allowance.calendar, by=by, now=now).due_at
