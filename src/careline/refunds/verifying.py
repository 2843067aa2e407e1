"""What a charge was: read from the carrier, with who ordered it, when and how; and what that proposes. Nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from careline.carrier.port import Answer, Carrier, CarrierError, CarrierSilent, Request
from careline.refunds.policy import Calls, policy
from careline.refunds.rules import ErrorKind
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

LOOK_SECONDS = 5.0


class NoSuchCharge(LookupError):
    """The carrier knows no such line, month or charging record."""


@dataclass(frozen=True, slots=True)
class Charge:
    """One charging record; amounts in fen, `cdr` as the carrier's port says."""

    id: str
    at: datetime
    month: str
    kind: str  # call, usage, plan, subscription, information
    product: str
    name: Text
    fen: int
    provider: str
    agreed_fee: int | None
    cdr: Mapping[str, Any] | None
    refunded: int
    reference: str = ""  # under which the carrier was asked for it; "" where we did not ask
    given_back: int = 0  # fen that came back by that reference, as when an order is cancelled


@dataclass(frozen=True, slots=True)
class Order:
    """A product was ordered or ended: by whom, when and on which channel; numbers of other lines are masked."""

    product: str
    name: Text
    action: str  # on, off
    at: datetime
    by: str
    channel: str
    fee: int
    provider: str

    @property
    def by_another(self) -> bool:
        return self.by.startswith("line:")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the records say: the kind of error (none: an honest charge), what was due, and why in a word."""

    kind: ErrorKind | None
    due: int
    why: str
    order: Order | None = None  # the subscription that the charge stands on


@dataclass(frozen=True, slots=True)
class Finding:
    """A charge with its evidence."""

    msisdn: Msisdn
    charge: Charge
    orders: tuple[Order, ...]  # of the charge's product
    proposal: Proposal
    looked_at: datetime

    def evidence(self) -> dict[str, Any]:
        """All of it as JSON, to be kept with the refund."""
        return {
            "looked_at": self.looked_at.isoformat(),
            "charge": _plain(asdict(self.charge)),
            "orders": [_plain(asdict(order)) for order in self.orders],
            "proposal": _plain(asdict(self.proposal)),
        }


@dataclass(frozen=True, slots=True)
class Trace:
    """A month's charges, each with what its records propose, and every order that was ever made for the line."""

    month: str
    findings: tuple[Finding, ...]
    orders: tuple[Order, ...]

    @property
    def total(self) -> int:
        return sum(finding.charge.fen for finding in self.findings)


def look(carrier: Carrier, msisdn: Msisdn, item: str, *, now: datetime) -> Finding:
    """One charging record with its evidence; raises NoSuchCharge and CarrierError. Two questions to the carrier."""
    if not item:  # which asks for a whole bill, and is no charge of it
        raise NoSuchCharge("no charge is named")
    [(charge, *_), orders] = _records(carrier, msisdn, now, item=item)
    # The month's other records: one of them may be the same call once more.
    others, _ = _records(carrier, msisdn, now, month=charge.month, history=False)
    return _found(msisdn, charge, orders, others, now)


def trace(carrier: Carrier, msisdn: Msisdn, month: str = "", *, now: datetime) -> Trace:
    """A month's bill explained, this month's when none is named; raises NoSuchCharge and CarrierError."""
    charges, orders = _records(carrier, msisdn, now, month=month)
    findings = tuple(_found(msisdn, charge, orders, charges, now) for charge in charges)
    named = charges[0].month if charges else month or f"{timezone.localtime(now):%Y-%m}"
    return Trace(named, findings, tuple(orders))


def records_to_check(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The call records among these that are below or above the policy's bounds (`Calls`), or rated wrongly (ACC-05)."""
    return tuple(one for one in findings if one.charge.cdr is not None and one.proposal.kind is not None)


def propose(charge: Charge, orders: Sequence[Order], others: Sequence[Charge], calls: Calls) -> Proposal:
    """What the records say of a charge; a person confirms it or says why not."""
    if charge.fen <= 0:
        return Proposal(None, charge.fen, "nothing_charged")
    if charge.cdr is not None:
        return _of_call(charge, charge.cdr, others, calls)
    order = _running(charge, orders)
    agreed = charge.agreed_fee if charge.agreed_fee is not None else order.fee if order else None
    if charge.provider:
        if order is None:
            return Proposal(ErrorKind.INFORMATION_FEE, 0, "no_subscription")
        if agreed is not None and charge.fen > agreed:
            return Proposal(ErrorKind.INFORMATION_FEE, agreed, "more_than_subscribed", order)
    elif agreed is not None and charge.fen > agreed:
        return Proposal(ErrorKind.NOT_AS_AGREED, agreed, "more_than_agreed", order)
    elif agreed is None and charge.kind == "subscription":
        return Proposal(ErrorKind.NOT_AS_AGREED, 0, "never_ordered")
    if order is not None and order.by_another:
        return Proposal(None, charge.fen, "ordered_by_another", order)
    return Proposal(None, charge.fen, "as_agreed", order)


def _of_call(charge: Charge, cdr: Mapping[str, Any], others: Sequence[Charge], calls: Calls) -> Proposal:
    seconds, kind = int(cdr["seconds"]), str(cdr["kind"])
    if kind == "announcement":
        return Proposal(ErrorKind.ANNOUNCEMENT, 0, "announcement")
    if any(_same_call(charge, other) for other in _before(charge, others)):
        return Proposal(ErrorKind.CDR, 0, "recorded_twice")
    home_fee = cdr.get("home_fee")
    if kind == "roaming" and cdr.get("border") and home_fee is not None and charge.fen > home_fee:
        return Proposal(ErrorKind.BORDER_ROAMING, int(home_fee), "border_cell")
    if seconds < calls.ultra_short_below_seconds:
        return Proposal(ErrorKind.CDR, 0, "ultra_short")
    if seconds >= calls.ultra_long_from_seconds:
        # The part within the limit; how long the call really was, only the switch can tell, and a person asks it.
        return Proposal(ErrorKind.CDR, charge.fen * calls.ultra_long_from_seconds // seconds, "ultra_long")
    if charge.agreed_fee is not None and charge.fen > charge.agreed_fee:
        return Proposal(ErrorKind.NOT_AS_AGREED, charge.agreed_fee, "more_than_agreed")
    return Proposal(None, charge.fen, "as_recorded")


def _before(charge: Charge, others: Sequence[Charge]) -> Sequence[Charge]:
    ids = [other.id for other in others]
    return others[: ids.index(charge.id)] if charge.id in ids else others


def _same_call(one: Charge, other: Charge) -> bool:
    return other.cdr is not None and (one.at, one.fen, dict(one.cdr or {})) == (other.at, other.fen, dict(other.cdr))


def _running(charge: Charge, orders: Sequence[Order]) -> Order | None:
    """The order that the product ran on, on the day of the charge: the last one up to that day that was not ended before it."""
    running: Order | None = None
    day = _day(charge.at)
    for order in sorted(orders, key=lambda order: order.at):
        if order.product != charge.product:
            continue
        if order.action == "on" and _day(order.at) <= day:
            running = order
        elif order.action == "off" and _day(order.at) < day:
            running = None
    return running


def _found(msisdn: Msisdn, charge: Charge, orders: Sequence[Order], others: Sequence[Charge], now: datetime) -> Finding:
    own = tuple(order for order in orders if order.product == charge.product)
    return Finding(msisdn, charge, own, propose(charge, own, others, policy().calls), now)


def _records(
    carrier: Carrier, msisdn: Msisdn, now: datetime, *, month: str = "", item: str = "", history: bool = True
) -> tuple[list[Charge], list[Order]]:
    references = new_reference(2)
    values = {"item": item} if item else {"month": month}
    requests = [Request(references[0], msisdn, "charges", "", values, by="system", channel="care")]
    if history:
        requests.append(Request(references[1], msisdn, "history", by="system", channel="care"))
    heard = dict(carrier.ask(requests, now=now, time_limit_seconds=LOOK_SECONDS))
    answers: list[Answer] = []
    for place in range(len(requests)):
        answer = heard.get(place, CarrierSilent("no answer"))
        if isinstance(answer, CarrierError):
            raise answer
        if answer.refused is not None:
            raise NoSuchCharge(item or month or str(answer.refused or Cause.NOT_FOUND))
        answers.append(answer)
    charges = [charge_of(entry) for entry in answers[0].facts["entries"]]
    orders = [_order(entry) for entry in answers[1].facts["orders"]] if history else []
    if item and not charges:
        raise NoSuchCharge(item)
    return charges, orders


def charge_of(entry: Mapping[str, Any]) -> Charge:
    """A charging record as the port tells it."""
    return Charge(
        id=entry["id"],
        at=entry["at"],
        month=entry["month"],
        kind=entry["kind"],
        product=entry["product"],
        name=Text(entry["name_zh"], entry["name_en"]),
        fen=entry["fen"],
        provider=entry["provider"] or "",
        agreed_fee=entry["agreed_fee"],
        cdr=entry["cdr"],
        refunded=entry["refunded"],
        reference=entry.get("reference") or "",
        given_back=int(entry.get("given_back") or 0),
    )


def _order(entry: Mapping[str, Any]) -> Order:
    name = Text(entry["name_zh"], entry["name_en"])
    who = (entry["by"], entry["channel"], entry["fee"], entry["provider"] or "")
    return Order(entry["product"], name, entry["action"], entry["at"], *who)


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _plain(value: Any) -> Any:
    """Values as JSON holds them."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value
