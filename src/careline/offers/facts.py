"""What is known of a customer when something is to be recommended: made of the carrier's own answers, nothing guessed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from careline.dialogue.talk import Subscriber
from careline.values.period import Month

MONTHS = 3  # finished months that are looked at
NEW_MONTHS, LOYAL_MONTHS = 3, 24  # segments by time here


@dataclass(frozen=True, slots=True)
class Facts:
    """One customer, now. Amounts in fen; `charged`: finished months, the newest first, each with product -> fen."""

    brand: str
    region: str
    status: str = "active"
    abroad: bool = False
    tenure_months: int | None = None
    holdings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # product -> tier
    quotas: Mapping[str, tuple[int, int | None]] = field(default_factory=lambda: MappingProxyType({}))
    charged: tuple[tuple[str, Mapping[str, int]], ...] = ()
    said: frozenset[str] = frozenset()  # needs that the customer spoke of: data, roaming, calls, music
    reason: str = ""  # why the customer wants to leave

    @property
    def segment(self) -> str:
        if self.tenure_months is None:
            return "usual"
        return "new" if self.tenure_months < NEW_MONTHS else "loyal" if self.tenure_months >= LOYAL_MONTHS else "usual"


def wanted(today: date) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """What to ask the carrier for `facts_of`: name -> (kind, subject, values). Each may fail alone."""
    this = Month.of(today)
    asked: dict[str, tuple[str, str, dict[str, Any]]] = {
        "profile": ("profile", "", {}),
        "holdings": ("holdings", "", {}),
        "usage": ("usage", "", {}),
    }
    return asked | {
        f"charges-{back}": ("charges", "", {"month": str(this.plus(-back))}) for back in range(1, MONTHS + 1)
    }


def facts_of(
    subscriber: Subscriber,
    read: Mapping[str, Any],
    today: date,
    *,
    said: frozenset[str] = frozenset(),
    reason: str = "",
) -> Facts:
    """The facts in the carrier's answers (name -> facts; what is missing or an error is not known, and fits nothing)."""
    profile = _facts(read, "profile")
    began = profile.get("activated_on")
    holdings = _facts(read, "holdings").get("holdings") or ()
    quotas = _facts(read, "usage").get("quotas") or ()
    months: list[tuple[str, Mapping[str, int]]] = []
    for back in range(1, MONTHS + 1):
        month = _facts(read, f"charges-{back}")
        if "entries" not in month:
            break  # "running" means without a gap
        months.append((str(month["month"]), _sums(month["entries"])))
    return Facts(
        brand=subscriber.brand,
        region=subscriber.region,
        status=str(profile.get("status") or subscriber.status),
        abroad=bool(profile.get("abroad", subscriber.abroad)),
        tenure_months=_months_between(began, today) if isinstance(began, date) else None,
        holdings={str(held["product"]): str(held.get("tier") or "") for held in holdings},
        quotas={row[0]: (row[4], row[5]) for row in quotas},
        charged=tuple(months),
        said=said,
        reason=reason,
    )


def _facts(read: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = read.get(name)
    return found if isinstance(found, Mapping) else {}


def _sums(entries: Any) -> dict[str, int]:
    """What was charged for use, by product; what was returned is not counted, and plans and providers are no use."""
    sums: dict[str, int] = {}
    for entry in entries:
        if entry["kind"] in ("usage", "call"):
            sums[entry["product"]] = sums.get(entry["product"], 0) + entry["fen"] - int(entry.get("refunded") or 0)
    return sums


def _months_between(began: date, today: date) -> int:
    return (today.year - began.year) * 12 + today.month - began.month - (today.day < began.day)
