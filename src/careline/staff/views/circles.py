"""All circles: what they are about, how far they are, whether their rate stays; founding one, taking one in, the example."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from careline.circle import decisions_file, deeds, taking
from careline.circle.changing import NotDone, day
from careline.circle.decisions import NotACircle
from careline.circle.models import Circle, Watched
from careline.circle.rows import pair
from careline.identity.gates import Gate
from careline.insight import clock, sources
from careline.insight.asking import Period
from careline.insight.rates import Rate
from careline.staff import reader
from careline.staff.access import actor, may, now, page, through
from careline.staff.circle_labels import REFUSALS
from careline.staff.views.circle_frame import Form, Input
from careline.staff.views.insight_frame import _tabs

SHOWN = 100


@require_GET
@through(Gate.SEE_STATISTICS)
def circles(request: HttpRequest) -> HttpResponse:
    """Newest first; three statements."""
    return _shown(request)


def _shown(request: HttpRequest, wrong: Form | None = None) -> HttpResponse:
    language = reader.language()
    watched = Prefetch("months", Watched.objects.order_by("-month"))
    rows = Circle.objects.annotate(
        people=Count("members", distinct=True), done=Count("measures", filter=Q(measures__state="done"), distinct=True),
        planned=Count("measures", distinct=True),
    ).prefetch_related(watched)[:SHOWN]  # fmt: skip
    shown = [(row, pair(row.name).read(language), _alarms(row)) for row in rows]
    forms = [_found(), _taken()] if may(request, Gate.EDIT_CATALOGUE) else []
    forms = [wrong if wrong and one.deed == wrong.deed else one for one in forms]
    return page(
        request, "staff/circles.html", status=422 if wrong else 200, here="insight", tabs=_tabs(), circles=shown, forms=forms,
        example=next((row for row in rows if row.example), None),
    )  # fmt: skip


def _alarms(row: Circle) -> list[tuple[str, Rate]]:
    """Months in which the rate did not stay."""
    return [(f"{one.month:%Y-%m}", Rate(one.failed, one.applications)) for one in row.months.all() if one.held is False]


@require_POST
@through(Gate.EDIT_CATALOGUE)
def found(request: HttpRequest) -> HttpResponse:
    """A new circle, led by whoever founds it."""
    try:
        made = deeds.found(request.POST.dict(), reader.language(), by=actor(request), now=now())
    except NotDone as refusal:
        return _shown(request, _found().typed(request.POST.dict(), REFUSALS[refusal.code]))
    messages.success(request, _("The circle is founded. Begin with its members and the problems."))
    return redirect("staff:circle", made.pk)


@require_POST
@through(Gate.EDIT_CATALOGUE)
def take_in(request: HttpRequest) -> HttpResponse:
    """A circle from a file that another house, or a person, wrote."""
    sent, given = request.POST.dict(), request.FILES.get("file")
    try:
        since, until = day(sent.get("since", ""), needed=True), day(sent.get("until", ""), needed=True)
        assert since
        assert until
        if since > until or (until - since).days >= deeds.DAYS_MAX:
            raise NotDone("period")
        if sent.get("source") and sent["source"] not in sources.known():
            raise NotDone("unknown")
        if given is None:
            raise NotDone("empty")
        written = given.read(decisions_file.FILE_BYTES_MAX + 1)
        decided = decisions_file.read_bytes(written)
    except NotDone as refusal:
        return _shown(request, _taken().typed(sent, REFUSALS[refusal.code]))
    except NotACircle as error:
        told = _("The file does not say what a circle decided: %(why)s") % {"why": error}
        return _shown(request, _taken().typed(sent, told))
    made = taking.take_in(decided, Period(since, until), source=sent.get("source", ""), by=actor(request), now=now())
    return redirect("staff:circle", made.pk)


@require_POST
@through(Gate.SEE_STATISTICS)
def example(request: HttpRequest) -> HttpResponse:
    """The published circle of 2008, made when it is first asked for."""
    return redirect("staff:circle", taking.example(by="example", now=now()).pk)


def _found() -> Form:
    until = now().astimezone(clock.zone()).date() - timedelta(days=1)
    return Form("found", _("Found a circle"), [
        Input("name", _("Name"), value=_("Fewer failures of self-service"), required=True),
        Input("since", _("Survey from"), "date", str(until - timedelta(days=89)), required=True),
        Input("until", _("Survey to"), "date", str(until), required=True),
        Input("source", _("Whose records"), "select", choices=_sources()),
    ], _("Found it"), key="new")  # fmt: skip


def _taken() -> Form:
    until = now().astimezone(clock.zone()).date() - timedelta(days=1)
    return Form("take-in", _("Take one in from a file"), [
        Input("file", _("File (TOML)"), "file", required=True),
        Input("since", _("Survey from"), "date", str(until - timedelta(days=89)), required=True),
        Input("until", _("Survey to"), "date", str(until), required=True),
        Input("source", _("Whose records"), "select", choices=_sources()),
    ], _("Take in"), key="in", folded=True)  # fmt: skip


def _sources() -> list[tuple[str, str]]:
    language = reader.language()
    return [("", str(_("our own"))), *((name, sources.called(name, language)) for name in sources.known())]
