"""What the town has ordered lately: some three weeks of orders in every state, told by the verbs that doors and pages use.

Each story happens once, by the key of its order. Chen Guilan, with whom the demo is tried, has none of her own.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from careline.carrier.adapters.sandbox.carrier import Sandbox as Carrier
from careline.demo import town
from careline.orders import changing, complaining, logistics, placing, reading, sending, slots, sweeping
from careline.orders.courier.adapters.sandbox import Sandbox, stumble
from careline.orders.courier.port import Told
from careline.orders.placing import Receiver, Wanted
from careline.orders.records.order import Order
from careline.orders.states import Money, State
from careline.payments.adapters import sandbox
from careline.payments.adapters._sandbox_tables import SandboxBill
from careline.payments.till import Till
from careline.values.msisdn import Msisdn

KEY = "demo"
SHIPPER = "tang"
COURIER = Sandbox()


@dataclass
class Street:
    """The weeks before `now`: each story says how many days ago something was; parcels and clocks move meanwhile."""

    now: datetime
    till: Till

    def at(self, days: float) -> datetime:
        """That many days ago; what fell due before has been dealt with."""
        at = self.now - timedelta(days=days)
        logistics.ask({COURIER.name: COURIER}, at, spacing=timedelta(minutes=30))
        sweeping.due(at)
        return at

    def ordered(self, name: str, who: str, things: Sequence[str], how: str, days: float, place: str) -> Order:
        """Somebody of the town orders these, to come in the second slot, and pays where it is paid online."""
        person, at = town.find(who), self.at(days)
        assert person is not None, who
        wanted = [Wanted(thing) for thing in things]
        drafted = placing.draft(person.msisdn, wanted, region=person.region, now=at)
        receiver = Receiver(person.name, person.number, place, person.region)
        order = placing.place(
            person.msisdn, wanted, receiver, drafted.slots[1].id, how,
            agreed_fen=drafted.fen, key=f"{KEY}:{name}", by="subscriber", channel="web", now=at,
        )  # fmt: skip
        if how == "online":
            self.pays(order, at)
        return Order.objects.get(pk=order.pk)

    def pays(self, order: Order, at: datetime) -> None:
        """On the provider's page, and the provider tells it."""
        payment = self.till.go_on(order.payment, at)
        bill = SandboxBill.objects.get(reference=payment.pk)
        provider = self.till.providers["sandbox"]
        assert isinstance(provider, sandbox.Sandbox)
        provider.pay(bill.token, "pay", at)
        provider.deliver(at, lambda headers, body: self.till.heard("sandbox", headers, body, at))
        self.till.go_on(order.payment, at)

    def packed(self, order: Order, days: float) -> Order:
        at = self.at(days)
        if Order.objects.get(pk=order.pk).state == State.PLACED:
            sending.accept(order.number, by=SHIPPER, now=at)
        sending.pack(order.number, by=SHIPPER, now=at)
        self.till.go_on(order.payment, at)
        return order

    def sent(self, order: Order, days: float, how: str = "") -> Order:
        """Packed and handed over; `how` the courier shall stumble."""
        self.packed(order, days + 0.1)
        logistics.hand_over(order.number, COURIER, by=SHIPPER, now=self.at(days))
        if how:
            stumble(order.parcels.get().number, how)
        return order

    def received(self, order: Order, days: float) -> Order:
        """At the door by then, and confirmed."""
        at = self.at(days)
        assert reading.order_of(order.number, _who(order)).state == State.ARRIVED, order.number
        changing.receive(order.number, msisdn=_who(order), channel="web", now=at)
        self.till.go_on(order.payment, at)
        return order

    def rated(self, order: Order, days: float, goods: int, service: int, words: str) -> Order:
        changing.rate(order.number, goods, service, words, msisdn=_who(order), channel="web", now=self.at(days))
        return order


def settle(now: datetime) -> int:
    """Let the stories happen that have not yet; returns how many did. Needs the town and its staff."""
    carrier = Carrier()
    street, told = Street(now, Till(carrier, {"sandbox": sandbox.provider(os.environ)})), 0
    for name, story in _STORIES.items():
        if not Order.objects.filter(key=f"{KEY}:{name}").exists():
            story(street, name)
            told += 1
    return told


def _completed(street: Street, name: str) -> None:
    order = street.ordered(name, "徐文博", ["phone_shanque"], "online", 20, "朔原大道6号3单元")
    street.rated(street.received(street.sent(order, 19.6), 17), 16, 5, 5, "比约的早到，手机轻，待机久。")


def _completed_partner(street: Street, name: str) -> None:
    order = street.ordered(name, "高敏", ["phone_xingye"], "online", 18, "清禾路40号")
    street.rated(street.received(street.sent(order, 17.6), 15), 14, 4, 5, "拍照好，充电头要另买。")


def _in_english(street: Street, name: str) -> None:
    order = street.ordered(name, "Emma Clarke", ["earphones"], "online", 16, "12 Plateau Street, Flat 3")
    street.rated(street.received(street.sent(order, 15.6), 13), 12, 5, 4, "Sound is great. The slot was kept.")


def _on_arrival(street: Street, name: str) -> None:
    order = street.ordered(name, "黄秀英", ["phone_changqing"], "arrival", 15, "临江东街9号102室")
    street.rated(street.received(street.sent(order, 14.6), 12), 11, 5, 5, "字大，老人会用。")


def _late(street: Street, name: str) -> None:
    order = street.ordered(name, "周启航", ["charger", "case_clear"], "online", 13, "清禾北里7号")
    street.sent(order, 12.6, "late")
    found_late = street.now - order.slot_until - timedelta(hours=25)
    street.at(found_late / timedelta(days=1))
    street.rated(street.received(order, 8), 7, 4, 2, "晚了一天多，好在有人主动告诉我。")


def _returned(street: Street, name: str) -> None:
    order = street.ordered(name, "唐一鸣", ["charger"], "online", 12, "清禾大学宿舍2栋")
    street.received(street.sent(order, 11.6), 9)
    changing.return_(order.number, "只有一个口能充", msisdn=_who(order), channel="web", now=street.at(8.5))
    logistics.collect(order.number, COURIER, by=SHIPPER, now=street.at(8.3))
    sending.take_back(order.number, by=SHIPPER, now=street.at(6))
    street.till.go_on(order.payment, street.now - timedelta(days=6))


def _cancelled(street: Street, name: str) -> None:
    order = street.ordered(name, "罗莎", ["earphones"], "online", 6, "海棠西路3号")
    at = street.at(5.9)
    changing.cancel(order.number, "买错颜色了", msisdn=_who(order), channel="web", now=at)
    street.till.go_on(order.payment, at)


def _unpaid(street: Street, name: str) -> None:
    person, at = town.find("郑小军"), street.at(5)
    assert person is not None
    slot = slots.slots(person.region, at)[1].id
    wanted = [Wanted("case_clear")]
    placing.place(
        person.msisdn, wanted, Receiver("郑小军", person.number, "西湖边8号", person.region), slot, "online",
        agreed_fen=placing.draft(person.msisdn, wanted, region=person.region, now=at).fen,
        key=f"{KEY}:{name}", by="subscriber", channel="web", now=at,
    )  # fmt: skip
    street.at(4.9)


def _refused(street: Street, name: str) -> None:
    order = street.ordered(name, "何平", ["charger"], "arrival", 7, "钱塘街11号")
    street.sent(order, 6.6, "refused")
    street.at(3)


def _lost(street: Street, name: str) -> None:
    order = street.ordered(name, "宋雅", ["phone_changqing"], "online", 5, "海棠中路21号")
    street.sent(order, 4.6, "lost")
    street.at(3.5)


def _complained(street: Street, name: str) -> None:
    order = street.ordered(name, "林小雨", ["music_box"], "online", 9, "清禾南门5号")
    street.received(street.sent(order, 8.6), 6)
    complaining.complain(
        order.number, "左边耳机没有声音，换一副行不行", msisdn=_who(order), key=f"{KEY}:{name}:complaint",
        channel="web", by="subscriber", now=street.at(0.9),
    )  # fmt: skip


def _returning(street: Street, name: str) -> None:
    order = street.ordered(name, "马阳", ["charger"], "online", 7, "云岭坡3号")
    street.received(street.sent(order, 6.6), 4)
    changing.return_(order.number, "充电时有点响", msisdn=_who(order), channel="web", now=street.at(0.5))


def _arrived(street: Street, name: str) -> None:
    order = street.ordered(name, "孙丽", ["phone_shanque"], "arrival", 4, "云岭西街18号")
    street.sent(order, 3.6)
    street.at(0.3)


def _under_way(street: Street, name: str) -> None:
    order = street.ordered(name, "刘建国", ["charger"], "online", 1.2, "海棠渔港2号")
    street.sent(order, 1.0)
    parcel = order.parcels.get().number
    at = street.at(0.2)
    told = Told(f"{parcel}:x", parcel, "in_transit", at, "海棠分拨中心", "雨天，稍慢")
    logistics.hear(COURIER.name, [told], now=at)


def _packed(street: Street, name: str) -> None:
    street.packed(street.ordered(name, "韩磊", ["phone_shanque"], "online", 0.6, "云岭东路77号"), 0.3)


def _confirmed(street: Street, name: str) -> None:
    street.ordered(name, "吴国强", ["charger", "case_clear"], "online", 0.4, "朔原新村4号")


def _confirmed_sim(street: Street, name: str) -> None:
    street.ordered(name, "赵铁柱", ["sim_new"], "online", 0.3, "临江码头15号")


def _placed(street: Street, name: str) -> None:
    street.ordered(name, "郭淑芬", ["phone_changqing"], "arrival", 0.2, "朔原老街1号")


def _unknown(street: Street, name: str) -> None:
    """A parcel that nobody knows; and an order for whose money the customer is at the provider's page."""
    at = street.at(0.1)
    told = Told("FYX-1", "FYX0000001", "in_transit", at, "分拨中心", "面单破损")
    logistics.hear(COURIER.name, [told], now=at)
    order = street.ordered(name, "何平", ["case_clear"], "online", 0.05, "钱塘街11号")
    assert order.money == Money.HELD


def _who(order: Order) -> Msisdn:
    return Msisdn(order.msisdn)


_STORIES: dict[str, Callable[[Street, str], None]] = {
    "completed": _completed,
    "completed-partner": _completed_partner,
    "in-english": _in_english,
    "on-arrival": _on_arrival,
    "late": _late,
    "returned": _returned,
    "complained": _complained,
    "refused": _refused,
    "returning": _returning,
    "cancelled": _cancelled,
    "lost": _lost,
    "unpaid": _unpaid,
    "arrived": _arrived,
    "under-way": _under_way,
    "packed": _packed,
    "confirmed": _confirmed,
    "confirmed-sim": _confirmed_sim,
    "placed": _placed,
    "unknown": _unknown,
}
