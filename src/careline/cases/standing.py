"""How a case stands, in words for its customer: what was done last, who owes what, and by when."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Min

from careline.cases import telling
from careline.cases.records.case import Case, Event
from careline.cases.records.help import Task
from careline.cases.records.promise import Promise
from careline.cases.states import State
from careline.values.language import Text

# What counts as a step that a customer may be told of; each has a text case.did.<name>.
STEPS = frozenset(
    {"accepted", "analysed", "solved", "parked", "asked", "advised", "planned", "progress", "replied", "offered"}
    | {"reopened", "unsatisfied", "satisfied", "archived", "filed", "closed", "escalated"}
    | {"bill_explained", "refund_asked", "refund_verified", "refunded_first", "refunded"}
)
_OWED = ("first_reply", "contact", "solution")  # to the customer


class Standing(NamedTuple):
    """How a case stands; every text in both languages."""

    docket: str
    label: Text  # complaint, enquiry, suggestion
    state: str
    step: Text  # where it is now
    last: Text  # what was done last
    last_at: datetime
    owes: Text  # who has to do something now
    due_at: datetime | None  # the next moment promised to the customer
    overdue: bool
    until: Text  # the same as a phrase: by when, or that we are late

    def values(self, now: datetime) -> dict[str, str | Text]:
        """As texts of the catalogue name them."""
        return {
            "docket": self.docket,
            "label": self.label,
            "step": self.step,
            "told": self.last,
            "date": telling.moment(self.last_at, now),
            "who": self.owes,
            "until": self.until,
        }


def standing_of(case: Case, now: datetime) -> Standing:
    """How this case stands; three statements at most."""
    return standings_of([case], now)[0]


def standings_of(cases: Sequence[Case], now: datetime) -> list[Standing]:
    """How these cases stand, in their order; three statements at most, however many they are."""
    owed = Promise.objects.filter(case__in=cases, what__in=_OWED, kept_at=None, cancelled_at=None, paused_at=None)
    steps = Event.objects.filter(case__in=cases, did__in=STEPS).order_by("case_id", "-at", "-id").distinct("case_id")
    last = {one[0]: one for one in steps.values_list("case_id", "did", "at")} if cases else {}
    due = dict(owed.values_list("case_id").annotate(Min("due_at"))) if cases else {}
    helping = _departments([case for case in cases if case.state == State.SUPPORT])
    found = []
    for case in cases:
        _, did, at = last.get(case.pk, (case.pk, "accepted", case.opened_at))
        due_at = due.get(case.pk)
        found.append(
            Standing(
                docket=case.docket,
                label=telling.written(f"case.kind.{case.kind}"),
                state=case.state,
                step=telling.written(f"case.step.{case.state}"),
                last=telling.written(f"case.did.{did}"),
                last_at=at,
                owes=helping.get(case.pk) or _owing(case),
                due_at=due_at,
                overdue=due_at is not None and due_at < now,
                until=until(due_at, now),
            )
        )
    return found


def until(due_at: datetime | None, now: datetime) -> Text:
    """By when, as a phrase: a time that has passed is said to have passed."""
    if due_at is None:
        return telling.written("case.until.none")
    key = "case.until.late" if due_at < now else "case.until.due"
    return telling.written(key, {"date": telling.moment(due_at, now)})


def _departments(cases: Sequence[Case]) -> dict[int, Text]:
    """Which department was asked first and has not answered, by case."""
    if not cases:
        return {}
    open_tasks = Task.objects.filter(case__in=cases, answered_at=None, report=False)
    asked = open_tasks.order_by("case_id", "asked_at", "id").distinct("case_id")
    named = asked.values_list("case_id", "department__name_zh", "department__name_en")
    return {case: Text(zh, en) for case, zh, en in named}


def _owing(case: Case) -> Text:
    """The customer who was asked, else the person who has the case; never a name."""
    if case.state == State.CONFIRMING:
        return telling.written("case.who.customer")
    return telling.written("case.who.nobody" if not case.is_open else "case.who.owner")
