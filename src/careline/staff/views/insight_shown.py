"""The figures of the pages of statistics: each with its definition, its picture and the table behind it."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from careline import charts
from careline.insight import asking, clock, control, levels
from careline.insight.asking import Counted
from careline.insight.busy import busiest, busy_hours, idle_hours
from careline.insight.comparing import Difference, compare
from careline.insight.rates import CHALLENGE, DIRECTIVE, Rate, percent, percents
from careline.insight.strata import stratify
from careline.staff import access
from careline.staff.call_labels import CLASSES
from careline.staff.insight_labels import BY, KINDS, WEEKDAYS
from careline.staff.views.insight_frame import Asked, Cell, Section

FEW = 20  # applications: a rate of fewer says little of an hour


def summed(rows: Sequence[Counted]) -> Rate:
    return Rate(sum(row.failed for row in rows), sum(row.applications for row in rows))


def told_difference(found: Difference, one: Asked) -> str:
    """What the comparison with the period before says, and of which days it is where records begin within it; one statement."""
    if found.p is None:
        return _("There is nothing to compare with in the period before.")
    first = asking.begins(one.filters)
    part = first is not None and first > one.period.before().since
    return _difference(found, found.p) + (" " + _("Its records begin on %(day)s.") % {"day": first} if part else "")


def _difference(found: Difference, p: float) -> str:
    words = {"before": str(found.before), "p": _chance(p)}
    if not found.significant:
        return _("Before: %(before)s. The difference may be chance (p = %(p)s).") % words
    if found.better:
        return _("Before: %(before)s. It has become better, and not by chance (p = %(p)s).") % words
    return _("Before: %(before)s. It has become worse, and not by chance (p = %(p)s).") % words


def _chance(p: float | None) -> str:
    return "n/a" if p is None else f"{p:.4f}" if p >= 0.0001 else "< 0.0001"


def by_day(one: Asked, rows: Sequence[Counted], before: Sequence[Counted]) -> Section:
    today = clock.running(access.now()).day
    now, then = ({row.key[0]: row for row in found} for found in (rows, before))
    days, days_before = one.period.all_days(), one.period.before().all_days()
    title = _("Failure rate by day")
    lines = {
        _("this period"): [_float(now.get(day)) for day in days],
        _("the period before"): [_float(then.get(day)) for day in days_before],
    }
    goals = {_("directive"): float(DIRECTIVE), _("challenge"): float(CHALLENGE)}
    chart = charts.line(
        title, [f"{day}" for day in days], lines, goals=goals, form=charts.percent, first=str(BY["day"]),
        running={_("this period"): days.index(today)} if today in days else {}, language=one.language,
    )  # fmt: skip
    empty = Counted((), 0, 0, 0)
    named = {day: charts.unfinished(str(day), one.language) if day == today else str(day) for day in days}
    table = [
        (Cell(named[day], reverse("staff:insight-records") + one.query(**{"from": str(day), "to": str(day)})),
         f"{found.failed:,}", f"{found.applications:,}", str(found.rate), str(then.get(day_before, empty).rate))
        for day, day_before in zip(days, days_before, strict=True) for found in [now.get(day, empty)]
    ]  # fmt: skip
    over = [row for row in rows if row.key[0] != today]
    below = sum(row.rate.directive_met is True for row in over)
    note = _("%(n)s of %(days)s days with applications were below 1 %%.") % {
        "n": below, "days": sum(row.applications > 0 for row in over),
    }  # fmt: skip
    heads = (*_heads("day"), _("the period before"))
    return Section("days", title, _definition(), chart, heads, table, note=note)


def rates(key: str, title: str, by: str, rows: Sequence[Counted], one: Asked, *, lying: bool = True) -> Section:
    names = [one.named(by, row.key[0]) for row in rows]
    most = key == "services"  # ordered by how many failed, and drawn so
    shares = [float(row.failed) if most else _float(row) for row in rows]
    # One of one that failed is a long bar: of how many it is stands beside it.
    drawn = (
        names
        if most or not lying
        else [f"{name} ({row.failed:,} / {row.applications:,})" for name, row in zip(names, rows, strict=True)]
    )
    draw = charts.bars(
        title,
        drawn,
        {_("failed") if most else _("Failure rate"): shares},
        form=charts.count if most else charts.percent,
        lying=lying,
        first=str(BY[by]),
        language=one.language,
    )
    filters = {"channel": "channel", "service": "service", "region": "region", "brand": "brand", "version": "catalogue"}
    table = [
        (Cell(name, one.query(**{filters[by]: str(row.key[0])}) if by in filters else ""), f"{row.failed:,}",
         f"{row.applications:,}", str(row.rate))
        for name, row in zip(names, rows, strict=True)
    ]  # fmt: skip
    return Section(key, title, _definition(), draw if rows else None, _heads(by), table, open=lying)


def _heads(by: str) -> tuple[str, ...]:
    return str(BY[by]), _("failed"), _("applications"), _("Failure rate")


def _definition() -> str:
    return _(
        "Failed of all applications to open or close a service. Queries never count; what a rule refused is an application"
        " and no failure."
    )


def most_asked(one: Asked, rows: Sequence[Counted]) -> Section:
    title = _("Services asked for most")
    names = [one.service(str(row.key[0])) for row in rows]
    values = {
        _("opening and closing"): [float(row.applications) for row in rows],
        _("queries and others"): [float(row.attempts - row.applications) for row in rows],
    }
    chart = charts.bars(title, names, values, lying=True, first=str(BY["service"]), language=one.language)
    return Section("services-most", title, _("Attempts of every kind, queries included."), chart if rows else None)


def by_level(one: Asked, found: levels.Ladder) -> Section:
    title = _("Contacts by level of service")
    kinds = sorted(found.kinds.items())
    names = [f"{level} · {KINDS[kind]}" for (level, kind), _number in kinds]
    numbers = [float(number) for _kind, number in kinds]
    chart = charts.bars(title, names, {_("contacts"): numbers}, lying=True, first=_("level"), language=one.language)
    about = _(
        "Of %(contacts)s contacts %(internet)s were solved by levels 1 to 3: %(share)s; the goal is 80 %%. Without text messages"
        " and dial menus it is %(without)s."
    ) % {
        "contacts": f"{found.contacts:,}", "internet": f"{found.internet:,}", "share": percent(found.share, 1),
        "without": percent(found.share_without_messages, 1),
    }  # fmt: skip
    about += one.unsplit("levels")
    note = "" if found.met is None else _("80 % is met.") if found.met else _("Below 80 %.")
    return Section("levels", title, about, chart if kinds else None, note=note, good=found.met)


def by_class(one: Asked, classes: dict[str, int]) -> Section:
    title, total = _("Failures by class"), sum(classes.values())
    ordered = sorted(classes.items(), key=lambda found: (-found[1], found[0]))
    names = [str(CLASSES.get(kind, kind or "–")) for kind, _failed in ordered]
    chart = charts.bars(
        title, names, {_("failed"): [float(failed) for _kind, failed in ordered]}, lying=True, language=one.language
    )
    table = [
        (name, f"{failed:,}", share)
        for name, (_kind, failed), share in zip(names, ordered, percents([n for _, n in ordered]), strict=True)
    ]
    about = _("Shares of %(n)s failed applications; they sum to 100 %%.") % {"n": f"{total:,}"}
    return Section(
        "classes", title, about, chart if total else None, (_("class"), _("failed"), _("share")), table, open=True
    )


def strata(key: str, title: str, counts: dict[str, int], one: Asked) -> Section:
    layers, total = stratify(counts), sum(counts.values())
    chart = charts.pareto(
        title, [(one.cause(found.name), found.count) for found in layers], first=_("cause"), language=one.language
    )
    records = reverse("staff:insight-records")
    table = [
        (str(at), Cell(one.cause(found.name), records + one.query(cause=found.name)), f"{found.count:,}", percent(found.share),
         percent(found.cumulative), _("crux") if found.crux else "")
        for at, found in enumerate(layers, 1)
    ]  # fmt: skip
    about = _("Shares of %(n)s failed applications.") % {"n": f"{total:,}"}
    heads = ("", _("cause"), _("failed"), _("share"), _("cumulative share"), "")
    return Section(key, title, about, chart if layers else None, heads, table, open=True)


def control_chart(
    key: str, title: str, labels: Sequence[str], found: control.Control, one: Asked, running: int | None = None
) -> Section:
    words = {1: _("beyond the limits"), 2: _("nine in a row on one side")}
    signals = {
        at: ", ".join(words[test] for test in point.tests) for at, point in enumerate(found.points) if point.tests
    }
    chart = charts.control(
        title, labels, [point.share for point in found.points], centre=found.centre or 0.0,
        lower=[point.lower for point in found.points], upper=[point.upper for point in found.points],
        signals=signals, first=str(BY["day"]), running=running, language=one.language,
    )  # fmt: skip
    whole = [point for at, point in enumerate(found.points) if at != running]
    total = Rate(sum(point.failed for point in whole), sum(point.size for point in whole))
    about = _("Centre %(centre)s of %(n)s applications; limits at three sigma, by the size of each subgroup.") % {
        "centre": str(total), "n": f"{total.applications:,}",
    }  # fmt: skip
    if key == "laney":
        about += " " + _("Sigma Z is %(z)s: the mean moving range of the z-scores divided by 1.128.") % {
            "z": f"{found.sigma_z:.3f}"
        }
    note = (
        ""
        if found.stable is None
        else _("No signal: the rate is stable.")
        if found.stable
        else _("Signals: %(n)s.") % {"n": len(signals)}
    )
    return Section(key, title, about, chart if found.centre is not None else None, note=note, good=found.stable)


def heats(one: Asked, cells: Sequence[Counted]) -> list[Section]:
    at = {row.key: row for row in cells}
    across, down = [str(hour) for hour in range(24)], [str(name) for name in WEEKDAYS.values()]
    grid = [[at.get((day, hour)) for hour in range(24)] for day in range(1, 8)]
    come = charts.heat(
        _("When customers come"), across, down, [[float(cell.attempts) if cell else 0.0 for cell in row] for row in grid],
        first=str(BY["weekday"]), language=one.language,
    )  # fmt: skip
    fail = charts.heat(
        _("When applications fail"), across, down,
        [[_float(cell) if cell and cell.applications >= FEW else None for cell in row] for row in grid],
        first=str(BY["weekday"]), form=charts.percent, language=one.language,
    )  # fmt: skip
    blank = _("Hours with fewer than %(few)s applications are left blank: one that failed would be the darkest.") % {
        "few": FEW
    }
    return [
        Section(
            "come", _("When customers come"), _("Attempts of every kind by weekday and hour; darker is more."), come
        ),
        Section("fail", _("When applications fail"), f"{_definition()} {blank}", fail),
    ]


def by_hour(one: Asked, rows: Sequence[Counted]) -> Section:
    at = {row.key[0]: row for row in rows}
    title = _("Failure rate by hour of the day")
    values = {_("Failure rate"): [_float(at.get(hour)) for hour in range(24)]}
    goals = {_("directive"): float(DIRECTIVE)}
    chart = charts.line(
        title,
        [str(hour) for hour in range(24)],
        values,
        goals=goals,
        form=charts.percent,
        first=str(BY["hour"]),
        language=one.language,
    )
    table = [
        (f"{hour}:00", f"{row.attempts:,}" if row else "0", f"{row.failed:,}" if row else "0",
         f"{row.applications:,}" if row else "0", str(row.rate) if row else "n/a")
        for hour in range(24) for row in [at.get(hour)]
    ]  # fmt: skip
    heads = (str(BY["hour"]), _("attempts"), _("failed"), _("applications"), _("Failure rate"))
    return Section("hours", title, _definition(), chart, heads, table)


def busy_and_idle(rows: Sequence[Counted]) -> Section:
    busy, idle = set(busy_hours()), set(idle_hours())
    lines = []
    for name, hours in ((_("busy hours"), busy), (_("idle hours"), idle)):
        chosen = [row for row in rows if row.key[0] in hours]
        total = summed(chosen)
        lines.append(
            (name, _spans(hours), f"{sum(row.attempts for row in chosen):,}",
             f"{total.failed:,}", f"{total.applications:,}", str(total))
        )  # fmt: skip
    found = compare(*(summed([row for row in rows if row.key[0] in hours]) for hours in (busy, idle)))
    verdict = _("Busy and idle hours differ by more than chance (p = %(p)s).") if found.significant else _(
        "Busy and idle hours do not differ by more than chance (p = %(p)s)."
    )  # fmt: skip
    if found.p is None:
        verdict = _("Busy and idle hours cannot be compared: in one of them nobody applied for anything.")
    peak = busiest(rows)
    about = "" if peak is None else _("Most attempts come from %(hour)s:00 on.") % {"hour": peak}
    heads = ("", _("hours"), _("attempts"), _("failed"), _("applications"), pgettext("statistics", "rate"))
    return Section(
        "busy", _("Busy and idle hours"), about, None, heads, lines, open=True, note=verdict % {"p": _chance(found.p)}
    )


def _spans(hours: set[int]) -> str:
    """9–11, 15–17: hours that follow each other as one span, each to its end."""
    spans: list[list[int]] = []
    for hour in sorted(hours):
        if spans and spans[-1][1] == hour:
            spans[-1][1] = hour + 1
        else:
            spans.append([hour, hour + 1])
    return ", ".join(f"{first}:00–{last}:00" for first, last in spans)


def _float(row: Counted | None) -> float | None:
    return None if row is None or row.rate.share is None else float(row.rate.share)
