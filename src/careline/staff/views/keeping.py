"""Numbers that are suspended and kept: days left, what brings them back, what was sent and tried; opened one by one for a purpose."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from careline import wiring
from careline.carrier.port import CarrierError, KeptLine
from careline.identity import looking
from careline.identity.gates import Gate
from careline.identity.models import Look, Staff
from careline.offers import retaining
from careline.staff.access import actor, now, page, refuse, through
from careline.staff.offer_labels import KEPT_FOR, WAYS
from careline.staff.views.cases_customer import opened
from careline.staff.views.cases_shown import masked

PAGE = 50  # numbers
PAGES_MAX = 40  # that the way back to one row looks through


@require_GET
@through(Gate.TAKE_CASES)
def listed(request: HttpRequest) -> HttpResponse:
    """The worklist, those whose days end first first. Numbers are masked until they are opened."""
    at, which = now(), _page(request)
    try:
        lines, after = _nth(which)
        found = retaining.kept(wiring.carrier(), at, after=after, limit=PAGE) if lines else []
    except CarrierError:
        return page(request, "staff/keeping.html", 503, here="offers", tab="kept", away=True, rows=[])
    sent, tried_ = retaining.reminders([one.line for one in found]), retaining.tries([one.line for one in found])
    looks = _looks(request, at)
    rows: list[dict[str, Any]] = []
    for place, one in enumerate(found):
        key = (one.line.msisdn.digits, one.line.since)
        rows.append(
            {
                "kept": one,
                "place": place,
                "number": one.line.msisdn.national() if key[0] in looks else masked(key[0]),
                "open": key[0] in looks,
                "reason": KEPT_FOR[one.line.reason],
                "sent": sent.get(key, []),
                "tried": [(row, WAYS[row.how]) for row in tried_.get(key, [])],
            }
        )
    return page(
        request, "staff/keeping.html", here="offers", tab="kept", away=False, rows=rows, ways=WAYS.items(), which=which,
        older=which + 1 if len(found) == PAGE else 0,
    )  # fmt: skip


@require_POST
@through(Gate.SEE_SUBSCRIBER)
def look(request: HttpRequest) -> HttpResponse:
    """Open the number of one row, for a purpose; journaled. A row is named by its page and place, never by its number."""
    assert isinstance(request.user, Staff)
    line = _line(request)
    try:
        if line is None:
            messages.error(request, _("That row has moved: look again."))
        else:
            looking.look(request.user, line.msisdn, request.POST.get("purpose", ""), now())
    except looking.NoPurpose:
        messages.error(request, _("Say what for."))
    return redirect(f"{reverse('staff:kept')}?page={_page(request)}")


@require_POST
@through(Gate.SEE_SUBSCRIBER)
def tried(request: HttpRequest) -> HttpResponse:
    """What was tried for one row, while its number is open."""
    line, at = _line(request), now()
    if line is None:
        messages.error(request, _("That row has moved: look again."))
    elif opened(request, line.msisdn.digits, at) is None:
        return refuse(request, Gate.SEE_SUBSCRIBER)
    else:
        try:
            retaining.tried(
                line.msisdn, line.since, request.POST.get("how", ""), request.POST.get("words", ""),
                by=actor(request), now=at,
            )  # fmt: skip
            messages.success(request, _("Written down."))
        except ValueError:
            messages.error(request, _("Say how, and what came of it."))
    return redirect(f"{reverse('staff:kept')}?page={_page(request)}")


def _line(request: HttpRequest) -> KeptLine | None:
    """The line of a row as it was shown: its place, and the day of its suspension and its mask to be sure that it is still that one."""
    sent = request.POST
    try:
        place, since = int(sent.get("place", "")), date.fromisoformat(sent.get("since", ""))
        exists, after = _nth(_page(request))
        lines = list(wiring.carrier().kept(after, PAGE)) if exists else []
    except (ValueError, CarrierError):
        return None
    fitting = [one for one in lines[place : place + 1] if one.since == since]
    return next((one for one in fitting if one.msisdn.masked() == sent.get("mask", "")), None)


def _nth(which: int) -> tuple[bool, KeptLine | None]:
    """Whether there is such a page, and the last line of the one before it."""
    after: KeptLine | None = None
    for _step in range(1, which):
        lines = list(wiring.carrier().kept(after, PAGE))
        if len(lines) < PAGE:
            return False, after
        after = lines[-1]
    return True, after


def _looks(request: HttpRequest, at: Any) -> set[str]:
    if not isinstance(request.user, Staff) or not request.user.may(Gate.SEE_SUBSCRIBER):
        return set()
    found = Look.objects.filter(who=request.user.get_username(), since__lte=at, until__gt=at)
    return set(found.values_list("msisdn", flat=True))


def _page(request: HttpRequest) -> int:
    written = request.POST.get("page") or request.GET.get("page") or "1"
    return min(max(1, int(written)), PAGES_MAX) if written.isascii() and written.isdigit() and len(written) < 4 else 1
