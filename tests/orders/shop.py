"""What tests of orders begin with: a customer with a line, a till at the sandbox, and orders led into any state."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from careline.carrier.adapters.sandbox.carrier import Sandbox as Carrier
from careline.demo import town
from careline.orders import changing, placing, sending
from careline.orders.placing import Receiver, Wanted
from careline.orders.records.order import Order
from careline.orders.states import State
from careline.outbox.models import Message
from careline.payments.adapters._sandbox_tables import SandboxBill
from careline.payments.adapters.sandbox import Sandbox
from careline.payments.models import Payment
from careline.payments.till import Till
from careline.values.msisdn import Msisdn

NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)  # Tuesday, noon in Shanghai
SLOT = "2026-11-12/09:00-12:00"
STAFF = "shi"
HOME = Receiver("陈桂兰", "13900050009", "海棠路18号2单元301室", "linjiang")
_PROVIDER = Sandbox(b"secret")
TILL = Till(Carrier(waits=False), {"sandbox": _PROVIDER})
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


def go_on(order: Order, now: datetime = NOON) -> Payment:
    """The far side is asked for what is open of this order's money."""
    return TILL.go_on(str(payment_of(order).pk), now)


def pays(order: Order, now: datetime = NOON) -> None:
    """The customer pays on the provider's page, if there is one, and the provider tells us."""
    payment = go_on(order, now)
    bill = SandboxBill.objects.filter(reference=payment.pk).first()
    if bill is not None:
        _PROVIDER.pay(bill.token, "pay", now)
        deliver(now)
        go_on(order, now)


def tells(order: Order, now: datetime = NOON) -> None:
    """The customer pays there, and the provider's notice is on its way."""
    _PROVIDER.pay(SandboxBill.objects.get(reference=payment_of(order).pk).token, "pay", now)


def deliver(now: datetime = NOON) -> None:
    """The provider's notices arrive."""
    _PROVIDER.deliver(now, lambda headers, body: TILL.heard("sandbox", headers, body, now))


def led(msisdn: Msisdn, state: State, *things: str, how: str = "online", now: datetime = NOON) -> Order:
    """An order that went by the verbs into this state."""
    order = placed(msisdn, *things, how=how, now=now)
    number = order.number
    do: dict[str, Any] = {"by": STAFF, "now": now}
    mine: dict[str, Any] = {"msisdn": msisdn, "channel": "web", "now": now}
    steps: dict[State, Callable[[], object]] = {
        State.CONFIRMED: lambda: sending.accept(number, **do) if how == "arrival" else pays(order, now),
        State.PACKED: lambda: (sending.pack(number, **do), go_on(order, now)),
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
