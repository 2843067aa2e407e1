"""Why was I charged? One charge followed back to its charging record, to the order behind it, and to how that was confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from careline.carrier.port import Carrier
from careline.dialogue.book import OPENS, Book, Verb
from careline.ledger.models import Arrived, Attempt
from careline.outbox.models import Message
from careline.refunds import verifying
from careline.refunds.policy import policy
from careline.refunds.verifying import Finding, NoSuchCharge, Order
from careline.selfcare import disputing
from careline.selfcare.bills import group_of, month_of
from careline.selfcare.disputing import Asked
from careline.values.language import Text
from careline.values.msisdn import Msisdn

# The carrier notes the order within the attempt; what a slow carrier did later is still the same one.
_NEAR = timedelta(minutes=10)
_ORDERED = [Verb.SUBSCRIBE.value, Verb.ORDER.value, Verb.REGISTER.value, Verb.CONFIGURE.value]
_SAID_MAX = 6


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the talk in which it was ordered."""

    at: datetime
    ours: bool  # False: the customer's
    text: str
    channel: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """How the order behind a charge came about, as far as our own record goes; `reference` names its attempt."""

    reference: str
    at: datetime
    channel: str
    name: Text  # the catalogue's, of what was ordered
    talk: Sequence[Said]


@dataclass(frozen=True, slots=True)
class Call:
    """A call detail record for its caller; times in seconds, the place as the network names its cell."""

    kind: str
    began_at: datetime
    seconds: int
    cell: str
    border: bool
    home_fee: int | None
    fen_a_minute: int | None  # charged for each begun minute
    suspicious: str  # ultra_short, ultra_long, recorded_twice, announcement, border_cell; "" nothing


@dataclass(frozen=True, slots=True)
class Why:
    """One charge explained."""

    finding: Finding
    group: str
    call: Call | None
    order: Order | None
    ordered: Ordered | None
    story: Sequence[Order]  # every time that the product was ordered or ended
    asked: Asked | None
    service: str  # of the catalogue, "" where it has none of that name


def explain(carrier: Carrier, msisdn: Msisdn, month: str, item: str, book: Book | None, now: datetime) -> Why:
    """This line's charge `item` of that month; raises NoSuchCharge (also for an item of another month) and CarrierError."""
    name = month_of(month, now)
    finding = verifying.look(carrier, msisdn, item, now=now)
    charge, order = finding.charge, finding.proposal.order
    if charge.month != name:
        raise NoSuchCharge(item)
    return Why(
        finding,
        group_of(charge),
        _call(finding),
        order,
        _ordered(msisdn, order, book) if order is not None else None,
        finding.orders,
        disputing.asked_for(msisdn, [charge]).get(charge.id),
        next(iter(_services(book, charge.product)), ""),
    )


def bounds() -> tuple[int, int]:
    """From which length a call counts as cut off, and as never ended, in seconds: the policy's."""
    calls = policy().calls
    return calls.ultra_short_below_seconds, calls.ultra_long_from_seconds


def _services(book: Book | None, product: str) -> list[str]:
    """The services that order this product."""
    if book is None:
        return []
    return [one.id for one in book.services.values() if one.product == product and OPENS & one.actions.keys()]


def _call(finding: Finding) -> Call | None:
    cdr = finding.charge.cdr
    if cdr is None:
        return None
    seconds = int(cdr["seconds"])
    minutes = -(-seconds // 60)
    exact = minutes > 0 and finding.charge.fen % minutes == 0
    why = finding.proposal.why
    return Call(
        kind=str(cdr["kind"]),
        began_at=cdr["at"],
        seconds=seconds,
        cell=str(cdr.get("cell") or ""),
        border=bool(cdr.get("border")),
        home_fee=cdr.get("home_fee"),
        fen_a_minute=finding.charge.fen // minutes if exact else None,
        suspicious=why if finding.proposal.kind is not None else "",
    )


def _ordered(msisdn: Msisdn, order: Order, book: Book | None) -> Ordered | None:
    """The attempt that this order was, and what was said in it; three statements.

    Inboxes forget: of an old order there is the attempt alone, of one at another door nothing.
    """
    near = Attempt.objects.filter(
        msisdn=msisdn.digits,
        outcome="done",
        verb__in=_ORDERED,
        begun_at__gte=order.at - _NEAR,
        begun_at__lte=order.at + timedelta(seconds=5),
    ).order_by("-begun_at")
    services = {order.product, *_services(book, order.product)}
    attempt = next((one for one in near if one.service in services), None)
    if attempt is None:
        return None
    heard = Arrived.objects.filter(msisdn=msisdn.digits, attempt=attempt.id).order_by("received_at")
    told = Message.objects.filter(msisdn=msisdn.digits, attempt=attempt.id).order_by("created_at")
    talk = [Said(one.received_at, False, one.said, one.channel) for one in heard if one.said]
    talk += [Said(one.created_at, True, one.text, one.channel) for one in told]
    talk.sort(key=lambda said: (said.at, said.ours))
    service = book.services.get(attempt.service) if book is not None else None
    name = service.name if service is not None else order.name
    return Ordered(str(attempt.id), attempt.begun_at, attempt.channel, name, talk[:_SAID_MAX])
