"""What leaving means for this customer, with dates and sums, before anything is asked; and how a leaving stands."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from careline import wiring
from careline.cases.models import Case
from careline.cases.states import OPEN as OPEN_CASES
from careline.channels.web import pages
from careline.channels.web.visitor import Visitor, signed_in
from careline.offers import leaving
from careline.offers.consequences import Consequences, choices, consequences
from careline.offers.policy import policy
from careline.orders.records.order import Order
from careline.orders.states import OPEN as OPEN_ORDERS
from careline.selfcare import reading

_WANTED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "account": ("account", "", {}),
    "holdings": ("holdings", "", {}),
    "points": ("points", "", {}),
}


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
    rules, today = policy().leaving, timezone.localdate(visitor.now)
    read = reading.read(
        pages.reception().serving.carrier,
        visitor.msisdn,
        _WANTED,
        now=visitor.now,
        channel="web",
        time_limit_seconds=wiring.CARRIER_TIME_LIMIT_SECONDS,
    )
    account, holdings, points = read["account"], read["holdings"], read["points"]
    if isinstance(account, Exception) or isinstance(holdings, Exception) or isinstance(points, Exception):
        return None  # half of the truth is none: nobody decides on it
    digits = visitor.msisdn.digits
    cases = Case.objects.filter(msisdn=digits, state__in=[state.value for state in OPEN_CASES])
    orders = Order.objects.filter(msisdn=digits, state__in=[state.value for state in OPEN_ORDERS])
    return consequences(
        effective_on or choices(today, rules)[1],
        today,
        rules,
        account=account,
        holdings=holdings["holdings"],
        points=points,
        open_cases=list(cases.order_by("opened_at").values_list("docket", flat=True)[:20]),
        open_orders=orders.count(),
    )
