"""The page of one case: how it stands, what comes next, its story, and the customer behind the gate."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from careline.cases import drafts, refunding, telling
from careline.cases.custody import chain
from careline.cases.looking import presence, searching
from careline.cases.models import Case, Department, Event, Offer, Task
from careline.cases.promised import clocks
from careline.cases.promised.promising import NEVER_PAUSED
from careline.cases.states import State
from careline.cases.subjects.categories import categories
from careline.cases.subjects.questions import asked_of
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.staff import case_labels as labels
from careline.staff.access import actor, may, now, page, through
from careline.staff.reader import language
from careline.staff.views import cases_customer, cases_steps
from careline.staff.views.cases_forms import Step, questions_of, step_of
from careline.staff.views.cases_shown import (
    Left,
    department_name,
    here,
    lasting,
    late_by,
    left,
    masked,
    people,
    said,
    who,
)

STORY_MAX = 200  # events on the page, the latest
SIMILAR = 3  # archived cases of the same kind
SAID_BY = ("hotline", "hall", "sms", "web")
TOLD = ("cause", "question", "plan", "reason", "alternative", "summary")  # of an event's detail, fit to be read


def case_or_404(docket: str) -> Case:
    found = Case.objects.select_related("fault").filter(docket=docket).first()
    if found is None:
        raise Http404
    return found


@through(Gate.TAKE_CASES)
def case(request: HttpRequest, docket: str) -> HttpResponse:
    return show(request, case_or_404(docket))


def show(
    request: HttpRequest,
    case: Case,
    *,
    wrong: str = "",
    deed: str = "",
    typed: Mapping[str, str] | None = None,
    preview: tuple[str, int] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; after a refusal with its sentence, and with everything that was typed."""
    at, me = now(), actor(request)
    if case.is_open:
        presence.look(case.docket, by=me, now=at)
    category = categories().get(case.category)
    steps = steps_of(request, case, at, deed, typed, preview)
    standing = clocks.standing(case, at)
    events = list(Event.objects.filter(case=case).order_by("-at", "-id")[:STORY_MAX])[::-1]
    holders = chain(case.docket)
    tasks = list(Task.objects.filter(case=case).select_related("department").order_by("asked_at"))
    names = people(
        [case.owner, *(one.by for one in events), *(one.holder for one in holders), *(t.answered_by for t in tasks)]
    )
    return page(
        request,
        "staff/case.html",
        status=status,
        here="cases",
        case=case,
        number=masked(case.msisdn),
        owner=names.get(case.owner, case.owner),
        left=_soonest(case, standing, at),
        category_name=said(category.name) if category else "",
        calm=said(category.calm) if category and case.is_open else "",
        script=said(telling.written(f"case.script.{case.blame}")) if case.blame and case.is_open else "",
        asks=[(said(one.label), answer, one.required) for one, answer in asked_of(case)],
        answering=next((step for step in steps if step.deed.side == "calm"), None),
        missing=missing(case),
        waits_for=_waits_for(tasks),
        wrong=wrong,
        steps=[step for step in steps if not step.deed.side],
        side_steps=[step for step in steps if step.deed.side == "side"],
        clock_steps=[step for step in steps if step.deed.side == "clock"],
        clocks=[_clock(one, at) for one in standing],
        offers=list(Offer.objects.filter(case=case, decided_at=None).order_by("at")) if case.is_open else [],
        tasks=[_task(one, names, standing, at) for one in tasks],
        events=[_event(one, names) for one in events],
        custodies=[(one, names.get(one.holder, one.holder)) for one in holders],
        similar=[one for one in searching.similar(case) if one.summary][:SIMILAR] if case.is_open else [],
        others=others(case, me, at) if case.is_open else "",
        customer=cases_customer.seen(request, case, at),
        refunds=[(one, one.name_zh if language() == "zh" else one.name_en) for one in refunding.of_case(case.docket)],
    )


def steps_of(
    request: HttpRequest,
    case: Case,
    at: datetime,
    deed: str,
    typed: Mapping[str, str] | None,
    preview: tuple[str, int] | None,
) -> list[Step]:
    """What this person can do with the case now, the next step first and open."""
    held = frozenset(gate for gate in Gate if may(request, gate))
    offered = [one for one in cases_steps.offered(State(case.state), held) if _fits(one.name, case)]
    if case.owner and case.owner != actor(request) and not may(request, Gate.MANAGE_CASES):
        offered = [one for one in offered if one.gate != Gate.HANDLE_CASES]
    if case.state == State.PLAN and not case.plan:  # the departments have answered: that is not yet our decision
        offered.sort(key=lambda one: one.name != "decide")
    choices, values = _choices(case), _values(case, at)
    empty = {name for name in ("running", "standing") if not choices[name]}
    offered = [one for one in offered if not any(field.of in empty for field in one.fields)]
    kept = {purpose: draft.words for purpose, draft in drafts.of(case.docket, by=actor(request)).items()}
    steps = []
    for one in offered:
        sent = typed if one.name == deed else None
        step = step_of(one, values, choices, kept, sent)
        if one.side == "calm":
            step.fields = questions_of(asked_of(case), sent)
        step.open = one.name == deed
        if step.open and preview:
            step.preview, step.parts = preview
        steps.append(step)
    leading = [step for step in steps if not step.deed.side]
    if leading and case.state != State.SUPPORT:  # there the department is waited for
        leading[0].first = True
        leading[0].open = leading[0].open or not deed
    return steps


def _fits(deed: str, case: Case) -> bool:
    """Whether a deed of this state makes sense as the case is: nobody takes what has an owner."""
    analysed = bool(case.category and case.cause)
    return {
        "analyse": case.state == State.ACCEPTED or not analysed or case.round > 1,
        "solve": analysed,
        "record": analysed,
        "reply": bool(case.plan),
        "take": not case.owner,
        "confirm": not case.satisfied,
        "archive": bool(case.satisfied),
        "escalate": case.level < 4,
        "answers": bool(asked_of(case)),
    }.get(deed, True)


def missing(case: Case) -> list[str]:
    """What has still to be found out before the case can be solved or recorded."""
    if case.state not in (State.ACCEPTED, State.ANALYSING):
        return []
    found = [str(labels.MISSING[name]) for name in ("category", "cause") if not getattr(case, name)]
    if any(one.required and not answer for one, answer in asked_of(case)):
        found.append(str(labels.MISSING["answers"]))
    return found


def others(case: Case, me: str, at: datetime) -> str:
    """Who else has the case on the screen, as a sentence; "" when nobody has."""
    looking = presence.others(case.docket, than=me, now=at)
    return here(looking, people([one.who for one in looking]))


def _choices(case: Case) -> dict[str, Sequence[tuple[str, Any]]]:
    open_ones = list(case.promises.filter(kept_at=None, cancelled_at=None, broken_at=None).order_by("due_at"))
    may_have_it = Staff.objects.filter(is_active=True, groups__permissions__codename=Gate.TAKE_CASES.value)
    return {
        "category": [(key, said(one.name)) for key, one in categories().items()],
        "severity": list(labels.SEVERITIES.items()),
        "blame": list(labels.BLAMES.items()),
        "department": [(one.name, department_name(one)) for one in Department.objects.order_by("name")],
        "satisfied": [("yes", _("yes, it is settled")), ("no", _("no"))],
        "channel": [(one, labels.CHANNELS[one]) for one in SAID_BY],
        "staff": [
            (one.username, str(one))
            for one in may_have_it.distinct().order_by("username")
            if one.username != case.owner
        ],
        "running": [
            (one.what, labels.PROMISES.get(one.what, one.what))
            for one in open_ones
            if one.paused_at is None and one.what not in NEVER_PAUSED
        ],
        "standing": [
            (one.what, labels.PROMISES.get(one.what, one.what)) for one in open_ones if one.paused_at is not None
        ],
    }


def _values(case: Case, at: datetime) -> dict[str, object]:
    tomorrow = timezone.localtime(at + timedelta(hours=24))
    return {
        "category": case.category,
        "severity": case.severity,
        "cause": case.cause,
        "blame": case.blame,
        "plan": case.plan,
        "reply": case.reply or refunding.reply_text(case.docket, case.language),
        "alternative": case.alternative,
        "contact_at": tomorrow.strftime("%Y-%m-%dT%H:00"),
        "channel": SAID_BY[0],
    }


def _soonest(case: Case, standing: Sequence[clocks.Clock], at: datetime) -> Left:
    """What is left until the first promise that runs; if all stand still, that."""
    if not case.is_open:
        return Left(str(labels.STATES[case.state]), "plain")
    due = [one for one in standing if one.kept_at is None]
    running = [one for one in due if one.state != "paused"]
    first = min(running, key=lambda one: one.due_at) if running else due[0] if due else None
    return _left(first, at) if first else Left(_("nothing promised"), "plain")


def _left(one: clocks.Clock, at: datetime) -> Left:
    if one.kept_at is not None:
        late = one.state == "broken"
        return Left(
            _("kept, but late") if late else str(labels.CLOCKS["kept"]), "warning" if late else "good", one.what
        )
    if one.state == "paused":
        return Left(str(labels.CLOCKS["paused"]), "note", one.what)
    return late_by(at - one.due_at, one.what) if one.due_at <= at else left(one.left, one.what)


def _clock(one: clocks.Clock, at: datetime) -> dict[str, Any]:
    """A promise as the table shows it: words and colour for how it stands."""
    return {
        "what": one.what,
        "due_at": one.due_at,
        "left": _left(one, at),
        "elapsed": lasting(one.elapsed),
        "paused": lasting(one.paused) if one.paused else "",
        "calendar": one.calendar,
    }


def _task(task: Task, names: dict[str, str], standing: Sequence[clocks.Clock], at: datetime) -> dict[str, Any]:
    promise = next((one for one in standing if one.task == task.pk), None)
    return {
        "task": task,
        "department": department_name(task.department),
        "left": _left(promise, at) if promise and task.answered_at is None else None,
        "answered_by": who(task.answered_by, names),
    }


def _event(event: Event, names: dict[str, str]) -> dict[str, Any]:
    told = [str(event.detail[name]) for name in TOLD if event.detail.get(name)]
    return {
        "at": event.at,
        "by": who(event.by, names),
        "did": event.did,
        "public": event.public,
        "channel": event.channel,
        "words": event.words,
        "told": [one for one in told if one != event.words],
        "what": event.detail.get("what", ""),
        "note": event.did == "noted",
    }


def _waits_for(tasks: Sequence[Task]) -> str:
    """Whom the case waits for, if it is a department."""
    for task in tasks:
        if task.answered_at is None and not task.report:
            return _("%(department)s was asked on %(when)s and has not answered yet") % {
                "department": department_name(task.department),
                "when": timezone.localtime(task.asked_at).strftime("%Y-%m-%d %H:%M"),
            }
    return ""
