"""What leaving means for one customer, with dates and sums: pure, from the carrier's own answers, said before anything is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from careline.offers.policy import Leaving as Rules
from careline.values.language import Text
from careline.values.period import Month


@dataclass(frozen=True, slots=True)
class Obligation:
    """A contract that runs on, or a fee paid ahead, and until when."""

    name: Text
    until: date | None
    fee: int
    per: str
    paid_ahead: bool = False  # paid for a year: the rest of it is lost


@dataclass(frozen=True, slots=True)
class Consequences:
    """What is lost, kept and owed when the line is served last on the day before `effective_on`. Amounts in fen."""

    effective_on: date
    last_day: date
    kept_until: date  # the last day on which the number can be had back (NTF-04: 90 days)
    payout_until: date
    basic: int  # paid out
    gift: int  # not paid out: to be used until the last day
    points: int
    worth: int  # of the points, if they are redeemed before
    debt: int
    ending: tuple[Text, ...]  # what runs and ends with the line
    obligations: tuple[Obligation, ...]
    open_cases: tuple[str, ...]  # dockets
    open_orders: int

    @property
    def may_leave(self) -> bool:
        """Only a debt stands in the way; all else is said and decided by the customer."""
        return self.debt == 0


def choices(today: date, rules: Rules) -> tuple[date, date]:
    """The two days to choose from, the first of each without service: as soon as possible, and the first of next month."""
    soonest = today + timedelta(days=max(1, rules.notice_days_min))
    first = Month.of(today).plus(1).first
    return soonest, first if first >= soonest else Month.of(today).plus(2).first


def consequences(
    effective_on: date,
    today: date,
    rules: Rules,
    *,
    account: Mapping[str, Any],
    holdings: Sequence[Mapping[str, Any]],
    points: Mapping[str, Any],
    open_cases: Sequence[str] = (),
    open_orders: int = 0,
) -> Consequences:
    """What it means to leave for `effective_on`; the mappings are the carrier's facts of account, holdings and points."""
    running = [held for held in holdings if not held.get("until") or held["until"] > today]
    return Consequences(
        effective_on=effective_on,
        last_day=effective_on - timedelta(days=1),
        kept_until=effective_on + timedelta(days=rules.keep_days),
        payout_until=effective_on + timedelta(days=rules.payout_days),
        basic=max(0, int(account.get("basic", 0))),
        gift=int(account.get("gift", 0)),
        points=int(points.get("points", 0)),
        worth=int(points.get("worth", 0)),
        debt=int(account.get("debt", 0)),
        ending=tuple(Text(held["name_zh"] or held["product"], held["name_en"] or held["product"]) for held in running),
        obligations=tuple(one for held in running if (one := _obligation(held, effective_on)) is not None),
        open_cases=tuple(open_cases),
        open_orders=open_orders,
    )


def _obligation(held: Mapping[str, Any], effective_on: date) -> Obligation | None:
    """A contract whose end was agreed (the setting contract_until), or a year that was paid ahead."""
    name = Text(held["name_zh"] or held["product"], held["name_en"] or held["product"])
    agreed = (held.get("values") or {}).get("contract_until")
    if agreed:
        until = date.fromisoformat(str(agreed))
        return Obligation(name, until, held["fee"], held["per"]) if until > effective_on else None
    if held["per"] == "year" and held.get("starts_on"):
        until = _next_year(held["starts_on"], effective_on)
        return Obligation(name, until, held["fee"], "year", paid_ahead=True)
    return None


def _next_year(began: date, after: date) -> date:
    """The next return of the day on which it began; of a leap day the first of March."""
    year = after.year
    while True:
        try:
            day = began.replace(year=year)
        except ValueError:
            day = date(year, 3, 1)
        if day > after:
            return day
        year += 1
