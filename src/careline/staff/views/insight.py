"""Statistics of self-service: overview, failure rate, causes, control chart, hours."""

from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from careline.identity.gates import Gate
from careline.insight import asking, control, levels, menus
from careline.insight.comparing import compare
from careline.insight.rates import class_of, percent
from careline.staff.access import now, through
from careline.staff.insight_labels import BY
from careline.staff.views import insight_shown as shown
from careline.staff.views.insight_frame import asked, show

TOP = 10
HOURLY_DAYS = 7  # up to so many days the control chart goes by hours


@through(Gate.SEE_STATISTICS)
def overview(request: HttpRequest) -> HttpResponse:
    """How self-service does, at one look; eight questions to the database."""
    one = asked(request)
    days = asking.count(("day",), one.period, one.filters)
    before = asking.count(("day",), one.period.before(), one.filters)
    services = asking.count(("service",), one.period, one.filters)
    ladder = levels.ladder(one.period, one.filters)
    accesses = menus.diversion(one.period, one.filters)
    rate, rate_before = shown.summed(days), shown.summed(before)
    done, sessions = sum(day.done for day in accesses), sum(day.sessions for day in accesses)
    worst = sorted(services, key=lambda row: (-row.failed, str(row.key)))[:TOP]
    most = sorted(services, key=lambda row: (-row.attempts, str(row.key)))[:TOP]
    return show(
        request, "insight", one,
        [
            shown.by_day(one, days, before),
            shown.by_level(one, ladder),
            shown.rates("services", _("Services that fail most"), "service", worst, one),
            shown.most_asked(one, most),
        ],
        rate=rate, difference=compare(rate_before, rate), told=shown.told_difference(compare(rate_before, rate), one),
        attempts=sum(row.attempts for row in days), ladder=ladder, share=percent(ladder.share, 1),
        diversion=percent(Fraction(done, sessions) if sessions else None), done=done, sessions=sessions,
    )  # fmt: skip


@through(Gate.SEE_STATISTICS)
def rate(request: HttpRequest) -> HttpResponse:
    """The failure rate by whatever is chosen; two questions to the database."""
    one = asked(request)
    by = request.GET.get("by", "day")
    by = by if by in BY else "day"
    rows = asking.count((by,), one.period, one.filters)
    if by == "day":
        section = shown.by_day(one, rows, asking.count(("day",), one.period.before(), one.filters))
    else:
        title = _("Failure rate by %(by)s") % {"by": BY[by]}
        section = shown.rates("rate", title, by, rows, one, lying=by not in ("hour", "weekday", "month"))
    total = shown.summed(rows)
    return show(
        request, "insight-rate", one, [section], by=by, bys=list(BY.items()), rate=total,
        goals=[("< 1 %", total.directive_met), ("≤ 0.86 %", total.challenge_met)],
    )  # fmt: skip


@through(Gate.SEE_STATISTICS)
def causes(request: HttpRequest) -> HttpResponse:
    """Why applications failed: by class, then layered by cause; one question to the database."""
    one = asked(request)
    failures = asking.failures(one.period, one.filters)
    classes: dict[str, int] = {}
    for cause, failed in failures.items():
        kind = class_of(cause)
        classes[kind or ""] = classes.get(kind or "", 0) + failed
    system = {cause: failed for cause, failed in failures.items() if class_of(cause) == "system"}
    return show(
        request, "insight-causes", one,
        [
            shown.by_class(one, classes),
            shown.strata("system", _("Failures of the system, layered by cause"), system, one),
            shown.strata("all", _("All failures, layered by cause"), dict(failures), one),
        ],
    )  # fmt: skip


@through(Gate.SEE_STATISTICS)
def control_chart(request: HttpRequest) -> HttpResponse:
    """Whether the rate is stable: Laney p' and p; one question to the database."""
    one = asked(request)
    hourly = one.period.days <= HOURLY_DAYS
    rows = asking.count(("day", "hour") if hourly else ("day",), one.period, one.filters)
    labels = [f"{row.key[0]} {row.key[1]:02}:00" if hourly else f"{row.key[0]}" for row in rows]
    subgroups = [(row.failed, row.applications) for row in rows]
    running = control.place_of([row.key for row in rows], now())
    return show(
        request, "insight-control", one,
        [
            shown.control_chart("laney", _("Laney p′ chart"), labels, control.laney_chart(subgroups, running), one, running),
            shown.control_chart("p", _("p chart"), labels, control.p_chart(subgroups, running), one, running),
        ],
    )  # fmt: skip


@through(Gate.SEE_STATISTICS)
def hours(request: HttpRequest) -> HttpResponse:
    """When customers come, and when they fail; two questions to the database."""
    one = asked(request)
    cells = asking.count(("weekday", "hour"), one.period, one.filters)
    rows = asking.count(("hour",), one.period, one.filters)
    return show(
        request, "insight-hours", one, [*shown.heats(one, cells), shown.by_hour(one, rows), shown.busy_and_idle(rows)]
    )
