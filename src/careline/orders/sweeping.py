"""What falls due with orders: payments that did not come, late parcels, receipts, completions, money, wishes, forgetting."""

import logging
from datetime import datetime, timedelta

from careline.dialogue.talk import Wish
from careline.hall import window
from careline.hall.reception import Reception
from careline.hall.window import Picked
from careline.orders import changing, money, telling
from careline.orders.deeds import CLOCK, deed, note
from careline.orders.policy import policy
from careline.orders.records.order import Line, Order
from careline.orders.states import UNDER_WAY, Money, NotAllowed, State
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome

log = logging.getLogger(__name__)

HAND = 100  # orders of one sweep
LINK = "orders"  # of what is asked of the hall
AGAIN = timedelta(minutes=5)  # before what was refused is tried again


def due(now: datetime) -> int:
    """Everything whose moment has come; how many orders were dealt with."""
    numbers = list(Order.objects.filter(due_at__lte=now).order_by("due_at").values_list("number", flat=True)[:HAND])
    return sum(_one(number, now) for number in numbers)


def wishes(reception: Reception, now: datetime) -> int:
    """What came with an order that is received is asked of the hall in the customer's name, once by its own key."""
    lines = Line.objects.filter(wish_state="due").select_related("order").order_by("id")[:HAND]
    return sum(_wish(line, reception, now) for line in list(lines))


def forget(now: datetime) -> int:
    """Receivers, telephone numbers and addresses of orders that ended long ago are forgotten; how many."""
    since = now - policy().forget_after
    found = Order.objects.filter(ended_at__lte=since, forgotten_at=None).order_by("ended_at")
    forgotten = 0
    for number in list(found.values_list("number", flat=True)[:HAND]):
        try:
            with deed(number) as order:
                forget_receiver(order, by=CLOCK, now=now)
                forgotten += 1
        except NotAllowed as refused:  # somebody is at it: the next round takes it
            log.warning("order %s is not forgotten yet: %s", number, refused.code)
    return forgotten


def forget_receiver(order: Order, *, by: str, now: datetime) -> None:
    """Within the deed that has it locked."""
    if order.forgotten_at is None:
        order.receiver = order.phone = order.address = ""
        order.forgotten_at = now
        note(order, "forgotten", by=by, now=now)


def _one(number: str, now: datetime) -> bool:
    try:
        with deed(number) as order:
            if order.due_at is None or order.due_at > now:
                return False
            order.due_at = None
            _deal(order, now)
    except NotAllowed as refused:
        log.warning("order %s stays as it is for now: %s", number, refused.code)
        Order.objects.filter(number=number, due_at__lte=now).update(due_at=now + AGAIN)
    return True


def _deal(order: Order, now: datetime) -> None:
    state = State(order.state)
    if state is State.WAITING:
        order.reason = "unpaid"
        changing.drop(order, "unpaid", by=CLOCK, now=now)
    elif state is State.PLACED or state in (State.CONFIRMED, State.PACKED) or state in UNDER_WAY:
        if order.late_at is None:
            order.late_at = now
            note(order, "late", by=CLOCK, now=now)
            telling.say(order, "late", now)
    elif state is State.ARRIVED and order.money in (Money.PAID, Money.NONE):
        # Nobody said otherwise for days. What is to be paid on arrival is never taken like this.
        changing.take(order, by=CLOCK, now=now)
    elif state is State.RECEIVED:
        changing.complete(order, by=CLOCK, now=now)
        if order.rated_at is None:
            telling.say(order, "completed", now)
    elif state in (State.CANCELLED, State.RETURNED) and order.money in (Money.PAID, Money.HELD):
        money.back(order, order.reason or order.returned, by=CLOCK, now=now)


def _wish(line: Line, reception: Reception, now: datetime) -> bool:
    wish, order = line.wish, line.order
    number, asked = Msisdn(order.msisdn), Wish(wish["service"], wish["verb"], tier=wish.get("tier", ""))
    [served] = window.serve(reception, [Picked(line.wish_key, number, asked, now, link=LINK)])
    if served.asks == "confirm" and served.reference:
        # It was agreed to with the order: the purchase was the yes.
        yes = Picked(f"{line.wish_key}:yes", number, Wish(answers=served.reference, yes=True), now, link=LINK)
        [served] = window.serve(reception, [yes])
    if not served.recorded or served.retry_at is not None:
        return False
    done = served.outcome is Outcome.DONE
    told = served.letter.text if served.letter else ""
    with deed(order.number) as locked:
        changed = Line.objects.filter(pk=line.pk, wish_state="due").update(
            wish_state="done" if done else "refused", wish_cause=str(served.cause or "")[:32]
        )
        if changed:
            did = "switched_on" if done else "not_switched_on"
            note(locked, did, by=CLOCK, now=now, detail={"service": wish["service"], "cause": str(served.cause or "")})
            name = Text(line.name_zh, line.name_en)
            telling.say(locked, did, now, {"service": name, "told": told})
    return True
