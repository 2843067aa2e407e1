"""Urging: a customer asks to hurry. It counts, it is passed on, and the answer says how the matter itself stands."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from careline.cases import custody, standing, telling
from careline.cases.custody import is_person
from careline.cases.deeds import MOST_COUNTED, count, deed, locked, note, raise_priority, remember, remembered
from careline.cases.free_text import from_customer
from careline.cases.records.case import Case
from careline.cases.records.help import Task
from careline.cases.states import NotAllowed

URGED_PRIORITY = 1


def urge(
    docket: str,
    *,
    channel: str,
    by: str,
    now: datetime,
    key: str = "",
    words: str = "",
    contact: UUID | str | None = None,
    tell: bool = True,
    expected: int | None = None,
) -> Case:
    """The customer urges: once per `key` (the contact's); departments that owe a plan are urged with it.

    What was done last, who owes what and by when is told; whether there was a reply is not debated.
    Raises NotAllowed: closed, no_such_case, moved.
    """
    known = remembered(key)
    if known is not None:
        return known
    words = from_customer(words)
    with deed(docket, expected=expected) as case:
        if not remember(case, key, channel=channel, contact=contact, by=by, now=now, words=words):
            return case
        custody.asked(case, by, now)
        how = standing.standing_of(case, now)  # as it is without this urging
        case.urged = count(case.urged)
        raise_priority(case, URGED_PRIORITY)
        Task.objects.filter(case=case, answered_at=None, report=False, urged__lt=MOST_COUNTED).update(
            urged=F("urged") + 1
        )
        note(
            case,
            "urged",
            by=by,
            now=now,
            channel=channel,
            words=words,
            public=True,
            detail={"urged": case.urged},
        )
        if tell:
            telling.say(case, "case.urged", how.values(now), now)
    return case


def urge_task(task_id: int, *, by: str, now: datetime) -> Task:
    """A member of staff urges the department that was asked. Raises NotAllowed: no_such_task, answered, closed."""
    with transaction.atomic():
        task = Task.objects.select_related("case").filter(pk=task_id).first()
        if task is None or not is_person(by):
            raise NotAllowed("no_such_task")
        case = locked(task.case.docket)
        task = Task.objects.get(pk=task_id)  # as it is now that nobody else can change it
        if not case.is_open:
            raise NotAllowed("closed")
        if task.answered_at is not None:
            raise NotAllowed("answered")
        task.urged = count(task.urged)
        task.save(update_fields=["urged"])
        detail = {"department": task.department_id, "task": task.pk, "urged": task.urged}
        note(case, "task_urged", by=by, now=now, detail=detail)
    return task
