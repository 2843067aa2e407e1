"""What pages show of cases: names of people, and how much time is left, in words as well as in colour."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from careline.cases.looking.inbox import Next, Row
from careline.cases.looking.presence import Looking
from careline.cases.models import Department, Pause
from careline.cases.promised.alarms import Alarm
from careline.cases.subjects.categories import categories
from careline.identity.models import Staff
from careline.staff.reader import language
from careline.values.msisdn import Msisdn

ALARMS = timedelta(days=30)  # alarms of so long are shown, while their plan is still owed
SOON = timedelta(hours=4)  # what is due within this stands out
_HOURS_MOST = 48  # up to here hours are said, above it days: working time has no days of 24 hours


@dataclass(frozen=True, slots=True)
class Left:
    """How much time a promise leaves: words, and the colour that goes with them (good, warning, error, note, plain)."""

    text: str
    tone: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One case in a list."""

    case: Any  # a row of the inbox, or one that was found in the archive
    owner: str
    left: Left | None
    here: str  # who else has it on the screen, as a sentence


def shown(found: Sequence[Row], me: str, now: datetime) -> list[Shown]:
    """The rows of the inbox; two statements, however many there are."""
    names = people([*(row.owner for row in found), *(one.who for row in found for one in row.looking)])
    waiting = [row.docket for row in found if row.next and row.next.paused]
    reasons = dict(
        Pause.objects.filter(promise__case__docket__in=waiting, until=None).values_list(
            "promise__case__docket", "reason"
        )
    )
    return [
        Shown(
            row,
            names.get(row.owner, row.owner),
            left_of(row.next, row.late, reasons.get(row.docket, ""), now),
            here([one for one in row.looking if one.who != me], names),
        )
        for row in found
    ]


def left_of(promise: Next | None, late: bool, reason: str, now: datetime) -> Left:
    """How long the case's next promise leaves; why it stands still, if it does."""
    if promise is None:
        return Left(_("nothing promised"), "plain")
    if promise.paused:
        return Left(_("paused: %(reason)s") % {"reason": reason}, "note", promise.what)
    if promise.late:
        return late_by(now - promise.due_at, promise.what)
    return left(promise.left, promise.what)


def left(span: timedelta, what: str = "") -> Left:
    """Time left, in the working time of the promise."""
    return Left(_("%(time)s left") % {"time": lasting(span)}, "warning" if span < SOON else "good", what)


def late_by(span: timedelta, what: str = "") -> Left:
    return Left(_("late by %(time)s") % {"time": lasting(span)}, "error", what)


def alarms_shown(found: Iterable[Alarm], now: datetime, *, in_tasks: bool = False) -> list[dict[str, Any]]:
    """Alarms as pages list them: each leads to the case, or to the question on the page of tasks."""
    named = {one.name: department_name(one) for one in Department.objects.all()}
    return [
        {
            "docket": one.docket,
            "department": named.get(one.department, one.department),
            "due_at": one.due_at,
            "late": late_by(now - one.due_at),
            "address": f"#task-{one.task}" if in_tasks else reverse("staff:case", args=[one.docket]),
        }
        for one in found
    ]


def lasting(span: timedelta) -> str:
    """A span of time as people say it: 40 min, 2 h 5 min, 30 h, 4 d."""
    hours, minutes = divmod(max(0, int(span.total_seconds())) // 60, 60)
    if hours >= _HOURS_MOST:
        return _("%(n)s d") % {"n": hours // 24}
    said = [_("%(n)s h") % {"n": hours}] if hours else []
    said += [_("%(n)s min") % {"n": minutes}] if not hours or (minutes and hours < 4) else []
    return " ".join(said)


def here(looking: Sequence[Looking], names: dict[str, str]) -> str:
    """Who else has the case on the screen, as a sentence; "" when nobody has."""
    writing = [names.get(one.who, one.who) for one in looking if one.writing]
    others = [names.get(one.who, one.who) for one in looking if not one.writing]
    said = [_("%(who)s is writing") % {"who": ", ".join(writing)}] if writing else []
    said += [_("%(who)s is looking") % {"who": ", ".join(others)}] if others else []
    return " · ".join(said)


def people(usernames: Iterable[str]) -> dict[str, str]:
    """The names of members of staff, by username; whoever is not one is not in it."""
    wanted = {name for name in usernames if name}
    return {one.username: str(one) for one in Staff.objects.filter(username__in=wanted)} if wanted else {}


def who(by: str, names: dict[str, str]) -> str:
    """The doer of something: a name, the customer, or the system."""
    if by == "subscriber":
        return _("the customer")
    return _("the system") if by in ("clock", "system") else names.get(by, by)


def masked(digits: str) -> str:
    """A number as pages show it."""
    return Msisdn(digits).masked() if digits else "–"


def said(text: Any) -> str:
    """A text in both languages, in the one of the page."""
    return str(getattr(text, language(), text))


def named_categories() -> list[tuple[str, str]]:
    """Every category of complaints with its name, in the order in which they are offered."""
    return [(key, said(one.name)) for key, one in categories().items()]


def department_name(department: Department) -> str:
    return department.name_zh if language() == "zh" else department.name_en
