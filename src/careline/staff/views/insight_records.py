"""The records behind a figure: the newest hour in which there are any, a hundred at most, numbers masked."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from careline.hall import retelling
from careline.identity.gates import Gate
from careline.insight import naming, records
from careline.journal.writing import write
from careline.staff.access import actor, now, through
from careline.staff.views.insight_frame import Asked, Cell, Section, asked, show
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn


@through(Gate.SEE_STATISTICS)
def behind(request: HttpRequest) -> HttpResponse:
    """Failed applications, or all attempts, of the newest hour that has some; two questions to the database. Journaled."""
    one = asked(request)
    cause = request.GET.get("cause", "")
    cause = cause if cause in set(Cause) else ""
    everything = request.GET.get("all") == "1"
    found = records.newest(
        one.period, one.filters, cause=cause, failed=not everything, before=request.GET.get("before", "")[:13]
    )
    write(
        who=actor(request), did="look", what="statistics", record="records", now=now(),
        detail={"from": str(one.period.since), "to": str(one.period.until), "cause": cause, "shown": len(found.rows)},
    )  # fmt: skip
    more = {"cause": cause, "all": "1" if everything else "", "before": found.before}
    return show(
        request, "insight-records", one, [_section(one, found)], "staff/insight_records.html", cause=cause,
        cause_name=one.cause(cause) if cause else "", everything=everything,
        earlier=one.query(**more) if found.before else "",
    )  # fmt: skip


def _section(one: Asked, found: records.Hour) -> Section:
    rows = [
        (
            f"{timezone.localtime(row.ended_at):%Y-%m-%d %H:%M:%S}",
            Msisdn(row.msisdn).masked() if row.msisdn else "–",
            one.channel(row.channel),
            retelling.meant(one.book, row.service, row.verb, one.language),
            one.place(row.region),
            naming.node(one.book, row.node).read(one.language),
            retelling.outcome(row.outcome, one.language),
            one.cause(row.cause) if row.cause else "–",
            Cell(str(row.version), reverse("staff:services", args=[row.version]) if row.source == "hall" else ""),
        )
        for row in found.rows
    ]
    title = _("Records")
    if found.day is not None:
        title = _("Records of %(day)s, %(hour)s:00 to %(hour)s:59") % {"day": found.day, "hour": f"{found.hour:02}"}
    about = _("%(shown)s of %(n)s records of this hour.") % {"shown": len(rows), "n": f"{found.counted:,}"}
    heads = (
        _("when"),
        _("number"),
        _("channel"),
        _("what"),
        _("region"),
        _("node"),
        _("end"),
        _("cause"),
        _("catalogue"),
    )
    return Section("records", title, about, None, heads, rows, open=True)
