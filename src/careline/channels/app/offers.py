"""Recommendations with their three answers, leaving with what it means, and a person who calls back."""

import uuid
from datetime import date

from django.db import OperationalError
from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Status

from careline import wiring
from careline.channels.app import asking
from careline.channels.app.offers_shapes import (
    _WORDS,
    LeavingAnswered,
    LeavingGiven,
    LeavingShown,
    Means,
    OfferAnswered,
    Offers,
    OfferShown,
    PersonGiven,
    Promised,
)
from careline.channels.app.operating import operation
from careline.channels.app.privacy import prove
from careline.channels.app.problems import Problem, of_cause
from careline.channels.app.shapes import Uuid, money
from careline.channels.app.visit import CHANNEL, SUBSCRIBER, Visit, visit_of
from careline.channels.app.wishes import ENDS, answer_of, reception
from careline.channels.app.wishes_shapes import WishShown
from careline.channels.calls import settings as calls
from careline.desk import callbacks
from careline.offers import answering, facts, leaving, recommending
from careline.offers.consequences import Consequences, choices
from careline.offers.offer import REASONS
from careline.offers.policy import policy
from careline.offers.records.leaving import Leaving
from careline.selfcare import reading
from careline.selfcare.leaving import meaning as weighing
from careline.values.cause import Cause

router = Router(tags=["offers, leaving, a person"])


@operation(
    router,
    "GET",
    "/offers",
    scope="account:read",
    answers={200: Offers},
    summary="What is recommended",
    problems=("not_ready",),
)
def list_offers(request: HttpRequest) -> Offers:
    """The one thing that fits this line now. Looking counts as one showing in a visit."""
    visit = visit_of(request)
    today = timezone.localdate(visit.now)
    read = reading.read(
        asking.carrier(), visit.msisdn, facts.wanted(today), now=visit.now, channel=CHANNEL,
        time_limit_seconds=wiring.CARRIER_TIME_LIMIT_SECONDS,
    )  # fmt: skip
    known = facts.facts_of(visit.known.subscriber, read, today)
    tip = recommending.suggest(
        visit.msisdn, "app", facts=known, now=visit.now, channel=CHANNEL, book=reception().book()
    )
    if tip is None:
        return Offers(items=[])
    language = visit.language
    shown = OfferShown(
        showing=tip.showing, name=tip.name.read(language), reason=tip.reason.read(language), service=tip.service,
        verb=tip.verb, tier=tip.tier, price=money(tip.price), per=tip.per, saves=money(max(0, tip.saves)),
        card=[one.read(language) for one in tip.card],
    )  # fmt: skip
    return Offers(items=[shown])


@operation(
    router, "POST", "/offers/{showing}/answer", scope="services:write", body=True,
    answers={200: WishShown, 202: WishShown, 204: None}, summary="Answer a recommendation", problems=(*ENDS, "not_possible"),
)  # fmt: skip
def answer_offer(request: HttpRequest, showing: Path[Uuid], body: OfferAnswered) -> Status[WishShown | None]:
    """Yes is a wish at the price that was shown; later and never answer with nothing (204)."""
    visit = visit_of(request)
    try:
        answering.showing_of(visit.msisdn, showing)
        if body.answer != "yes":
            answering.decline(visit.msisdn, showing, body.answer, by=SUBSCRIBER, now=visit.now)
            return Status(204, None)
        served = answering.accept(
            reception(),
            visit.msisdn,
            showing,
            visit.now,
            assurance=int(visit.assurance),
            channel=CHANNEL,
            link=visit.link,
        )
    except answering.NotAnswered as no:
        if no.code == "no_such_showing":
            raise Problem("not_found") from no
        raise Problem("not_possible", why=no.code) from no
    except OperationalError as away:
        raise of_cause(Cause.CARRIER_BUSY) from away
    return answer_of(visit, served, showing)  # type: ignore[return-value]


@operation(
    router, "GET", "/leaving", scope="account:read", answers={200: LeavingShown}, summary="What leaving would mean"
)
def read_leaving(request: HttpRequest) -> LeavingShown:
    """With dates and sums, before anything is asked; and how a leaving stands. Looking begins nothing."""
    visit = visit_of(request)
    return _leaving(visit, leaving.latest_of(visit.msisdn))


@operation(
    router, "POST", "/leaving", scope="services:write", body=True, answers={201: LeavingShown}, summary="Say that one wants to leave",
)  # fmt: skip
def ask_to_leave(request: HttpRequest, body: LeavingGiven) -> Status[LeavingShown]:
    """The reason, and words if the customer likes. Nothing is decided by it; one that is open is gone on with."""
    visit = visit_of(request)
    try:
        row = leaving.ask(
            visit.known.subscriber, body.reason, body.words, channel=CHANNEL, by=SUBSCRIBER, now=visit.now,
            link=wiring.NOTICE_LINK,
        )  # fmt: skip
    except leaving.NotAllowed as no:
        raise Problem("invalid", errors=[{"at": "reason", "why": no.code}]) from no
    return Status(201, _leaving(visit, row))


@operation(
    router, "POST", "/leaving/answer", scope="services:write", body=True, answers={200: LeavingShown},
    summary="Stay, think it over, leave, or take it back", problems=("not_found", "not_possible", "prove_first"),
)  # fmt: skip
def answer_leaving(request: HttpRequest, body: LeavingAnswered) -> LeavingShown:
    """Leaving needs a day of `days`, no debt, and a proof as for privacy: the password shown, or a code."""
    visit = visit_of(request)
    row = leaving.latest_of(visit.msisdn)
    if row is None:
        raise Problem("not_found")
    try:
        match body.answer:
            case "stay":
                row = leaving.stay(str(row.pk), by=SUBSCRIBER, now=visit.now, link=wiring.NOTICE_LINK)
            case "think":
                row = leaving.think(str(row.pk), by=SUBSCRIBER, now=visit.now)
            case "leave":
                row = _leave(visit, row, body)
            case "take_back":
                row = wiring.doorman().take_back(str(row.pk), by=SUBSCRIBER, now=visit.now)
    except leaving.NotAllowed as no:
        raise Problem("not_possible", why=no.code) from no
    return _leaving(visit, row)


@operation(
    router, "POST", "/person", scope="cases:write", body=True, answers={202: Promised}, summary="Be called back by a person",
    problems=("not_possible",),
)  # fmt: skip
def ask_for_person(request: HttpRequest, body: PersonGiven) -> Status[Promised]:
    """A promise to call this line back within the hour; who has one keeps it."""
    visit = visit_of(request)
    if not calls.from_environment().may_call_back(visit.msisdn.digits):
        raise Problem("not_possible", _WORDS["off"], why="off")
    key = str(uuid.uuid5(visit.known.device, visit.once))
    try:
        due_at = callbacks.ask(visit.msisdn, key=key, language=visit.language, words=body.words or "-", now=visit.now)
    except callbacks.NotPromised as refused:
        raise Problem("not_possible", _WORDS.get(str(refused), ""), why=str(refused)) from refused
    return Status(202, Promised(by=due_at))


def _leave(visit: Visit, row: Leaving, body: LeavingAnswered) -> Leaving:
    day = body.day
    if day is None or day not in _days(visit):
        raise Problem("invalid", errors=[{"at": "day", "why": "not one of the days"}])
    prove(visit, body.ticket, body.code)
    means = _means(visit, day)
    if means is None:
        raise of_cause(Cause.CARRIER_SILENT)
    if not means.may_leave:
        raise Problem("not_possible", why="debt")
    return wiring.doorman().leave(str(row.pk), day, by=SUBSCRIBER, now=visit.now)


def _days(visit: Visit) -> tuple[date, date]:
    return choices(timezone.localdate(visit.now), policy().leaving)


def _leaving(visit: Visit, row: Leaving | None) -> LeavingShown:
    means = _means(visit, _days(visit)[1])
    return LeavingShown(
        state=row.state if row else None,
        effective_on=row.effective_on if row else None,
        reasons=list(REASONS),
        days=list(_days(visit)),
        means=_told(means, visit.language) if means else None,
    )


def _means(visit: Visit, day: date) -> Consequences | None:
    return weighing.meaning(
        asking.carrier(), visit.msisdn, day, now=visit.now, channel=CHANNEL,
        time_limit_seconds=wiring.CARRIER_TIME_LIMIT_SECONDS,
    )  # fmt: skip


def _told(means: Consequences, language: str) -> Means:
    return Means(
        last_day=means.last_day, kept_until=means.kept_until, payout_until=means.payout_until, basic=money(means.basic),
        gift=money(means.gift), points=means.points, worth=money(means.worth), debt=money(means.debt),
        may_leave=means.may_leave, ending=[one.read(language) for one in means.ending], cases=list(means.open_cases),
        orders=means.open_orders,
    )  # fmt: skip
