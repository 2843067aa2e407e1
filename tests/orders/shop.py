"""What tests of orders begin with: a customer with a line, a till at the sandbox, and orders led into any state."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from careline.demo import town
from careline.orders import changing, placing, sending
from careline.orders.placing import Receiver, Wanted
from careline.orders.records.order import Order
from careline.orders.states import State
from careline.outbox.models import Message
from careline.payments import paying
from careline.payments.models import Payment, Step
from careline.payments.moving import captured as taken
from careline.payments.moving import stands
from careline.payments.states import StepState, What
from careline.values.msisdn import Msisdn

NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)  # Tuesday, noon in Shanghai
SLOT = "2026-11-12/09:00-12:00"
STAFF = "shi"
HOME = Receiver("陈桂兰", "13900050009", "海棠路18号2单元301室", "linjiang")
_keys = count(1)


def customer(brand: str | None = None) -> Msisdn:
    return town.fresh("T1", brand, now=NOON).msisdn


def placed(msisdn: Msisdn, *things: str, how: str = "online", now: datetime = NOON, **more: Any) -> Order:
    """An order by web of one of each of these, to come on Thursday morning."""
    wanted = [Wanted(thing) for thing in things or ("charger",)]
    agreed = placing.draft(msisdn, wanted, region=HOME.region, now=now).fen
    given: dict[str, Any] = {
        "agreed_fen": agreed,
        "key": f"test:{next(_keys)}",
        "by": "subscriber",
        "channel": "web",
        "now": now,
    } | more
    receiver, slot = given.pop("receiver", HOME), given.pop("slot", SLOT)
    return placing.place(msisdn, wanted, receiver, slot, how, **given)


def authorised(order: Order, now: datetime = NOON) -> Order:
    """The provider says that it holds the money."""
    payment = paying.locked(read(order).payment)
    stands(payment, "held", payment.price, by="sandbox", now=now)
    return read(order)


def settle(order: Order, now: datetime = NOON) -> Order:
    """Everything that the far side was asked about this order's money is done."""
    for step in Step.objects.filter(payment=payment_of(order), ended_at=None).order_by("begun_at", "pk"):
        payment = paying.locked(str(step.payment_id))
        if What(step.what) in (What.CAPTURE, What.CHARGE):
            taken(payment, step.fen, by="sandbox", now=now)
        elif What(step.what) is What.GIVE_BACK:
            from careline.payments import moving

            moving.given_back(payment, step, now)
        step.state, step.due_at, step.ended_at = StepState.DONE.value, None, now
        step.save()
    return read(order)


def led(msisdn: Msisdn, state: State, *things: str, how: str = "online", now: datetime = NOON) -> Order:
    """An order that went by the verbs into this state."""
    order = placed(msisdn, *things, how=how, now=now)
    number = order.number
    do: dict[str, Any] = {"by": STAFF, "now": now}
    mine: dict[str, Any] = {"msisdn": msisdn, "channel": "web", "now": now}
    steps: dict[State, Callable[[], object]] = {
        State.CONFIRMED: lambda: authorised(order, now) if how == "online" else sending.accept(number, **do),
        State.PACKED: lambda: (sending.pack(number, **do), settle(order, now)),
        State.DISPATCHED: lambda: sending.hand_over(number, "sandbox", f"P{number}", **do),
        State.OUT_FOR_DELIVERY: lambda: sending.mark(number, "out_for_delivery", **do),
        State.ARRIVED: lambda: sending.mark(number, "arrived", **do),
        State.RECEIVED: lambda: changing.receive(number, **mine),
        State.COMPLETED: lambda: changing.rate(number, 5, 5, **mine),
        State.RETURNING: lambda: changing.return_(number, "不合适", **mine),
        State.RETURNED: lambda: sending.take_back(number, **do),
        State.REFUSED: lambda: sending.mark(number, "refused", words="不要了", **do),
        State.LOST: lambda: sending.mark(number, "lost", **do),
        State.CANCELLED: lambda: changing.cancel(number, **mine),
    }
    way = [State.CONFIRMED, State.PACKED, State.DISPATCHED, State.OUT_FOR_DELIVERY, State.ARRIVED, State.RECEIVED]
    if state in way:
        way = way[: way.index(state) + 1]
    elif state in (State.REFUSED, State.LOST):
        way = [*way[:4], state]
    elif state in (State.PLACED, State.WAITING, State.CANCELLED):
        way = [State.CANCELLED] if state is State.CANCELLED else []
    else:
        after = [State.COMPLETED] if state is State.COMPLETED else [State.RETURNING, State.RETURNED]
        way += after[: after.index(state) + 1]
    for step in way:
        steps[step]()
    found = read(order)
    assert found.state == state, found.state
    return found


def read(order: Order | str) -> Order:
    return Order.objects.get(number=order if isinstance(order, str) else order.number)


def payment_of(order: Order) -> Payment:
    return Payment.objects.get(pk=read(order).payment)


def letters(order: Order) -> list[str]:
    """The keys of everything about orders that was posted to this customer, in its order."""
    found = Message.objects.filter(msisdn=order.msisdn, key__startswith="order.")
    return list(found.order_by("created_at", "id").values_list("key", flat=True))


def deeds_of(order: Order) -> list[str]:
    return list(read(order).events.order_by("id").values_list("did", flat=True))


def later(**duration: float) -> datetime:
    return NOON + timedelta(**duration)
