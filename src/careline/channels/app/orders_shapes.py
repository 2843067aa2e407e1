"""What is sent and answered of orders."""

from typing import Annotated, Literal

from pydantic import Field

from careline.channels.app.shapes import (
    Given,
    Moment,
    Money,
    Rating,
    Shown,
    Words,
)
from careline.channels.app.shop import GoodsId, StandingShown

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
