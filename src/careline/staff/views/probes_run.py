"""One run: its steps with what was wanted and what came, the ladder, the sound behind the gate, figures, cause and class."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from careline.charts.ladder import ladder
from careline.identity.gates import Gate
from careline.journal.writing import write
from careline.probes import comparing
from careline.probes.models import Baseline, Planned, Run
from careline.probes.refusing import Refused
from careline.staff.access import actor, now, through
from careline.staff.probe_labels import COMPLAINTS, DEEDS, FIGURES, STATES, refusal
from careline.staff.reader import language
from careline.staff.views import probes_frame as frame
from careline.staff.views.cases_shown import masked

TOLD = (
    "step",
    "do",
    "what",
    "seconds",
    "heard",
    "missed",
    "share",
    "answer",
    "after_seconds",
    "like",
    "in_order",
    "quality",
    "said",
    "phrases",
    "failed",
    "unjudged",
)
DASHES = "–"


@require_GET
@through(Gate.RUN_PROBES)
def run(request: HttpRequest, run: UUID) -> HttpResponse:
    """All that is known of it; the number is masked."""
    row = get_object_or_404(Run, pk=run)
    planned = Planned.objects.filter(id=row.probe).first()
    base = Baseline.objects.filter(probe=row.probe, vantage=row.vantage).first()
    drawn = None
    if row.ladder:
        rungs = [(float(seconds), way == "→", str(said)) for seconds, way, said in row.ladder]
        drawn = ladder(
            _("SIP messages"), rungs, left=_("dial test"), right=_("hall"), first=_("Seconds"), language=language()
        )
    return frame.show(
        request, "staff/probes_run.html", "probes-list", run=row, title=frame.named(planned), state=row.state,
        word=STATES[row.state], channel=frame.channel(row.channel), cause=frame.cause(row.cause), kind=frame.kind(row.kind),
        number=masked(row.msisdn), seconds=(row.ended_at - row.begun_at).total_seconds(), steps=_steps(row, planned),
        ladder=drawn, sounding=_sound(row) is not None, figures=_figures(row.figures), warnings=_warnings(row),
        base=base, is_base=base is not None and base.run == row.id,
    )  # fmt: skip


@require_GET
@through(Gate.RUN_PROBES)
def sound(request: HttpRequest, run: UUID) -> HttpResponse:
    """What was heard, as FLAC, for who may; journaled."""
    row = get_object_or_404(Run, pk=run)
    path = _sound(row)
    if path is None:
        raise Http404
    detail = {"probe": row.probe}
    write(who=actor(request), did="probe_heard", what="probe_run", record=str(row.id), now=now(), detail=detail)
    answer = HttpResponse(path.read_bytes(), content_type="audio/flac")
    answer["Content-Disposition"] = "inline"
    return answer


@require_POST
@through(Gate.RUN_PROBES)
def baseline(request: HttpRequest, run: UUID) -> HttpResponse:
    """Compare later runs with this one."""
    try:
        comparing.choose(run, by=actor(request), now=now())
        messages.success(request, _("Later runs are compared with this one."))
    except Refused as no:
        messages.error(request, refusal(no.code))
    return redirect("staff:probe-run", run)


def _sound(row: Run) -> Path | None:
    """The file, if it is here. Its name is the run's own, so nothing else can be asked for."""
    path: Path = Path(settings.HOME) / "probes" / f"{row.id}.flac"
    return path if row.sound == path.name and path.is_file() else None


def _steps(row: Run, planned: Planned | None) -> list[dict[str, Any]]:
    """Each step with what the plan wants of it; the plan may have changed since, then the run alone is told."""
    wanted = planned.steps if planned is not None else []
    told = []
    last = len(row.steps) - 1
    # Words are judged when the call is over, so the step that failed is not always the last one.
    wrong = next((at for at, step in enumerate(row.steps) if step.get("failed")), last)
    for at, step in enumerate(row.steps):
        number = step.get("step", at)
        plan = wanted[number] if isinstance(number, int) and number < len(wanted) else {}
        same = plan.get("do") == step.get("do")
        told.append({
            "do": DEEDS.get(step.get("do", ""), step.get("do", "")), "what": step.get("what", ""),
            "wanted": _wanted(plan) if same else "", "came": _came(step), "seconds": step.get("seconds"),
            "after": step.get("after_seconds"), "share": _percent(step.get("share")), "answer": step.get("answer", ""),
            "failed": row.state == "failed" and at == wrong, "unjudged": step.get("unjudged", ""),
            "said": step.get("said"), "phrases": _phrases(step), "in_order": step.get("in_order", True),
            "more": {name: value for name, value in step.items() if name not in TOLD},
        })  # fmt: skip
    return told


def _wanted(plan: Mapping[str, Any]) -> str:
    if plan.get("text"):
        return str(plan["text"])
    keys = plan.get("keys") or []
    files = plan.get("files") or []
    words = plan.get("words") or []
    return " / ".join(str(one) for one in [*keys[:4], *words[:8], *files[:4]])


def _came(step: Mapping[str, Any]) -> str:
    heard = str(step.get("heard", ""))
    if heard.startswith("error:"):
        return _("an error prompt: %(kind)s") % {"kind": heard.removeprefix("error:")}
    if heard in ("text", "words"):
        return _("what was wanted")
    if heard == "after":
        return _("an answer that came to its end")
    if heard:
        return heard
    if step.get("missed") == "words":
        return _("other words")
    return _("not heard: %(what)s") % {"what": step["missed"]} if step.get("missed") else ""


def _phrases(step: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The words that were wanted: which were heard, how much of each, and what stood where a number or a "not" was wanted."""
    return [{**one, "percent": _percent(one.get("share"))} for one in step.get("phrases") or []]


def _percent(share: Any) -> str:
    return f"{share:.0%}".replace("%", " %") if isinstance(share, int | float) else ""


def _figures(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = []
    for name, value in figures.items():
        if name == "network" and isinstance(value, dict):
            rows += [(str(FIGURES.get(key, _plain(key))), str(one)) for key, one in value.items()]
        elif isinstance(value, list):
            rows.append(
                (
                    str(FIGURES.get(name, _plain(name))),
                    ", ".join(str(COMPLAINTS.get(one, one)) for one in value) or DASHES,
                )
            )
        elif not isinstance(value, dict):
            rows.append((str(FIGURES.get(name, _plain(name))), DASHES if value is None else str(value)))
    return rows


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _warnings(row: Run) -> list[dict[str, Any]]:
    return [{**one, "name": FIGURES.get(str(one.get("figure")), one.get("figure"))} for one in row.warnings]
