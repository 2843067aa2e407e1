"""Calls that go on now: how many, and where in the menu they are."""

from collections import Counter

from django.http import HttpRequest, HttpResponse

from careline.desk.models import Live
from careline.identity.gates import Gate
from careline.staff.access import now, page, through
from careline.staff.views.desk import masked

SHOWN = 200


@through(Gate.WATCH_DESK)
def calls(request: HttpRequest) -> HttpResponse:
    """A second or two behind. With ?part the tables alone, for the page that looks again by itself."""
    at = now()
    going = list(Live.objects.order_by("began_at")[:SHOWN])
    nodes = Counter(Live.objects.values_list("node", flat=True))
    return page(
        request,
        "staff/calls_now.html" if "part" in request.GET else "staff/calls.html",
        here="calls",
        at=at,
        count=sum(nodes.values()),
        calls=[(one, masked(one.msisdn), at - one.began_at) for one in going],
        nodes=nodes.most_common(20),
    )
