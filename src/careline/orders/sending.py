"""What staff do with orders: accept, pack, hand over to a courier, take back, send anew."""

from datetime import datetime

from django.db import IntegrityError, transaction

from careline.cases.free_text import from_staff
from careline.orders import cards, changing, money, shelf, slots, telling
from careline.orders.deeds import deed, held_goods, move, note
from careline.orders.policy import policy
from careline.orders.progress import confirm
from careline.orders.records.order import REASON_MAX, Order
from careline.orders.records.parcel import Parcel, Report
from careline.orders.states import UNDER_WAY, Money, NotAllowed, State
from careline.values.language import Text

PARCEL_MAX = 40
MARKS = ("out_for_delivery", "attempted", "wrong_address", "arrived", "refused", "lost")


def accept(number: str, *, by: str, now: datetime, expected: int | None = None) -> Order:
    """Somebody has looked at an order that is paid at the door and lets it go. Raises NotAllowed: no_such_order, moved, way."""
    with deed(number, expected=expected) as order:
        if State(order.state) is not State.PLACED:
            raise NotAllowed("way", order.state)
        confirm(order, by=by, now=now)
    return order


def turn_down(number: str, reason: str, *, by: str, now: datetime, expected: int | None = None) -> Order:
    """We cannot deliver it: with a reason that the customer reads. Raises NotAllowed: no_reason, and those of `cancel`."""
    if not reason.strip():
        raise NotAllowed("no_reason")
    return changing.cancel(number, reason, msisdn=None, channel="staff", by=by, now=now, expected=expected)


def pack(number: str, *, by: str, now: datetime, expected: int | None = None) -> Order:
    """It lies ready; what was set aside for it is asked for. Raises NotAllowed: no_such_order, moved, way, unpaid."""
    with deed(number, expected=expected) as order:
        move(order, State.PACKED, now)
        note(order, "packed", by=by, now=now)
        if order.pay != "arrival":
            money.capture(order, by=by, now=now)
    return order


def hand_over(number: str, courier: str, parcel: str, *, by: str, now: datetime, expected: int | None = None) -> Order:
    """The courier has it: from here on it cannot be cancelled or changed.

    Raises NotAllowed: no_such_order, moved, way, unpaid (the money is not here yet), no_such_parcel, parcel_used.
    """
    with deed(number, expected=expected) as order:
        move(order, State.DISPATCHED, now)
        if order.pay != "arrival" and order.fen and order.money != Money.PAID.value:
            raise NotAllowed("unpaid", order.money)
        order.dispatched_at = now
        begin_parcel(order, courier, parcel, back=False, by=by, now=now)
        shelf.send(held_goods(order), order=order.number, by=by, now=now)
        note(order, "dispatched", by=by, now=now, detail={"courier": courier, "parcel": parcel})
        telling.say(order, "dispatched", now, {"courier": courier, "parcel": parcel})
    return order


def mark(
    number: str,
    did: str,
    *,
    by: str,
    now: datetime,
    at: datetime | None = None,
    place: str = "",
    words: str = "",
    expected: int | None = None,
) -> Order:
    """What happened to the parcel, noted by hand; one of MARKS. Raises NotAllowed: no_such_order, moved, way, too_long."""
    if did not in MARKS:
        raise NotAllowed("way", did)
    words = from_staff(words, REASON_MAX)
    with deed(number, expected=expected) as order:
        if State(order.state) not in UNDER_WAY | {State.ARRIVED, State.LOST}:
            raise NotAllowed("way", order.state)
        carried(order, did, by=by, now=now, at=at or now, place=place, words=words)
    return order


def carried(order: Order, did: str, *, by: str, now: datetime, at: datetime, place: str = "", words: str = "") -> None:
    """A step of the parcel, whoever tells of it: within the deed that has the order locked. Raises NotAllowed("way")."""
    match did:
        case "out_for_delivery":
            move(order, State.OUT_FOR_DELIVERY, now)
            document = telling.text_of("order.document") if order.needs_document else Text("", "")
            telling.say(order, "out_for_delivery", now, {"document": document})
        case "arrived":
            move(order, State.ARRIVED, now)
            order.arrived_at = at
            order.due_at = now + policy().receive_after
            unpaid = order.pay == "arrival" and order.fen
            telling.say(order, "arrived_unpaid" if unpaid else "arrived", now)
            cards.here(order, now=now)
        case "refused":
            move(order, State.REFUSED, now)
            order.refused_at, order.reason, order.due_at = at, words[:REASON_MAX], None
            free = telling.text_of("order.money.none")
            owed = telling.filled("order.money.back", order, now)
            telling.say(order, "refused", now, {"money": owed if order.money == Money.PAID else free})
        case "lost":
            move(order, State.LOST, now)
            order.lost_at, order.due_at = at, None
            telling.say(order, "lost", now)
    note(order, did, by=by, now=now, at=at, place=place, words=words)


def begin_parcel(order: Order, courier: str, parcel: str, *, back: bool, by: str, now: datetime) -> Parcel:
    """The parcel under the courier's number; what was reported of it before we knew of it belongs to it now."""
    parcel = parcel.strip()
    if not 0 < len(parcel) <= PARCEL_MAX or not courier:
        raise NotAllowed("no_such_parcel")
    if Parcel.objects.filter(courier=courier, number=parcel).exists():
        raise NotAllowed("parcel_used")
    try:
        with transaction.atomic():
            begun = Parcel.objects.create(
                order=order, courier=courier, number=parcel, back=back, by=by, begun_at=now, ask_at=now
            )
    except IntegrityError as error:  # of another order, this very moment
        raise NotAllowed("parcel_used") from error
    Report.objects.filter(courier=courier, number=parcel, parcel=None).update(parcel=begun)
    return begun


def take_back(number: str, *, by: str, now: datetime, expected: int | None = None) -> Order:
    """What came back was looked at and is in order: on the shelf with it, and the money goes back, once.

    Raises NotAllowed: no_such_order, moved, way.
    """
    with deed(number, expected=expected) as order:
        move(order, State.RETURNED, now)
        order.due_at = None
        shelf.take_back(held_goods(order), order=order.number, by=by, now=now)
        cards.drop(order, now=now)
        order.parcels.update(ask_at=None, ended_at=now)
        note(order, "returned", by=by, now=now)
        told = money.back(order, order.returned or "refused", by=by, now=now)
        telling.say(order, "returned", now, {"money": told})
    return order


def keep_not(number: str, reason: str, *, by: str, now: datetime, expected: int | None = None) -> Order:
    """What the customer sent back cannot be taken back, with the reason that the customer reads; it goes to them again.

    Raises NotAllowed: no_such_order, moved, way, no_reason, too_long.
    """
    reason = from_staff(reason, REASON_MAX)
    if not reason:
        raise NotAllowed("no_reason")
    with deed(number, expected=expected) as order:
        if State(order.state) is not State.RETURNING:
            raise NotAllowed("way", order.state)
        move(order, State.COMPLETED, now)
        order.return_until = None
        note(order, "kept", by=by, now=now, words=reason)
        telling.say(order, "kept", now, {"reason": reason})
    return order


def send_anew(number: str, slot: str, *, by: str, now: datetime, expected: int | None = None) -> Order:
    """A lost parcel is packed anew: the goods are taken from the shelf once more.

    Raises NotAllowed: no_such_order, moved, way, sold_out, no_slot.
    """
    with deed(number, expected=expected) as order:
        if State(order.state) is not State.LOST:
            raise NotAllowed("way", order.state)
        chosen = slots.named(slot, order.region, now)
        move(order, State.CONFIRMED, now)
        order.slot_from, order.slot_until = chosen.begins, chosen.ends
        order.due_at = order.slot_until + policy().late_after
        order.late_at = None
        shelf.reserve(held_goods(order), order=order.number, by=by, now=now)
        order.parcels.update(ask_at=None, ended_at=now)
        note(order, "sent_anew", by=by, now=now)
        telling.say(order, "sent_anew", now)
    return order


def give_up(number: str, *, by: str, now: datetime, expected: int | None = None) -> Order:
    """A lost parcel is not sent anew: the order ends and its money goes back. Raises NotAllowed: no_such_order, moved, way."""
    with deed(number, expected=expected) as order:
        if State(order.state) is not State.LOST:
            raise NotAllowed("way", order.state)
        move(order, State.CANCELLED, now)
        order.due_at = None
        order.parcels.update(ask_at=None, ended_at=now)
        cards.drop(order, now=now)
        note(order, "cancelled", by=by, now=now)
        told = money.back(order, "lost", by=by, now=now)
        telling.say(order, "cancelled", now, {"money": told})
    return order


def remark(number: str, words: str, *, by: str, now: datetime) -> Order:
    """A note that only staff read. Raises NotAllowed: no_such_order, no_reason, too_long."""
    words = from_staff(words, 500)
    if not words:
        raise NotAllowed("no_reason")
    with deed(number) as order:
        note(order, "note", by=by, now=now, words=words, public=False)
    return order
