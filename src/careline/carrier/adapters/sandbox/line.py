"""One line as a value: its accounts, its holdings, and all that is to be written of what changed. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from careline.carrier.adapters.sandbox.rules import Day, Rules


@dataclass(slots=True)
class Holding:
    number: int
    product: str
    tier: str
    name_zh: str
    name_en: str
    fee: int
    per: str
    paid_to: str
    starts_on: date
    ends_at: datetime | None
    ended_by: str
    ended_channel: str
    allowances: dict[str, int]
    settings: dict[str, Any]
    rolled: int
    by: str = ""  # the rest is known of new ones only: no rule asks for it later
    channel: str = ""
    reference: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    number: int
    kind: str
    basic: int
    gift: int
    points: int
    product: str
    how: str
    reference: str
    by: str


@dataclass(frozen=True, slots=True)
class Charge:
    """An item of the running bill."""

    product: str
    zh: str
    en: str
    fen: int
    paid_to: str
    reference: str
    agreed: int | None = None


@dataclass(slots=True)
class Changes:
    """What is to be written besides the account row."""

    begun: list[Holding] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    unpaid: int = 0  # of the charges, what no money was there for
    cleared: bool = False  # the debt is gone: older bills are paid
    usage: dict[str, tuple[int, int]] = field(default_factory=dict)  # quota -> used and total to add
    alerts: list[tuple[int, int]] = field(default_factory=list)  # number, balance


@dataclass(slots=True)
class Line:
    msisdn: str
    status: str
    basic: int
    gift: int
    credit_limit: int
    points: int
    points_expiring: int
    alert_below: int | None
    version: int
    rows: int
    activated_on: date | None
    suspended_on: date | None
    valid_until: date | None
    password: str
    tries: int
    locked_until: datetime | None
    closing_on: date | None
    left_on: date | None
    id_hash: bytes | None
    holdings: list[Holding] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)

    # -- money

    def spendable(self, provider: bool) -> int:
        """What a fee can be paid from: a content provider's (ACC-01) from the basic account alone."""
        return self.basic + self.credit_limit + (0 if provider else self.gift)

    def take(
        self,
        fen: int,
        day: Day,
        *,
        product: str,
        zh: str,
        en: str,
        paid_to: str,
        reference: str,
        by: str,
        agreed: int | None = None,
    ) -> None:
        """Charge a fee: basic money first, then (own fees) gift money; what is missing stays owed and suspends."""
        if fen <= 0:
            return
        before = self.basic + self.gift
        gift = 0 if paid_to else min(self.gift, max(0, fen - max(0, self.basic)))
        owed = max(0, -self.basic)
        self.basic -= fen - gift
        self.gift -= gift
        self._enter("fee", -(fen - gift), -gift, 0, product, "", reference, by)
        self.changes.charges.append(Charge(product, zh, en, fen, paid_to, reference, agreed))
        self.changes.unpaid += max(0, -self.basic) - owed
        if self.status == "active" and self.basic < -self.credit_limit:
            self.status, self.suspended_on = "suspended", day.today
        self._watch(before)

    def put(
        self,
        kind: str,
        day: Day,
        *,
        basic: int = 0,
        gift: int = 0,
        points: int = 0,
        how: str = "",
        product: str = "",
        reference: str,
        by: str,
    ) -> None:
        """Add money or points; a line whose debt is gone is active again, gift money and all (RET-03).

        One that its customer gave up is not: money alone does not bring it back (reopen_line does).
        """
        owed = self.basic < 0
        before = self.basic + self.gift
        self.basic += basic
        self.gift += gift
        self.points += points
        self.points_expiring = max(0, min(self.points_expiring + min(points, 0), self.points))
        self._enter(kind, basic, gift, points, product, how, reference, by)
        if owed and self.basic >= 0:
            self.changes.cleared = True
        if self.status == "suspended" and self.basic >= 0 and self.left_on is None:
            self.status, self.suspended_on = "active", None
        self._watch(before)

    def retained_until(self, rules: Rules) -> date | None:
        return self.suspended_on + timedelta(days=rules.retention_days) if self.suspended_on else None

    # -- products

    def on(self, product: str, now: datetime) -> list[Holding]:
        """What the line has of a product: running, or agreed for next month."""
        return [
            held for held in self.holdings if held.product == product and (held.ends_at is None or held.ends_at > now)
        ]

    def begin(self, holding: Holding) -> None:
        self.holdings.append(holding)
        self.changes.begun.append(holding)

    def end(self, holding: Holding, at: datetime, by: str, channel: str, *, day: Day) -> None:
        """End a holding; ended at once it loses the rest of this month's allowance, what was used stays counted."""
        holding.ends_at, holding.ended_by, holding.ended_channel, holding.changed = at, by, channel, True
        if at <= day.now and holding.rolled == day.month:
            for quota, units in holding.allowances.items():
                self.allow(quota, -units)

    def allow(self, quota: str, units: int) -> None:
        used, total = self.changes.usage.get(quota, (0, 0))
        self.changes.usage[quota] = (used, total + units)

    def next_row(self) -> int:
        self.rows += 1
        return self.rows

    def _enter(
        self, kind: str, basic: int, gift: int, points: int, product: str, how: str, reference: str, by: str
    ) -> None:
        self.changes.entries.append(Entry(self.next_row(), kind, basic, gift, points, product, how, reference, by))

    def _watch(self, before: int) -> None:
        """SMS-12: one reminder when basic and gift together cross the chosen amount downwards; armed again above it."""
        balance = self.basic + self.gift
        if self.alert_below is not None and before >= self.alert_below > balance:
            self.changes.alerts.append((self.next_row(), balance))
