"""What every deed on an order has in common: one transaction, its payment and then the order locked, its history written."""

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import transaction

from careline.journal import writing
from careline.orders.records.order import Event, Order
from careline.orders.states import ENDED, NotAllowed, State, check
from careline.payments import paying
from careline.values.msisdn import Msisdn

CUSTOMER, CLOCK = "subscriber", "clock"
_doing: ContextVar[Order | None] = ContextVar("careline_order", default=None)
_SAVED = [field.attname for field in Order._meta.concrete_fields if field.attname != "id"]


@contextlib.contextmanager
def deed(number: str, *, msisdn: Msisdn | None = None, expected: int | None = None) -> Iterator[Order]:
    """The order, locked until the transaction ends; saved with its next version when the block is done.

    `msisdn` is whose it must be when a customer asks; `expected` is the version that the doer saw. The payment is locked
    before its order, as the notices of providers do it. Raises NotAllowed: no_such_order, moved.
    """
    with transaction.atomic():
        payment = Order.objects.filter(number=number).values_list("payment", flat=True).first()
        if payment:
            paying.locked(payment)
        order = locked(number, msisdn)
        if order.payment != (payment or "") or (expected is not None and order.version != expected):
            raise NotAllowed("moved", order.version)
        with doing(order):
            yield order
        save(order)


@contextlib.contextmanager
def beside(number: str) -> Iterator[Order]:
    """The order for a listener: that of the deed in whose transaction it hears, else locked and saved by itself."""
    current = _doing.get()
    if current is not None and current.number == number:
        yield current
        return
    with transaction.atomic():
        order = locked(number)
        yield order
        save(order)


@contextlib.contextmanager
def doing(order: Order) -> Iterator[None]:
    """What is heard meanwhile is written into this very order, which the caller has locked and saves."""
    token = _doing.set(order)
    try:
        yield
    finally:
        _doing.reset(token)


def locked(number: str, msisdn: Msisdn | None = None) -> Order:
    """The order, and nobody else changes it until this transaction ends. Raises NotAllowed("no_such_order")."""
    order = Order.objects.select_for_update().filter(number=number).first()
    if order is None or (msisdn is not None and order.msisdn != msisdn.digits):
        raise NotAllowed("no_such_order")
    return order


def save(order: Order) -> None:
    """Write the order back with its next version."""
    order.version += 1
    order.save(update_fields=_SAVED)


def move(order: Order, target: State, now: datetime) -> None:
    """The order goes into that state; raises NotAllowed("way") where no way leads."""
    check(State(order.state), target)
    order.state = target.value
    order.ended_at = now if target in ENDED else None


def note(
    order: Order,
    did: str,
    *,
    by: str,
    now: datetime,
    at: datetime | None = None,
    place: str = "",
    words: str = "",
    channel: str = "",
    public: bool = True,
    detail: Mapping[str, Any] | None = None,
) -> Event:
    """Write into the history of the order and into the journal that this was done; `words` are fit to be kept already.

    `at`: when it happened, where we learnt of it later.
    """
    event = Event.objects.create(
        order=order,
        at=at or now,
        noted_at=now,
        by=by,
        did=did,
        public=public,
        place=place[:80],
        words=words,
        channel=channel,
        detail=dict(detail or {}),
    )
    writing.write(who=by, did=f"order_{did}", what="order", record=order.number, now=now, detail=detail)
    return event


def held_goods(order: Order) -> dict[str, int]:
    """How many of each thing are in the order."""
    return dict(order.lines.values_list("goods", "count"))
