"""Dial tests: what they cover and how they went lately, all of them with their last results, and one with its history."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from careline import charts
from careline.dialogue.book import Book
from careline.identity.gates import Gate
from careline.probes import reading
from careline.probes.models import Alarm, Baseline, Due, Planned, Planning, Run
from careline.probes.reading import Coverage, Last
from careline.staff.access import now, through
from careline.staff.probe_labels import FIGURES, KINDS, STATES
from careline.staff.probe_tokens import name_of
from careline.staff.reader import language
from careline.staff.views import probes_frame as frame

PAGE = 50  # dial tests on one page
HISTORY = 60  # runs in the chart of one
ASKED_MAX = 100
CHARTED = ("first_sound_seconds", "answered_seconds", "slowest_seconds")  # the first that the runs have is drawn
MISSING_SHOWN = 40


@require_GET
@through(Gate.RUN_PROBES)
def overview(request: HttpRequest) -> HttpResponse:
    """Coverage by kind, the last day by the hour, alarms that stand open, and who runs."""
    at, lasts = now(), reading.newest()
    alive = frame.runners()
    hours = reading.by_hour(at - timedelta(hours=23), at)
    return frame.show(
        request, "staff/probes.html", "probes", coverage=_covering(lasts, at),
        planning=Planning.objects.first(), day=_day(hours), passed=sum(row[1] for row in hours),
        failed=sum(row[2] for row in hours), alarms=list(Alarm.objects.filter(cleared_at=None).order_by("-raised_at")[:10]),
        runners=alive, waiting=Due.objects.count(), standing=_standing(lasts), vantages=frame.places(alive),
    )  # fmt: skip


def _covering(lasts: Sequence[Last], at: datetime) -> list[dict[str, Any]]:
    """Places and words first, as their labels stand; then what can be asked for on each channel."""
    order = {kind: place for place, kind in enumerate(KINDS)}
    found = sorted(reading.coverage(lasts, at), key=lambda one: order.get(one.kind, len(order)))
    book = frame.book()
    return [_covered(one, book) for one in found]


def _covered(one: Coverage, book: Book) -> dict[str, Any]:
    title = str(KINDS[one.kind]) if one.kind in KINDS else f"{_('Things asked for')} · {frame.channel(one.kind)}"
    ring = charts.ring(
        title, one.covered / one.wanted if one.wanted else 0, under=f"{one.covered} / {one.wanted}", language=language(),
        about=_("%(covered)s of %(wanted)s have a dial test; %(passed)s passed in the last week.")
        % {"covered": one.covered, "wanted": one.wanted, "passed": one.passed},
    )  # fmt: skip
    missing = [(token, name_of(token, book, language()), why) for token, why in one.missing[:MISSING_SHOWN]]
    left_out = [(token, name_of(token, book, language()), why.read(language())) for token, why in one.left_out]
    return {
        "one": one, "title": title, "ring": ring.svg, "missing": missing, "more": len(one.missing) - len(missing),
        "left_out": left_out,
    }  # fmt: skip


def _day(hours: Sequence[tuple[Any, int, int]]) -> charts.Chart:
    return charts.bars(
        _("Runs of the last 24 hours"), [f"{timezone.localtime(hour):%H}" for hour, _passed, _failed in hours],
        {str(STATES["passed"]): [float(row[1]) for row in hours], str(STATES["failed"]): [float(row[2]) for row in hours]},
        first=_("Hour"), language=language(),
    )  # fmt: skip


def _standing(lasts: Sequence[Last]) -> list[tuple[str, str, int]]:
    counted = {state: sum(one.state == state for one in lasts) for state in reading.WORST}
    return [(state, str(STATES[state]), number) for state, number in counted.items() if number or state != "unjudged"]


@require_GET
@through(Gate.RUN_PROBES)
def listed(request: HttpRequest) -> HttpResponse:
    """Every dial test of the plan, and those run by hand, with its last result at each vantage point; what failed comes first."""
    get = request.GET
    asked = {name: get.get(name, "").strip()[:ASKED_MAX] for name in ("q", "channel", "state", "vantage")}
    lasts: dict[str, list[Last]] = {}
    for last in reading.newest():
        lasts.setdefault(last.probe, []).append(last)
    planned = {one.id: one for one in Planned.objects.defer("steps", "covers").order_by("place")}
    every = [*planned, *(name for name in lasts if name not in planned)]
    channels = {name: name.partition("/")[0] for name in every}
    order = {state: place for place, state in enumerate((*reading.WORST, "never"))}
    states = {name: _worst(lasts.get(name, ())) for name in every}
    found = sorted(  # within a state as the plan has them
        (
            name
            for name in every
            if _fits(name, asked, channels[name], states[name], lasts.get(name, ()), planned.get(name))
        ),
        key=lambda name: order[states[name]],
    )
    shown = Paginator(found, PAGE).get_page(get.get("page"))
    rows = [_row(name, channels[name], states[name], lasts.get(name, ()), planned.get(name)) for name in shown]
    alive = frame.runners()
    return frame.show(
        request, "staff/probes_list.html", "probes-list", pages=shown, rows=rows, total=len(every), asked=asked,
        channels=[(name, frame.channel(name)) for name in sorted(set(channels.values()))],
        states=list(STATES.items()), vantages=frame.places(alive), runners=alive, ids=" ".join(shown),
    )  # fmt: skip


def _worst(own: Sequence[Last]) -> str:
    return min((one.state for one in own), key=reading.WORST.index, default="never")


def _fits(
    name: str, asked: Mapping[str, str], channel: str, state: str, own: Sequence[Last], planned: Planned | None
) -> bool:
    return (
        (not asked["channel"] or channel == asked["channel"])
        and (not asked["state"] or state == asked["state"])
        and (not asked["vantage"] or any(one.vantage == asked["vantage"] for one in own))
        and (not asked["q"] or asked["q"].lower() in f"{name} {frame.named(planned)}".lower())
    )


def _row(name: str, channel: str, state: str, own: Sequence[Last], planned: Planned | None) -> dict[str, Any]:
    results = [
        {"one": one, "word": STATES[one.state], "cause": frame.cause(one.cause)}
        for one in sorted(own, key=lambda one: one.vantage)
    ]
    title = frame.named(planned)
    return {"id": name, "channel": frame.channel(channel), "title": title, "state": state, "results": results}


@require_GET
@through(Gate.RUN_PROBES)
def one(request: HttpRequest, probe: str) -> HttpResponse:
    """One dial test: its steps, its last runs with a chart beside the baseline, its alarms."""
    planned = Planned.objects.filter(id=probe).first()
    runs = list(Run.objects.filter(probe=probe).defer("ladder", "steps").order_by("-ended_at")[:HISTORY])
    if planned is None and not runs:
        raise Http404
    baselines = {row.vantage: row for row in Baseline.objects.filter(probe=probe)}
    alive = frame.runners()
    told = [
        {"run": run, "state": run.state, "word": STATES[run.state], "cause": frame.cause(run.cause),
         "kind": frame.kind(run.kind), "baseline": run.vantage in baselines and baselines[run.vantage].run == run.id}
        for run in runs
    ]  # fmt: skip
    return frame.show(
        request, "staff/probes_one.html", "probes-list", probe=probe, planned=planned, title=frame.named(planned),
        channel=frame.channel(planned.channel if planned else runs[0].channel), runs=told[:20], chart=_history(runs, baselines),
        passed=sum(run.passed for run in runs), of=sum(run.judged for run in runs), vantages=frame.places(alive), runners=alive,
        covers=_covers(planned),
        alarms=Alarm.objects.filter(probe=probe).order_by("-raised_at")[:5], waits=Due.objects.filter(probe=probe).exists(),
    )  # fmt: skip


def _covers(planned: Planned | None) -> list[tuple[str, str]]:
    """What it covers: each token with its name."""
    book = frame.book()
    return [(token, name_of(token, book, language())) for token in planned.covers] if planned is not None else []


def _history(runs: Sequence[Run], baselines: Mapping[str, Baseline]) -> charts.Chart | None:
    """The first time that these runs have, one line for each vantage point, with the baselines as goals."""
    figure = next((name for name in CHARTED if any(_number(run.figures, name) is not None for run in runs)), "")
    if not figure or len(runs) < 2:
        return None
    old_first = runs[::-1]
    lines = {
        place: [_number(run.figures, figure) if run.vantage == place else None for run in old_first]
        for place in dict.fromkeys(run.vantage for run in old_first)
    }
    goals = {
        _("baseline %(vantage)s") % {"vantage": place}: value
        for place, row in baselines.items()
        if place in lines and (value := _number(row.figures, figure)) is not None
    }
    labels = [f"{timezone.localtime(run.ended_at):%m-%d %H:%M}" for run in old_first]
    return charts.line(
        str(FIGURES[figure]),
        labels,
        lines,
        goals=goals,
        form=lambda value: f"{value:.2f}",
        first=_("Run"),
        language=language(),
    )


def _number(figures: Mapping[str, Any], name: str) -> float | None:
    value = figures.get(name)
    return float(value) if isinstance(value, int | float) else None
