"""What a customer is about to order: kept in the browser's session, nowhere else."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from careline.channels.web.visitor import Visitor, signed_in
from careline.orders import goods as selling
from careline.orders.placing import LINES_MAX, Wanted

_BASKET = "web_basket"


def of(request: HttpRequest) -> dict[str, int]:
    """Goods that there still are -> how many."""
    held, known = request.session.get(_BASKET, {}), selling.goods()
    return {id: count for id, count in held.items() if id in known}


def wanted(request: HttpRequest) -> Sequence[Wanted]:
    return [Wanted(id, count) for id, count in of(request).items()]


def empty(request: HttpRequest) -> None:
    request.session.pop(_BASKET, None)


@require_POST
@signed_in
def change(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """So many of this from now on; none takes it out. Goods of another seller begin another order."""
    held, known = of(request), selling.goods()
    thing = known.get(request.POST.get("goods", ""))
    written = request.POST.get("count", "1")
    count = int(written) if written.isascii() and written.isdigit() and len(written) < 3 else 1
    if thing is not None:
        held.pop(thing.id, None)
        held = {id: n for id, n in held.items() if known[id].seller == thing.seller}
        if count and len(held) < LINES_MAX:
            held[thing.id] = min(count, thing.most)
        request.session[_BASKET] = held
    return redirect("web-order-new" if held else "web-shop")
