"""The diary: a month as a calendar, a day with all its proofs, and the explanation of one that is missing."""

import csv
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from careline.identity.gates import Gate
from careline.staff import upkeep_labels
from careline.staff.access import actor, now, through
from careline.staff.views.upkeep import link, month_of, months, room, told
from careline.upkeep import diary, signing
from careline.upkeep.refusing import Refused
from careline.values.spreadsheet import harmless

COLUMNS = ("day", "maintained", "due", "at", "last_at", "kind", "by", "count", "about", "explained", "explained_at")


@through(Gate.KEEP_HOUSE)
def month(request: HttpRequest) -> HttpResponse:
    """Each day of the month: maintained, missing, or neither yet; and the verdict."""
    chosen, today = month_of(request), timezone.localdate()
    found = diary.days(chosen.first, chosen.last)
    cells = [(held, _state(held, today)) for held in found.values()]
    lead = [None] * chosen.first.weekday()
    padded = [*lead, *cells]
    padded += [None] * (-len(padded) % 7)
    return room(
        request,
        "staff/upkeep_diary.html",
        "upkeep-diary",
        month=str(chosen),
        months=months(),
        weeks=[padded[at : at + 7] for at in range(0, len(padded), 7)],
        weekdays=[_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")],
        verdict=diary.verdict(found, today),
    )


@through(Gate.KEEP_HOUSE)
def as_csv(request: HttpRequest) -> HttpResponse:
    """The month with one line for each proof; a day without any has a line too."""
    chosen = month_of(request)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="diary-{chosen}.csv"'
    answer.write("\ufeff")  # spreadsheets take the file for UTF-8 by it
    paper = csv.writer(answer)
    paper.writerow(COLUMNS)
    for held in diary.days(chosen.first, chosen.last).values():
        told = [harmless("; ".join(one.words for one in held.explained)), *(_at(one.at) for one in held.explained[-1:])]
        told = [*told, ""][:2]
        common = [held.day, int(held.maintained), int(held.due)]
        for one in held.proofs:
            cells = (one.kind.value, harmless(one.by), one.count, harmless(one.about))
            paper.writerow([*common, _at(one.at), _at(one.last_at), *cells, *told])
        if not held.proofs:
            paper.writerow([*common, "", "", "", "", "", "", *told])
    return answer


@through(Gate.KEEP_HOUSE)
def day(request: HttpRequest, written: str) -> HttpResponse:
    """One day; who explains why it is missing does so in their own name, and with today's time."""
    try:
        chosen = date.fromisoformat(written)
        held = diary.days(chosen, chosen)[chosen]
    except (ValueError, OverflowError):
        raise Http404 from None
    wrong, typed = "", request.POST.get("words", "")
    if request.method == "POST":
        try:
            signing.explain_day(chosen, typed, by=actor(request), now=now())
        except Refused as refused:
            wrong = upkeep_labels.explain(refused)
        else:
            messages.success(request, _("Kept, with the time of writing. The day stays missing."))
            return redirect("staff:upkeep-day", written)
    today = timezone.localdate()
    return room(
        request,
        "staff/upkeep_day.html",
        "upkeep-diary",
        status=409 if wrong else 200,
        held=held,
        state=_state(held, today),
        proofs=[(told(one), link(one)) for one in held.proofs],
        explainable=held.missing and chosen < today,
        before=chosen - timedelta(days=1),
        after=chosen + timedelta(days=1) if chosen < today else None,
        wrong=wrong,
        typed=typed,
    )


def _state(held: diary.Day, today: date) -> str:
    if held.day > today:
        return "ahead"
    if held.maintained:
        return "maintained"
    if not held.due:
        return "free"
    return "open" if held.day == today else "explained" if held.explained else "missing"


def _at(moment: object) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"  # type: ignore[arg-type]
