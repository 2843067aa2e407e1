"""Departments that help: each owes its plan within its own working time, and the owner of the case stays the owner."""

from datetime import datetime

from django.db import transaction

from careline.cases.custody import answerable, is_person
from careline.cases.deeds import deed, locked, move, note, save
from careline.cases.free_text import from_staff
from careline.cases.promised import pledging
from careline.cases.records.case import Case
from careline.cases.records.help import Department, Task
from careline.cases.states import NotAllowed, State


def ask(docket: str, department: str, question: str, *, by: str, now: datetime, expected: int | None = None) -> Case:
    """Ask a department for a plan; while one is asked another may be asked too.

    Raises NotAllowed: no_department, no_words, asked (it has not answered yet), way, too_long, not_owner, closed, moved.
    """
    question = from_staff(question)
    if not question:
        raise NotAllowed("no_words")
    helper = Department.objects.filter(name=department).first()
    if helper is None:
        raise NotAllowed("no_department")
    with deed(docket, expected=expected) as case:
        answerable(case, by, now)
        if Task.objects.filter(case=case, department=helper, report=False, answered_at=None).exists():
            raise NotAllowed("asked")
        if case.state != State.SUPPORT:
            move(case, State.SUPPORT)
        task = Task.objects.create(case=case, department=helper, question=question, asked_by=by, asked_at=now)
        detail = {"department": helper.name, "task": task.pk, "question": question}
        note(case, "asked", by=by, now=now, public=True, detail=detail)
        pledging.asked(case, task, by=by, now=now)
    return case


def answer_task(task_id: int, plan: str, *, by: str, now: datetime) -> Task:
    """The department answers; when no other one is waited for, there is a plan to decide on.

    Raises NotAllowed: no_plan, no_such_task, answered, too_long, closed.
    """
    plan = from_staff(plan)
    if not plan:
        raise NotAllowed("no_plan")
    with transaction.atomic():
        docket = Task.objects.filter(pk=task_id).values_list("case__docket", flat=True).first()
        if docket is None or not is_person(by):
            raise NotAllowed("no_such_task")
        case = locked(docket)
        if not case.is_open:
            raise NotAllowed("closed")
        task = Task.objects.select_related("department").get(pk=task_id)
        if task.answered_at is not None:
            raise NotAllowed("answered")
        task.plan, task.answered_by, task.answered_at = plan, by, now
        task.save(update_fields=["plan", "answered_by", "answered_at"])
        detail = {"department": task.department_id, "task": task.pk, "report": task.report, "plan": plan}
        note(case, "acknowledged" if task.report else "advised", by=by, now=now, public=not task.report, detail=detail)
        if not task.report:
            pledging.advised(case, task, now=now)
            waited_for = Task.objects.filter(case=case, report=False, answered_at=None).exists()
            if case.state == State.SUPPORT and not waited_for:
                move(case, State.PLAN)
        save(case)
    return task


def rated_with(case: Case, rating: int) -> int:
    """The customer judged the whole: the work of departments that helped is judged with it, once. How many (CMP-22)."""
    answered = Task.objects.filter(case=case, report=False, answered_at__isnull=False, rating=None)
    return answered.update(rating=rating)
