"""What departments were asked: urged ones first; they see the question and nothing of the customer."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline.cases import handling
from careline.cases.models import Department, Task
from careline.cases.promised import alarms
from careline.cases.states import OPEN, NotAllowed
from careline.cases.subjects.questions import asked_of
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.staff.access import actor, may, now, page, through
from careline.staff.case_refusals import refusal
from careline.staff.views.cases import tabs
from careline.staff.views.cases_shown import ALARMS, Left, alarms_shown, department_name, late_by, left, said

SHOWN = 100  # tasks on one page


def tasks(request: HttpRequest) -> HttpResponse:
    """The open tasks of all departments or of one; managers watch them, the departments answer."""
    if not isinstance(request.user, Staff):
        return redirect_to_login(request.get_full_path())
    if not may(request, Gate.MANAGE_CASES):
        return _tasks_for_support(request)
    return _tasks_for_managers(request)


@through(Gate.MANAGE_CASES)
def _tasks_for_managers(request: HttpRequest) -> HttpResponse:
    return listed(request)


@through(Gate.SUPPORT_CASES)
def _tasks_for_support(request: HttpRequest) -> HttpResponse:
    return listed(request)


@require_POST
@through(Gate.SUPPORT_CASES)
def answer(request: HttpRequest, task: int) -> HttpResponse:
    """The department's plan."""
    found = get_object_or_404(Task, pk=task)
    plan = request.POST.get("plan", "")
    try:
        handling.answer_task(found.pk, plan, by=actor(request), now=now())
    except NotAllowed as refused:
        return listed(request, wrong=refusal(refused.code), answered=found.pk, typed=plan, status=409)
    messages.success(request, _("Answered. The owner of the case reads it now."))
    return redirect("staff:case-tasks")


def listed(
    request: HttpRequest, *, wrong: str = "", answered: int = 0, typed: str = "", status: int = 200
) -> HttpResponse:
    at, department = now(), request.GET.get("department", "")
    found = Task.objects.filter(answered_at=None, case__state__in=[state.value for state in OPEN])
    if department:
        found = found.filter(department=department)
    found = found.select_related("department", "case").prefetch_related("promises").order_by("-urged", "asked_at")
    return page(
        request,
        "staff/case_tasks.html",
        status=status,
        here="cases",
        tab="departments",
        tabs=tabs(request),
        tasks=[_row(one, at) for one in found[:SHOWN]],
        alarms=alarms_shown(alarms.unanswered(department=department, since=at - ALARMS), at, in_tasks=True),
        departments=[(one.name, department_name(one)) for one in Department.objects.order_by("name")],
        department=department,
        wrong=wrong,
        answered=answered,
        typed=typed,
    )


def _row(task: Task, at: datetime) -> dict[str, Any]:
    promise = next((one for one in task.promises.all() if one.kept_at is None and one.cancelled_at is None), None)
    return {
        "task": task,
        "department": department_name(task.department),
        "due_at": promise.due_at if promise else None,
        "left": _left(promise.due_at, at) if promise else None,
        "answers": [(said(one.label), answer) for one, answer in asked_of(task.case) if answer],
    }


def _left(due_at: datetime, at: datetime) -> Left:
    return late_by(at - due_at) if due_at <= at else left(due_at - at)
