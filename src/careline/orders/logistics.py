"""What couriers tell of parcels: doubled, late, out of order or of parcels that nobody knows, each is dealt with once."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from careline.cases.free_text import kept
from careline.orders import sending
from careline.orders.courier.port import Booking, Courier, CourierAway, CourierRefused, Told
from careline.orders.deeds import deed, note
from careline.orders.records.order import Order
from careline.orders.records.parcel import Parcel, Report
from careline.orders.states import UNDER_WAY, NotAllowed, State
from careline.postgres import sql

log = logging.getLogger(__name__)

ASK_SPACING = timedelta(minutes=20)
ASK_HAND = 100  # parcels of one look
ASKED_FOR = timedelta(days=40)  # then a parcel is a person's matter
OLD = timedelta(days=60)  # what happened before is no news
AHEAD = timedelta(minutes=5)  # that a courier's clock may go before ours
_ON_THE_WAY = UNDER_WAY | {State.LOST}
_MOVES: Mapping[str, frozenset[State]] = {
    "out_for_delivery": frozenset({State.DISPATCHED, State.LOST}),
    "arrived": _ON_THE_WAY,
    "refused": UNDER_WAY | {State.ARRIVED},
    "lost": UNDER_WAY,
}


def hear(courier: str, told: Sequence[Told], *, now: datetime) -> list[str]:
    """Take these reports in, each once; what was made of each: moved, noted, again, old, unknown.

    What is out of order stands in the history at its own time, and moves the order only where a way leads on.
    """
    return [_hear(courier, one, now) for one in sorted(told, key=lambda one: one.at)]


def catch_up(parcel: Parcel, *, now: datetime) -> None:
    """What was told of the parcel before we knew whose it is."""
    for report in Report.objects.filter(parcel=parcel, moved=False).order_by("at", "id"):
        told = Told(report.key, report.number, report.did, report.at, report.place, report.words)
        with deed(parcel.order.number) as order:
            report.moved = _apply(order, parcel, told, now)
            report.save(update_fields=["moved"])


def hand_over(
    number: str, courier: Courier, *, parcel: str = "", by: str, now: datetime, expected: int | None = None
) -> Order:
    """Give the parcel to this courier: booked with it, unless its number is known already.

    Must not be called within a transaction. Raises NotAllowed: those of `sending.hand_over`, courier_away,
    courier_refused.
    """
    order = _order(number)
    booked = parcel.strip() or _booked(order, courier, now)
    try:
        handed = sending.hand_over(number, courier.name, booked, by=by, now=now, expected=expected)
    except NotAllowed:
        if not parcel.strip():
            _call_off(courier, booked, now)  # it was cancelled meanwhile: nobody comes for nothing
        raise
    catch_up(Parcel.objects.select_related("order").get(courier=courier.name, number=booked), now=now)
    return handed


def collect(
    number: str, courier: Courier, *, parcel: str = "", by: str, now: datetime, expected: int | None = None
) -> Order:
    """Have what is sent back collected from the customer. Raises NotAllowed: way, courier_away, courier_refused."""
    order = _order(number)
    if State(order.state) is not State.RETURNING:
        raise NotAllowed("way", order.state)
    booked = parcel.strip() or _booked(order, courier, now, back=True)
    with deed(number, expected=expected) as order:
        if State(order.state) is not State.RETURNING:
            raise NotAllowed("way", order.state)
        sending.begin_parcel(order, courier.name, booked, back=True, by=by, now=now)
        note(order, "pickup", by=by, now=now, detail={"courier": courier.name, "parcel": booked})
    return order


def ask(couriers: Mapping[str, Courier], now: datetime, *, spacing: timedelta = ASK_SPACING) -> int:
    """Ask every courier about its parcels that are due; returns how many were looked at. Not within a transaction."""
    # Which parcels are due? They are looked at by one process, and again after a while.
    rows = sql.run(
        "UPDATE order_parcel SET ask_at = CASE WHEN begun_at < %s THEN NULL ELSE %s::timestamptz END"
        " WHERE id IN (SELECT id FROM order_parcel WHERE ask_at <= %s ORDER BY ask_at"
        " LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING courier, number",
        [now - ASKED_FOR, now + spacing, now, ASK_HAND],
    )
    numbers: dict[str, list[str]] = {}
    for courier, number in rows:
        numbers.setdefault(courier, []).append(number)
    for name, of_courier in numbers.items():
        courier_ = couriers.get(name)
        if courier_ is None:
            log.error("parcels are with the courier %s, of whom nothing is known any more", name)
            continue
        try:
            hear(name, courier_.told(of_courier, now=now), now=now)
        except CourierAway as error:
            log.warning("courier %s was asked about %s parcels: %s", name, len(of_courier), error)
    return len(rows)


def unknown(limit: int = 50) -> list[Report]:
    """Reports of parcels that belong to no order, the latest first: somebody should look."""
    return list(Report.objects.filter(parcel=None).order_by("-heard_at")[:limit])


def _hear(courier: str, told: Told, now: datetime) -> str:
    if told.at < now - OLD:
        return "old"
    if Report.objects.filter(courier=courier, key=told.key).exists():
        return "again"
    parcel = Parcel.objects.select_related("order").filter(courier=courier, number=told.number).first()
    try:
        if parcel is None:
            with transaction.atomic():
                _report(courier, told, None, now)
            return "unknown"
        with deed(parcel.order.number) as order:
            report = _report(courier, told, parcel, now)
            if _apply(order, Parcel.objects.select_for_update().get(pk=parcel.pk), told, now):
                report.moved = True
                report.save(update_fields=["moved"])
                return "moved"
            return "noted"
    except IntegrityError:  # the same report at the same moment by another door
        return "again"


def _report(courier: str, told: Told, parcel: Parcel | None, now: datetime) -> Report:
    return Report.objects.create(
        courier=courier,
        key=told.key,
        number=told.number,
        parcel=parcel,
        did=told.did,
        at=told.at,
        place=kept(told.place),
        words=kept(told.words),
        heard_at=now,
    )


def _apply(order: Order, parcel: Parcel, told: Told, now: datetime) -> bool:
    """Into the history at its own time; whether it moved the order."""
    at = min(told.at, now + AHEAD)
    by, place, words = f"courier:{parcel.courier}", kept(told.place), kept(told.words)
    moves = not parcel.back and parcel.ended_at is None and State(order.state) in _MOVES.get(told.did, frozenset())
    # What is told late of an earlier moment does not undo what came after it.
    if moves and parcel.latest_at is not None and at < parcel.latest_at and told.did in ("lost", "out_for_delivery"):
        moves = False
    if moves and order.lost_at is not None and order.state == State.LOST and at <= order.lost_at:
        moves = False
    if moves:
        sending.carried(order, told.did, by=by, now=now, at=at, place=place, words=words)
    else:
        note(order, told.did, by=by, now=now, at=at, place=place, words=words)
    parcel.latest_at = max(parcel.latest_at or at, at)
    if told.did in ("arrived", "back") and (moves or told.did == "back"):
        parcel.ask_at = None
    parcel.save(update_fields=["latest_at", "ask_at"])
    return moves


def _order(number: str) -> Order:
    order = Order.objects.filter(number=number).first()
    if order is None:
        raise NotAllowed("no_such_order")
    return order


def _booked(order: Order, courier: Courier, now: datetime, *, back: bool = False) -> str:
    times = order.parcels.count()
    booking = Booking(
        reference=f"{order.number}:{times + 1}",
        receiver=order.receiver,
        phone=order.phone,
        address=order.address,
        region=order.region,
        since=order.slot_from,
        until=order.slot_until,
        needs_document=order.needs_document,
        collect_fen=order.fen if order.pay == "arrival" else 0,
        back=back,
    )
    try:
        return courier.book(booking, now=now)
    except CourierAway as error:
        raise NotAllowed("courier_away", courier.name) from error
    except CourierRefused as error:
        raise NotAllowed("courier_refused", str(error)[:200]) from error


def _call_off(courier: Courier, parcel: str, now: datetime) -> None:
    try:
        courier.call_off(parcel, now=now)
    except CourierAway as error:
        log.error("parcel %s at %s was not called off: %s", parcel, courier.name, error)
