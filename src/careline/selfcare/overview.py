"""How things stand with a customer, on one page: money, usage, what is on, what waits, and what to know before it hurts.

One batch of carrier reads; each part is None when its reading failed, and the rest stands. A fixed number of statements.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from careline.carrier.port import Carrier, CarrierError
from careline.cases.states import OPEN, State
from careline.cases.subjects.categories import categories
from careline.dialogue.book import Book
from careline.dialogue.saying import local, named
from careline.dialogue.talk import Subscriber
from careline.offers import facts, recommending
from careline.offers.recommending import Suggestion
from careline.orders.states import OPEN as ORDERS_OPEN
from careline.orders.states import State as OrderState
from careline.postgres import sql
from careline.selfcare import alerts, reading, usage
from careline.selfcare.alerts import Alert
from careline.selfcare.reading import Answered, Read
from careline.selfcare.usage import Quota
from careline.values.language import Text

SHOWN_MAX = 4  # of what is on, of cases and of orders; the rest stands on pages of its own
_WANTED: reading.Wanted = {name: (name, "", {}) for name in ("account", "usage", "holdings")}
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
    cases, orders, found = _open(subscriber)
    if subscriber.senior or found or any(one.what == "complaint" for one in cases):
        book = None  # nothing is sold to them, so nothing is asked for it either
    wanted = {**_WANTED, **(facts.wanted(local(now).date()) if book is not None else {})}
    read = reading.read(
        carrier, subscriber.msisdn, wanted, now=now, channel=channel, time_limit_seconds=time_limit_seconds
    )
    account, quotas, held = _facts(read, "account"), _facts(read, "usage"), _facts(read, "holdings")
    holdings: Sequence[Mapping[str, Any]] = held["holdings"] if held is not None else ()
    counted = usage.quotas(quotas) if quotas is not None else None
    found = _waiting(cases, orders) + found
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
        suggestion=_suggestion(subscriber, read, book, found, now, channel),
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


def _open(subscriber: Subscriber) -> tuple[list[Open], list[Open], list[Alert]]:
    """Open cases, whoever waits for the customer first; open orders, what has arrived or waits for its money first; and
    known faults of the customer's region that are not mended yet. One statement."""
    # What is open of this customer, and what is disturbed where they live?
    rows = sql.run(
        "(SELECT 1, docket, kind, state, opened_at AS at FROM case_case WHERE msisdn = %(who)s::text"
        "  AND state = ANY(%(cases)s::text[]) ORDER BY opened_at DESC LIMIT 20)"
        " UNION ALL (SELECT 2, number, 'order', state, placed_at FROM order_order WHERE msisdn = %(who)s::text"
        "  AND state = ANY(%(orders)s::text[]) ORDER BY placed_at DESC LIMIT 20)"
        " UNION ALL (SELECT 3, category, news, '', opened_at FROM case_fault WHERE answered_at IS NULL"
        "  AND region IN ('', %(region)s::text) ORDER BY opened_at DESC LIMIT 3)",
        {
            "who": subscriber.msisdn.digits,
            "region": subscriber.region,
            "cases": [state.value for state in OPEN],
            "orders": [state.value for state in ORDERS_OPEN - {OrderState.RECEIVED}],  # nothing of that is under way
        },
    )
    found: dict[int, list[Open]] = {1: [], 2: [], 3: []}
    for part, *row in rows:
        found[part].append(Open(*row))
    for part in (1, 2, 3):
        found[part].sort(key=lambda one: one.at, reverse=True)
    cases = sorted(found[1], key=lambda one: one.state != State.CONFIRMING)
    orders = sorted(found[2], key=lambda one: one.state not in (OrderState.ARRIVED, OrderState.WAITING))
    return cases, orders, [_fault(category=one.number, news=one.what, since=one.at) for one in found[3]]


def _fault(category: str, news: str, since: datetime) -> Alert:
    known = categories().get(category)
    return Alert("fault", "warn", {"what": known.name if known else _ELSEWHERE, "since": since, "news": news})


def _waiting(cases: Sequence[Open], orders: Sequence[Open]) -> list[Alert]:
    """What stands still until the customer does something."""
    asked = [Alert("case_asks", "note", {}, one.number) for one in cases if one.state == State.CONFIRMING]
    arrived = [Alert("order_arrived", "note", {}, one.number) for one in orders if one.state == OrderState.ARRIVED]
    unpaid = [Alert("order_unpaid", "note", {}, one.number) for one in orders if one.state == OrderState.WAITING]
    return [*asked, *arrived, *unpaid]


def _suggestion(
    subscriber: Subscriber,
    read: Read,
    book: Book | None,
    found: Sequence[Alert],
    now: datetime,
    channel: str,
) -> Suggestion | None:
    """Nothing is sold to somebody who complains, whose line is off, or who should hear something graver first; and in
    senior mode there are fewer things."""
    if book is None or any(one.level == "bad" for one in found):
        return None
    known = facts.facts_of(subscriber, read, local(now).date())
    return recommending.suggest(subscriber.msisdn, "home", facts=known, now=now, channel=channel, book=book)
