"""Alarms about plans that departments owe and did not give: both sides hear of it, the department and the case's owner."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from careline.cases.promised import alarm_mail
from careline.cases.records.case import Event
from careline.cases.records.help import Task
from careline.cases.states import OPEN
from careline.journal import writing

CLOCK = "clock"

log = logging.getLogger(__name__)


class Late(Protocol):
    """What is late: the case, who owns it, and the department that owes the plan."""

    @property
    def docket(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def department(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm as its hearer sees it."""

    at: datetime
    docket: str
    owner: str
    department: str
    due_at: datetime
    task: int


def sound(found: Sequence[Late], now: datetime) -> None:
    """An entry in the journal for each department and each owner, however many plans they miss, and lines in the log."""
    if not found:
        return
    owing: dict[str, list[str]] = defaultdict(list)
    waiting: dict[str, list[str]] = defaultdict(list)
    for one in found:
        owing[one.department].append(one.docket)
        if one.owner:
            waiting[one.owner].append(one.docket)
    for department, dockets in _in_order(owing).items():
        log.error("department %s owes plans that are late: %s", department, ", ".join(dockets))
    for what, dockets_of in (("department", owing), ("staff", waiting)):
        records = {name: {"cases": dockets} for name, dockets in _in_order(dockets_of).items()}
        writing.write_each(who=CLOCK, did="alarm", what=what, records=records, now=now)
    alarm_mail.send([(one.department, one.docket) for one in found])


def heard_by(*, owner: str = "", department: str = "", since: datetime, limit: int = 50) -> list[Alarm]:
    """The alarms of an owner or of a department, of all when neither is named, the latest first; one statement."""
    hearer = {"detail__department": department} if department else {"detail__owner": owner} if owner else {}
    events = (
        Event.objects.filter(did="late", at__gte=since, detail__has_key="task", **hearer)
        .select_related("case")
        .order_by("-at", "-id")
    )
    return [
        Alarm(
            at=event.at,
            docket=event.case.docket,
            owner=event.detail.get("owner", ""),
            department=event.detail.get("department", ""),
            due_at=datetime.fromisoformat(event.detail["due_at"]),
            task=event.detail["task"],
        )
        for event in events[:limit]
    ]


def unanswered(*, owner: str = "", department: str = "", since: datetime, limit: int = 50) -> list[Alarm]:
    """The same, without those whose plan has come since or whose case has ended; two statements."""
    heard = heard_by(owner=owner, department=department, since=since, limit=limit)
    waiting = Task.objects.filter(
        pk__in={one.task for one in heard}, answered_at=None, case__state__in=[state.value for state in OPEN]
    )
    open_ones = set(waiting.values_list("pk", flat=True)) if heard else set()
    return [one for one in heard if one.task in open_ones]


def _in_order(found: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """By name, so that two sweeps write in one order; each docket once."""
    return {name: sorted(set(found[name])) for name in sorted(found)}
