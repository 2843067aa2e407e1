"""The carrier behind one port: batches of requests in, an answer for each item out, three errors.

A request is named by its `reference` (the attempt's id): the carrier does what one reference asks at most once, and can
be asked later what became of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Protocol

from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

EMPTY: Mapping[str, Any] = MappingProxyType({})


class CarrierError(Exception):
    """The carrier gave no usable answer; which of the three kinds decides what may be believed."""


class CarrierDown(CarrierError):
    """It could not be reached, or refused to talk: nothing happened."""


class CarrierBusy(CarrierError):
    """It asked us to slow down: nothing happened."""


class CarrierSilent(CarrierError):
    """It was asked and never heard, or answered nonsense: what happened is unknown."""


@dataclass(frozen=True, slots=True)
class Request:
    """One thing asked of the carrier.

    `kind` is one of KINDS; `subject` what it is about (a product code, a list); `values` its arguments.
    """

    reference: str
    msisdn: Msisdn
    kind: str
    subject: str = ""
    values: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    by: str = "subscriber"  # who asked: subscriber, agent:<id>, system
    channel: str = "sms"


# kind -> what its facts hold. Money in fen, times aware UTC, dates local to the carrier.
KINDS: Mapping[str, str] = MappingProxyType(
    {
        # reads
        "account": "basic, gift, charges_now, credit_limit, status, valid_until, retained_until, debt, charges: [(name zh, name en, fen)],"
        " closing_on (the first day on which a line that its customer gave up is not served), left_on (the same, once it has come)",
        "bill": "month (values: month 'yyyy-mm'): total, paid, items: [(name zh, name en, fen)]",
        "charges": "values: month 'yyyy-mm' or item (an id): month, entries: [{id, at, month, kind call|usage|plan|"
        "subscription|information, product, name_zh, name_en, fen, provider or None, agreed_fee (by the business form, or by"
        " the subscription of that day) or None, cdr {kind, seconds, at, cell, border, home_fee} or None, refunded (fen),"
        " reference (of the `charge` that we asked for, else ''), given_back (fen, by top_ups that name that reference)}];"
        " their fen add up to the bill's total",
        "history": "subject product or '': orders: [{product, name_zh, name_en, fee, per, provider or None, action on|off, at,"
        " by, channel}], ended ones too, the oldest first",
        "payments": "subject payments|topups|returned (values: month or nothing): entries: [(date, fen, how zh, how en)]",
        "usage": "subject quota id or '' for all: quotas: [(id, name zh, name en, unit, used, total or None)]",
        "points": "points, worth (fen), expiring, expires_on",
        "holdings": "subject '' | sp | product: holdings: [{number, product, tier, name_zh, name_en, fee, per, since,"
        " starts_on, until, by, channel, provider or None, values, allowances}]",
        "profile": "brand, region, language, status, abroad, owner_masked, plan_zh, plan_en, credit_rating, activated_on",
        "number": "values: number: region_zh, region_en, carrier",
        "short_number": "values: short: number (of the same group only)",
        "inquire": "values: reference: state done|refused|absent|pending, facts, cause",
        # of cases, which are ours (careline.cases.office); a carrier is never asked these
        "case_status": "values: docket or nothing: cases: [how one stands], count",
        # of orders, which are ours too (careline.orders.office), and of leaving (careline.selfcare.leaving_office)
        "card_activate": "values: order or nothing: state active|confirmed, goods, number (order), line, new",
        "leaving_show": "values: what '' or soonest|month_end (the day that is chosen): how a leaving stands (careline.selfcare.standing),"
        " means: what it would mean to leave that day, days, reasons: [(id, zh, en)]",
        "order_status": "orders: [{number, goods, state, coming, confirm, step, told, date, slot}], count",
        # writes
        "switch_on": "subject product (values: tier, fee, per, effect now|next_month, excludes: [product],"
        " replaces: [product], paid_to, name_zh, name_en, allowances, plus settings):"
        " effective_on, fee, basic, gift, status, tier, replaced: [product]",
        "switch_off": "subject product (values: effect, tier: only that one), or sp (values: effect, numbers of holdings):"
        " effective_on, ended: [product], names: [[zh, en]], tiers",
        "configure": "subject product (values: settings): settings",
        "redeem": "values: amount (fen): points, redeemed_points, basic",
        "password": "subject apply|change|reset|check (values: id_number | old, new | password; Secret): tries_left",
        "activate": "status, valid_until; values: card or nothing: a card that was set apart for this line comes to life, a new"
        " line with it or in place of the card that it had: card besides",
        "reserve_card": "subject new|replacement (values: credit, fen on a new line): card (its ICCID), number (the digits of the"
        " line that it is for: a new one that waits for `activate`, in the name of whoever asks, or the asker's own)",
        "drop_card": "values: reference (of the reserve_card): card that was let go, with its new number; '' if there was none",
        "top_up": "values: amount, account basic|gift, how, item (id of the charge that how=refund returns), returns (reference of"
        " the charge that how=returned gives back): basic, gift, status",
        "charge": "values: amount, product, paid_to, name_zh, name_en, agreed (fen that the customer agreed to): basic, gift, status",
        "close_line": "values: effective_on (a day after today, 'yyyy-mm-dd'): effective_on, retained_until, basic, gift, points;"
        " refused not_enough_money while there is a debt, already_on (effective_on) when it was asked for before",
        "reopen_line": "takes a close_line back, until the number is released: status, basic, gift, was closing|left",
        "case_open": "subject complaint|enquiry|suggestion (values: words, category, language, brand, region):"
        " how it stands, joined, matters: [(category, zh, en)] to choose from where the words did not tell",
        "case_sort": "values: came (the reference that opened it), category: how it stands, joined",
        "case_urge": "values: docket or nothing: how it stands",
        "case_answer": "values: docket or nothing, satisfied, words: how it stands",
        "leaving_ask": "values: reason: how it stands, days, offer: {showing, service, verb, tier, name, reason, price} or None",
        "leaving_answer": "values: what stay|think|gift: how it stands",
        "leaving_agree": "values: day (that was asked about), password (Secret): how it stands; refused also wrong_password,"
        " too_many_tries, not_on (of the password check) with tries_left, locked_until",
        "leaving_back": "how it stands",
        "case_rate": "values: docket or nothing, rating (1 to 5): how it stands",
    }
)
READS = frozenset(
    {
        *("account", "bill", "payments", "usage", "points", "holdings", "profile", "number", "short_number", "inquire"),
        *("charges", "history"),
        *("case_status", "order_status", "leaving_show"),
    }
)
# What may be asked again under the same reference, and then gets the answer of the first time.
REPEATABLE = frozenset({kind for kind in KINDS if kind.startswith(("case_", "leaving_"))} | {"card_activate"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the carrier said of one request: facts, or a refusal with its cause (and facts that explain it)."""

    refused: Cause | None = None
    facts: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    words: str = ""  # the carrier's own words, kept for the explain view


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What the carrier knows of a line and we keep a refreshed copy of."""

    msisdn: Msisdn
    brand: str
    region: str
    language: str
    status: str  # inactive, active, suspended, released
    abroad: bool
    birthday: date | None = None


@dataclass(frozen=True, slots=True)
class LowBalance:
    """A customer's balance fell below the amount that the customer set; told once. Amounts in fen."""

    msisdn: Msisdn
    number: int  # counts the customer's reminders
    at: datetime
    below: int
    balance: int


@dataclass(frozen=True, slots=True)
class OpenedByOthers:
    """Something that somebody else than the customer opened on the customer's line; told once. Amounts in fen."""

    msisdn: Msisdn
    number: int  # of the holding
    at: datetime
    product: str
    tier: str
    name_zh: str
    name_en: str
    fee: int
    per: str
    provider: str | None  # who is paid for it; None: the carrier
    by: str  # agent:<id>, line:<masked number>, system, provider
    channel: str


@dataclass(frozen=True, slots=True)
class UsageReached:
    """So much of a month's allowance was used that its customer should know; told once for each level and month."""

    msisdn: Msisdn
    month: int  # yyyymm
    quota: str
    name_zh: str
    name_en: str
    unit: str
    used: int
    total: int
    level: int  # percent: 80 or 100


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A line that is not served, and whose number is kept for its customer. Amounts in fen, days the carrier's own."""

    msisdn: Msisdn
    since: date  # the first day without service
    until: date  # the last day on which it can be saved; the next day the number is released
    reason: str  # debt, or left: its customer gave it up
    debt: int
    basic: int
    gift: int


class Carrier(Protocol):
    """Every adapter keeps this contract; `tests/carrier` runs the same tests over each."""

    def ask(
        self, requests: Sequence[Request], *, now: datetime, time_limit_seconds: float
    ) -> Iterator[tuple[int, Answer | CarrierError]]:
        """Yield (index, answer or error) for each request as soon as it is known, in any order.

        A fixed number of statements or calls per kind, whatever the number of requests. What is not yielded within
        the time limit counts as CarrierSilent. Never raises for one item's trouble.
        """
        ...

    def lines(self, msisdns: Sequence[Msisdn]) -> Mapping[Msisdn, LineFacts]:
        """The lines that exist among these; raises CarrierError."""
        ...

    def alerts_due(self, limit: int = 500) -> Sequence[LowBalance]:
        """Low-balance reminders that were not told yet; raises CarrierError."""
        ...

    def alert_told(self, alerts: Sequence[LowBalance], now: datetime) -> int:
        """These are told now; returns how many were not before."""
        ...

    def openings_due(self, now: datetime, limit: int = 500) -> Sequence[OpenedByOthers]:
        """What others opened on customers' lines lately and nobody was told of yet; raises CarrierError."""
        ...

    def opening_told(self, openings: Sequence[OpenedByOthers], now: datetime) -> int:
        """These are told now; returns how many were not before."""
        ...

    def usage_due(self, now: datetime, limit: int = 500) -> Sequence[UsageReached]:
        """Allowances of this month that reached a level that was not told yet; raises CarrierError."""
        ...

    def usage_told(self, reached: Sequence[UsageReached], now: datetime) -> int:
        """These are told now; returns how many were not before."""
        ...

    def kept(self, after: KeptLine | None = None, limit: int = 500) -> Sequence[KeptLine]:
        """Lines that are suspended and kept, those whose days end first first; raises CarrierError.

        `after`: the last one of the page before.
        """
        ...
