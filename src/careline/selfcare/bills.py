"""Bills as their owner sees them: the months beside each other, and one month item by item, checked against its total."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from careline.carrier.port import Answer, Carrier, CarrierError, CarrierSilent, Request
from careline.refunds import verifying
from careline.refunds.verifying import Charge, Finding, NoSuchCharge, Order
from careline.selfcare import disputing
from careline.selfcare.disputing import Asked
from careline.values.msisdn import Msisdn
from careline.values.period import Month, NotAMonth, parse_month
from careline.values.reference import new_reference

MONTHS = 6  # that are shown at once
MONTHS_MAX = 12
SECONDS = 3.0  # that one page waits for the carrier
# In the order of a bill; the fees of third parties stand apart, since somebody else set them.
GROUPS = ("plan", "calls", "data", "subscriptions", "third_party", "discounts")
_GROUP_OF = {
    "plan": "plan",
    "call": "calls",
    "usage": "data",
    "subscription": "subscriptions",
    "information": "third_party",
}


@dataclass(frozen=True, slots=True)
class Sums:
    """One month in the row of months. `total` is None where the carrier has no bill or did not answer (`down`)."""

    month: str
    total: int | None
    groups: Mapping[str, int]
    down: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a bill with what is behind it."""

    charge: Charge
    group: str
    order: Order | None
    asked: Asked | None  # a refund that was asked for, or a case about it


@dataclass(frozen=True, slots=True)
class Bill:
    """One month; amounts in fen."""

    month: str
    total: int
    paid: int
    items: tuple[Item, ...]
    running: bool  # the month has not ended: items are still added

    @property
    def summed(self) -> int:
        return sum(item.charge.fen for item in self.items)

    @property
    def difference(self) -> int:
        """What the total says above its items; anything but zero is shown, and never made to fit."""
        return self.total - self.summed

    @property
    def groups(self) -> list[tuple[str, int, list[Item]]]:
        """(group, its sum, its items) in the order of a bill; groups without items are left out."""
        held = [(group, [item for item in self.items if item.group == group]) for group in GROUPS]
        return [(group, sum(item.charge.fen for item in items), items) for group, items in held if items]


def months(carrier: Carrier, msisdn: Msisdn, now: datetime, *, count: int = MONTHS, channel: str = "web") -> list[Sums]:
    """The latest months, the running one last; two questions a month in one batch. A month may be down alone."""
    names = _latest(now, min(count, MONTHS_MAX))
    kinds = ("bill", "charges")
    references = new_reference(len(names) * len(kinds))
    wanted = [(kind, name) for name in names for kind in kinds]
    requests = [
        Request(reference, msisdn, kind, values={"month": name}, by="subscriber", channel=channel)
        for reference, (kind, name) in zip(references, wanted, strict=True)
    ]
    heard = dict(carrier.ask(requests, now=now, time_limit_seconds=SECONDS))
    return [
        _sums(name, *(heard.get(2 * at + which, CarrierSilent("no answer")) for which in (0, 1)))
        for at, name in enumerate(names)
    ]


def read(carrier: Carrier, msisdn: Msisdn, month: str, now: datetime, *, channel: str = "web") -> Bill:
    """One month item by item. Raises NoSuchCharge (no such month, or it has not come yet) and CarrierError."""
    name = month_of(month, now)
    request = Request(new_reference()[0], msisdn, "bill", values={"month": name}, by="subscriber", channel=channel)
    heard = dict(carrier.ask([request], now=now, time_limit_seconds=SECONDS)).get(0, CarrierSilent("no answer"))
    if isinstance(heard, CarrierError):
        raise heard
    if heard.refused is not None:
        raise NoSuchCharge(name)
    trace = verifying.trace(carrier, msisdn, name, now=now)
    asked = disputing.asked_for(msisdn, [finding.charge for finding in trace.findings])
    items = tuple(_item(finding, asked) for finding in trace.findings)
    running = name == _latest(now, 1)[0]
    return Bill(name, int(heard.facts["total"]), int(heard.facts["paid"]), items, running)


def group_of(charge: Charge) -> str:
    """Where an item stands on the bill; whatever gives money back is a discount."""
    if charge.fen < 0 or charge.product == "discount":
        return "discounts"
    return _GROUP_OF.get(charge.kind, "subscriptions")


def month_of(written: str, now: datetime) -> str:
    """yyyy-mm of a written month; raises NoSuchCharge for what is none, or lies ahead."""
    today = timezone.localtime(now).date()
    try:
        month = parse_month(written, today) if len(written) == 7 else None
    except NotAMonth:
        month = None
    if month is None or str(month) != written or month > Month.of(today):
        raise NoSuchCharge("no such month")
    return str(month)


def _latest(now: datetime, count: int) -> list[str]:
    this = Month.of(timezone.localtime(now).date())
    return [str(this.plus(-ago)) for ago in reversed(range(count))]


def _sums(month: str, bill: Answer | CarrierError, charges: Answer | CarrierError) -> Sums:
    if isinstance(bill, CarrierError) or isinstance(charges, CarrierError):
        return Sums(month, None, {}, down=True)
    if bill.refused is not None:
        return Sums(month, None, {})
    entries: Sequence[Mapping[str, object]] = charges.facts.get("entries", ()) if charges.refused is None else ()
    sums: dict[str, int] = {}
    for charge in map(verifying.charge_of, entries):
        sums[group_of(charge)] = sums.get(group_of(charge), 0) + charge.fen
    return Sums(month, int(bill.facts["total"]), sums)


def _item(finding: Finding, asked: Mapping[str, Asked]) -> Item:
    charge = finding.charge
    return Item(charge, group_of(charge), finding.proposal.order, asked.get(charge.id))
