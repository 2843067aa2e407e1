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
from careline.postgres import sql
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome

log = logging.getLogger(__name__)

HAND = 100  # orders of one sweep
LINK = "orders"  # of what is asked of the hall
AGAIN = timedelta(minutes=5)  # before what was refused is tried again, longer with each try
WISH_AGAIN = timedelta(seconds=20)
WAITS_MAX = 60  # of these times between two tries
ALARM_TRIES = 20  # then somebody should look, while it goes on being tried


def due(now: datetime, limit: int = HAND) -> int:
    """Everything whose moment has come; how many orders were dealt with."""
    numbers = list(Order.objects.filter(due_at__lte=now).order_by("due_at").values_list("number", flat=True)[:limit])
    return sum(_one(number, now) for number in numbers)


def wishes(reception: Reception, now: datetime, limit: int = HAND) -> int:
    """What came with an order that is received is asked of the hall in the customer's name, once by its own key."""
    # Wishes whose time has come, claimed until they are tried again: what is stuck stands behind what is new.
    rows = sql.run(
        "WITH due AS MATERIALIZED (SELECT id FROM order_line WHERE wish_state = 'due' AND wish_due_at <= %s"
        " ORDER BY wish_due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)"
        " UPDATE order_line l SET wish_tries = least(wish_tries + 1, 30000),"
        " wish_due_at = %s::timestamptz + make_interval(secs => %s::float8 * least(l.wish_tries + 1, %s))"
        " FROM due WHERE l.id = due.id RETURNING l.id",
        [now, limit, now, WISH_AGAIN.total_seconds(), WAITS_MAX],
    )
    lines = Line.objects.filter(pk__in=[row[0] for row in rows]).select_related("order").order_by("id")
    return sum(_asked(line, reception, now) for line in lines)


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
            order.due_at, order.due_tries = None, 0
            _deal(order, now)
    except NotAllowed as refused:
        log.warning("order %s stays as it is for now: %s", number, refused.code)
        _later(number, now)
    except Exception:
        # Whatever is wrong with this one, those behind it have their turn.
        log.exception("order %s could not be dealt with", number)
        _later(number, now)
    return True


def _later(number: str, now: datetime) -> None:
    """Tried again after a while that grows with the tries; a person hears of it when they are many."""
    for tries in Order.objects.filter(number=number, due_at__lte=now).values_list("due_tries", flat=True):
        wait = AGAIN * min(tries + 1, WAITS_MAX)
        Order.objects.filter(number=number, due_at__lte=now).update(due_at=now + wait, due_tries=min(tries + 1, 30000))
        if tries + 1 == ALARM_TRIES:
            log.error("order %s is due and stuck after %d tries; a person must look", number, ALARM_TRIES)


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


def _asked(line: Line, reception: Reception, now: datetime) -> bool:
    if line.wish_tries == ALARM_TRIES:
        log.error(
            "what came with order %s is not granted after %d tries; a person must look", line.order.number, ALARM_TRIES
        )
    try:
        return _wish(line, reception, now)
    except Exception:
        log.exception("what came with order %s could not be asked of the hall", line.order.number)
        return False


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
            wish_state="done" if done else "refused",
            wish_cause=str(served.cause or "")[:32],
            wish_due_at=None,
        )
        if changed:
            did = "switched_on" if done else "not_switched_on"
            note(locked, did, by=CLOCK, now=now, detail={"service": wish["service"], "cause": str(served.cause or "")})
            name = Text(line.name_zh, line.name_en)
            telling.say(locked, did, now, {"service": name, "told": told})
    return True
