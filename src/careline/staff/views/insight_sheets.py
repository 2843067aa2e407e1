"""Sheets on pages: acceptance, load with the calculator of staffing, the tables of the survey, and the service as a whole."""

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline import charts
from careline.charts import Chart
from careline.identity.gates import Gate
from careline.insight import naming, staffing
from careline.insight.models import Remedy
from careline.insight.remedying import NotARemedy, set_remedy
from careline.insight.sheets.sheet import Money, Sheet, lines, number
from careline.insight.sheets.shelf import SHEETS
from careline.staff.access import actor, now, through
from careline.staff.views.insight_frame import Asked, Row, Section, asked, show

DRAWN = 12  # bars of a picture
LOAD = {"calls": 360.0, "minutes": 60.0, "talk": 180.0, "goal": 80.0, "within": 20.0, "shrinkage": 30.0}
LOAD_MAX = 1_000_000.0
VERBS = ("query", "subscribe", "cancel", "order", "register", "configure", "status", "describe", "redeem", "other")


@through(Gate.SEE_STATISTICS)
def acceptance(request: HttpRequest) -> HttpResponse:
    """What self-service accepted, by business and by place of the menu, day by day; five questions to the database."""
    one = asked(request)
    return show(request, "insight-acceptance", one, _sections(one, "acceptance", "acceptance-nodes"))


@through(Gate.SEE_STATISTICS)
def load(request: HttpRequest) -> HttpResponse:
    """Load by day, and how many people it needs; three questions to the database."""
    one = asked(request)
    wished = {name: _number(request.GET.get(name, ""), usual) for name, usual in LOAD.items()}
    return show(
        request, "insight-load", one, [*_sections(one, "load"), _needed(one, wished)], "staff/insight_load.html",
        wished={name: f"{value:g}" for name, value in wished.items()},
    )  # fmt: skip


@through(Gate.SEE_STATISTICS)
def tables(request: HttpRequest) -> HttpResponse:
    """Menu order against hot topics, error prompts, voice notices, callbacks; six questions to the database."""
    one = asked(request)
    return show(
        request, "insight-tables", one, _sections(one, "hot-topics", "error-prompts", "notices", "callbacks"),
        "staff/insight_tables.html",
    )  # fmt: skip


@through(Gate.SEE_STATISTICS)
def service(request: HttpRequest) -> HttpResponse:
    """Refunds, complaints, satisfaction, causes of contact, channels, contacts outside our business; eighteen questions."""
    one = asked(request)
    names = ("contact-causes", "channels", "complaints", "satisfaction", "refunds", "outside")
    remedies = [
        (remedy, one.service(remedy.service), naming.verb(one.book, remedy.verb).read(one.language))
        for remedy in Remedy.objects.order_by("done_on", "due_on", "service", "verb")
    ]
    return show(
        request, "insight-service", one, _sections(one, *names), "staff/insight_service.html", remedies=remedies,
        verbs=[(verb, naming.verb(one.book, verb).read(one.language)) for verb in VERBS],
    )  # fmt: skip


@require_POST
@through(Gate.SET_REMEDIES)
def remedy(request: HttpRequest) -> HttpResponse:
    """Write down who removes a cause of contact, and how."""
    sent, one = request.POST, asked(request)
    name, verb = sent.get("what_service", "")[:64], sent.get("verb", "")[:16]
    try:
        if name not in one.book.services:
            raise NotARemedy("no such service")
        set_remedy(
            name, verb, owner=sent.get("owner", ""), measure=sent.get("measure", ""), link=sent.get("link", "")[:400],
            due_on=_day(sent.get("due_on", "")), done_on=_day(sent.get("done_on", "")), by=actor(request), now=now(),
        )  # fmt: skip
        messages.success(request, _("Written down."))
    except NotARemedy:
        messages.error(request, _("Name the business, who removes the cause, and how; a link leads to a page of ours."))
    return redirect(reverse("staff:insight-service") + "#remedies")


def _sections(one: Asked, *names: str) -> list[Section]:
    return [_section(one, SHEETS[name](one.book, one.period, one.filters, now())) for name in names]


def _section(one: Asked, sheet: Sheet) -> Section:
    language = one.language
    rows: list[Row] = list(lines(sheet, language))
    about, wrong = sheet.about.read(language) + one.unsplit(sheet.key), [item for item in sheet.sums if not item.agrees]
    for item in sheet.sums:
        told, detail = (item.read(figure, language) for figure in (item.told, item.detail))
        words = {"what": item.what.read(language), "told": told, "detail": detail}
        about += " " + (_("%(what)s: %(told)s, and the detail adds up to it.") % words if item.agrees else _(
            "%(what)s: %(told)s, but the detail adds up to %(detail)s!"
        ) % words)  # fmt: skip
    return Section(
        sheet.key, sheet.title.read(language), about, _drawn(one, sheet, rows), [head.read(language) for head in sheet.head],
        rows, open=sheet.drawn is None or sheet.key in ("acceptance", "contact-causes"), note=sheet.note.read(language),
        good=False if wrong else sheet.good, empty=sheet.empty, dated=sheet.head_of_file(language),
    )  # fmt: skip


def _drawn(one: Asked, sheet: Sheet, rows: Sequence[Row]) -> Chart | None:
    column = sheet.drawn
    if column is None or not rows:
        return None
    values = [number(row[column]) for row in sheet.rows]
    title, name = sheet.title.read(one.language), sheet.head[column].read(one.language)
    first = sheet.head[0].read(one.language)
    if sheet.key == "load":
        labels = [str(row[0])[5:] for row in sheet.rows]
        running = {} if sheet.running is None else {name: sheet.running}
        return charts.line(title, labels, {name: list(values)}, first=first, running=running, language=one.language)
    chosen = [at for at in sorted(range(len(rows)), key=lambda at: -values[at]) if values[at]][:DRAWN]
    if not chosen:
        return None
    told = [
        [str(rows[at][place]) for place in range(column) if not isinstance(sheet.rows[at][place], int | Money)]
        for at in chosen
    ]
    labels = [" · ".join(words) for words in told]
    form = charts.count
    if isinstance(sheet.rows[0][column], Money):

        def form(value: float) -> str:
            return Money(round(value * 100)).named(one.language)

    return charts.bars(
        title, labels, {name: [values[at] for at in chosen]}, lying=True, first=first, form=form, language=one.language
    )


def _needed(one: Asked, wished: dict[str, float]) -> Section:
    title = _("People for a load of calls")
    about = _(
        "Erlang C: callers come at random and wait as long as they must. Breaks, training and illness are the time lost."
    )
    heads = (
        _("people at seats"),
        _("people rostered"),
        _("answered in time"),
        _("have to wait"),
        _("mean wait (s)"),
        _("occupancy"),
    )
    try:
        least = staffing.needed(
            wished["calls"], wished["minutes"], wished["talk"], wished["goal"] / 100, wished["within"]
        )
    except ValueError:
        return Section(
            "staffing", title, about, None, heads, (), open=True, note=_("That is no load, or takes too many people.")
        )
    rows: list[Row] = []
    for agents in range(max(1, least.agents - 2), least.agents + 4):
        found = staffing.with_agents(wished["calls"], wished["minutes"], wished["talk"], agents, wished["within"])
        wait = "∞" if found.mean_wait == float("inf") else f"{found.mean_wait:.1f}"
        rows.append(
            (str(agents), str(found.rostered(wished["shrinkage"] / 100)), f"{found.answered:.1%}", f"{found.waits:.1%}", wait,
             f"{found.occupancy:.1%}")
        )  # fmt: skip
    note = _("%(agents)s people answer %(goal)s %% within %(within)s s; %(rostered)s on the roster. Load: %(erlangs)s erlangs.") % {
        "agents": least.agents, "goal": f"{wished['goal']:g}", "within": f"{wished['within']:g}",
        "rostered": least.rostered(wished["shrinkage"] / 100), "erlangs": f"{least.erlangs:.2f}",
    }  # fmt: skip
    return Section("staffing", title, about, None, heads, rows, open=True, note=note)


def _number(written: str, usual: float) -> float:
    try:
        value = float(written)
    except ValueError:
        return usual
    return value if 0 <= value <= LOAD_MAX else usual


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
