"""The stock with its history, counted by hand; and sellers with what became of their orders."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline.identity.gates import Gate
from careline.orders import goods, shelf, standing
from careline.orders.records.order import Order
from careline.orders.records.stock import Move, Stock
from careline.orders.states import NotAllowed
from careline.staff.access import actor, now, page, through
from careline.staff.order_labels import refusal
from careline.staff.views.cases_shown import people
from careline.staff.views.orders import _language, tabs

MOVES = 60  # changes of one page
RATINGS = 20


@through(Gate.KEEP_STOCK)
def stock(request: HttpRequest) -> HttpResponse:
    """What lies on the shelf, what of it is promised, and the latest changes; ?of one thing's."""
    language, known = _language(), goods.goods()
    of = request.GET.get("of", "")
    moves = Move.objects.filter(goods=of) if of in known else Move.objects.all()
    latest = list(moves.order_by("-at", "-id")[:MOVES])
    names = people([one.by for one in latest])
    return page(
        request,
        "staff/order_stock.html",
        here="orders",
        tabs=tabs(request),
        tab="stock",
        of=of if of in known else "",
        rows=_rows(language),
        moves=[
            (one, known[one.goods].name.read(language) if one.goods in known else one.goods, _who(one.by, names))
            for one in latest
        ],
    )


@require_POST
@through(Gate.KEEP_STOCK)
def count(request: HttpRequest, id: str) -> HttpResponse:
    """Somebody counted."""
    written = request.POST.get("on_hand", "")
    on_hand = int(written) if written.isascii() and written.isdecimal() and len(written) < 8 else -1
    try:
        shelf.count(id, on_hand, request.POST.get("reason", "")[:1_000], by=actor(request), now=now())
    except NotAllowed as refused:
        messages.error(request, _("Say why.") if refused.code == "no_reason" else refusal(refused.code))
    else:
        messages.success(request, _("Done."))
    return redirect("staff:order-stock")


@through(Gate.HANDLE_ORDERS)
def sellers(request: HttpRequest) -> HttpResponse:
    """Who sells, how that went, and what those say who rated it."""
    language, at = _language(), now()
    rated = Order.objects.filter(rated_at__isnull=False).order_by("-rated_at")[:RATINGS]
    known = goods.sellers()
    return page(
        request,
        "staff/order_sellers.html",
        here="orders",
        tabs=tabs(request),
        tab="sellers",
        rows=[(one.name.read(language), standing.of_seller(one.id, at)) for one in known.values()],
        ratings=[(one, known[one.seller].name.read(language) if one.seller in known else one.seller) for one in rated],
    )


def _who(by: str, names: dict[str, str]) -> str:
    """A person's name; the customer and the clock in words."""
    return {"subscriber": _("the customer"), "clock": _("the system")}.get(by) or names.get(by, by)


def _rows(language: str) -> list[tuple[goods.Goods, str, int, int, int]]:
    known = {one.goods: one for one in Stock.objects.all()}
    found = []
    for one in goods.goods().values():
        held = known.get(one.id)
        on_hand, reserved = (held.on_hand, held.reserved) if held else (one.stock, 0)
        found.append((one, one.name.read(language), on_hand, reserved, on_hand - reserved))
    return found
