"""What customers do with their orders: change, cancel, pay again, confirm the receipt, send back, rate."""

from datetime import datetime, timedelta

from careline.dialogue.saying import both, local, say_date
from careline.orders import cards, goods, money, slots, standing, telling
from careline.orders.deeds import CUSTOMER, deed, move, note
from careline.orders.free_text import from_customer_short
from careline.orders.policy import policy
from careline.orders.progress import let_go
from careline.orders.receiver import Receiver, check_receiver
from careline.orders.records.order import REASON_MAX, WORDS_MAX, Order
from careline.orders.states import BEFORE_DISPATCH, How, NotAllowed, State
from careline.values.language import Text
from careline.values.msisdn import Msisdn

TRIES_MAX = 6  # payments of one order


def change(
    number: str,
    *,
    receiver: Receiver | None = None,
    slot: str = "",
    msisdn: Msisdn | None,
    channel: str,
    now: datetime,
    by: str = CUSTOMER,
    expected: int | None = None,
) -> Order:
    """Another receiver, address or time, until it has left (ORD-03).

    Another region may need another time: it is chosen again then. Raises NotAllowed: no_such_order, moved, too_late,
    no_slot, and those of `placing.check_receiver`.
    """
    with deed(number, msisdn=msisdn, expected=expected) as order:
        if State(order.state) not in BEFORE_DISPATCH:
            raise NotAllowed("too_late")
        if receiver is not None:
            checked = check_receiver(receiver)
            if checked.region != order.region and not slot:
                raise NotAllowed("no_slot")
            order.receiver, order.phone = checked.name, checked.phone
            order.address, order.region = checked.address, checked.region
        if slot:
            chosen = slots.named(slot, order.region, now)
            order.slot_from, order.slot_until = chosen.begins, chosen.ends
            if State(order.state) is not State.WAITING:
                order.due_at = order.slot_until + policy().late_after
        what = [name for name, given in (("receiver", receiver), ("slot", slot)) if given]
        note(order, "changed", by=by, now=now, channel=channel, detail={"what": what})
        telling.say(order, "changed", now)
    return order


def cancel(
    number: str,
    reason: str = "",
    *,
    msisdn: Msisdn | None,
    channel: str,
    now: datetime,
    by: str = CUSTOMER,
    expected: int | None = None,
) -> Order:
    """The order ends, its goods go back on the shelf, and its money to where it came from, once (ORD-01).

    Raises NotAllowed: no_such_order, moved, too_late (it has left), way (it ended already), too_long.
    """
    with deed(number, msisdn=msisdn, expected=expected) as order:
        state = State(order.state)
        if state not in BEFORE_DISPATCH:
            raise NotAllowed("way" if state is State.CANCELLED else "too_late", state.value)
        order.reason = from_customer_short(reason, REASON_MAX)
        drop(order, "cancelled", by=by, channel=channel, now=now)
    return order


def drop(order: Order, letter: str, *, by: str, now: datetime, channel: str = "") -> None:
    """End an order that has not left: within the deed that has it locked."""
    move(order, State.CANCELLED, now)
    order.due_at = None
    let_go(order, by=by, now=now)
    note(order, "cancelled", by=by, now=now, channel=channel, words=_told(order.reason))
    told = money.back(order, order.reason, by=by, now=now)
    telling.say(order, letter, now, {"money": told})


def pay_again(
    number: str, how: str, *, msisdn: Msisdn | None, channel: str, now: datetime, expected: int | None = None
) -> Order:
    """Begin another payment of an order that waits for one, in this way; what the earlier one may bring in goes back.

    Raises NotAllowed: no_such_order, moved, way, no_such_pay, not_this_way, pay_first, unpaid (it is being paid just now),
    too_many.
    """
    with deed(number, msisdn=msisdn, expected=expected) as order:
        if State(order.state) is not State.WAITING:
            raise NotAllowed("way", order.state)
        if how not in set(How):
            raise NotAllowed("no_such_pay")
        if order.tries >= TRIES_MAX:
            raise NotAllowed("too_many", TRIES_MAX)
        shop = goods.goods()
        if not all(how in shop[line.goods].pays for line in order.lines.all() if line.goods in shop):
            raise NotAllowed("not_this_way")
        buyer = standing.of_buyer(Msisdn(order.msisdn), now)
        if how == How.ARRIVAL and not buyer.arrival:
            raise NotAllowed("pay_first")
        money.again(order, How(how), now=now)
        note(order, "paying_again", by=CUSTOMER, now=now, channel=channel, detail={"pay": how})
        money.begin(order, by=CUSTOMER, channel=channel, now=now)
    return order


def receive(
    number: str,
    *,
    msisdn: Msisdn | None,
    channel: str,
    now: datetime,
    by: str = CUSTOMER,
    expected: int | None = None,
) -> Order:
    """The customer has it and confirms: what is paid on arrival is taken now, and never before (ORD-05).

    Raises NotAllowed: no_such_order, moved, way, unpaid.
    """
    with deed(number, msisdn=msisdn, expected=expected) as order:
        take(order, by=by, channel=channel, now=now)
    return order


def take(order: Order, *, by: str, now: datetime, channel: str = "") -> None:
    """The same within the deed that has it locked."""
    move(order, State.RECEIVED, now)
    order.received_at = now
    days = min((line.return_days for line in order.lines.all()), default=0)
    order.return_until = now + timedelta(days=days) if days else None
    order.due_at = now + policy().complete_after
    note(order, "received", by=by, now=now, channel=channel)
    money.capture(order, by=by, now=now)
    order.lines.exclude(wish_key="").filter(wish_state="").update(wish_state="due", wish_due_at=now)
    until = Text("", "")
    if order.return_until:
        text = telling.text_of("order.return_until")
        day = both(say_date, local(order.return_until).date())
        until = Text(text.zh.format(date=day.zh), text.en.format(date=day.en))
    telling.say(order, "received", now, {"return_until": until})
    if order.pay == How.ARRIVAL:
        cards.here(order, now=now)


def return_(
    number: str,
    reason: str,
    *,
    msisdn: Msisdn | None,
    channel: str,
    now: datetime,
    by: str = CUSTOMER,
    expected: int | None = None,
) -> Order:
    """The customer sends it back, within its days and with a reason; it is collected, looked at, and the money returned.

    Raises NotAllowed: no_such_order, moved, way, no_reason, too_long, not_returnable, too_late.
    """
    reason = from_customer_short(reason, REASON_MAX)
    if not reason:
        raise NotAllowed("no_reason")
    with deed(number, msisdn=msisdn, expected=expected) as order:
        if State(order.state) not in (State.RECEIVED, State.COMPLETED):
            raise NotAllowed("way", order.state)
        if order.return_until is None:
            raise NotAllowed("not_returnable")
        if now > order.return_until:
            raise NotAllowed("too_late")
        move(order, State.RETURNING, now)
        order.returned, order.due_at = reason, None
        note(order, "returning", by=by, now=now, channel=channel, words=reason)
        ahead = slots.slots(order.region, now)
        day = both(say_date, ahead[0].begins if ahead else now + timedelta(days=policy().days))
        telling.say(order, "returning", now, {"slot": day})
    return order


def rate(
    number: str,
    goods_stars: int,
    service_stars: int,
    words: str = "",
    *,
    msisdn: Msisdn | None,
    channel: str,
    now: datetime,
    expected: int | None = None,
) -> Order:
    """One rating of one completed order (ORD-06); who rates what was received says with it that it is complete.

    Raises NotAllowed: no_such_order, moved, way, rated, bad_rating, too_long.
    """
    if not (1 <= goods_stars <= 5 and 1 <= service_stars <= 5):
        raise NotAllowed("bad_rating")
    words = from_customer_short(words, WORDS_MAX)
    with deed(number, msisdn=msisdn, expected=expected) as order:
        if order.rated_at is not None:
            raise NotAllowed("rated")
        if State(order.state) is State.RECEIVED:
            complete(order, by=CUSTOMER, now=now)
        if State(order.state) is not State.COMPLETED:
            raise NotAllowed("way", order.state)
        order.goods_rating, order.service_rating = goods_stars, service_stars
        order.rating_words, order.rated_at = words, now
        detail = {"goods": goods_stars, "service": service_stars}
        note(order, "rated", by=CUSTOMER, now=now, channel=channel, words=words, detail=detail)
    return order


def complete(order: Order, *, by: str, now: datetime) -> None:
    """Nothing is open any more: within the deed that has it locked."""
    move(order, State.COMPLETED, now)
    order.due_at = None
    note(order, "completed", by=by, now=now)


def _told(reason: str) -> str:
    return "" if reason == "unpaid" else reason
