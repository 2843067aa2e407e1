"""What every page of dial tests shares: tabs, vantage points, runners, alarms that stand open, names of probes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse

from careline.catalogue import library, refusals
from careline.dialogue.book import Book
from careline.hall import retelling
from careline.probes import reading
from careline.probes.models import Planned, Runner
from careline.probes.vantage import VantageError, vantages
from careline.staff.access import now, page
from careline.staff.call_labels import CLASSES
from careline.staff.case_labels import CHANNELS
from careline.staff.probe_labels import TABS
from careline.staff.reader import language

ALIVE = timedelta(seconds=90)  # a runner that was not seen for so long is not there


def show(request: HttpRequest, template: str, tab: str, status: int = 200, **context: Any) -> HttpResponse:
    """The page with its tabs."""
    return page(
        request, template, status, here="probes", tab=tab, tabs=list(TABS.items()), alarms_open=reading.alarms_open(),
        **context,
    )  # fmt: skip


def runners() -> Sequence[Runner]:
    """Those whose heart beats."""
    return list(Runner.objects.filter(seen_at__gte=now() - ALIVE).order_by("name"))


def places(alive: Sequence[Runner]) -> list[str]:
    """Vantage points of our file, and of runners elsewhere."""
    try:
        ours = list(vantages())
    except VantageError:  # careline serve probes says what is wrong with it
        ours = []
    return list(dict.fromkeys([*ours, *(name for one in alive for name in one.vantages)]))


def channel(name: str) -> str:
    return str(CHANNELS.get(name, name))


def cause(name: str) -> str:
    return retelling.cause_of(name, language()) if name else ""


def kind(name: str) -> str:
    return str(CLASSES.get(name, name))


def named(planned: Planned | None) -> str:
    """What a probe is called on this page, besides its id: its service first, where its name does not say it."""
    if planned is None:
        return ""
    name = planned.name_zh if language() == "zh" else planned.name_en
    found = book().services.get(planned.service) if planned.service else None
    service = found.name.read(language()) if found else ""
    if not service or service in name:
        return name
    return f"{service} · {name}" if name else service


def book() -> Book:
    try:
        return library.current()
    except refusals.NothingPublished:
        return retelling.NO_BOOK
