"""Upward: major complaints are reported at once while the handling goes on; a customer may ask for the next level."""

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from careline.cases import custody, telling
from careline.cases.deeds import deed, note, raise_priority
from careline.cases.free_text import from_customer
from careline.cases.promised import pledging
from careline.cases.records.case import Case, Event
from careline.cases.records.help import Department, Task
from careline.cases.states import NotAllowed, Severity

HIGHEST = 4  # 1 clerk, 2 duty manager, 3 hall or centre manager, 4 company
MAJOR_PRIORITY, LEVEL_PRIORITY = 5, 3

log = logging.getLogger(__name__)


class Step(NamedTuple):
    """A time on one level of the ladder."""

    level: int
    since: datetime
    until: datetime | None
    reason: str

    def lasted(self, now: datetime) -> timedelta:
        return (self.until or now) - self.since


def report(case: Case, *, by: str, now: datetime) -> list[Task]:
    """Tell every department that takes major complaints, and the duty manager by the level; nobody waits for them.

    Part of the deed that found the complaint major: there is no major case without its reports. Safe to repeat.
    """
    case.severity = Severity.MAJOR.value
    told = set(Task.objects.filter(case=case, report=True).values_list("department_id", flat=True))
    takers = [one for one in Department.objects.filter(takes_major=True).order_by("name") if one.name not in told]
    question = case.cause or case.words
    tasks = Task.objects.bulk_create(
        Task(case=case, department=taker, report=True, question=question, asked_by=by, asked_at=now) for taker in takers
    )
    if not told:
        raise_priority(case, MAJOR_PRIORITY)
        case.level = max(case.level, 2)
        if not takers:
            log.error("case %s is major, but no department takes major complaints", case.docket)
    if tasks or not told:
        detail = {"departments": [taker.name for taker in takers], "level": case.level}
        note(case, "reported", by=by, now=now, detail=detail)
    return tasks


def escalate(
    docket: str,
    reason: str,
    *,
    by: str,
    now: datetime,
    channel: str = "",
    tell: bool = True,
    expected: int | None = None,
) -> Case:
    """One level up, never down and never two at once; the next level's time to contact the customer begins.

    The owner stays the owner. Raises NotAllowed: no_reason, top_level, closed, moved.
    """
    words = from_customer(reason)
    if not words:
        raise NotAllowed("no_reason")
    with deed(docket, expected=expected) as case:
        if case.level >= HIGHEST:
            raise NotAllowed("top_level")
        custody.asked(case, by, now)
        case.level += 1
        raise_priority(case, LEVEL_PRIORITY)
        detail = {"from": case.level - 1, "to": case.level, "reason": words}
        note(case, "escalated", by=by, now=now, channel=channel, public=True, detail=detail)
        due_at = pledging.escalated(case, by=by, now=now)
        if tell:
            telling.say(case, "case.escalated", {"docket": case.docket, "date": telling.moment(due_at, now)}, now)
    return case


def steps(docket: str) -> list[Step]:
    """The ladder as this case climbed it: each level with its time and why; the last one is open while the case is."""
    case = Case.objects.get(docket=docket)
    climbed = Event.objects.filter(case=case, did__in=("escalated", "reported")).order_by("at", "id")
    found = [Step(1, case.opened_at, None, "")]
    for event in climbed:
        level = event.detail.get("to") or event.detail.get("level", 1)
        if level > found[-1].level:
            found[-1] = found[-1]._replace(until=event.at)
            found.append(Step(level, event.at, None, event.detail.get("reason", "")))
    found[-1] = found[-1]._replace(until=case.archived_at)
    return found
