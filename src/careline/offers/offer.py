"""An offer as a value: what it proposes, for whom, when, in which words, and how often it may be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from careline.values.language import Text

KINDS = ("recommendation", "promotion", "retention")
# Where a customer may be when something is recommended; none of them is a page or a talk about a complaint.
MOMENTS = (
    *("home", "services", "after_query", "usage", "bill", "good_end", "me", "top_up", "shop"),
    *("desk", "counter", "leaving", "kept", "app"),
)
# Where nothing is ever recommended, whoever asks.
DISPUTES = ("complaint", "case", "dispute", "refund")
NEEDS = ("extra", "used_up", "abroad", "said", "leaving", "usual")  # why an offer fits; each has its own words
REASONS = ("price", "coverage", "service", "unused", "other_carrier", "moving", "charges", "other")  # of leaving


@dataclass(frozen=True, slots=True)
class Extra:
    """Money that was paid for something besides plans, month after month."""

    product: str  # of the charging records: data, sms, calls, long, roaming
    fen_min: int
    months: int = 1  # so many finished months running


@dataclass(frozen=True, slots=True)
class UsedUp:
    """An allowance that is nearly gone."""

    quota: str
    percent: int = 80


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom an offer is. What is empty asks nothing; of needs (extra, used up, abroad, said) one is enough."""

    brands: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    tenure_months_min: int = 0
    tenure_months_max: int | None = None
    has: frozenset[str] = frozenset()  # one of these products runs
    lacks: frozenset[str] = frozenset()  # none of these does
    extra: Extra | None = None
    used_up: UsedUp | None = None
    abroad: bool = False
    said: frozenset[str] = frozenset()  # needs that the customer spoke of
    reasons: frozenset[str] = frozenset()  # of leaving, for offers that keep

    @property
    def asks_for_a_need(self) -> bool:
        return bool(self.extra or self.used_up or self.abroad or self.said)


@dataclass(frozen=True, slots=True)
class Card:
    """The product introduced in five parts, in this order (MKT-03); the leaflet comes last, never alone."""

    for_whom: Text
    advantage: Text
    tariff: Text
    start: Text
    leaflet: Text

    def parts(self) -> tuple[Text, Text, Text, Text, Text]:
        return self.for_whom, self.advantage, self.tariff, self.start, self.leaflet


@dataclass(frozen=True, slots=True)
class Caps:
    """How often: showings of this offer to one customer in 30 days, and days of silence after "not now" (MKT-02)."""

    shown_in_30_days: int = 3
    silent_days: int = 30


@dataclass(frozen=True, slots=True)
class Gift:
    """What a promotion gives, once to each customer, out of a budget that is never exceeded. Amounts in fen."""

    trigger: str  # top_up, deposit, months
    from_fen: int = 0  # the least that is paid in at once
    months: int = 0  # finished months of the service in use, for `months`
    kind: str = "money"  # money into the gift account, or goods by a voucher
    fen: int = 0  # money: so much; goods: what one costs the budget
    goods: str = ""  # id of the goods
    budget_fen: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """One file of packs/common/offers."""

    id: str
    kind: str
    name: Text
    service: str  # of the catalogue; "" for promotions that ask for money only
    tier: str
    verb: str
    moments: frozenset[str]
    reasons: Mapping[str, Text]  # need -> the honest reason; placeholders paid, month, price, saves, percent, service
    card: Card
    audience: Audience = Audience()
    caps: Caps = Caps()
    gift: Gift | None = None
    since: date | None = None
    until: date | None = None  # the first day on which it is over
    weight: int = 50  # 0 to 100: of several that fit alike, the heavier one

    def reigns(self, day: date) -> bool:
        return (self.since is None or day >= self.since) and (self.until is None or day < self.until)
