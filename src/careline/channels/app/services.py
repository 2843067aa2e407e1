"""Services: what this line can have, with price, state and what stands in the way; what is on, who ordered it, and third parties."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router

from careline import wiring
from careline.catalogue import library
from careline.channels.app import asking
from careline.channels.app.asking import TROUBLES
from careline.channels.app.operating import operation
from careline.channels.app.paging import cut
from careline.channels.app.problems import Problem, of_cause
from careline.channels.app.services_shapes import (
    ActionShown,
    EndingShown,
    Group,
    History,
    HistoryShown,
    HurdleShown,
    PartyCharge,
    PartyShown,
    RunningList,
    RunningShown,
    ServiceDetail,
    Services,
    ServiceShown,
    Sought,
    ThirdParties,
    ValueNamed,
    WayShown,
)
from careline.channels.app.shapes import NONE, TWENTY, Cursor, Limit, Name, money, plain
from careline.channels.app.visit import CHANNEL, Visit, visit_of
from careline.dialogue.book import Service
from careline.selfcare import assortment, belongings, running, seeking, third_party
from careline.selfcare.assortment import Hurdle, Offer, Way
from careline.selfcare.running import Ending, Row
from careline.values.cause import Cause
from careline.values.language import Text

router = Router(tags=["services"])


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
