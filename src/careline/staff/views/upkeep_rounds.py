"""Rounds of inspection: what is due and what was made, the form with its checklist, and findings until they are closed."""

import csv

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline.identity.gates import Gate
from careline.staff import upkeep_labels
from careline.staff.access import actor, now, through
from careline.staff.views.upkeep import month_of, months, room
from careline.upkeep import machines, rounds
from careline.upkeep.duties import duties
from careline.upkeep.models import Round
from careline.upkeep.refusing import Refused
from careline.values.spreadsheet import harmless

COLUMNS = ("day", "slot", "state", "at", "by", "found", "words", "machine", "closed_at", "closed_by", "explained")


@through(Gate.KEEP_HOUSE)
def log(request: HttpRequest) -> HttpResponse:
    return _log(request)


@through(Gate.KEEP_HOUSE)
def make(request: HttpRequest) -> HttpResponse:
    """The form of a round; in one's own name, and made just now."""
    checks = duties().checks
    sent = request.POST
    wrong = ""
    if request.method == "POST":
        answers = {key: sent.get(f"check-{key}") == "fine" for key, _ in checks if sent.get(f"check-{key}")}
        machine = sent.get("machine", "")
        try:
            made = rounds.make(
                answers, by=actor(request), now=now(), found=sent.get("found", ""), words=sent.get("words", ""),
                machine=int(machine) if machine.isdecimal() and len(machine) < 10 else None,
            )  # fmt: skip
        except Refused as refused:
            wrong = upkeep_labels.explain(refused)
        else:
            messages.success(request, _("The round is in the log."))
            return (
                redirect("staff:upkeep-rounds") if made.found == "nothing" else redirect("staff:upkeep-round", made.pk)
            )
    return room(
        request,
        "staff/upkeep_round_new.html",
        "upkeep-rounds",
        status=409 if wrong else 200,
        checks=[(key, words, sent.get(f"check-{key}", "")) for key, words in checks],
        slot=rounds.slot_at(now()),
        found=[(key, words, sent.get("found", "nothing") == key) for key, words in upkeep_labels.FOUND.items()],
        machines=[
            (one.pk, one.name, sent.get("machine") == str(one.pk)) for one in machines.in_use(timezone.localdate())
        ],
        words=sent.get("words", ""),
        wrong=wrong,
    )


@through(Gate.KEEP_HOUSE)
def round(request: HttpRequest, number: int) -> HttpResponse:
    """One round with what it found; following that up, and closing it."""
    held = get_object_or_404(Round.objects.select_related("finding__machine"), pk=number)
    finding = getattr(held, "finding", None)
    wrong, typed = "", request.POST.get("words", "")
    if request.method == "POST":
        closes = request.POST.get("deed") == "close"
        try:
            rounds.follow(finding.pk if finding else 0, typed, by=actor(request), now=now(), closes=closes)
        except Refused as refused:
            wrong = upkeep_labels.explain(refused)
        else:
            messages.success(request, _("Closed.") if closes else _("Noted, with your name and the time."))
            return redirect("staff:upkeep-round", number)
    slot = duties().slot(held.slot)
    return room(
        request,
        "staff/upkeep_round.html",
        "upkeep-rounds",
        status=409 if wrong else 200,
        round=held,
        slot=slot.name if slot else None,
        checks=[(words, held.checks[key]) for key, words in duties().checks if key in held.checks],
        finding=finding,
        steps=finding.steps.order_by("at", "id") if finding else [],
        wrong=wrong,
        typed=typed,
    )


@require_POST
@through(Gate.KEEP_HOUSE)
def explain(request: HttpRequest) -> HttpResponse:
    """Why a round was missed."""
    key, words = request.POST.get("key", ""), request.POST.get("words", "")
    try:
        rounds.explain(key, words, by=actor(request), now=now())
    except Refused as refused:
        return _log(request, wrong=upkeep_labels.explain(refused), about=key, typed=words, status=409)
    messages.success(request, _("Kept, with the time of writing. The round stays missed."))
    return redirect("staff:upkeep-rounds")


@through(Gate.KEEP_HOUSE)
def as_csv(request: HttpRequest) -> HttpResponse:
    """The inspection log of a month: what was due, and every round that was made besides."""
    chosen = month_of(request)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rounds-{chosen}.csv"'
    answer.write("\ufeff")  # spreadsheets take the file for UTF-8 by it
    paper = csv.writer(answer)
    paper.writerow(COLUMNS)
    for due in rounds.schedule(chosen.first, chosen.last, now()):
        if due.state in ("made", "missed"):
            told = "; ".join(one.words for one in due.explained)
            paper.writerow(map(harmless, [due.day, due.slot.key, due.state, *_cells(due.round), told]))
    for made in rounds.between(chosen.first, chosen.last):
        if not made.slot:
            paper.writerow(map(harmless, [made.day, "", "extra", *_cells(made), ""]))
    return answer


def _cells(made: Round | None) -> list[object]:
    if made is None:
        return [""] * 7
    finding = getattr(made, "finding", None)
    closed = f"{timezone.localtime(finding.closed_at):%Y-%m-%d %H:%M}" if finding and finding.closed_at else ""
    machine = finding.machine.name if finding and finding.machine else ""
    at = f"{timezone.localtime(made.at):%Y-%m-%d %H:%M:%S}"
    return [at, made.by, made.found, made.words, machine, closed, finding.closed_by if finding else ""]


def _log(request: HttpRequest, *, wrong: str = "", about: str = "", typed: str = "", status: int = 200) -> HttpResponse:
    chosen, at = month_of(request), now()
    made = rounds.between(chosen.first, chosen.last)
    due = [one for one in rounds.schedule(chosen.first, chosen.last, at) if one.state != "ahead"]
    return room(
        request,
        "staff/upkeep_rounds.html",
        "upkeep-rounds",
        status=status,
        month=str(chosen),
        months=months(),
        due=[
            {"of": one, "pill": upkeep_labels.PILLS.get(one.state, "plain"), "wrong": wrong if one.key == about else "",
             "typed": typed if one.key == about else ""}
            for one in reversed(due)
        ],
        extra=[one for one in reversed(made) if not one.slot],
        verdict=rounds.verdict(made),
        made=sum(one.state == "made" for one in due),
        missed=sum(one.state == "missed" for one in due),
        findings=rounds.open_findings(),
        slots=duties().slots,
        wrong="" if any(one.key == about for one in due) else wrong,
    )  # fmt: skip
