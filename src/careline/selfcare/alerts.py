"""What a customer should know before something fails. Pure: facts in, alerts out, the gravest first; the words are the door's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from careline.dialogue.saying import as_day, local
from careline.selfcare.usage import Quota
from careline.values.language import Text

SOON_DAYS = 7  # before a line's validity ends
_GRAVITY = {"bad": 0, "warn": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to know. `values` are amounts in fen (int), days (date), texts; `about` is what a link of it needs."""

    kind: str
    level: str  # bad, warn, note
    values: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""  # a docket, an order's number


@dataclass(frozen=True, slots=True)
class Known:
    """A common fault that we know of."""

    what: Text
    since: datetime


def of_account(account: Mapping[str, Any], now: datetime) -> list[Alert]:
    """What the state of the line and its debt ask for."""
    today, status = local(now).date(), account.get("status")
    debt = int(account.get("debt") or max(0, -int(account.get("basic") or 0)))
    found = []
    if status in ("suspended", "released"):
        until = as_day(account.get("retained_until"))
        left = max(0, (until - today).days) if until else None
        kind = "suspended_until" if status == "suspended" and until else str(status)
        found.append(Alert(kind, "bad", {"debt": debt, "until": until, "days": left}))
    elif status == "inactive":
        found.append(Alert("inactive", "warn"))
    elif debt:
        found.append(Alert("debt", "bad", {"debt": debt}))
    closing = as_day(account.get("closing_on"))
    if closing is not None and status == "active":
        found.append(Alert("closing", "warn", {"until": closing}))
    valid = as_day(account.get("valid_until"))
    if valid is not None and status == "active" and (valid - today).days <= SOON_DAYS:
        found.append(Alert("validity", "warn", {"until": valid, "days": max(0, (valid - today).days)}))
    return found


def of_fees(account: Mapping[str, Any], holdings: Sequence[Mapping[str, Any]], now: datetime) -> list[Alert]:
    """Whether what is there pays the fees of the first of next month; gift money never pays content providers."""
    if account.get("status") != "active":
        return []
    due = next_month(local(now).date())
    fees, providers = _fees(holdings, due)
    basic, gift = int(account.get("basic") or 0), int(account.get("gift") or 0)
    if fees + providers > basic + gift:
        missing = fees + providers - basic - gift
        return [Alert("fees", "warn", {"needed": fees + providers, "missing": missing, "date": due})]
    if providers > basic:
        return [Alert("providers", "warn", {"needed": providers, "basic": basic, "date": due})]
    return []


def of_usage(found: Sequence[Quota]) -> list[Alert]:
    """Allowances that are used up, or nearly."""
    alerts = []
    for one in found:
        if one.over:
            alerts.append(Alert("quota_over", "warn", {"name": one.name}, one.id))
        elif one.near and one.left is not None:
            alerts.append(Alert("quota_near", "note", {"name": one.name, "left": one.said(one.left)}, one.id))
    return alerts


def ordered(alerts: Sequence[Alert]) -> list[Alert]:
    """The gravest first; of one gravity in the order in which they were found."""
    return sorted(alerts, key=lambda one: _GRAVITY[one.level])


def next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _fees(holdings: Sequence[Mapping[str, Any]], due: date) -> tuple[int, int]:
    """What the first of next month takes for what goes on until then: ours, and that of content providers."""
    ours = theirs = 0
    for one in holdings:
        until, starts = as_day(one.get("until")), as_day(one.get("starts_on"))
        if one.get("per") != "month" or (until and until <= due) or (starts and starts > due):
            continue
        if one.get("provider"):
            theirs += int(one.get("fee") or 0)
        else:
            ours += int(one.get("fee") or 0)
    return ours, theirs
