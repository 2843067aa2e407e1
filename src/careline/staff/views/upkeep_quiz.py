"""The knowledge check: questions about the steps; what was wrong leads back to the step, never to the answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from careline.identity.gates import Gate
from careline.staff import upkeep_labels
from careline.staff.access import actor, now, through
from careline.staff.views.upkeep import room
from careline.upkeep import quiz as checking
from careline.upkeep.duties import duties
from careline.upkeep.models import Quiz
from careline.upkeep.refusing import Refused


@through(Gate.KEEP_HOUSE)
def quiz(request: HttpRequest) -> HttpResponse:
    """The questions, and what one took before."""
    held = duties()
    sent = {one.key: _option(request.POST.get(f"q-{one.key}", "")) for one in held.questions}
    wrong, open_ones = "", set()
    if request.method == "POST":
        try:
            made = checking.take(sent, by=actor(request), now=now())
        except Refused as refused:
            wrong = upkeep_labels.explain(refused)
            listed = refused.values.get("questions", [])
            open_ones = set(listed) if isinstance(listed, list) else set()
        else:
            told = {"right": made.right, "of": made.of}
            if made.passed:
                messages.success(request, _("Passed: %(right)s of %(of)s.") % told)
            else:
                messages.error(request, _("Not passed: %(right)s of %(of)s. Read the steps named below.") % told)
            return redirect("staff:upkeep-quiz")
    mine = checking.of(actor(request))
    return room(
        request,
        "staff/upkeep_quiz.html",
        "upkeep-process",
        status=409 if wrong else 200,
        questions=[
            {"of": one, "chosen": sent[one.key], "open": one.key in open_ones,
             "options": [(number, words) for number, words in enumerate(one.options, 1)]}
            for one in held.questions
        ],
        mine=[(one, _steps(one), checking.valid_until(one) if one.passed else None) for one in mine],
        today=timezone.localdate(),
        pass_percent=held.pass_percent,
        valid_days=held.valid_days,
        wrong=wrong,
    )  # fmt: skip


def _option(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) < 3 else 0


def _steps(one: Quiz) -> list[object]:
    return [step.name for key in one.wrong_steps if (step := duties().step(key))]
