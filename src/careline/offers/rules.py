"""Whether an offer fits a customer, and what it saves: pure, from facts; the honest no has a code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from careline.offers.facts import Facts
from careline.offers.offer import Offer


@dataclass(frozen=True, slots=True)
class Saving:
    """What was paid in a month for what the offer covers, and what it would have cost. Amounts in fen."""

    month: str
    paid: int
    price: int

    @property
    def saves(self) -> int:
        return self.paid - self.price


@dataclass(frozen=True, slots=True)
class Fit:
    """`need`: why it fits (one of offer.NEEDS); or `against`: why it does not.

    against: over, brand, region, segment, tenure, status, already_on, held, lacks, no_need, saves_nothing, reason.
    """

    need: str = ""
    against: str = ""
    saving: Saving | None = None
    percent: int = 0  # of the allowance that is nearly used up

    def __bool__(self) -> bool:
        return not self.against


def fits(
    offer: Offer, facts: Facts, today: date, *, product: str = "", price: int = 0, held_price: int | None = None
) -> Fit:
    """Whether this offer is for this customer today; `product` and `price` are the service's, from the catalogue,
    `held_price` that of the tier which the customer has of it.

    An offer that claims to spare money must: what it covers was dearer in each of the months it looks at.
    """
    if against := _audience(offer, facts, today, product):
        return Fit(against=against)
    wants = offer.audience
    if offer.kind == "retention":
        if wants.reasons and facts.reason not in wants.reasons:
            return Fit(against="reason")
        saving = _saving(offer, facts, price)
        return Fit("leaving", saving=saving if saving and saving.saves > 0 else None)
    if held_price is not None and held_price >= price:
        return Fit(against="held")  # a smaller one than theirs helps nobody who needs more
    if not wants.asks_for_a_need:
        return Fit("usual")
    if wants.said & facts.said:
        return Fit("said")
    if wants.abroad and facts.abroad:
        return Fit("abroad")
    if (saving := _saving(offer, facts, price)) is not None:
        return Fit("extra", saving=saving) if saving.saves > 0 else Fit(against="saves_nothing")
    if (percent := _used_percent(offer, facts.quotas)) is not None:
        return Fit("used_up", percent=percent)
    return Fit(against="no_need")


def _audience(offer: Offer, facts: Facts, today: date, product: str) -> str:
    wants = offer.audience
    tenure = facts.tenure_months
    refused = (
        (not offer.reigns(today), "over"),
        (facts.status != "active", "status"),
        (bool(wants.brands) and facts.brand not in wants.brands, "brand"),
        (bool(wants.regions) and facts.region not in wants.regions, "region"),
        (bool(wants.segments) and facts.segment not in wants.segments, "segment"),
        (bool(wants.tenure_months_min) and (tenure is None or tenure < wants.tenure_months_min), "tenure"),
        (wants.tenure_months_max is not None and (tenure is None or tenure > wants.tenure_months_max), "tenure"),
        (bool(product) and facts.holdings.get(product, None) in (offer.tier, ""), "already_on"),
        (bool(wants.has) and not wants.has & facts.holdings.keys(), "lacks"),
        (bool(wants.lacks & facts.holdings.keys()), "held"),
    )
    return next((code for no, code in refused if no), "")


def _saving(offer: Offer, facts: Facts, price: int) -> Saving | None:
    """Of the months that the offer looks at the cheapest, so that nothing is promised that one of them would not keep."""
    extra = offer.audience.extra
    if extra is None or len(facts.charged) < extra.months:
        return None
    paid = [(month, sums.get(extra.product, 0)) for month, sums in facts.charged[: extra.months]]
    if any(fen < extra.fen_min for _, fen in paid):
        return None
    month, least = min(paid, key=lambda one: one[1])
    return Saving(month, least, price)


def _used_percent(offer: Offer, quotas: Mapping[str, tuple[int, int | None]]) -> int | None:
    wanted = offer.audience.used_up
    if wanted is None:
        return None
    used, total = quotas.get(wanted.quota, (0, None))
    if not total:
        return None
    percent = min(100, used * 100 // total)
    return percent if percent >= wanted.percent else None
