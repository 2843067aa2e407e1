"""What is sent and answered of services of a line."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from careline.channels.app.shapes import Moment, Money, Name, Shown

Sought = Annotated[
    str, Field(max_length=60, pattern=r"^[^\x00]*$", description="A name, how it sounds, initials, or a code.", examples=["laidian"])
]  # fmt: skip
Group = Annotated[str, Field(pattern=r"^[a-z0-9_]{0,40}$", description="Only of this group.", examples=["05_data"])]


class HurdleShown(Shown):
    code: str = Field(description="The cause for which it would be refused now.", examples=["not_enough_money"])
    words: str = Field(description="For people.", examples=["余额不足"])
    facts: dict[str, Any] = Field(description="Figures of it; amounts in fen.", examples=[{"needed": 500, "have": 120}])


class WayShown(Shown):
    tier: str = Field(description="Empty for a service without tiers.", examples=["5"])
    name: str = Field(description="What it is called.", examples=["5元包"])
    about: str = Field(description="What it is.", examples=["来电时显示对方号码。"])
    price: Money
    per: str = Field(description="month, year or once.", examples=["month"])
    agreed: str = Field(description="To send with the wish when this price was shown.", examples=["500/month"])
    quota: str | None = Field(description="What it holds, in words.", examples=["1GB"])
    on: bool = Field(description="It is on, agreed for later, or about to end.", examples=[False])
    can_order: bool = Field(description="Nothing that is known stands in the way.", examples=[True])
    hurdle: HurdleShown | None = Field(description="What stands in the way.")


class ServiceShown(Shown):
    id: Name
    group: str = Field(description="Its group.", examples=["03_calls"])
    name: str = Field(description="What it is called.", examples=["来电显示"])
    about: str = Field(description="What it is.", examples=["来电时显示对方号码。"])
    price: Money = Field(description="The lowest, of a service with tiers.")
    per: str = Field(description="month, year or once.", examples=["month"])
    paid_to: str = Field(description="carrier, or the provider's name.", examples=["carrier"])
    verbs: list[str] = Field(description="What can be done with it.", examples=[["subscribe", "cancel"]])


class ValueNamed(Shown):
    name: str = Field(description="To send it by.", examples=["month"])
    label: str = Field(description="What it is.", examples=["月份"])
    kind: str = Field(description="Its grammar.", examples=["month"])
    example: str = Field(description="One that would fit.", examples=["2026-10"])
    required: bool = Field(description="Whether it is asked for when it is missing.", examples=[True])


class ActionShown(Shown):
    verb: str = Field(description="What is done.", examples=["subscribe"])
    effect: str = Field(description="now or next_month.", examples=["now"])
    confirm: str = Field(
        description="never, ask or code: whether it asks back though the price was agreed to.", examples=["never"]
    )
    closed: bool = Field(description="No longer offered to new customers.", examples=[False])
    assurance: str = Field(description="What must be proved: line or password.", examples=["line"])
    code: str = Field(description="What a text to the hall would say.", examples=["KTLDXS"])
    values: list[ValueNamed] = Field(description="What it takes.")


class ServiceDetail(ServiceShown):
    on: bool | None = Field(description="null: the carrier did not tell.", examples=[False])
    ways: list[WayShown] = Field(description="The service, or each of its tiers.")
    actions: list[ActionShown] = Field(description="What can be done, with what it takes.")
    excludes: list[str] = Field(description="Names of what it goes not together with.", examples=[["主叫隐藏"]])


class Services(Shown):
    items: list[ServiceShown]
    total: int = Field(description="Of the whole list.", examples=[1])
    next: str | None = Field(description="The cursor of the next page.", examples=[None])


class EndingShown(Shown):
    service: str = Field(description="For a wish with the verb cancel.", examples=["caller_id"])
    tier: str = Field(description="Of a service that has some.", examples=[""])
    picked: str = Field(description="For the value `picked`, where the service lists things.", examples=[""])
    agreed: str = Field(description="To send with the wish.", examples=["500/month"])


class RunningShown(Shown):
    number: int = Field(description="Of the holding.", examples=[17])
    name: str = Field(description="What it is called.", examples=["来电显示"])
    service: str | None = Field(description="Of the catalogue.", examples=["caller_id"])
    fee: Money
    per: str = Field(description="month, year or once.", examples=["month"])
    since: date | None = Field(description="First day.", examples=["2026-03-01"])
    starts: date | None = Field(description="Where it has not begun yet.", examples=[None])
    until: date | None = Field(description="Where its end is agreed.", examples=[None])
    next_charge: date | None = Field(description="When it is charged again.", examples=["2026-12-01"])
    by: str = Field(description="Who ordered it and where; other lines are masked.", examples=["本机短信"])
    self_ordered: bool = Field(description="By this line itself.", examples=[True])
    provider: str | None = Field(description="The third party that is paid; null: the carrier.", examples=[None])
    ending: EndingShown | None = Field(description="The wish that ends it; null: by ordering another, or with help.")


class RunningList(Shown):
    monthly: Money = Field(description="What all of it costs in a month.")
    items: list[RunningShown]


class HistoryShown(Shown):
    at: Moment
    name: str = Field(description="What it is called.", examples=["来电显示"])
    on: bool = Field(description="Switched on; false: off.", examples=[True])
    by: str = Field(description="Who did it and where.", examples=["本机短信"])
    fee: Money
    per: str = Field(description="month, year or once.", examples=["month"])
    provider: str | None = Field(description="The third party that is paid.", examples=[None])


class History(Shown):
    items: list[HistoryShown]
    next: str | None = Field(description="The cursor of the next page.", examples=[None])


class PartyCharge(Shown):
    id: str = Field(description="For GET /charges/{id}.", examples=["c-1042"])
    month: str = Field(description="Of the bill.", examples=["2026-10"])
    day: date | None = Field(description="When it was charged.", examples=["2026-10-01"])
    name: str = Field(description="What for.", examples=["每日一笑"])
    amount: Money
    refunded: Money


class PartyShown(Shown):
    name: str = Field(description="The third party.", examples=["乐天信息"])
    total: Money = Field(description="Of these months, refunds taken off.")
    charges: list[PartyCharge] = Field(description="The latest first.")


class ThirdParties(Shown):
    months: list[str] = Field(description="That were looked at.", examples=[["2026-11", "2026-10"]])
    missing: list[str] = Field(description="Of which the carrier did not tell.", examples=[[]])
    monthly: Money = Field(description="What is on costs in a month.")
    on: list[RunningShown] | None = Field(description="What is on; null: the carrier did not tell.")
    parties: list[PartyShown]
