"""Services: what this line can have, with price, state and what stands in the way; what is on, who ordered it, and third parties."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router
from pydantic import Field

from careline import wiring
from careline.catalogue import library
from careline.channels.app import asking
from careline.channels.app.asking import TROUBLES
from careline.channels.app.operating import operation
from careline.channels.app.paging import cut
from careline.channels.app.problems import Problem, of_cause
from careline.channels.app.shapes import NONE, TWENTY, Cursor, Limit, Moment, Money, Name, Shown, money, plain
from careline.channels.app.visit import CHANNEL, Visit, visit_of
from careline.dialogue.book import Service
from careline.selfcare import assortment, belongings, running, seeking, third_party
from careline.selfcare.assortment import Hurdle, Offer, Way
from careline.selfcare.running import Ending, Row
from careline.values.cause import Cause
from careline.values.language import Text

router = Router(tags=["services"])
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


@operation(
    router, "GET", "/services", scope="account:read", answers={200: Services}, summary="Find services",
    problems=("not_ready",), headers={200: ("Link",)},
)  # fmt: skip
def list_services(
    request: HttpRequest, q: Sought = NONE, group: Group = NONE, cursor: Cursor = NONE, limit: Limit = TWENTY
) -> Services:  # fmt: skip
    """What this line can have: all by group, or what is sought, likeliest first, by the same understanding as of a text."""
    visit, book = visit_of(request), library.current()
    subscriber = visit.known.subscriber
    found = (
        seeking.seek(book, subscriber, q, visit.now)
        if q.strip()
        else list(assortment.services(book, subscriber, visit.now))
    )
    found = [one for one in found if group in ("", one.group)]
    page, onward = cut(request, found, cursor, limit)
    return Services(
        items=[ServiceShown(**_service(one, visit.language)) for one in page], total=len(found), next=onward
    )


@operation(
    router, "GET", "/services/{service}", scope="account:read", answers={200: ServiceDetail}, summary="One service",
    problems=("not_found", "not_ready"),
)  # fmt: skip
def read_service(request: HttpRequest, service: Path[Name]) -> ServiceDetail:
    """Its price, state and actions, whether it can be ordered now, and if not why, before the customer fails."""
    visit, book = visit_of(request), library.current()
    subscriber, language = visit.known.subscriber, visit.language
    known = assortment.chain_of(book, subscriber, visit.now).services.get(service)
    if known is None:
        raise Problem("not_found")
    has = belongings.look(
        asking.carrier(), visit.msisdn, visit.now, channel=CHANNEL, time_limit_seconds=wiring.CARRIER_TIME_LIMIT_SECONDS
    )
    offer = assortment.offer(book, subscriber, known, has, visit.now)
    return ServiceDetail(
        **_service(known, language),
        on=offer.on if offer.known else None,
        ways=[_way(one, offer, language) for one in offer.ways],
        actions=[
            ActionShown(
                verb=verb.value, effect=action.effect, confirm=action.confirm.value, closed=action.closed,
                assurance="password" if action.assurance > 1 else "line", code=offer.codes.get(verb, ""),
                values=[
                    ValueNamed(
                        name=one.name, label=one.label.read(language), kind=one.kind, example=one.example,
                        required=one.required,
                    )
                    for one in action.parameters
                ],
            )
            for verb, action in known.actions.items()
        ],
        excludes=[one.read(language) for one in offer.excluded],
    )  # fmt: skip


@operation(
    router, "GET", "/running", scope="account:read", answers={200: RunningList}, summary="What is on",
    problems=TROUBLES,
)  # fmt: skip
def list_running(request: HttpRequest) -> RunningList:
    """Everything that is on: since when, by whom, what it costs, when next, and the wish that ends it."""
    visit = visit_of(request)
    stands = _running(visit, history=False)
    if stands.rows is None:
        raise of_cause(Cause.CARRIER_SILENT)
    return RunningList(monthly=money(stands.monthly), items=[_row(one, visit.language) for one in stands.rows])


@operation(
    router, "GET", "/history", scope="account:read", answers={200: History}, summary="What was switched on and off",
    problems=TROUBLES, headers={200: ("Link",)},
)  # fmt: skip
def list_history(request: HttpRequest, cursor: Cursor = NONE, limit: Limit = TWENTY) -> History:
    """Who switched what on or off, when and by which channel; the latest first."""
    visit = visit_of(request)
    turns = _running(visit, history=True).history
    if turns is None:
        raise of_cause(Cause.CARRIER_SILENT)
    page, onward = cut(request, turns, cursor, limit)
    items = [
        HistoryShown(
            at=one.at, name=one.name.read(visit.language), on=one.on, by=one.by.read(visit.language), fee=money(one.fee),
            per=one.per, provider=one.provider or None,
        )
        for one in page
    ]  # fmt: skip
    return History(items=items, next=onward)


@operation(
    router, "GET", "/third-party", scope="account:read", answers={200: ThirdParties},
    summary="Everything that third parties charge", problems=("not_ready",),
)  # fmt: skip
def list_third_parties(request: HttpRequest) -> ThirdParties:
    """What of theirs is on, with the wish that ends it, and what they took in the last six months."""
    visit = visit_of(request)
    told = third_party.third_party(
        library.current(), visit.known.subscriber, asking.carrier(), visit.now, channel=CHANNEL,
        time_limit_seconds=wiring.CARRIER_TIME_LIMIT_SECONDS,
    )  # fmt: skip
    language = visit.language
    return ThirdParties(
        months=list(told.months),
        missing=list(told.missing),
        monthly=money(told.monthly),
        on=None if told.on is None else [_row(one, language) for one in told.on],
        parties=[
            PartyShown(
                name=party.name,
                total=money(party.fen),
                charges=[
                    PartyCharge(
                        id=one.id, month=one.month, day=one.day, name=one.name.read(language), amount=money(one.fen),
                        refunded=money(one.refunded),
                    )
                    for one in party.charges
                ],
            )
            for party in told.providers
        ],
    )  # fmt: skip


def _running(visit: Visit, *, history: bool) -> running.Running:
    return running.running(
        library.current(), visit.known.subscriber, asking.carrier(), visit.now, channel=CHANNEL,
        time_limit_seconds=wiring.CARRIER_TIME_LIMIT_SECONDS, history=history,
    )  # fmt: skip


def _service(one: Service, language: str) -> dict[str, Any]:
    prices = [int(tier.price) for tier in one.tiers.values()] or [int(one.price)]
    return {
        "id": one.id, "group": one.group, "name": one.name.read(language), "about": one.about.read(language),
        "price": money(min(prices)), "per": one.per, "paid_to": one.paid_to,
        "verbs": [verb.value for verb in one.actions],
    }  # fmt: skip


def _way(one: Way, offer: Offer, language: str) -> WayShown:
    return WayShown(
        tier=one.tier,
        name=one.name.read(language),
        about=one.about.read(language),
        price=money(one.price),
        per=one.per,
        agreed=one.agreed,
        quota=one.quota.read(language) if one.quota else None,
        on=one.on,
        can_order=offer.opening is not None and not one.on and one.hurdle is None,
        hurdle=_hurdle(one.hurdle, language) if one.hurdle else None,
    )


def _hurdle(hurdle: Hurdle, language: str) -> HurdleShown:
    said = {name: value for name, value in hurdle.facts.items() if name != "words"}
    title = (
        of_cause(Cause(hurdle.cause)).title
        if hurdle.cause in set(Cause)
        else Text("号码未激活", "The line is not active yet")
    )
    words = str(hurdle.facts.get("words") or title.read(language))
    told = {name: value.read(language) if isinstance(value, Text) else plain(value) for name, value in said.items()}
    return HurdleShown(code=hurdle.cause, words=words, facts=told)


def _row(one: Row, language: str) -> RunningShown:
    return RunningShown(
        number=one.number, name=one.name.read(language), service=one.service or None, fee=money(one.fee), per=one.per,
        since=one.since, starts=one.starts, until=one.until, next_charge=one.next_charge, by=one.by.read(language),
        self_ordered=one.self_ordered, provider=one.provider or None, ending=_ending(one.ending),
    )  # fmt: skip


def _ending(ending: Ending | None) -> EndingShown | None:
    if ending is None:
        return None
    return EndingShown(service=ending.service, tier=ending.tier, picked=ending.picked, agreed=ending.agreed)
