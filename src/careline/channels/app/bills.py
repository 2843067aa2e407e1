"""Bills by the month, each charge explained, and the dispute of one, which opens a case."""

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Path, Router, Status
from pydantic import Field

from careline.carrier.port import CarrierError
from careline.cases.models import Contact
from careline.catalogue import library
from careline.channels.app import asking
from careline.channels.app.asking import TROUBLES, trouble
from careline.channels.app.operating import operation
from careline.channels.app.problems import Problem
from careline.channels.app.refusals import told
from careline.channels.app.shapes import Docket, Given, Moment, Money, Month, Shown, money, money_or_none
from careline.channels.app.visit import CHANNEL, Visit, visit_of
from careline.channels.portal.telling import OFTEN, OFTEN_MAX
from careline.refunds import verifying
from careline.refunds.verifying import Finding, NoSuchCharge
from careline.selfcare import bills, disputing, why
from careline.selfcare.disputing import Asked
from careline.selfcare.reading import Answered
from careline.values.outcome import Outcome

router = Router(tags=["bills"])
_MAY_SAY = Annotated[
    str,
    Field(max_length=1000, pattern=r"^[^\x00]*$", description="What the customer says about it.", examples=["我没有订过"]),
]  # fmt: skip
Charge = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_:.-]{1,64}$", description="The id of a charge.", examples=["c-1042"])
]


class GroupShown(Shown):
    group: str = Field(description="plan, calls, data, subscriptions, third_party, discounts.", examples=["plan"])
    total: Money


class MonthShown(Shown):
    month: Month
    total: Money | None = Field(description="null: there is no bill, or the carrier did not tell (down).")
    down: bool = Field(description="The carrier did not tell of this month.", examples=[False])
    groups: list[GroupShown]


class Months(Shown):
    items: list[MonthShown] = Field(description="The running month last.")


class AskedShown(Shown):
    step: Literal["open", "checking", "coming", "returned", "explained"] = Field(
        description="How it stands.", examples=["checking"]
    )
    docket: str | None = Field(description="The case.", examples=["2611220017"])
    at: Moment | None
    due_at: Moment | None = Field(description="By when money returns.")
    paid: Money = Field(description="What was returned.")


class ItemShown(Shown):
    id: Charge
    at: Moment
    group: str = Field(description="Where it stands on the bill.", examples=["plan"])
    kind: str = Field(description="call, usage, plan, subscription, information.", examples=["plan"])
    name: str = Field(description="What for.", examples=["月租费"])
    amount: Money
    refunded: Money
    provider: str | None = Field(description="The third party that is paid.", examples=[None])
    asked: AskedShown | None = Field(description="What was asked about it before.")


class BillShown(Shown):
    month: Month
    total: Money
    paid: Money
    difference: Money = Field(description="What the total says above its items: nothing, as a rule.")
    running: bool = Field(description="Items are still added.", examples=[False])
    groups: list[GroupShown]
    items: list[ItemShown]


class OrderShown(Shown):
    at: Moment
    on: bool = Field(description="Ordered; false: ended.", examples=[True])
    by: str = Field(description="Who; other lines are masked.", examples=["subscriber"])
    by_another: bool = Field(description="By another line.", examples=[False])
    channel: str = Field(description="Where.", examples=["sms"])
    fee: Money


class CallShown(Shown):
    kind: str = Field(description="Of the call.", examples=["local"])
    began_at: Moment
    seconds: int = Field(description="How long.", examples=[61])
    cell: str = Field(description="As the network names its place.", examples=["0431-2207"])
    suspicious: str = Field(
        description="ultra_short, ultra_long, recorded_twice, announcement, border_cell.", examples=[""]
    )


class WhyShown(Shown):
    item: ItemShown
    why: str = Field(description="In a word: as_agreed, never_ordered, ordered_by_another, …", examples=["as_agreed"])
    agreed: Money | None = Field(description="What was agreed to.")
    call: CallShown | None = Field(description="The record of a call.")
    order: OrderShown | None = Field(description="The order that it stands on.")
    story: list[OrderShown] = Field(description="Every time it was ordered or ended.")
    service: str | None = Field(description="Of the catalogue.", examples=["caller_id"])
    can_dispute: bool = Field(description="Whether it may be disputed now.", examples=[True])


class DisputeGiven(Given):
    charge: Charge
    words: _MAY_SAY = ""


class DisputeShown(Shown):
    docket: Docket
    joined: bool = Field(description="It is with a case that was open.", examples=[False])
    due_at: Moment | None = Field(description="By when money returns if it is due.")


@operation(
    router, "GET", "/bills", scope="bills:read", answers={200: Months}, summary="The latest months", problems=TROUBLES
)
def list_bills(request: HttpRequest) -> Months:
    """Six months beside each other, by groups; a month that the carrier does not tell of is marked down."""
    visit = visit_of(request)
    try:
        found = bills.months(asking.carrier(), visit.msisdn, visit.now, channel=CHANNEL)
    except CarrierError as error:
        raise trouble(error) from error
    _noted(visit)
    items = [
        MonthShown(
            month=one.month, total=money_or_none(one.total), down=one.down,
            groups=[GroupShown(group=group, total=money(fen)) for group, fen in one.groups.items()],
        )
        for one in found
    ]  # fmt: skip
    return Months(items=items)


@operation(
    router, "GET", "/bills/{month}", scope="bills:read", answers={200: BillShown}, summary="One month, item by item",
    problems=(*TROUBLES, "not_found"),
)  # fmt: skip
def read_bill(request: HttpRequest, month: Path[Month]) -> BillShown:
    """The items of a bill, and what the total says above them."""
    visit = visit_of(request)
    try:
        bill = bills.read(asking.carrier(), visit.msisdn, month, visit.now, channel=CHANNEL)
    except NoSuchCharge as none:
        raise Problem("not_found") from none
    except CarrierError as error:
        raise trouble(error) from error
    _noted(visit)
    return BillShown(
        month=bill.month,
        total=money(bill.total),
        paid=money(bill.paid),
        difference=money(bill.difference),
        running=bill.running,
        groups=[GroupShown(group=group, total=money(fen)) for group, fen, _ in bill.groups],
        items=[_item(one.charge, one.group, one.asked, visit.language) for one in bill.items],
    )


@operation(
    router, "GET", "/charges/{id}", scope="bills:read", answers={200: WhyShown}, summary="Why was I charged",
    problems=(*TROUBLES, "not_found"),
)  # fmt: skip
def explain_charge(request: HttpRequest, id: Path[Charge]) -> WhyShown:
    """One charge followed back to its record, to the order behind it, and to what was asked about it."""
    visit = visit_of(request)
    finding = _look(visit, id)
    try:
        told_why = why.explain(asking.carrier(), visit.msisdn, finding.charge.month, id, library.current(), visit.now)
    except NoSuchCharge as none:
        raise Problem("not_found") from none
    except CarrierError as error:
        raise trouble(error) from error
    call, charge = told_why.call, told_why.finding.charge
    asked = told_why.asked
    return WhyShown(
        item=_item(charge, told_why.group, asked, visit.language),
        why=told_why.finding.proposal.why,
        agreed=money_or_none(charge.agreed_fee),
        call=CallShown(
            kind=call.kind, began_at=call.began_at, seconds=call.seconds, cell=call.cell, suspicious=call.suspicious
        )
        if call
        else None,
        order=_order(told_why.order) if told_why.order else None,
        story=[_order(one) for one in told_why.story],
        service=told_why.service or None,
        can_dispute=asked is None or asked.again or asked.step == "open",
    )


@operation(
    router, "POST", "/disputes", scope="cases:write", body=True, answers={201: DisputeShown}, summary="Dispute a charge",
    problems=(*TROUBLES, "not_found", "not_possible", "too_often"),
)  # fmt: skip
def dispute_charge(request: HttpRequest, body: DisputeGiven) -> Status[DisputeShown]:
    """Opens one case of this charge, or joins the one that is open, and asks for the money back in it."""
    visit = visit_of(request)
    finding = _look(visit, body.charge)
    key = f"app:{visit.once}"
    spare(visit, key)
    try:
        with told():
            done = disputing.dispute(finding, body.words, key=key, now=visit.now, channel=CHANNEL)
    except disputing.Settled as settled:
        raise Problem("not_possible", why=settled.asked.step) from settled
    return Status(201, DisputeShown(docket=done.case.docket, joined=done.joined, due_at=done.due_at))


def spare(visit: Visit, key: str) -> None:
    """As many contacts an hour as on pages; raises Problem (429)."""
    lately = Contact.objects.filter(case__msisdn=visit.msisdn.digits, channel=CHANNEL, at__gt=visit.now - OFTEN)
    if lately.exclude(key=key).count() >= OFTEN_MAX:
        raise Problem("too_often", headers={"Retry-After": str(int(OFTEN.total_seconds()))})


def _look(visit: Visit, charge: str) -> Finding:
    try:
        return disputing.look(asking.carrier(), visit.msisdn, charge, visit.now)
    except NoSuchCharge as none:
        raise Problem("not_found") from none
    except CarrierError as error:
        raise trouble(error) from error


def _noted(visit: Visit) -> None:
    asking.note(visit, Answered("bill_by_month", Outcome.DONE))


def _item(charge: verifying.Charge, group: str, asked: Asked | None, language: str) -> ItemShown:
    return ItemShown(
        id=charge.id, at=charge.at, group=group, kind=charge.kind, name=charge.name.read(language),
        amount=money(charge.fen), refunded=money(charge.refunded), provider=charge.provider or None,
        asked=_asked(asked) if asked else None,
    )  # fmt: skip


def _asked(asked: Asked) -> AskedShown:
    return AskedShown.model_validate(
        {"step": asked.step, "docket": asked.docket or None, "at": asked.at, "due_at": asked.due_at,
         "paid": money(asked.paid)}
    )  # fmt: skip


def _order(one: verifying.Order) -> OrderShown:
    return OrderShown(
        at=one.at, on=one.action == "on", by=one.by, by_another=one.by_another, channel=one.channel, fee=money(one.fee)
    )
