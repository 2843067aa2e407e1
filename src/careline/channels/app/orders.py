"""Orders as people know them from shops: drafted, placed once, followed, changed, confirmed, sent back, rated."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router, Status

from careline import wiring
from careline.catalogue import library
from careline.channels.app import paging
from careline.channels.app.bills import spare
from careline.channels.app.cases_shapes import Accepted
from careline.channels.app.drafting import drafted
from careline.channels.app.operating import operation
from careline.channels.app.orders_shapes import (
    ComplaintGiven,
    DeliveryGiven,
    DraftGiven,
    DraftShown,
    Happened,
    LineGiven,
    LineShown,
    Number,
    OrderDetail,
    OrderGiven,
    Orders,
    OrderShown,
    ParcelShown,
    PayGiven,
    ReasonGiven,
    ReceiverGiven,
    StarsGiven,
)
from careline.channels.app.problems import Problem
from careline.channels.app.refusals import REFUSED, expected, told
from careline.channels.app.shapes import (
    NONE,
    TWENTY,
    Cursor,
    Limit,
    money,
    refuse_field,
)
from careline.channels.app.shop import seller_name
from careline.channels.app.versions import tell
from careline.channels.app.visit import CHANNEL, SUBSCRIBER, Visit, visit_of
from careline.orders import changing, complaining, placing, reading
from careline.orders.placing import Receiver, Wanted
from careline.orders.records.order import Order
from careline.orders.states import NotAllowed
from careline.payments.models import Payment
from careline.payments.states import State as PaymentState

router = Router(tags=["orders"])


@operation(
    router, "POST", "/orders/draft", scope="orders:write", body=True, answers={200: DraftShown}, once=False,
    summary="What an order would cost", problems=("not_found", "not_possible"),
)  # fmt: skip
def draft_order(request: HttpRequest, body: DraftGiven) -> DraftShown:
    """The total, when it could come, how it could be paid, and what is known of both sides. Nothing is ordered by it."""
    visit = visit_of(request)
    _region(body.region)
    with told():
        return drafted(placing.draft(visit.msisdn, _wanted(body.lines), region=body.region, now=visit.now), visit)


@operation(
    router, "POST", "/orders", scope="orders:write", body=True, answers={201: OrderDetail}, summary="Order",
    problems=("not_found", "not_possible"), headers={201: ("ETag", "Location")},
)  # fmt: skip
def place_order(request: HttpRequest, body: OrderGiven) -> Status[OrderDetail]:
    """Once under its key, at the total that was shown. Paid online, `pay_page` is where the customer goes next."""
    visit = visit_of(request)
    _region(body.receiver.region)
    with told():
        order = placing.place(
            visit.msisdn, _wanted(body.lines), _receiver(body.receiver), body.slot, body.pay, agreed_fen=body.agreed_fen,
            key=f"app:{visit.once}", by=SUBSCRIBER, channel=CHANNEL, now=visit.now,
        )  # fmt: skip
    _go_on(order, visit)
    visit.headers["Location"] = f"/api/v1/orders/{order.number}"
    return Status(201, _detail(visit, order.number))


@operation(
    router, "GET", "/orders", scope="orders:write", answers={200: Orders}, summary="My orders", headers={200: ("Link",)}
)
def list_orders(request: HttpRequest, cursor: Cursor = NONE, limit: Limit = TWENTY) -> Orders:
    """Every order of this line, by whatever channel; the newest first."""
    visit = visit_of(request)
    try:
        page = reading.of_customer(visit.msisdn, after=cursor, size=limit)
    except NotAllowed as refused:
        raise refuse_field("cursor", "not one of ours") from refused
    paging.tell(request, page.after or None, limit)
    return Orders(items=[OrderShown(**_order(one, visit)) for one in page.orders], next=page.after or None)


@operation(
    router, "GET", "/orders/{number}", scope="orders:write", answers={200: OrderDetail}, summary="One order",
    problems=("not_found",), headers={200: ("ETag",)},
)  # fmt: skip
def read_order(request: HttpRequest, number: Path[Number]) -> OrderDetail:
    """What was ordered, where it is, and what can be done with it now."""
    return _detail(visit_of(request), number)


@operation(
    router, "PUT", "/orders/{number}/delivery", scope="orders:write", body=True, answers={200: OrderDetail},
    summary="Change receiver or time", problems=(*REFUSED, "version_needed"), headers={200: ("ETag",)},
)  # fmt: skip
def change_delivery(request: HttpRequest, number: Path[Number], body: DeliveryGiven) -> OrderDetail:
    """Until it has left. Needs If-Match with the version that was read."""
    visit = visit_of(request)
    if not request.headers.get("If-Match"):
        raise Problem("version_needed")
    if body.receiver is None and body.slot is None:
        raise refuse_field("", "receiver or slot")
    if body.receiver is not None:
        _region(body.receiver.region)
    with told():
        changing.change(
            number, receiver=_receiver(body.receiver) if body.receiver else None, slot=body.slot or "",
            msisdn=visit.msisdn, channel=CHANNEL, now=visit.now, expected=expected(request),
        )  # fmt: skip
    return _detail(visit, number)


@operation(
    router, "POST", "/orders/{number}/cancel", scope="orders:write", body=True, answers={200: OrderDetail},
    summary="Cancel an order", problems=REFUSED,
)  # fmt: skip
def cancel_order(request: HttpRequest, number: Path[Number], body: ReasonGiven) -> OrderDetail:
    """Until it has left; what was paid goes back the way it came."""
    visit = visit_of(request)
    with told():
        changing.cancel(number, body.reason, **_who(request, visit))
    return _after(visit, number)


@operation(
    router, "POST", "/orders/{number}/received", scope="orders:write", answers={200: OrderDetail},
    summary="Confirm the receipt", problems=REFUSED,
)  # fmt: skip
def receive_order(request: HttpRequest, number: Path[Number]) -> OrderDetail:
    """The customer has it. What is paid on arrival is taken now, and never before."""
    visit = visit_of(request)
    with told():
        changing.receive(number, **_who(request, visit))
    return _after(visit, number)


@operation(
    router, "POST", "/orders/{number}/return", scope="orders:write", body=True, answers={200: OrderDetail},
    summary="Send an order back", problems=REFUSED,
)  # fmt: skip
def return_order(request: HttpRequest, number: Path[Number], body: ReasonGiven) -> OrderDetail:
    """Within its days and with a reason; it is collected, looked at, and the money returned."""
    visit = visit_of(request)
    with told():
        changing.return_(number, body.reason, **_who(request, visit))
    return _after(visit, number)


@operation(
    router, "POST", "/orders/{number}/rating", scope="orders:write", body=True, answers={200: OrderDetail},
    summary="Rate goods and service", problems=REFUSED,
)  # fmt: skip
def rate_order(request: HttpRequest, number: Path[Number], body: StarsGiven) -> OrderDetail:
    """Once, when it was received."""
    visit = visit_of(request)
    with told():
        changing.rate(number, body.goods, body.service, body.words, **_who(request, visit))
    return _after(visit, number)


@operation(
    router, "POST", "/orders/{number}/pay", scope="payments:write", body=True, answers={200: OrderDetail},
    summary="Pay an order again", problems=REFUSED,
)  # fmt: skip
def pay_order(request: HttpRequest, number: Path[Number], body: PayGiven) -> OrderDetail:
    """Of one that waits for its payment: another payment begins; what the earlier one may bring goes back."""
    visit = visit_of(request)
    with told():
        changing.pay_again(number, body.pay, **_who(request, visit))
    return _after(visit, number)


@operation(
    router, "POST", "/orders/{number}/complaint", scope="cases:write", body=True, answers={201: Accepted},
    summary="Complain about an order", problems=(*REFUSED, "too_often"),
)  # fmt: skip
def complain_of_order(request: HttpRequest, number: Path[Number], body: ComplaintGiven) -> Status[Accepted]:
    """Opens a case that names the order, or joins the one that is open."""
    visit = visit_of(request)
    key = f"app:{visit.once}"
    spare(visit, key)
    with told():
        accepted = complaining.complain(
            number, body.words, msisdn=visit.msisdn, key=key, channel=CHANNEL, by=SUBSCRIBER, now=visit.now
        )
    return Status(201, Accepted(docket=accepted.case.docket, joined=accepted.joined))


def _who(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    return {"msisdn": visit.msisdn, "channel": CHANNEL, "now": visit.now, "expected": expected(request)}


def _wanted(lines: list[LineGiven]) -> list[Wanted]:
    return [Wanted(one.goods, one.count) for one in lines]


def _receiver(given: ReceiverGiven) -> Receiver:
    return Receiver(given.name, given.phone, given.address, given.region)


def _region(region: str) -> None:
    if region not in library.current().regions:
        raise refuse_field("region", "no such region")


def _after(visit: Visit, number: str) -> OrderDetail:
    """The order after a deed, and its money set in motion."""
    with told():
        order = reading.order_of(number, visit.msisdn)
    _go_on(order, visit)
    return _detail(visit, number)


def _go_on(order: Order, visit: Visit) -> None:
    if order.payment:
        wiring.till().go_on(order.payment, visit.now)


def _order(order: Order, visit: Visit) -> dict[str, Any]:
    english = visit.language == "en"
    return {
        "number": order.number, "state": order.state, "words": reading.state_words(order).read(visit.language),
        "placed_at": order.placed_at, "total": money(order.fen), "money": order.money, "pay": order.pay,
        "lines": [
            LineShown(
                goods=one.goods, name=one.name_en if english else one.name_zh, count=one.count, price=money(one.fen),
                list_price=money(one.list_fen),
            )
            for one in order.lines.all()
        ],
        "can": sorted(reading.possible(order, visit.now)), "version": order.version,
    }  # fmt: skip


def _detail(visit: Visit, number: str) -> OrderDetail:
    with told():
        order = reading.order_of(number, visit.msisdn)
    tell(visit, str(order.version))
    paid = Payment.objects.filter(pk=order.payment).first() if order.payment else None
    waits = paid is not None and PaymentState(paid.state) is PaymentState.REDIRECTED and paid.page
    return OrderDetail(
        **_order(order, visit),
        goods=money(order.goods_fen),
        delivery=money(order.delivery_fen),
        seller=seller_name(order.seller, visit.language),
        receiver=order.receiver,
        phone=f"{order.phone[:-8]}****{order.phone[-4:]}".removeprefix("86") if len(order.phone) >= 10 else "",
        address=order.address,
        begins=order.slot_from,
        ends=order.slot_until,
        return_until=order.return_until,
        pay_page=paid.page if paid is not None and waits else None,
        parcels=[
            ParcelShown(courier=one.courier, number=one.number, back=one.back) for one in order.parcels.all()
        ],
        timeline=[
            Happened.model_validate(
                {
                    "at": one.at, "did": one.did, "label": one.label.read(visit.language), "words": one.words,
                    "where": one.where.read(visit.language), "who": one.who,
                }
            )
            for one in reading.timeline(order)
        ],
    )  # fmt: skip
