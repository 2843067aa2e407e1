"""One circle, step by step: what is done, what comes next, what the records say, and forms for what people decide."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from careline.circle import deeds, deeds_causes, deeds_measures, facts, rows, signing
from careline.circle.changing import NotDone, may_write
from careline.circle.facts import Facts
from careline.circle.models import FILE_BYTES_MAX, Circle
from careline.circle.printed.as_html import exhibit_html
from careline.circle.printed.printing import KINDS
from careline.circle.progress import STEPS, Step, steps
from careline.circle.story import Story
from careline.circle.telling import tell
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.insight import clock
from careline.insight.rates import Rate
from careline.staff import reader
from careline.staff.access import actor, now, page, refuse, through
from careline.staff.circle_labels import REFUSALS, WAITS
from careline.staff.circle_labels import STEPS as NAMES
from careline.staff.views import circle_advised, circle_first, circle_then
from careline.staff.views.circle_any import by_step
from careline.staff.views.circle_frame import Label, Panel
from careline.staff.views.insight_frame import _tabs

_PANELS: Mapping[str, Callable[..., list[Panel]]] = {
    "team": circle_first.team, "topic": circle_first.topic, "survey": circle_first.survey, "target": circle_first.target,
    "analysis": circle_then.analysis, "confirmation": circle_then.confirmation, "measures": circle_then.measures,
    "effect": circle_then.effect, "consolidation": circle_then.consolidation,
}  # fmt: skip
_DEEDS: Mapping[str, Callable[..., None]] = {
    "describe": deeds.describe, "join": deeds.join, "part": deeds.part, "collect": deeds.collect, "group": deeds.group,
    "propose": deeds.propose, "drop-topic": deeds.drop_topic, "score": deeds.score, "conclude": deeds.conclude,
    "strike": deeds.strike, "aim": deeds.aim, "after": deeds.measure_after, "equip": deeds.equip,
    "leaf": deeds_causes.leaf, "drop-leaf": deeds_causes.drop_leaf, "restore-leaf": deeds_causes.restore_leaf,
    "plan": deeds_causes.plan, "attest": deeds_causes.attest, "measure": deeds_measures.measure, "remove": deeds_measures.remove,
    "advice": circle_advised.take,
}  # fmt: skip


@require_GET
@through(Gate.SEE_STATISTICS)
def circle(request: HttpRequest, number: int) -> HttpResponse:
    """One step; some forty questions to the database, however many records there are. Of a signed one, its kept report."""
    return _shown(request, get_object_or_404(Circle, pk=number), request.GET.get("step", ""))


@require_POST
@through(Gate.SEE_STATISTICS)
def do(request: HttpRequest, number: int, deed: str) -> HttpResponse:
    """One deed; what cannot be done is said on the page, with what was typed still in its form."""
    one = get_object_or_404(Circle, pk=number)
    if not may_write(_person(request), one):
        return refuse(request, Gate.EDIT_CATALOGUE)
    sent = request.POST.dict()
    expected = sent.get("version", "")
    seen = int(expected) if expected.isascii() and expected.isdigit() and len(expected) < 10 else 0
    step = sent.get("step", "") if sent.get("step") in STEPS else STEPS[0]
    try:
        if deed == "sign":
            signing.sign(number, seen, by=actor(request), now=now())
        elif deed in _DEEDS:
            more: dict[str, Any] = {}
            if deed == "attest" and (proof := request.FILES.get("proof")):
                more["proof"] = (proof.name or "", proof.read(FILE_BYTES_MAX + 1))
            _DEEDS[deed](number, seen, sent, reader.language(), by=actor(request), now=now(), **more)
        else:
            raise Http404
    except NotDone as refusal:
        one.refresh_from_db()
        return _shown(request, one, step, wrong=REFUSALS[refusal.code], sent=sent, stale=refusal.code == "stale")
    messages.success(request, _("Signed: the report is kept as it is now.") if deed == "sign" else _("Saved."))
    anchor = sent.get("panel", "")
    here = reverse("staff:circle", args=[number]) + f"?step={step}"
    return redirect(here + (f"#{anchor}" if anchor.replace("-", "").isalnum() else ""))


def _shown(
    request: HttpRequest, one: Circle, step: str, *, wrong: Label = "", sent: Mapping[str, str] | None = None, stale: bool = False,
) -> HttpResponse:  # fmt: skip
    language, at = reader.language(), now().astimezone(UTC)
    found = None if one.signed_at else facts.collect(one.period, rows.filters(one), rows.decided(one), at)
    told = tell(found, language) if found else signing.kept(one, language)
    progress = steps(found) if found else [Step(key, "") for key in STEPS]
    first = STEPS[0] if one.closed else next((row.key for row in progress if not row.done), STEPS[-1])
    step = step if step in STEPS else first
    writes = not one.closed and may_write(_person(request), one)
    panels = _panels(request, one, step, found, language, sent, wrong) if found and writes else []
    names = list(NAMES)
    here, place = reverse("staff:circle", args=[one.pk]), names.index(step)
    return page(
        request, "staff/circle.html", status=409 if stale else 422 if wrong else 200, here="insight", tabs=_tabs(), circle=one, story=told,
        step=step, title=rows.pair(one.name).read(language), wrong=wrong,
        steps=[(row, NAMES[row.key], f"{here}?step={row.key}", row.key == step) for row in progress], writes=writes,
        waits=next(_waiting(progress, here, step), None),
        panels=panels, told=_told(told, step), number=place + 1, of=len(names), ready=writes and all(row.done for row in progress),
        back=f"{here}?step={names[place - 1]}" if place else "", onward=f"{here}?step={names[place + 1]}" if place + 1 < len(names) else "",
        files=_files(one, language), months=[(f"{row.month:%Y-%m}", Rate(row.failed, row.applications), row) for row in one.months.all()],
    )  # fmt: skip


def _waiting(progress: Sequence[Step], here: str, step: str) -> Iterator[tuple[Label, Label, str, bool]]:
    """Open steps: name, what is missing, address, whether it is the one that is shown."""
    for row in progress:
        if not row.done:
            yield NAMES[row.key], WAITS[row.waits], f"{here}?step={row.key}", row.key == step


def _panels(
    request: HttpRequest,
    one: Circle,
    step: str,
    found: Facts,
    language: str,
    sent: Mapping[str, str] | None,
    wrong: Label,
) -> list[Panel]:
    today = now().astimezone(clock.zone()).date()
    panels = _PANELS[step](
        one, language, facts=found, member=request.GET.get("member", ""), who=actor(request),
        cause=(sent or request.GET).get("cause", ""), today=str(today),
    )  # fmt: skip
    if step == "measures":
        asked = bool(request.GET.get("advised"))
        panels.append(circle_advised.panel(one, found, language, now()) if asked else circle_advised.link())
    return [panel.with_typed(sent.get("form", ""), sent, wrong) for panel in panels] if sent and wrong else panels


def _told(story: Story, step: str) -> list[tuple[Any, Sequence[str]]]:
    return [
        (section, [mark_safe(exhibit_html(shown, story.language)) for shown in section.exhibits])  # noqa: S308  escaped there
        for section in by_step(story).get(step, [])
    ]


def _files(one: Circle, language: str) -> list[tuple[str, str, str]]:
    """Name, address, and of what is signed the beginning of its digest."""
    if one.signed_at:
        kept = one.reports.filter(language=language).order_by("kind").values_list("kind", "digest")
        return [(kind.upper(), reverse("staff:circle-file", args=[one.pk, kind]), digest) for kind, digest in kept]
    return [(kind.upper(), reverse("staff:circle-file", args=[one.pk, kind]), "") for kind in (*KINDS, "toml")]


def _person(request: HttpRequest) -> Staff:
    assert isinstance(request.user, Staff)  # `through` let nobody else in
    return request.user
