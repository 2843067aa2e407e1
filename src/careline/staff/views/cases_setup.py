"""Setting up the departments: names, the working time in which each owes a plan, where alarms go."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from careline.cases import departments
from careline.cases.models import Department
from careline.cases.states import NotAllowed
from careline.identity.gates import Gate
from careline.promises import calendars
from careline.staff.access import actor, now, page, through
from careline.staff.case_refusals import refusal
from careline.staff.views.cases import tabs
from careline.staff.views.cases_shown import department_name, said

_BLANK = {"calendar": "office", "minutes": "1350"}  # three working days of the calendar office


@through(Gate.MANAGE_STAFF)
def setup(request: HttpRequest) -> HttpResponse:
    """Every department with its form, and one for a new one."""
    if request.method != "POST":
        return _page(request)
    sent = {key: str(value).strip() for key, value in request.POST.items()}
    name, written = sent.get("name", ""), sent.get("minutes", "")
    try:
        kept = departments.keep(
            name, name_zh=sent.get("name_zh", ""), name_en=sent.get("name_en", ""), calendar=sent.get("calendar", ""),
            minutes=int(written) if written.isdecimal() and len(written) < 9 else 0, email=sent.get("email", ""),
            takes_major="takes_major" in sent, new="new" in sent, by=actor(request), now=now(),
        )  # fmt: skip
    except NotAllowed as refused:
        return _page(request, sent, refusal(refused.code), status=409)
    messages.success(request, _("%(department)s: kept.") % {"department": department_name(kept)})
    return redirect("staff:case-departments")


def _page(request: HttpRequest, sent: dict[str, str] | None = None, wrong: str = "", status: int = 200) -> HttpResponse:
    sent = sent or {}
    asked = "" if "new" in sent else sent.get("name", "")
    return page(
        request,
        "staff/case_departments.html",
        status=status,
        here="cases",
        tab="departments",
        tabs=tabs(request),
        forms=[
            (department_name(one), one.name, _typed(sent) if one.name == asked else _fields(one), one.name == asked)
            for one in Department.objects.order_by("name")
        ],
        blank=_typed(sent) if "new" in sent else _BLANK,
        calendars=[(key, said(one) if one.zh and one.en else key) for key, one in calendars.calendars().items()],
        mails=bool(settings.EMAIL_HOST),
        wrong=wrong,
    )


def _fields(one: Department) -> dict[str, object]:
    names = ("name", "name_zh", "name_en", "calendar", "minutes", "email", "takes_major")
    return {name: getattr(one, name) for name in names}


def _typed(sent: dict[str, str]) -> dict[str, object]:
    return {**sent, "takes_major": "takes_major" in sent}
