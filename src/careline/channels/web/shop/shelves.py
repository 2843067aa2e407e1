"""The shop: goods by kind, filtered and sorted, each with its price, why it is lower, and who sells it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from careline.channels.web import pages
from careline.channels.web.shop import basket
from careline.channels.web.visitor import Visitor, signed_in
from careline.dialogue.saying import local
from careline.orders import goods as selling
from careline.orders import shelf, standing
from careline.orders.goods import KINDS, Goods
from careline.orders.states import How

SORTS = ("usual", "cheap", "dear")
FILTERS = {"credit": How.CREDIT, "arrival": How.ARRIVAL}


@require_GET
@signed_in
def shop(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    kind, sort = request.GET.get("kind", ""), request.GET.get("sort", "")
    wanted = [how for name, how in FILTERS.items() if request.GET.get(name)]
    left = shelf.left()
    member = standing.of_buyer(visitor.msisdn, visitor.now).past.kept > 0
    rows = [
        _row(visitor, thing, left, member)
        for thing in selling.goods().values()
        if (kind not in KINDS or thing.kind == kind) and all(how in thing.pays for how in wanted)
    ]
    if request.GET.get("ours"):
        rows = [row for row in rows if row["fits"]]
    if sort in ("cheap", "dear"):
        rows.sort(key=lambda row: row["price"].fen, reverse=sort == "dear")
    return pages.show(
        request,
        "shop",
        "shop.html",
        visitor,
        rows=rows,
        kinds=KINDS,
        kind=kind if kind in KINDS else "",
        sorts=SORTS,
        sort=sort if sort in SORTS else "usual",
        chosen={name for name in (*FILTERS, "ours") if request.GET.get(name)},
        filters=(*FILTERS, "ours"),
        basket=sum(basket.of(request).values()),
    )


@require_GET
@signed_in
def goods(request: HttpRequest, visitor: Visitor, goods: str) -> HttpResponse:
    """One thing: what it costs this customer today and why, how it can be paid, who sells it and how well."""
    thing = selling.goods().get(goods)
    if thing is None:
        raise Http404
    member = standing.of_buyer(visitor.msisdn, visitor.now).past.kept > 0
    row = _row(visitor, thing, shelf.left(), member)
    return pages.show(
        request,
        "shop",
        "goods.html",
        visitor,
        **row,
        counts=range(1, max(1, min(thing.most, row["left"])) + 1),
        seller=selling.sellers()[thing.seller],
        standing=standing.of_seller(thing.seller, visitor.now),
        basket=sum(basket.of(request).values()),
    )


def _row(visitor: Visitor, thing: Goods, left: Any, member: bool) -> dict[str, Any]:
    brand = visitor.subscriber.brand
    price = selling.price(thing, brand=brand, member=member, today=local(visitor.now).date())
    return {
        "goods": thing,
        "price": price,
        "was": price.list_fen if price.list_fen > price.fen else 0,
        "left": left[thing.id],
        "fits": not thing.brands or brand in thing.brands,
    }
