"""How the cases of many customers stand, as facts that a channel can say; a fixed number of statements."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from careline.carrier.port import Answer, Request
from careline.cases import docket, telling
from careline.cases.records.case import Case, Event
from careline.cases.records.help import Task
from careline.cases.records.promise import Promise
from careline.cases.standing import STEPS, until
from careline.cases.states import State
from careline.cases.subjects.categories import categories
from careline.values.cause import Cause
from careline.values.language import Text

SHOWN_MAX = 3  # cases that one answer tells of
ENDED_DAYS = 30  # how long after its end a case is still told of without its docket
PROMISED = ("first_reply", "contact", "solution")  # what the customer waits for
NOT_FOUND = Answer(refused=Cause.NOT_FOUND)
UNSORTED = Text("待分类", "to be sorted")


def statuses(requests: Sequence[Request], now: datetime) -> list[Answer]:
    """How the cases stand that these customers ask for, the open ones first; four statements, whatever their number."""
    cases = Case.objects.filter(msisdn__in={request.msisdn.digits for request in requests}).order_by("-opened_at")
    of_number: dict[str, list[Case]] = {}
    for case in cases:
        of_number.setdefault(case.msisdn, []).append(case)
    shown = [_asked_for(request, of_number.get(request.msisdn.digits, []), now) for request in requests]
    facts = _facts([case for own in shown for case in own or ()], now)
    return [
        NOT_FOUND
        if own is None
        else Answer(facts={"cases": [facts[case.pk] for case in own[:SHOWN_MAX]], "count": len(own)})
        for own in shown
    ]


def told(case: Case, now: datetime) -> dict[str, Any]:
    """How one case stands; three statements."""
    return _facts([case], now)[case.pk]


def _asked_for(request: Request, own: Sequence[Case], now: datetime) -> list[Case] | None:
    """None: there is no such docket, or it is somebody else's."""
    wanted = str(request.values.get("docket") or "")
    if wanted:
        number = docket.read(wanted)
        return [case for case in own if case.docket == number] or None
    running = [case for case in own if case.is_open]
    since = now - timedelta(days=ENDED_DAYS)
    return running or [case for case in own if (case.closed_at or case.archived_at or case.opened_at) >= since][:1]


def _facts(cases: Sequence[Case], now: datetime) -> dict[int, dict[str, Any]]:
    keys = [case.pk for case in cases]
    last = {row.case_id: row for row in Event.objects.filter(case__in=keys, did__in=STEPS).order_by("at", "id")}
    due: dict[int, datetime] = {}
    open_ = Promise.objects.filter(case__in=keys, what__in=PROMISED, kept_at=None, cancelled_at=None, paused_at=None)
    for key, due_at in open_.values_list("case", "due_at"):
        due[key] = min(due_at, due.get(key, due_at))
    owing = {}
    if any(case.state == State.SUPPORT for case in cases):
        tasks = Task.objects.filter(case__in=keys, answered_at=None, report=False).select_related("department")
        owing = {task.case_id: Text(task.department.name_zh, task.department.name_en) for task in tasks}
    return {case.pk: _fact(case, last.get(case.pk), due.get(case.pk), owing, now) for case in cases}


def _fact(
    case: Case, last: Event | None, due_at: datetime | None, owing: Mapping[int, Text], now: datetime
) -> dict[str, Any]:
    category = categories().get(case.category)
    who = "customer" if case.state == State.CONFIRMING else "owner" if case.is_open else "nobody"
    return {
        "docket": case.docket,
        "kind": case.kind,
        "label": telling.written(f"case.kind.{case.kind}"),
        "state": case.state,
        "open": case.is_open,
        "category": case.category,
        "matter": category.name if category else UNSORTED,
        "step": telling.written(f"case.step.{case.state}"),
        "told": telling.written(f"case.did.{last.did if last else 'accepted'}"),
        "date": telling.moment(last.at if last else case.opened_at, now),
        "who": owing.get(case.pk) or telling.written(f"case.who.{who}"),
        "until": until(due_at, now),
        "due_at": due_at,
        "late": due_at is not None and due_at < now,
        "urged": case.urged,
        "repeats": case.repeats,
        "round": case.round,
        "reply": case.reply,
        "satisfied": case.satisfied,
        "rating": case.rating,
    }
