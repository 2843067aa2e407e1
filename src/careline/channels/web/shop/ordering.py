"""A new order: its lines, who gets it, where and when, how it is paid; all of it on one page before it is placed, once."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from careline import wiring
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.shop import basket
from careline.channels.web.visitor import Visitor, signed_in
from careline.orders import goods as selling
from careline.orders import placing, slots
from careline.orders.placing import Draft, Receiver
from careline.orders.records.order import Order
from careline.orders.states import How, NotAllowed
from careline.payments.models import Payment
from careline.payments.states import Refusal, State
from careline.values.reference import new_reference

FIELDS = ("name", "phone", "address", "region", "slot", "how", "agreed", "key")
_LONGEST = 220  # characters of one field; orders keep less, and say so
_FIELD_OF = {"no_name": "name", "no_phone": "phone", "no_address": "address", "no_region": "region", "no_slot": "slot"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why it does not go on: the phrase, and the field where it belongs."""

    why: str
    field: str = ""


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Fill in, look at all of it with both standings, place it."""
    known = _regions()
    sent = {name: str(request.POST.get(name, ""))[:_LONGEST] for name in FIELDS}
    if request.method == "GET":
        sent |= {"region": visitor.subscriber.region, "phone": visitor.msisdn.national()}
    if sent["region"] not in known:
        sent["region"] = next(iter(known), "")
    if "place" in request.POST and (done := _placed_before(visitor, sent["key"])) is not None:
        return done
    wanted = basket.wanted(request)
    if not wanted:
        return redirect("web-shop")
    try:
        draft = placing.draft(visitor.msisdn, wanted, region=sent["region"], now=visitor.now)
    except NotAllowed as refused:
        return _form(request, visitor, sent, None, _trouble(refused), status=409)
    if "look" in request.POST or "place" in request.POST:
        return _on(request, visitor, sent, draft)
    return _form(request, visitor, sent, draft)


def _on(request: HttpRequest, visitor: Visitor, sent: dict[str, str], draft: Draft) -> HttpResponse:
    try:
        receiver = Receiver(sent["name"], sent["phone"], sent["address"], sent["region"])
        placing.check_receiver(receiver)
        slot = slots.named(sent["slot"], sent["region"], visitor.now)
        why_not = draft.pays.get(How(sent["how"]), "not_this_way") if sent["how"] in set(How) else "no_such_pay"
        if draft.fen and why_not:
            raise NotAllowed(why_not)
        if "place" not in request.POST or not sent["key"]:
            return _look(request, visitor, sent, draft, slot, "")
        if sent["agreed"] != str(draft.fen):
            return _look(request, visitor, sent, draft, slot, "price")
        order = placing.place(
            visitor.msisdn,
            basket.wanted(request),
            receiver,
            sent["slot"],
            sent["how"],
            agreed_fen=draft.fen,
            key=f"web:{sent['key']}",
            by="subscriber",
            channel="web",
            now=visitor.now,
        )
    except NotAllowed as refused:
        if refused.code == "price":
            return redirect("web-order-new")
        return _form(request, visitor, sent, draft, _trouble(refused), status=422)
    except Refusal as refusal:
        return _form(request, visitor, sent, draft, Trouble(f"pay_{refusal.code}", "how"), status=409)
    basket.empty(request)
    return onward(visitor, order)


def onward(visitor: Visitor, order: Order) -> HttpResponse:
    """To the provider's page where the order is paid online, else to the order."""
    if order.payment:
        paid = wiring.till().go_on(order.payment, visitor.now)
        if State(paid.state) is State.REDIRECTED and paid.page:
            return redirect(paid.page)
    return redirect("web-order", order.number)


def _placed_before(visitor: Visitor, key: str) -> HttpResponse | None:
    """The order that this form made already: its button was pressed again."""
    known = Order.objects.filter(key=f"web:{key}", msisdn=visitor.msisdn.digits).first() if key else None
    if known is None:
        return None
    paid = Payment.objects.filter(pk=known.payment).first() if known.payment else None
    if paid is not None and State(paid.state) is State.REDIRECTED and paid.page:
        return redirect(paid.page)
    return redirect("web-order", known.number)


def _form(
    request: HttpRequest,
    visitor: Visitor,
    sent: dict[str, str],
    draft: Draft | None,
    trouble: Trouble | None = None,
    status: int = 200,
) -> HttpResponse:
    words = pages.phrases("shop", page_language())
    why = words.get(trouble.why, words["no_other"]) if trouble else ""
    held = basket.of(request)
    return pages.show(
        request,
        "shop",
        "order_new.html",
        visitor,
        status,
        sent=sent,
        draft=draft,
        lines=[(selling.goods()[id], count, range(1, selling.goods()[id].most + 1)) for id, count in held.items()],
        regions=_regions().items(),
        days=_by_day(draft) if draft else [],
        pays=pays(draft) if draft else [],
        wrong={trouble.field: why} if trouble else {},
        trouble=why,
    )


def _look(
    request: HttpRequest, visitor: Visitor, sent: dict[str, str], draft: Draft, slot: Any, changed: str
) -> HttpResponse:
    """ORD-04: everything that was chosen, the exact total, and what is known of both sides, before the button."""
    return pages.show(
        request,
        "shop",
        "order_look.html",
        visitor,
        sent=sent | {"key": sent["key"] or new_reference()[0]},
        draft=draft,
        slot=slot,
        region=_regions()[sent["region"]],
        seller=selling.sellers()[draft.seller_id],
        changed=changed,
    )


def pays(draft: Draft) -> list[tuple[str, str]]:
    """Ways to pay with why each is not possible; those that these goods never have are left out."""
    return [(how.value, why) for how, why in draft.pays.items() if why != "not_this_way"]


def _by_day(draft: Draft) -> list[tuple[Any, list[Any]]]:
    days: dict[str, list[Any]] = {}
    for slot in draft.slots:
        days.setdefault(slot.id.partition("/")[0], []).append(slot)
    return list(days.items())


def _regions() -> dict[str, Any]:
    return dict(pages.reception().book().regions)


def _trouble(refused: NotAllowed) -> Trouble:
    return Trouble(f"no_{refused.code.removeprefix('no_')}", _FIELD_OF.get(refused.code, ""))
