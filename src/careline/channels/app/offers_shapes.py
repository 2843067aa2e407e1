"""What is sent and answered of recommendations and leaving."""

from datetime import date
from typing import Literal

from pydantic import Field

from careline.channels.app.privacy import Proof
from careline.channels.app.shapes import Given, Moment, Money, Shown, Uuid
from careline.values.language import Text

_WORDS = {
    "closed": Text("现在没有人接听", "Nobody is there now"),
    "too_many": Text("今天要的回电够多了", "Enough callbacks were asked for today"),
    "off": Text("这里不能回电，请拨热线", "No callbacks here: please dial the hotline"),
}


class OfferShown(Shown):
    showing: Uuid
    name: str = Field(description="What it is called.", examples=["20元流量包"])
    reason: str = Field(description="Why it is shown, honestly.", examples=["上个月多用了流量，付了15元。"])
    service: str = Field(description="Of the catalogue.", examples=["pkg_data"])
    verb: str = Field(description="For the wish that yes is.", examples=["order"])
    tier: str = Field(description="Of a service that has some.", examples=["20"])
    price: Money
    per: str = Field(description="month, year or once.", examples=["month"])
    saves: Money = Field(description="What it would save in a month; nothing where it would not.")
    card: list[str] = Field(description="For whom, advantage, tariff, start, leaflet.", examples=[["常用流量的您"]])


class Offers(Shown):
    items: list[OfferShown] = Field(description="One at most; none in a dispute, too often, or after never.")


class OfferAnswered(Given):
    answer: Literal["yes", "later", "never"] = Field(
        description="never is for good, and for every offer.", examples=["later"]
    )


class LeavingGiven(Given):
    reason: str = Field(pattern=r"^[a-z_]{1,16}$", description="One of `reasons`.", examples=["price"])
    words: str = Field(
        default="", max_length=500, pattern=r"^[^\x00]*$", description="More of it.", examples=["太贵了"]
    )


class LeavingAnswered(Proof):
    answer: Literal["stay", "think", "leave", "take_back"] = Field(
        description="What the customer decides.", examples=["think"]
    )
    day: date | None = Field(default=None, strict=False, description="Of `days`, to leave on.", examples=["2026-12-01"])


class Means(Shown):
    last_day: date = Field(description="Served last.", examples=["2026-11-30"])
    kept_until: date = Field(description="Until then the number can be had back.", examples=["2027-03-01"])
    payout_until: date = Field(description="Until then the rest is paid out.", examples=["2027-03-01"])
    basic: Money = Field(description="Paid out.")
    gift: Money = Field(description="Not paid out: to be used until the last day.")
    points: int = Field(description="Lost unless redeemed before.", examples=[1280])
    worth: Money = Field(description="Of the points.")
    debt: Money
    may_leave: bool = Field(description="Only a debt stands in the way.", examples=[True])
    ending: list[str] = Field(description="What runs and ends with the line.", examples=[["来电显示"]])
    cases: list[str] = Field(description="Open ones.", examples=[[]])
    orders: int = Field(description="Open ones.", examples=[0])


class LeavingShown(Shown):
    state: str | None = Field(
        description="asked, closing, agreed, left, …; null: nobody wants to leave.", examples=[None]
    )
    effective_on: date | None = Field(description="The first day without service.", examples=[None])
    reasons: list[str] = Field(description="To ask with.", examples=[["price"]])
    days: list[date] = Field(description="To choose from.", examples=[["2026-11-29", "2026-12-01"]])
    means: Means | None = Field(
        description="What it means to leave on the last of these days; null: the carrier cannot say."
    )


class PersonGiven(Given):
    words: str = Field(
        default="", max_length=500, pattern=r"^[^\x00]*$", description="What it is about.", examples=["账单看不懂"]
    )


class Promised(Shown):
    by: Moment
