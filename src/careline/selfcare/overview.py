"""How things stand with a customer, on one page: money, usage, what is on, what waits, and what to know before it hurts.

One batch of carrier reads; each part is None when its reading failed, and the rest stands. A fixed number of statements.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from careline.carrier.port import Carrier, CarrierError
from careline.cases.categories import categories
from careline.cases.models import Case, Fault
from careline.cases.states import OPEN, State
from careline.dialogue.book import Book
from careline.dialogue.saying import local, named
from careline.dialogue.talk import Subscriber
from careline.offers import facts, recommending
from careline.offers.recommending import Suggestion
from careline.orders.models import Order
from careline.orders.states import OPEN as ORDERS_OPEN
from careline.orders.states import State as OrderState
from careline.selfcare import alerts, reading, usage
from careline.selfcare.alerts import Alert
from careline.selfcare.reading import Answered, Read
from careline.selfcare.usage import Quota
from careline.values.language import Text

SHOWN_MAX = 4  # of what is on, of cases and of orders; the rest stands on pages of its own
_ELSEWHERE = Text("其他问题", "Something else")


@dataclass(frozen=True, slots=True)
class Account:
    """Money now, in fen. `credit` is how far the balance may go below nothing."""

    basic: int
    gift: int
    charges: int
    debt: int
    credit: int
    status: str
    items: tuple[tuple[Text, int], ...]

    @property
    def total(self) -> int:
        return self.basic + self.gift


@dataclass(frozen=True, slots=True)
class On:
    """Something that is on."""

    name: Text
    fee: int
    per: str
    provider: str
    number: int


@dataclass(frozen=True, slots=True)
class Open:
    """A case or an order that is not at its end: its number, what it is, where it stands."""

    number: str
    what: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    account: Account | None
    quotas: list[Quota] | None
    on: list[On] | None  # the dearest first
    cases: list[Open]
    orders: list[Open]
    alerts: list[Alert]
    suggestion: Suggestion | None
    answered: tuple[Answered, ...]  # for reading.note


def overview(
    carrier: Carrier,
    subscriber: Subscriber,
    book: Book | None,
    *,
    now: datetime,
    channel: str,
    time_limit_seconds: float,
) -> Overview:
    """How things stand now. Without a book nothing is recommended."""
    today = local(now).date()
    wanted = {"account": ("account", "", {}), **facts.wanted(today)}
    read = reading.read(
        carrier, subscriber.msisdn, wanted, now=now, channel=channel, time_limit_seconds=time_limit_seconds
    )
    account, quotas, held = _facts(read, "account"), _facts(read, "usage"), _facts(read, "holdings")
    holdings: Sequence[Mapping[str, Any]] = held["holdings"] if held is not None else ()
    counted = usage.quotas(quotas) if quotas is not None else None
    cases, orders = _cases(subscriber), _orders(subscriber)
    found = _waiting(cases, orders) + _faults(subscriber)
    if account is not None:
        found += alerts.of_account(account, now)
        found += alerts.of_fees(account, holdings, now) if held is not None else []
    if counted is not None:
        found += alerts.of_usage(usage.rings(counted))
    return Overview(
        account=_account(account) if account is not None else None,
        quotas=counted,
        on=_on(holdings) if held is not None else None,
        cases=cases[:SHOWN_MAX],
        orders=orders[:SHOWN_MAX],
        alerts=alerts.ordered(found),
        suggestion=_suggestion(subscriber, read, book, cases, found, now, channel),
        answered=(Answered.of("balance", read["account"]), Answered.of("free_resources_usage", read["usage"])),
    )


def _facts(read: Read, name: str) -> Mapping[str, Any] | None:
    found = read[name]
    return None if isinstance(found, CarrierError) else found


def _account(said: Mapping[str, Any]) -> Account:
    basic = int(said["basic"])
    return Account(
        basic=basic,
        gift=int(said.get("gift") or 0),
        charges=int(said.get("charges_now") or 0),
        debt=int(said.get("debt") or max(0, -basic)),
        credit=int(said.get("credit_limit") or 0),
        status=str(said.get("status") or "active"),
        items=tuple((Text(one[0], one[1]), int(one[2])) for one in said.get("charges") or ()),
    )


def _on(holdings: Sequence[Mapping[str, Any]]) -> list[On]:
    found = [
        On(named(one, str(one["product"])), int(one["fee"] or 0), str(one["per"]), one["provider"] or "", one["number"])
        for one in holdings
    ]
    return sorted(found, key=lambda one: -one.fee)


def _cases(subscriber: Subscriber) -> list[Open]:
    """The open ones, whoever waits for the customer first; one statement."""
    rows = Case.objects.filter(msisdn=subscriber.msisdn.digits, state__in=[state.value for state in OPEN])
    found = [Open(one.docket, one.kind, one.state, one.opened_at) for one in rows.order_by("-opened_at")[:20]]
    return sorted(found, key=lambda one: one.state != State.CONFIRMING)


def _orders(subscriber: Subscriber) -> list[Open]:
    """The open ones, what has arrived or waits for its money first; one statement."""
    rows = Order.objects.filter(msisdn=subscriber.msisdn.digits, state__in=[state.value for state in ORDERS_OPEN])
    found = [Open(one.number, "order", one.state, one.placed_at) for one in rows.order_by("-placed_at")[:20]]
    return sorted(found, key=lambda one: one.state not in (OrderState.ARRIVED, OrderState.WAITING))


def _waiting(cases: Sequence[Open], orders: Sequence[Open]) -> list[Alert]:
    """What stands still until the customer does something."""
    asked = [Alert("case_asks", "note", {}, one.number) for one in cases if one.state == State.CONFIRMING]
    arrived = [Alert("order_arrived", "note", {}, one.number) for one in orders if one.state == OrderState.ARRIVED]
    unpaid = [Alert("order_unpaid", "note", {}, one.number) for one in orders if one.state == OrderState.WAITING]
    return [*asked, *arrived, *unpaid]


def _faults(subscriber: Subscriber) -> list[Alert]:
    """Known faults of the customer's region that are not mended yet; one statement."""
    rows = Fault.objects.filter(region__in=["", subscriber.region], answered_at=None).order_by("-opened_at")[:3]
    found = []
    for one in rows:
        category = categories().get(one.category)
        what = category.name if category is not None else _ELSEWHERE
        found.append(Alert("fault", "warn", {"what": what, "since": one.opened_at, "news": one.news}))
    return found


def _suggestion(
    subscriber: Subscriber,
    read: Read,
    book: Book | None,
    cases: Sequence[Open],
    found: Sequence[Alert],
    now: datetime,
    channel: str,
) -> Suggestion | None:
    """Nothing is sold to somebody who complains, whose line is off, or who should hear something graver first; and in
    senior mode there are fewer things."""
    graver = any(one.level == "bad" or one.kind == "fault" for one in found)
    if book is None or subscriber.senior or graver or any(one.what == "complaint" for one in cases):
        return None
    known = facts.facts_of(subscriber, read, local(now).date())
    return recommending.suggest(subscriber.msisdn, "home", facts=known, now=now, channel=channel, book=book)
