"""Orders as staff see them: what is due, all of them, what is to be packed, reports that belong to nobody, and figures."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from careline import charts
from careline.identity.gates import Gate
from careline.orders import figures, logistics, number, reading, telling
from careline.orders.records.order import Line, Order
from careline.orders.states import UNDER_WAY, State
from careline.staff.access import may, now, page, through
from careline.staff.order_labels import TONES
from careline.values.msisdn import Msisdn

SHOWN = 50  # orders of one page
PACKING_MAX = 200
DAYS = 14  # of figures
TABS: dict[str, Q] = {
    "due": Q(state__in=[State.PLACED.value, State.CONFIRMED.value, State.PACKED.value, State.LOST.value])
    | Q(state__in=[State.RETURNING.value, State.REFUSED.value]),
    "way": Q(state__in=[*(one.value for one in UNDER_WAY), State.ARRIVED.value]),
    "returns": Q(state__in=[State.RETURNING.value, State.REFUSED.value, State.RETURNED.value]),
    "all": Q(),
}


@through(Gate.HANDLE_ORDERS)
def board(request: HttpRequest) -> HttpResponse:
    """One list, the earliest slot first (all: the newest first); ?tab, ?state, ?q an order number, ?page."""
    written = request.GET.get("q", "").strip()
    if written and Order.objects.filter(number=number.read(written)).exists():
        return redirect("staff:order", number.read(written))
    tab, state = request.GET.get("tab", "due"), request.GET.get("state", "")
    tab = tab if tab in TABS or tab == "unknown" else "due"
    found = Order.objects.filter(TABS.get(tab, Q()))
    if state in set(State):
        found = Order.objects.filter(state=state)
    found = found.order_by("-placed_at", "-id") if tab == "all" or state else found.order_by("slot_from", "id")
    at = request.GET.get("page", "1")
    place = min(int(at), 10_000) if at.isascii() and at.isdecimal() and len(at) < 9 and int(at) else 1
    rows = list(found.prefetch_related("lines")[(place - 1) * SHOWN : place * SHOWN + 1])
    states = dict(Order.objects.values_list("state").annotate(n=Count("id")).order_by())
    return page(
        request,
        "staff/orders.html",
        here="orders",
        tabs=tabs(request),
        tab=tab,
        state=state,
        q=written[:40],
        missed=bool(written),
        rows=[row(one) for one in rows[:SHOWN]],
        unknown=logistics.unknown() if tab == "unknown" else [],
        place=place,
        further=len(rows) > SHOWN,
        states=[(one.value, reading.words_of_state(one.value), states.get(one.value, 0)) for one in State],
    )


@through(Gate.HANDLE_ORDERS)
def packing(request: HttpRequest) -> HttpResponse:
    """What is to be packed, the earliest slot first, and how many of each thing to fetch; without receivers."""
    found = list(
        Order.objects.filter(state=State.CONFIRMED.value)
        .order_by("slot_from", "id")
        .prefetch_related("lines")[:PACKING_MAX]
    )
    pick: Counter[tuple[str, str]] = Counter()
    for order in found:
        for line in order.lines.all():
            pick[line.goods, _name(line)] += line.count
    return page(
        request,
        "staff/order_packing.html",
        here="orders",
        tabs=tabs(request),
        tab="packing",
        rows=[row(one) for one in found],
        pick=[(name, count) for (_id, name), count in sorted(pick.items())],
    )


@through(Gate.HANDLE_ORDERS)
def shown_figures(request: HttpRequest) -> HttpResponse:
    """Orders by day and state, the time from placing to the door, and what came back."""
    language = _language()
    days = figures.days(now(), DAYS)
    told = figures.door(now(), timedelta(days=90))
    labels = [f"{one.day:%m-%d}" for one in days]
    chart = charts.bars(
        _("Orders by day"),
        labels,
        {
            _("kept or under way"): [float(one.placed - one.cancelled - one.back) for one in days],
            _("cancelled"): [float(one.cancelled) for one in days],
            _("came back"): [float(one.back) for one in days],
        },
        first=_("Day"),
        language=language,
    )
    return page(
        request, "staff/order_figures.html", here="orders", tabs=tabs(request), tab="figures", chart=chart, told=told
    )


def tabs(request: HttpRequest) -> list[tuple[str, str, str]]:
    """(key, address, name) of the rooms of orders that this person may enter."""
    from django.urls import reverse

    orders = reverse("staff:orders")
    rooms = [
        ("due", f"{orders}?tab=due", _("To do")),
        ("way", f"{orders}?tab=way", _("On the way")),
        ("returns", f"{orders}?tab=returns", _("Returns")),
        ("all", f"{orders}?tab=all", _("All")),
        ("packing", reverse("staff:order-packing"), _("Packing list")),
        ("unknown", f"{orders}?tab=unknown", _("Unknown parcels")),
        ("stock", reverse("staff:order-stock"), _("Stock")),
        ("sellers", reverse("staff:order-sellers"), _("Sellers")),
        ("figures", reverse("staff:order-figures"), _("Figures")),
    ]
    return rooms if may(request, Gate.KEEP_STOCK) else [one for one in rooms if one[0] != "stock"]


def row(order: Order) -> dict[str, Any]:
    """One order in a list; nothing of its receiver."""
    lines = list(order.lines.all())
    first = f"{_name(lines[0])} ×{lines[0].count}" if lines else ""
    more = len(lines) - 1
    return {
        "order": order,
        "goods": first + (" " + ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more} if more > 0 else ""),
        "state": reading.words_of_state(order.state).read(_language()),
        "tone": TONES[order.state],
        "number": Msisdn(order.msisdn).masked(),
        "slot": telling.slot_of(order, timezone.now()).read(_language()),
        "late": order.late_at is not None and order.arrived_at is None and order.ended_at is None,
    }


def _name(line: Line) -> str:
    return line.name_en if _language() == "en" else line.name_zh


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"
