"""Placing an order: what it would cost and how it could be paid, and then the order itself, once by its key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from careline.dialogue.saying import local, say_time
from careline.identity import recognising
from careline.orders import deeds, goods, money, number, shelf, slots, standing, telling
from careline.orders.deeds import move, note, save
from careline.orders.goods import Goods, Price
from careline.orders.policy import policy
from careline.orders.progress import confirm
from careline.orders.receiver import Receiver as Receiver
from careline.orders.receiver import check_receiver as check_receiver
from careline.orders.records.order import WORTH_MAX, Line, Order
from careline.orders.slots import Slot
from careline.orders.standing import Level, Standing
from careline.orders.states import How, NotAllowed, State
from careline.postgres import sql
from careline.values.language import LANGUAGES, Text
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

LINES_MAX = 10
WAITING_MAX = 5  # orders of one number that are neither paid nor accepted: nobody empties the shelf for nothing
_TRIES = 3
_NUMBERS = 7_433  # names the locks under which orders of a number are placed


@dataclass(frozen=True, slots=True)
class Wanted:
    goods: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class DraftLine:
    goods: Goods
    count: int
    price: Price

    @property
    def fen(self) -> int:
        return self.price.fen * self.count


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody is about to order; amounts in fen."""

    lines: Sequence[DraftLine]
    goods_fen: int
    delivery_fen: int
    pays: Mapping[How, str]  # "" may be chosen; else the code why not
    slots: Sequence[Slot]
    seller_id: str
    buyer: Standing
    seller: Standing
    brand: str
    language: str

    @property
    def fen(self) -> int:
        return self.goods_fen + self.delivery_fen


def draft(msisdn: Msisdn, wanted: Sequence[Wanted], *, region: str, now: datetime) -> Draft:
    """What this would cost this customer now, when it could come, how it could be paid, and what is known of both sides.

    Raises NotAllowed: nothing_chosen, too_many, no_such_goods, sellers, brand, sold_out.
    """
    known = recognising.recognise([msisdn]).get(msisdn)
    brand, language = (known.brand, known.language) if known else ("", "zh")
    buyer = standing.of_buyer(msisdn, now)
    counts = _counted(wanted)
    left, today = shelf.left(), local(now).date()
    lines = []
    for id, count in counts.items():
        thing = goods.named(id)
        if thing.brands and brand not in thing.brands:
            raise NotAllowed("brand", id)
        if not 0 < count <= thing.most:
            raise NotAllowed("too_many", thing.most)
        if left[id] < count:
            raise NotAllowed("sold_out", id)
        price = goods.price(thing, brand=brand, member=buyer.past.kept > 0, today=today)
        lines.append(DraftLine(thing, count, price))
    sold_by = {line.goods.seller for line in lines}
    if len(sold_by) > 1:
        raise NotAllowed("sellers")
    worth = sum(line.fen for line in lines)
    if worth > WORTH_MAX - policy().delivery_fen:
        raise NotAllowed("too_many")
    seller = sold_by.pop()
    return Draft(
        lines=lines,
        goods_fen=worth,
        delivery_fen=policy().delivery(worth),
        pays=_pays(lines, buyer),
        slots=slots.slots(region, now),
        seller_id=seller,
        buyer=buyer,
        seller=standing.of_seller(seller, now),
        brand=brand,
        language=language,
    )


def place(
    msisdn: Msisdn,
    wanted: Sequence[Wanted],
    receiver: Receiver,
    slot: str,
    how: str,
    *,
    agreed_fen: int,
    key: str,
    by: str,
    channel: str,
    now: datetime,
) -> Order:
    """Order it once: a repeated key gets the same order. Its goods are set apart and its payment is begun with it.

    `agreed_fen` is the total that was shown. Afterwards `till.go_on(order.payment, …)`, where there is one.
    Raises NotAllowed: those of `draft`, no_key, price, no_such_pay, not_this_way, pay_first, no_slot, no_name, no_phone,
    no_address, no_region, too_long.
    """
    if not 0 < len(key) <= 96:
        raise NotAllowed("no_key")
    for attempt in range(_TRIES):
        known = Order.objects.filter(key=key).first()
        if known is not None:
            if known.msisdn != msisdn.digits:
                raise NotAllowed("no_key")
            return known
        drafted = draft(msisdn, wanted, region=receiver.region, now=now)
        checked = check_receiver(receiver)
        chosen = slots.named(slot, receiver.region, now)
        paid_how = _how(drafted, how)
        if drafted.fen != agreed_fen:
            raise NotAllowed("price", drafted.fen)
        try:
            with transaction.atomic():
                return _place(msisdn, drafted, checked, chosen, paid_how, key, by, channel, now)
        except IntegrityError:  # somebody else was first with this key, or drew this number
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _place(
    msisdn: Msisdn,
    drafted: Draft,
    receiver: Receiver,
    slot: Slot,
    how: How,
    key: str,
    by: str,
    channel: str,
    now: datetime,
) -> Order:
    sql.run(
        "SELECT pg_advisory_xact_lock(%s::int4, hashtext(%s))", [_NUMBERS, msisdn.digits]
    )  # one at a time is counted
    waiting = Order.objects.filter(msisdn=msisdn.digits, state__in=[State.WAITING.value, State.PLACED.value])
    if waiting.count() >= WAITING_MAX:
        raise NotAllowed("too_many", WAITING_MAX)
    order = Order.objects.create(
        number=number.draw(),
        key=key,
        msisdn=msisdn.digits,
        language=drafted.language,
        brand=drafted.brand,
        channel=channel,
        seller=drafted.seller_id,
        pay=how.value,
        goods_fen=drafted.goods_fen,
        delivery_fen=drafted.delivery_fen,
        fen=drafted.fen,
        receiver=receiver.name,
        phone=receiver.phone,
        address=receiver.address,
        region=receiver.region,
        slot_from=slot.begins,
        slot_until=slot.ends,
        needs_document=any(line.goods.needs_document for line in drafted.lines),
        placed_at=now,
    )
    Line.objects.bulk_create(_line(order, line) for line in drafted.lines)
    counts = {line.goods.id: line.count for line in drafted.lines}
    shelf.reserve(counts, order=order.number, by=by, now=now)
    note(order, "placed", by=by, now=now, channel=channel, detail={"fen": order.fen, "pay": how.value})
    with deeds.doing(order):
        _ask_for_money(order, drafted.buyer, how, by, channel, now)
    save(order)
    return order


def _ask_for_money(order: Order, buyer: Standing, how: How, by: str, channel: str, now: datetime) -> None:
    if order.fen == 0:
        confirm(order, by=by, now=now)
    elif how is How.ARRIVAL:
        money.begin(order, by=by, channel=channel, now=now)
        order.due_at = order.slot_until + policy().late_after
        if buyer.level is Level.GOOD:  # whom we know well nobody needs to look at
            confirm(order, by=deeds.CLOCK, now=now)
        else:
            telling.say(order, "placed", now)
    else:
        move(order, State.WAITING, now)
        note(order, "waiting", by=by, now=now)
        order.due_at = now + policy().pay_within
        money.begin(order, by=by, channel=channel, now=now)
        telling.say(order, "waiting", now, {"until": _time(order.due_at, now)})


def _line(order: Order, line: DraftLine) -> Line:
    wish = line.goods.wish
    return Line(
        order=order,
        goods=line.goods.id,
        kind=line.goods.kind,
        name_zh=line.goods.name.zh,
        name_en=line.goods.name.en,
        count=line.count,
        fen=line.price.fen,
        list_fen=line.price.list_fen,
        rule=line.price.rule,
        return_days=line.goods.return_days,
        wish=wish._asdict() if wish else {},
        wish_key=new_reference()[0] if wish else "",
    )


def _counted(wanted: Sequence[Wanted]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for one in wanted:
        counts[one.goods] = counts.get(one.goods, 0) + one.count
    if not counts:
        raise NotAllowed("nothing_chosen")
    if len(counts) > LINES_MAX:
        raise NotAllowed("too_many", LINES_MAX)
    return counts


def _pays(lines: Sequence[DraftLine], buyer: Standing) -> Mapping[How, str]:
    found = {}
    for how in How:
        if not all(how in line.goods.pays for line in lines):
            found[how] = "not_this_way"
        else:
            found[how] = "pay_first" if how is How.ARRIVAL and not buyer.arrival else ""
    return found


def _how(drafted: Draft, how: str) -> How:
    if how not in set(How):
        raise NotAllowed("no_such_pay")
    chosen = How(how)
    why_not = drafted.pays[chosen]
    if why_not and not (drafted.fen == 0 and why_not == "pay_first"):
        raise NotAllowed(why_not)
    return chosen


def _time(at: datetime, now: datetime) -> Text:
    return Text(*(say_time(at, language, near=local(now).date()) for language in LANGUAGES))
