"""Orders as people know them from shops: drafted, placed once, followed, changed, confirmed, sent back, rated."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Router, Status
from pydantic import Field

from careline import wiring
from careline.catalogue import library
from careline.channels.app import paging
from careline.channels.app.bills import spare
from careline.channels.app.cases import Accepted
from careline.channels.app.operating import operation
from careline.channels.app.problems import Problem
from careline.channels.app.refusals import REFUSED, expected, told
from careline.channels.app.shapes import (
    NONE,
    TWENTY,
    Cursor,
    Given,
    Limit,
    Moment,
    Money,
    Rating,
    Shown,
    Words,
    money,
    refuse_field,
)
from careline.channels.app.shop import GoodsId, StandingShown, seller_name, standing_shown
from careline.channels.app.versions import tell
from careline.channels.app.visit import CHANNEL, SUBSCRIBER, Visit, visit_of
from careline.orders import changing, complaining, placing, reading
from careline.orders.placing import Draft, Receiver, Wanted
from careline.orders.records.order import Order
from careline.orders.states import NotAllowed
from careline.payments.models import Payment
from careline.payments.states import State as PaymentState

router = Router(tags=["orders"])
Number = Annotated[
    str, Field(pattern=r"^[A-Z0-9]{10}$", description="The number of an order.", examples=["K47M02P19R"])
]
Region = Annotated[str, Field(pattern=r"^[a-z_]{1,32}$", description="Of the catalogue.", examples=["zhejiang"])]
Slot = Annotated[
    str,
    Field(
        pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}/[0-9:-]{3,20}$", description="The id of a time.",
        examples=["2026-11-24/09:00-12:00"],
    ),
]  # fmt: skip
How = Literal["online", "balance", "credit", "arrival"]
Reason = Annotated[
    str,
    Field(max_length=200, pattern=r"^[^\x00]*$", description="Why, in the customer's words.", examples=["不想要了"]),
]


class LineGiven(Given):
    goods: GoodsId
    count: int = Field(default=1, ge=1, le=99, description="How many.", examples=[1])


class DraftGiven(Given):
    lines: list[LineGiven] = Field(min_length=1, max_length=10, description="What is wanted, of one seller.")
    region: Region


class ReceiverGiven(Given):
    name: str = Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f]+$", description="Who.", examples=["王芳"])
    phone: str = Field(pattern=r"^\+?[0-9]{7,15}$", description="To be reached at.", examples=["13900000001"])
    address: str = Field(
        min_length=4, max_length=200, pattern=r"^[^\x00-\x1f]+$", description="Where.", examples=["人民大街1号2单元301"]
    )
    region: Region


class OrderGiven(Given):
    lines: list[LineGiven] = Field(min_length=1, max_length=10, description="What is wanted, of one seller.")
    receiver: ReceiverGiven
    slot: Slot
    pay: How = Field(description="One of the draft's.", examples=["online"])
    agreed_fen: int = Field(ge=0, le=10_000_000, description="The total that was shown.", examples=[9900])


class DeliveryGiven(Given):
    receiver: ReceiverGiven | None = None
    slot: Slot | None = None


class ReasonGiven(Given):
    reason: Reason = ""


class StarsGiven(Given):
    goods: Rating
    service: Rating
    words: Reason = ""


class PayGiven(Given):
    pay: How = Field(description="How now.", examples=["online"])


class ComplaintGiven(Given):
    words: Words


class LineShown(Shown):
    goods: str = Field(description="Its id.", examples=["sim_new"])
    name: str = Field(description="What it is called.", examples=["新号卡"])
    count: int = Field(description="How many.", examples=[1])
    price: Money = Field(description="Of one.")
    list_price: Money = Field(description="Of one, without the discount.")


class SlotShown(Shown):
    id: Slot
    begins: Moment
    ends: Moment


class PayShown(Shown):
    how: How = Field(description="To pay by.", examples=["online"])
    can: bool = Field(description="Whether it may be chosen.", examples=[True])
    why: str = Field(description="Why not, as a word.", examples=[""])


class DraftShown(Shown):
    lines: list[LineShown]
    goods: Money
    delivery: Money
    total: Money = Field(description="`agreed_fen` of the order is its fen.")
    pays: list[PayShown]
    slots: list[SlotShown]
    seller: str = Field(description="Who sells.", examples=["careline"])
    seller_standing: StandingShown
    buyer_standing: StandingShown


class OrderShown(Shown):
    number: Number
    state: str = Field(description="placed, waiting, confirmed, packed, dispatched, …", examples=["waiting"])
    words: str = Field(description="The same for people.", examples=["等待付款"])
    placed_at: Moment
    total: Money
    money: str = Field(description="none, waiting, held, paid, going_back, back, failed.", examples=["waiting"])
    pay: How = Field(description="How it is paid.", examples=["online"])
    lines: list[LineShown]
    can: list[str] = Field(description="What the customer can do now.", examples=[["cancel", "change", "pay"]])
    version: int = Field(description="For If-Match.", examples=[1])


class Happened(Shown):
    at: Moment
    did: str = Field(description="For programs.", examples=["placed"])
    label: str = Field(description="What happened.", examples=["已下单"])
    words: str = Field(description="What was said with it.", examples=[""])
    where: str = Field(description="The place.", examples=["长春转运中心"])
    who: Literal["you", "us", "courier"] = Field(description="Who did it.", examples=["you"])


class ParcelShown(Shown):
    courier: str = Field(description="Who carries it.", examples=["sandbox"])
    number: str = Field(description="The courier's.", examples=["SB00017"])
    back: bool = Field(description="From the customer to us.", examples=[False])


class OrderDetail(OrderShown):
    goods: Money
    delivery: Money
    seller: str = Field(description="Who sells.", examples=["careline"])
    receiver: str = Field(description="Who gets it; empty once it is forgotten.", examples=["王芳"])
    phone: str = Field(description="Masked.", examples=["139****0001"])
    address: str = Field(description="Where; empty once it is forgotten.", examples=["人民大街1号2单元301"])
    begins: Moment
    ends: Moment
    return_until: Moment | None = Field(description="Until when it may be sent back.")
    pay_page: str | None = Field(description="Where to pay online now.", examples=["https://pay.example/t/9a1c"])
    parcels: list[ParcelShown]
    timeline: list[Happened] = Field(description="What happened, the first first.")


class Orders(Shown):
    items: list[OrderShown]
    next: str | None = Field(description="The cursor of the next page.", examples=[None])


@operation(
    router, "POST", "/orders/draft", scope="orders:write", body=True, answers={200: DraftShown}, once=False,
    summary="What an order would cost", problems=("not_found", "not_possible"),
)  # fmt: skip
def draft_order(request: HttpRequest, body: DraftGiven) -> DraftShown:
    """The total, when it could come, how it could be paid, and what is known of both sides. Nothing is ordered by it."""
    visit = visit_of(request)
    _region(body.region)
    with told():
        return _draft(placing.draft(visit.msisdn, _wanted(body.lines), region=body.region, now=visit.now), visit)


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


def _draft(draft: Draft, visit: Visit) -> DraftShown:
    language = visit.language
    return DraftShown(
        lines=[
            LineShown(
                goods=one.goods.id, name=one.goods.name.read(language), count=one.count, price=money(one.price.fen),
                list_price=money(one.price.list_fen),
            )
            for one in draft.lines
        ],
        goods=money(draft.goods_fen),
        delivery=money(draft.delivery_fen),
        total=money(draft.fen),
        pays=[PayShown(how=how.value, can=not why, why=why) for how, why in draft.pays.items()],
        slots=[SlotShown(id=one.id, begins=one.begins, ends=one.ends) for one in draft.slots],
        seller=seller_name(draft.seller_id, language),
        seller_standing=standing_shown(draft.seller, language),
        buyer_standing=standing_shown(draft.buyer, language),
    )  # fmt: skip


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
                    "where": one.where, "who": one.who,
                }
            )
            for one in reading.timeline(order)
        ],
    )  # fmt: skip
