"""The register of machines: its age rule with a chart, entering and changing one, and the whole of it as CSV."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline import charts
from careline.identity.gates import Gate
from careline.staff import upkeep_labels
from careline.staff.access import actor, now, through
from careline.staff.reader import language
from careline.staff.views.upkeep import room
from careline.upkeep import health, machines
from careline.upkeep.duties import duties
from careline.upkeep.models import Machine
from careline.upkeep.refusing import Refused

FAULTS_SHOWN = 20


@through(Gate.KEEP_HOUSE)
def register(request: HttpRequest) -> HttpResponse:
    """The register; a new machine is entered here."""
    if request.method != "POST":
        blank = {"host": request.GET.get("host", "")[:80], "name": request.GET.get("host", "")[:80]}
        return _register(request, blank, opened=bool(blank["host"]))
    return _keep(request, None)


@through(Gate.KEEP_HOUSE)
def machine(request: HttpRequest, number: int) -> HttpResponse:
    """One machine, to be changed or retired."""
    held = get_object_or_404(Machine, pk=number)
    if request.method == "POST":
        return _keep(request, held)
    fields = {name: str(value) if (value := getattr(held, name)) is not None else "" for name in machines.COLUMNS}
    return _machine(request, held, fields)


@require_POST
@through(Gate.KEEP_HOUSE)
def take(request: HttpRequest) -> HttpResponse:
    """The register from a file: all of it, or nothing and a list of what is wrong."""
    file = request.FILES.get("file")
    if file is None or file.size is None:
        return _register(request, {}, wrong=upkeep_labels.of_code("no_file"), status=400)
    if file.size > machines.FILE_BYTES_MAX:
        return _register(request, {}, wrong=upkeep_labels.of_code("too_large"), status=400)
    try:
        new, changed = machines.take(file.read(), by=actor(request), now=now(), today=timezone.localdate())
    except machines.NotARegister as no:
        told = [
            (line, str(upkeep_labels.FIELDS.get(column, column)), upkeep_labels.of_code(code))
            for line, column, code in no.faults[:FAULTS_SHOWN]
        ]
        return _register(request, {}, faults=told, more=max(0, len(no.faults) - FAULTS_SHOWN), status=400)
    messages.success(request, _("%(new)s new, %(changed)s changed.") % {"new": new, "changed": changed})
    return redirect("staff:upkeep-machines")


@through(Gate.KEEP_HOUSE)
def as_csv(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse("\ufeff" + machines.as_csv(timezone.localdate()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="machines.csv"'
    return answer


def _keep(request: HttpRequest, held: Machine | None) -> HttpResponse:
    fields = {name: str(request.POST.get(name, "")) for name in machines.COLUMNS}
    number = held.pk if held else None
    try:
        machines.keep(fields, by=actor(request), now=now(), today=timezone.localdate(), number=number)
    except Refused as refused:
        field, words = str(refused.values.get("field", "")), upkeep_labels.of_code(refused.code)
        if held is None:
            return _register(request, fields, opened=True, field=field, told=words, status=409)
        return _machine(request, held, fields, field=field, told=words, status=409)
    messages.success(request, _("%(name)s: kept.") % {"name": fields["name"].strip()})
    return redirect("staff:upkeep-machines")


def _fields(values: dict[str, str], field: str, told: str) -> list[dict[str, str]]:
    days, required = ("bought_on", "retired_on"), ("name", "kind", "bought_on")
    return [
        {
            "name": name, "label": str(upkeep_labels.FIELDS[name]), "value": values.get(name, ""),
            "type": "date" if name in days else "text", "required": "1" if name in required else "",
            "wrong": told if name == field else "",
        }
        for name in machines.COLUMNS
    ]  # fmt: skip


def _machine(
    request: HttpRequest, held: Machine, values: dict[str, str], *, field: str = "", told: str = "", status: int = 200
) -> HttpResponse:
    return room(
        request, "staff/upkeep_machine.html", "upkeep-machines", status=status, machine=held,
        fields=_fields(values, field, told), years=machines.years(held.bought_on, timezone.localdate()),
    )  # fmt: skip


def _register(
    request: HttpRequest, values: dict[str, str], *, opened: bool = False, field: str = "", told: str = "",
    wrong: str = "", faults: list[tuple[int, str, str]] | None = None, more: int = 0, status: int = 200,
) -> HttpResponse:  # fmt: skip
    today = timezone.localdate()
    held = machines.ages(today)
    limit = duties().old_years
    chart = charts.bars(
        _("Machines in use by years"), [str(year) for year, _count in held],
        {_("machines"): [count for _year, count in held]}, first=_("Years of use"), language=language(),
    )  # fmt: skip
    alive = {
        host.name: "alive" if any(one.state == "alive" for one in host.processes) else "silent"
        for host in health.look(now()).hosts
    }
    rows = [
        {
            "of": one, "years": machines.years(one.bought_on, one.retired_on or today), "state": alive.get(one.host, ""),
            "retired": one.retired_on is not None and one.retired_on <= today, "old": machines.is_old(one, today),
        }
        for one in Machine.objects.order_by("bought_on", "name")
    ]  # fmt: skip
    known = {one["of"].host for one in rows}  # type: ignore[attr-defined]
    return room(
        request, "staff/upkeep_machines.html", "upkeep-machines", status=status, machines=rows, age=machines.age(today),
        share=str(machines.age(today)), limit=limit, percent=duties().old_percent_max, chart=chart if held else None,
        fields=_fields(values, field, told), opened=opened, wrong=wrong, faults=faults or [], more=more,
        strangers=[name for name in alive if name not in known],
    )  # fmt: skip
