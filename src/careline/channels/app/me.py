"""The line and how things stand with it: who, money, usage, and what to know before it hurts."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from careline import wiring
from careline.catalogue import library
from careline.channels.app import asking
from careline.channels.app.asking import TROUBLES
from careline.channels.app.operating import operation
from careline.channels.app.shapes import Moment, Money, Shown, money, plain
from careline.channels.app.visit import CHANNEL, visit_of
from careline.dialogue.saying import as_day
from careline.selfcare import overview, usage
from careline.selfcare.alerts import Alert
from careline.selfcare.overview import Open
from careline.selfcare.usage import Quota
from careline.values.language import Text

router = Router(tags=["the line"])

LanguageOf = Field(description="In which the hall speaks to it: zh or en.", examples=["zh"])


class Waiting(Shown):
    number: str = Field(description="The docket of a case, the number of an order.", examples=["2611220017"])
    what: str = Field(description="complaint, enquiry, suggestion, order.", examples=["complaint"])
    state: str = Field(description="Where it stands.", examples=["analysis"])
    at: Moment


class AlertShown(Shown):
    kind: str = Field(description="What it is, for programs: debt, validity, quota_near, fault, …", examples=["debt"])
    level: str = Field(description="bad, warn or note.", examples=["bad"])
    about: str = Field(description="What it concerns: a quota, a docket, an order.", examples=[""])
    values: dict[str, Any] = Field(description="Figures of it; amounts in fen.", examples=[{"debt": 1250}])


class Quantity(Shown):
    id: str = Field(description="Of the quota.", examples=["left_data_plan"])
    kind: str = Field(description="minutes, data, sms or other.", examples=["data"])
    name: str = Field(description="What it is called.", examples=["套餐流量"])
    unit: str = Field(description="Of the figures.", examples=["MB"])
    used: int = Field(description="This month.", examples=[812])
    total: int | None = Field(description="What there is; null: it is only counted.", examples=[1024])
    left: int | None = Field(description="Never below nothing.", examples=[212])
    near: bool = Field(description="Four fifths are used.", examples=[False])
    over: bool = Field(description="All of it is used.", examples=[False])


class ChargeNow(Shown):
    name: str = Field(description="What it is for.", examples=["月租费"])
    amount: Money


class Balances(Shown):
    basic: Money = Field(description="Money that pays everything.")
    gift: Money = Field(description="Given money: pays the carrier's own fees, never those of content providers.")
    charges: Money = Field(description="What this month has cost so far.")
    debt: Money = Field(description="What is owed.")
    credit: Money = Field(description="How far the balance may go below nothing.")
    status: str = Field(description="inactive, active, suspended, released.", examples=["active"])
    valid_until: date | None = Field(description="The line's last day, where it has one.", examples=["2027-03-31"])
    items: list[ChargeNow] = Field(description="This month's charges.")


class Usage(Shown):
    items: list[Quantity]


class Alerts(Shown):
    items: list[AlertShown] = Field(description="The gravest first.")


class Me(Shown):
    number: str = Field(description="Masked.", examples=["139****0001"])
    brand: str = Field(description="What the brand is called.", examples=["全球通"])
    region: str = Field(description="The home region.", examples=["浙江"])
    language: str = LanguageOf
    status: str = Field(description="inactive, active, suspended, released.", examples=["active"])
    senior: bool = Field(description="Chose the short, slow menus.", examples=[False])
    assurance: str = Field(description="What this token proves: line or password.", examples=["line"])
    scopes: list[str] = Field(description="What this token may do.", examples=[["account:read"]])
    balance: Money | None = Field(description="Basic and gift together; null: the carrier did not tell.")
    rings: list[Quantity] = Field(description="One quota of calls, one of data, one of texts.")
    cases: list[Waiting] = Field(description="Open ones.")
    orders: list[Waiting] = Field(description="Open ones.")
    alerts: list[AlertShown] = Field(description="The gravest first.")


@operation(
    router, "GET", "/me", scope="account:read", answers={200: Me}, summary="The line and how things stand",
    problems=("not_ready",),
)  # fmt: skip
def read_me(request: HttpRequest) -> Me:
    """What a first page shows, in one answer. What the carrier does not tell is null or left out, the rest stands."""
    visit, book = visit_of(request), library.current()
    subscriber, language = visit.known.subscriber, visit.language
    stands = overview.overview(
        asking.carrier(),
        subscriber,
        None,  # nothing is recommended here, so nothing may count as shown
        now=visit.now,
        channel=CHANNEL,
        time_limit_seconds=wiring.CARRIER_TIME_LIMIT_SECONDS,
    )
    asking.note(visit, *stands.answered)
    brand, region = book.brands.get(subscriber.brand), book.regions.get(subscriber.region)
    return Me(
        number=visit.msisdn.masked(),
        brand=brand.read(language) if brand else subscriber.brand,
        region=region.read(language) if region else subscriber.region,
        language=subscriber.language,
        status=stands.account.status if stands.account else subscriber.status,
        senior=subscriber.senior,
        assurance="password" if visit.assurance >= 2 else "line",
        scopes=sorted(visit.known.scopes),
        balance=money(stands.account.total) if stands.account else None,
        rings=[_quota(one, language) for one in usage.rings(stands.quotas or [])],
        cases=[_waiting(one) for one in stands.cases],
        orders=[_waiting(one) for one in stands.orders],
        alerts=[_alert(one) for one in stands.alerts],
    )


@operation(
    router, "GET", "/balances", scope="account:read", answers={200: Balances}, summary="The money of the line",
    problems=(*TROUBLES, "not_found"),
)  # fmt: skip
def read_balances(request: HttpRequest) -> Balances:
    """Basic and gift money, what this month has cost, and what is owed, as the carrier says at this moment."""
    visit = visit_of(request)
    said = asking.facts(visit, "account", "balance")
    basic = int(said["basic"])
    return Balances(
        basic=money(basic),
        gift=money(int(said.get("gift") or 0)),
        charges=money(int(said.get("charges_now") or 0)),
        debt=money(int(said.get("debt") or max(0, -basic))),
        credit=money(int(said.get("credit_limit") or 0)),
        status=str(said.get("status") or visit.known.subscriber.status),
        valid_until=as_day(said.get("valid_until")),
        items=[
            ChargeNow(name=Text(one[0], one[1]).read(visit.language), amount=money(int(one[2])))
            for one in said.get("charges") or ()
        ],
    )


@operation(
    router, "GET", "/usage", scope="account:read", answers={200: Usage}, summary="What was used of what there is",
    problems=(*TROUBLES, "not_found"),
)  # fmt: skip
def read_usage(request: HttpRequest) -> Usage:
    """Every quota of this month; without a total it is only counted."""
    visit = visit_of(request)
    said = asking.facts(visit, "usage", "free_resources_usage")
    return Usage(items=[_quota(one, visit.language) for one in usage.quotas(said)])


@operation(
    router, "GET", "/alerts", scope="account:read", answers={200: Alerts}, summary="What to know before it hurts",
    problems=("not_ready",),
)  # fmt: skip
def read_alerts(request: HttpRequest) -> Alerts:
    """Debts, a validity that ends, allowances that run out, known faults, and what waits for the customer."""
    visit = visit_of(request)
    stands = overview.overview(
        asking.carrier(),
        visit.known.subscriber,
        None,
        now=visit.now,
        channel=CHANNEL,
        time_limit_seconds=wiring.CARRIER_TIME_LIMIT_SECONDS,
    )
    return Alerts(items=[_alert(one) for one in stands.alerts])


def _quota(one: Quota, language: str) -> Quantity:
    return Quantity(
        id=one.id, kind=one.kind, name=one.name.read(language), unit=one.unit, used=one.used, total=one.total,
        left=one.left, near=one.near, over=one.over,
    )  # fmt: skip


def _waiting(one: Open) -> Waiting:
    return Waiting(number=one.number, what=one.what, state=one.state, at=one.at)


def _alert(one: Alert) -> AlertShown:
    return AlertShown(kind=one.kind, level=one.level, about=one.about, values=plain(dict(one.values)))
