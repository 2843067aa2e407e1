"""Who turns to us again and again, and what they say when they are called back."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline import charts
from careline.identity.gates import Gate
from careline.insight import asking, callers
from careline.insight.asking import Period
from careline.insight.folding import OWN
from careline.insight.models import Callback
from careline.insight.rates import percent
from careline.journal.writing import write
from careline.staff.access import actor, now, page, through
from careline.staff.views.insight_frame import Asked, Section, asked, show
from careline.values.cause import Cause, CauseClass
from careline.values.msisdn import Msisdn
from careline.values.period import Month, NotAMonth, parse_month
from careline.values.secret import mask

CHANNEL = "voice"
SHOWN = 50
CAUSES = [cause for cause in Cause if cause.kind is not CauseClass.BUSINESS]
TYPED = "callback_typed"  # in the session: what somebody wrote about a call and could not be taken


@through(Gate.SEE_STATISTICS)
def repeat(request: HttpRequest) -> HttpResponse:
    """The callers of a month, and those who are called back; five questions to the database."""
    one = asked(request)
    month, source = _month(request.GET.get("month", ""), one), one.one_source
    often = callers.most(month.first, SHOWN, channel=CHANNEL, source=source)
    listed = list(
        Callback.objects.filter(source=source, month=month.first, channel=CHANNEL).order_by("place", "id")[
            : callers.TOP_MAX
        ]
    )
    told = callers.summed(listed)
    failures = asking.failures(Period(month.first, month.last), one.filters)
    title = _("Numbers by how often they called in the month")
    bands = callers.bands(month.first, channel=CHANNEL, source=source)
    users = sum(number for _name, number in bands)
    sections = [
        Section(
            "bands", title, _("%(n)s numbers called.") % {"n": f"{users:,}"},
            charts.histogram(title, bands, first=_("calls"), language=one.language) if users else None,
        ),
        Section(
            "most", _("Who called most"), _("The first %(n)s, masked; ties by number.") % {"n": SHOWN}, None,
            ("", _("number"), _("calls")), [(str(row.place), Msisdn(row.msisdn).masked(), f"{row.dials:,}") for row in often],
            open=True,
        ),
        _survey(one, told, dict(failures)),
    ]  # fmt: skip
    return show(
        request, "insight-callers", one, sections, "staff/insight_callers.html", month=str(month), source=source,
        listed=[(callback, Msisdn(callback.msisdn).masked()) for callback in listed if callback.done_at is None][:SHOWN],
        waiting=sum(callback.done_at is None for callback in listed), total=len(listed), top=callers.TOP,
        causes=[(cause.value, one.cause(cause.value)) for cause in CAUSES], often=often, typed=request.session.pop(TYPED, {}),
    )  # fmt: skip


@require_POST
@through(Gate.CALL_BACK)
def listing(request: HttpRequest) -> HttpResponse:
    """Put the month's first callers on the list."""
    one = asked(request)
    month, source = _month(request.POST.get("month", ""), one), request.POST.get("source", OWN)
    if source not in one.known:
        source = OWN
    new = callers.list_callbacks(month.first, by=actor(request), now=now(), channel=CHANNEL, source=source)
    messages.success(request, _("%(n)s numbers were put on the list.") % {"n": new})
    return _back(month, source)


@require_POST
@through(Gate.CALL_BACK)
def number(request: HttpRequest, callback: int) -> HttpResponse:
    """The whole number of somebody on the list, to call; looking is journaled."""
    found = get_object_or_404(Callback, pk=callback)
    write(
        who=actor(request), did="look", what="callback", record=str(found.pk), now=now(),
        detail={"number": Msisdn(found.msisdn).masked()},
    )  # fmt: skip
    return page(
        request, "staff/insight_number.html", here="insight", callback=found, number=Msisdn(found.msisdn).national(),
        month=f"{found.month:%Y-%m}",
    )  # fmt: skip


@require_POST
@through(Gate.CALL_BACK)
def tell(request: HttpRequest, callback: int) -> HttpResponse:
    """What somebody said who was called back."""
    found, sent = get_object_or_404(Callback, pk=callback), request.POST
    answers = {"yes": True, "no": False}
    failed = answers.get(sent.get("failed", ""))
    try:
        callers.tell(
            found.pk, failed=failed, cause=sent.get("cause", "")[:32], understood=answers.get(sent.get("understood", "")),
            words=mask(sent.get("words", "")[: callers.WORDS_MAX]), by=actor(request), now=now(),
        )  # fmt: skip
        messages.success(request, _("Written down."))
    except ValueError:
        messages.error(request, _("Say why it failed."))
        # What was typed is there again; it is masked already.
        request.session[TYPED] = {
            "of": found.pk, "failed": sent.get("failed", ""), "understood": sent.get("understood", ""),
            "words": mask(sent.get("words", "")[: callers.WORDS_MAX]),
        }  # fmt: skip
    return _back(Month.of(found.month), found.source)


def _back(month: Month, source: str) -> HttpResponse:
    return redirect(reverse("staff:insight-callers") + f"?month={month}&source={source}")


def _survey(one: Asked, told: callers.Survey, failures: dict[str, int]) -> Section:
    rows = [
        (_("on the list"), f"{told.listed:,}", ""),
        (_("asked"), f"{told.reached:,}", ""),
        (_("self-service had failed them"), f"{told.failed:,}", ""),
        *(
            (one.cause(cause), f"{number:,}", percent(number / told.failed))
            for cause, number in sorted(told.causes.items(), key=lambda found: -found[1])
        ),
        (_("understand what is said on calls"), f"{told.understood:,} / {told.asked:,}", percent(told.comprehension)),
    ]
    agreed = callers.agree(failures, told)
    note = "" if agreed is None else _("Records and callbacks have the same leading cause.") if agreed else _(
        "Records and callbacks have different leading causes."
    )  # fmt: skip
    about = _(
        "Shares are of the %(n)s who say that self-service failed them; in the records they are of failed applications."
    ) % {"n": told.failed}
    title = _("What those say who were called back")
    heads = ("", _("answers"), _("share"))
    return Section("survey", title, about, None, heads, rows, open=True, note=note, good=agreed)


def _month(written: str, one: Asked) -> Month:
    """The month that was asked for, else that of the last day."""
    last: date = one.period.until
    try:
        month = parse_month(written, last) if written else Month.of(last)
    except NotAMonth:
        return Month.of(last)
    return month if 1990 <= month.year <= 2100 else Month.of(last)
