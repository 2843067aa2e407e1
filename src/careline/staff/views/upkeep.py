"""The daily duties: how each step stands today with its proof, what is wrong, and signing; the process as a flow."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from careline.identity.gates import Gate
from careline.staff import upkeep_labels
from careline.staff.access import actor, now, page, through
from careline.staff.templatetags.careline import say
from careline.upkeep import alarm_words, alarms, policy, quiz, rounds, signing
from careline.upkeep import today as duties_today
from careline.upkeep.diary import Proof
from careline.upkeep.duties import Kind, duties
from careline.upkeep.refusing import Refused
from careline.values.period import Month, NotAMonth, parse_month

MONTHS = 13  # that can be chosen
PROOFS_SHOWN = 6
TABS = (
    ("upkeep", gettext_lazy("Today")),
    ("upkeep-process", pgettext_lazy("duties", "Process")),
    ("upkeep-diary", gettext_lazy("Diary")),
    ("upkeep-rounds", gettext_lazy("Rounds")),
    ("upkeep-machines", gettext_lazy("Machines")),
    ("upkeep-health", gettext_lazy("Health")),
    ("upkeep-notices", gettext_lazy("Voice texts")),
    ("upkeep-policy", gettext_lazy("Policy")),
    ("upkeep-sheet", gettext_lazy("Monthly sheet")),
)
_PLACES = {Kind.NOTICE: "prompts-notices", Kind.PROBE: "probes", Kind.HEARTBEAT: "upkeep-health"}


def room(request: HttpRequest, template: str, tab: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page of this room: its tabs, and the alarms that stand."""
    shown = [(alarm_words.words(one.kind, one.detail), one.raised_at) for one in alarms.standing()]
    tabs = [(reverse(f"staff:{name}"), words, name == tab) for name, words in TABS]
    return page(
        request, template, status=status, here="upkeep", tabs=tabs, alarms=shown, pills=upkeep_labels.PILLS, **context
    )


@through(Gate.KEEP_HOUSE)
def today(request: HttpRequest) -> HttpResponse:
    return _today(request)


@require_POST
@through(Gate.KEEP_HOUSE)
def sign(request: HttpRequest) -> HttpResponse:
    """Sign for a step in one's own name."""
    step, note = request.POST.get("step", ""), request.POST.get("note", "")
    try:
        signing.sign(step, note, by=actor(request), now=now())
    except Refused as refused:
        return _today(request, wrong=upkeep_labels.explain(refused), about=step, typed=note, status=409)
    messages.success(request, _("Signed, with your name and the time."))
    return redirect("staff:upkeep")


@through(Gate.KEEP_HOUSE)
def process(request: HttpRequest) -> HttpResponse:
    """The steps as a flow: what, why, who, how often, and what proves it."""
    known = quiz.standing(timezone.localdate())
    return room(
        request,
        "staff/upkeep_process.html",
        "upkeep-process",
        steps=duties().steps,
        slots=duties().slots,
        known=known,
        verdict=quiz.verdict(known),
        valid_days=duties().valid_days,
        pass_percent=duties().pass_percent,
    )


def month_of(request: HttpRequest) -> Month:
    """The month asked for, this one without; 404 for what is none."""
    this = Month.of(timezone.localdate())
    try:
        return parse_month(request.GET.get("month") or str(this), timezone.localdate())
    except NotAMonth:
        raise Http404 from None


def months() -> list[str]:
    this = Month.of(timezone.localdate())
    return [str(this.plus(-back)) for back in range(MONTHS)]


def _where(kind: Kind) -> str:
    """The page on which what proves is done; "" where the system does it, or the step has a form of its own."""
    place = {Kind.AUDIT: "prompts-work", Kind.ASSESSMENT: "upkeep-policy"}.get(kind) or _PLACES.get(kind)
    return reverse(f"staff:{place}") if place else ""


def link(proof: Proof) -> str:
    """Where a proof can be looked at; "" where there is no such page."""
    kind, _colon, number = proof.ref.partition(":")
    try:
        if kind == "version":
            return reverse("staff:version", args=[int(number)])
        if kind == "round":
            return reverse("staff:upkeep-round", args=[int(number)])
        if kind == "signed":
            return reverse("staff:upkeep-day", args=[str(timezone.localtime(proof.at).date())])
        if kind == "assessment":
            return reverse("staff:upkeep-policy")
        return reverse(f"staff:{_PLACES.get(proof.kind, 'prompts-work')}")
    except (NoReverseMatch, ValueError):
        return ""


def told(proof: Proof) -> Proof:
    """The proof as it is shown: a round by the name of its time of day, which is kept as a key."""
    if proof.kind is not Kind.ROUND:
        return proof
    name = next((slot.name for slot in duties().slots if slot.key == proof.about), proof.about)
    return replace(proof, about=say(name))


def _today(
    request: HttpRequest, *, wrong: str = "", about: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    at, day = now(), timezone.localdate()
    found = duties_today.steps(at)
    order = {"missed": 0, "open": 1, "partly": 2, "done": 3}
    mine = next((one for one in quiz.standing(day) if one.maintainer.who == actor(request)), None)
    rules = policy.in_force(day)
    return room(
        request,
        "staff/upkeep_today.html",
        "upkeep",
        status=status,
        day=day,
        steps=[
            {
                "of": one.step,
                "state": one.state,
                "pill": upkeep_labels.PILLS[one.state],
                "more": max(0, len(one.proofs) - PROOFS_SHOWN),
                "proofs": [(told(proof), link(proof)) for proof in one.proofs[-PROOFS_SHOWN:]],
                "where": _where(one.step.proof[0]),
                "wrong": wrong if one.step.key == about else "",
                "typed": typed if one.step.key == about else "",
            }
            for one in sorted(found, key=lambda one: order[one.state])
        ],
        done=sum(one.state == "done" for one in found),
        all=len(found),
        wrong="" if any(one.step.key == about and one.step.signed for one in found) else wrong,
        findings=rounds.open_findings(),
        quiz_due=mine is not None and mine.passed is None,
        unread=rules if mine and rules and not rules.acknowledged.filter(who=actor(request)).exists() else None,
    )
