"""Urging: a customer asks to hurry. It counts, it is passed on, and the answer says how the matter itself stands."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from careline.cases import standing, telling
from careline.cases.custody import is_person
from careline.cases.deeds import deed, locked, note, raise_priority
from careline.cases.free_text import from_customer
from careline.cases.records.case import Case, Contact
from careline.cases.records.help import Task
from careline.cases.states import NotAllowed
from careline.values.reference import new_reference

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
    key = key or f"urge:{new_reference()[0]}"
    with deed(docket, expected=expected) as case:
        _, fresh = Contact.objects.get_or_create(
            key=key,
            defaults={
                "case": case,
                "at": now,
                "channel": channel,
                "contact": contact,
                "by": by,
                "words": from_customer(words),
            },
        )
        if not fresh:
            return case
        how = standing.standing_of(case, now)  # as it is without this urging
        case.urged = min(case.urged + 1, 32_000)
        raise_priority(case, URGED_PRIORITY)
        Task.objects.filter(case=case, answered_at=None, report=False, urged__lt=32_000).update(urged=F("urged") + 1)
        note(
            case,
            "urged",
            by=by,
            now=now,
            channel=channel,
            words=from_customer(words),
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
        task.urged = min(task.urged + 1, 32_000)
        task.save(update_fields=["urged"])
        detail = {"department": task.department_id, "task": task.pk, "urged": task.urged}
        note(case, "task_urged", by=by, now=now, detail=detail)
    return task
