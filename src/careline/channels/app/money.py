"""Money: payments with their state, top-ups paid at a provider's page, points, and what may be bought on credit."""

import hashlib

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from ninja import Path, Router, Status

from careline import wiring
from careline.carrier.port import CarrierError
from careline.channels.app import asking, paging
from careline.channels.app.asking import TROUBLES, trouble
from careline.channels.app.money_shapes import Credit, Payments, PaymentShown, Points, TopUpGiven
from careline.channels.app.operating import operation
from careline.channels.app.problems import Problem
from careline.channels.app.refusals import told
from careline.channels.app.shapes import (
    NONE,
    TWENTY,
    Cursor,
    Limit,
    Uuid,
    money,
    refuse_field,
)
from careline.channels.app.visit import CHANNEL, SUBSCRIBER, Visit, visit_of
from careline.channels.portal import knocking
from careline.dialogue.saying import as_day, local
from careline.payments import discounts, moving, paying
from careline.payments.discounts import may_owe, terms
from careline.payments.models import Payment
from careline.payments.paying import NewPayment
from careline.payments.states import WAITING, How, Purpose, State
from careline.values.msisdn import Msisdn, NotANumber

router = Router(tags=["money"])


@operation(
    router, "GET", "/payments", scope="payments:write", answers={200: Payments}, summary="My payments",
    headers={200: ("Link",)},
)  # fmt: skip
def list_payments(request: HttpRequest, cursor: Cursor = NONE, limit: Limit = TWENTY) -> Payments:
    """What was paid with us, the newest first."""
    visit = visit_of(request)
    own = Payment.objects.filter(msisdn=visit.msisdn.digits).order_by("-begun_at", "-id")
    if cursor:
        last = own.filter(pk=cursor).first() if _is_id(cursor) else None
        if last is None:
            raise refuse_field("cursor", "not one of ours")
        own = own.filter(Q(begun_at__lt=last.begun_at) | Q(begun_at=last.begun_at, id__lt=last.pk))
    found = list(own[: limit + 1])
    onward = str(found[limit - 1].pk) if len(found) > limit else None
    paging.tell(request, onward, limit)
    return Payments(items=[_shown(one, visit) for one in found[:limit]], next=onward)


@operation(
    router, "GET", "/payments/{id}", scope="payments:write", answers={200: PaymentShown}, summary="One payment",
    problems=("not_found",),
)  # fmt: skip
def read_payment(request: HttpRequest, id: Path[Uuid]) -> PaymentShown:
    """Where it stands now; the provider is asked when it has not told yet."""
    visit = visit_of(request)
    found = _find(visit, id)
    return _shown(wiring.till().poll(str(found.pk), visit.now), visit)


@operation(
    router, "POST", "/payments/{id}/cancel", scope="payments:write", answers={200: PaymentShown}, summary="Cancel a payment",
    problems=("not_found", "not_possible"),
)  # fmt: skip
def cancel_payment(request: HttpRequest, id: Path[Uuid]) -> PaymentShown:
    """Before it is taken; that of an order is cancelled with the order. What comes in all the same goes back."""
    visit = visit_of(request)
    found = _find(visit, id)
    if found.purpose == Purpose.ORDER.value:
        raise Problem("not_possible", why="of_an_order")
    with told():
        paying.cancel(str(found.pk), by=SUBSCRIBER, now=visit.now, reason="by the customer")
    return _shown(wiring.till().go_on(str(found.pk), visit.now), visit)


@operation(
    router, "POST", "/top-ups", scope="payments:write", body=True, answers={201: PaymentShown}, summary="Top up",
    problems=("not_possible", *TROUBLES), headers={201: ("Location",)},
)  # fmt: skip
def begin_top_up(request: HttpRequest, body: TopUpGiven) -> Status[PaymentShown]:
    """Begins a payment; the customer pays at its `page`. With another price than was agreed nothing begins (why: price)."""
    visit = visit_of(request)
    payee = _payee(visit, body.number)
    discount = discounts.best(
        terms().rules, purpose=Purpose.TOP_UP.value, how=How.PROVIDER.value, fen=body.fen,
        brand=visit.known.subscriber.brand, day=local(visit.now).date(),
    )  # fmt: skip
    price = body.fen - (discount.fen if discount else 0)
    if price != body.agreed_fen:
        raise Problem("not_possible", why="price", price_fen=price)
    new = NewPayment(
        msisdn=visit.msisdn, purpose=Purpose.TOP_UP.value, subject="", fen=body.fen, how=How.PROVIDER.value,
        key=f"app:{visit.once}", payee=payee, discount=discount, provider=next(iter(wiring.providers())),
        device=hashlib.blake2b(visit.known.device.bytes, digest_size=16).hexdigest(),
    )  # fmt: skip
    with told():
        begun = paying.begin(new, by=SUBSCRIBER, channel=CHANNEL, now=visit.now)
    visit.headers["Location"] = f"/api/v1/payments/{begun.pk}"
    return Status(201, _shown(wiring.till().go_on(str(begun.pk), visit.now), visit))


@operation(
    router,
    "GET",
    "/points",
    scope="account:read",
    answers={200: Points},
    summary="Points",
    problems=(*TROUBLES, "not_found"),
)
def read_points(request: HttpRequest) -> Points:
    """How many there are, what they are worth, and which expire when."""
    said = asking.facts(visit_of(request), "points", "points")
    return Points(
        points=int(said.get("points") or 0),
        worth=money(int(said.get("worth") or 0)),
        expiring=int(said.get("expiring") or 0),
        expires_on=as_day(said.get("expires_on")),
    )


@operation(
    router, "GET", "/credit", scope="account:read", answers={200: Credit}, summary="What may be bought on credit",
    problems=(*TROUBLES, "not_found"),
)  # fmt: skip
def read_credit(request: HttpRequest) -> Credit:
    """The rating, the room that it leaves, and what is owed."""
    visit = visit_of(request)
    profile = asking.facts(visit, "profile", "credit_rating")
    debt = int(asking.facts(visit, "account", "balance").get("debt") or 0)
    rating, owed, steps = profile.get("credit_rating"), paying.owed_on_credit(visit.msisdn), terms().credit
    better = next((step[0] for step in steps if rating is not None and step[0] > rating), None)
    return Credit(
        rating=rating,
        room=money(may_owe(steps, rating, debt, owed)),
        owed=money(owed),
        due_on=local(moving.next_bill(visit.now)).date(),
        better_from=better,
    )


def _payee(visit: Visit, written: str | None) -> Msisdn:
    """Nothing is told of another number but whether it can be topped up, and that not often."""
    if written is None:
        return visit.msisdn
    door = f"top-up:{visit.msisdn.digits}"
    if knocking.too_many(door, visit.now):
        raise Problem("too_many", headers={"Retry-After": str(int(knocking.WITHIN.total_seconds()))})
    try:
        payee = Msisdn.parse(written, settings.COUNTRY_CODE)
        line = wiring.carrier().lines([payee]).get(payee)
    except NotANumber as wrong:
        raise refuse_field("number", "not a telephone number") from wrong
    except CarrierError as error:
        raise trouble(error) from error
    if line is None or line.status not in ("active", "suspended"):
        knocking.wrong(door, visit.now)
        raise Problem("not_possible", why="no_top_up")
    return payee


def _find(visit: Visit, id: str) -> Payment:
    row = Payment.objects.filter(pk=id, msisdn=visit.msisdn.digits).first()
    if row is None:
        raise Problem("not_found")
    return row


def _is_id(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4 and all(sign in "0123456789abcdef-" for sign in text)


def _shown(row: Payment, visit: Visit) -> PaymentShown:
    state = State(row.state)
    return PaymentShown.model_validate(
        {
            "id": str(row.pk), "purpose": row.purpose, "subject": row.subject, "value": money(row.fen),
            "price": money(row.price), "how": row.how, "state": row.state, "cause": row.cause,
            "credited": money(row.credited), "given_back": money(row.given_back),
            "own": row.payee == visit.msisdn.digits, "begun_at": row.begun_at,
            "page": row.page if state is State.REDIRECTED and row.page else None,
            "can_cancel": state in WAITING and row.purpose != Purpose.ORDER.value,
        }
    )  # fmt: skip
