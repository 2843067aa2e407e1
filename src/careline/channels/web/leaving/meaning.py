"""What leaving means for this customer, with dates and sums, before anything is asked; and how a leaving stands."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from careline import wiring
from careline.channels.web import pages
from careline.channels.web.visitor import Visitor, signed_in
from careline.offers import leaving
from careline.offers.consequences import Consequences
from careline.selfcare.leaving import meaning as weighing


@require_GET
@signed_in
def shown(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """How a leaving stands, or what it would mean. Nothing is begun by looking."""
    row = leaving.latest_of(visitor.msisdn)
    if row is not None and row.state in ("agreed", "closing", "reopening", "left"):
        assert row.effective_on is not None
        last = leaving.last_moment(row.effective_on).date() if row.state == "agreed" else None
        return pages.show(request, "leaving", "standing.html", visitor, tab="me", leaving=row, until=last)
    found = meaning(visitor)
    if found is None:
        return pages.show(request, "leaving", "away.html", visitor, 503, tab="me")
    return pages.show(
        request, "leaving", "meaning.html", visitor, tab="me", meaning=found, asked=row and row.state == "asked"
    )


def meaning(visitor: Visitor, effective_on: date | None = None) -> Consequences | None:
    """What it means to leave for that day (the first of next month); None while the carrier cannot say."""
    return weighing.meaning(
        pages.reception().serving.carrier,
        visitor.msisdn,
        effective_on,
        now=visitor.now,
        channel="web",
        time_limit_seconds=wiring.CARRIER_TIME_LIMIT_SECONDS,
    )
