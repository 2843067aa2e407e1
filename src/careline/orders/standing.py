"""The credit of buyers and sellers (ORD-04): one pure rule over what became of their orders, with its counts and reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from careline.orders.policy import StandingRule, policy
from careline.postgres import sql
from careline.values.language import Text
from careline.values.msisdn import Msisdn


class Level(StrEnum):
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    NEW = "new"  # too little is known to say


LEVELS = {
    Level.GOOD: Text("信用良好", "Good standing"),
    Level.FAIR: Text("信用一般", "Fair standing"),
    Level.POOR: Text("信用欠佳", "Poor standing"),
    Level.NEW: Text("记录还少", "Too early to say"),
}


@dataclass(frozen=True, slots=True)
class Past:
    """What became of somebody's orders within the window."""

    kept: int = 0  # received, and not sent back
    refused: int = 0  # at the door
    unpaid: int = 0  # ran out of time
    returned: int = 0  # sent back within the days: a buyer's right, a seller's reproach
    late: int = 0
    lost: int = 0
    rated: int = 0
    goods: float = 0.0  # averages of 1 to 5; 0 without ratings
    service: float = 0.0
    refused_since: int = 0  # refusals at the door after the last order that was kept

    @property
    def ended(self) -> int:
        return self.kept + self.refused + self.returned


@dataclass(frozen=True, slots=True)
class Standing:
    """What can be said of somebody: how many percent went well, of how many, why, and what would mend it."""

    level: Level
    percent: int | None  # None: too early to say
    past: Past
    arrival: bool  # whether paying at the door is offered
    reasons: Sequence[Text]
    mend: Text  # "" where nothing is to be mended

    @property
    def words(self) -> Text:
        return LEVELS[self.level]


def judge_buyer(past: Past, rule: StandingRule) -> Standing:
    """A buyer keeps what was ordered; a return within its days is a right and counts for nothing."""
    told = past.kept + past.refused + past.unpaid
    percent = round(100 * past.kept / told) if told >= rule.least else None
    arrival = past.refused_since < rule.arrival_refusals
    reasons = _counted(
        (past.kept, Text("{n}单已签收", "{n} received")),
        (past.refused, Text("{n}单在门口拒收", "{n} refused at the door")),
        (past.unpaid, Text("{n}单没有按时付款", "{n} not paid in time")),
    )
    mend = Text("", "")
    if not arrival:
        mend = Text(
            "先付款并签收一单，就可以再用货到付款。",
            "Pay for one order first and receive it; then you can pay on arrival again.",
        )
    return Standing(_level(percent, rule), percent, past, arrival, reasons, mend)


def judge_seller(past: Past, rule: StandingRule) -> Standing:
    """A seller's goods come in time and stay; customers say whether they are as promised."""
    bad = past.late + past.lost + past.returned
    told = past.kept + past.returned + past.lost
    percent = round(100 * max(0, told - bad) / told) if told >= rule.least else None
    reasons = _counted(
        (past.kept, Text("{n}单已签收", "{n} received")),
        (past.late, Text("{n}单晚到", "{n} late")),
        (past.lost, Text("{n}单丢失", "{n} lost")),
        (past.returned, Text("{n}单退货", "{n} sent back")),
    )
    if past.rated:
        stars = f"{past.goods:.1f}", f"{past.service:.1f}", past.rated
        reasons.append(
            Text(
                "商品{}分、服务{}分（{}人评价）".format(*stars),
                "goods {} and service {} of 5 (by {})".format(*stars),
            )
        )
    return Standing(_level(percent, rule), percent, past, True, reasons, Text("", ""))


def of_buyer(msisdn: Msisdn, now: datetime) -> Standing:
    """One statement."""
    rule = policy().standing
    # What became of this customer's orders, and how many were refused since the last one that was kept?
    [row] = sql.run(
        "SELECT count(*) FILTER (WHERE state IN ('received', 'completed')), count(refused_at),"
        " count(*) FILTER (WHERE state = 'cancelled' AND reason = 'unpaid'),"
        " count(*) FILTER (WHERE state = 'returned' AND refused_at IS NULL),"
        " count(*) FILTER (WHERE refused_at > coalesce((SELECT max(kept.received_at) FROM order_order kept"
        "   WHERE kept.msisdn = %s AND kept.state IN ('received', 'completed')), '-infinity'))"
        " FROM order_order WHERE msisdn = %s AND placed_at > %s",
        [msisdn.digits, msisdn.digits, now - rule.window],
    )
    past = Past(kept=row[0], refused=row[1], unpaid=row[2], returned=row[3], refused_since=row[4])
    return judge_buyer(past, rule)


def of_seller(seller: str, now: datetime) -> Standing:
    """One statement."""
    rule = policy().standing
    # What became of this seller's orders, and what do those who rated them say?
    [row] = sql.run(
        "SELECT count(*) FILTER (WHERE state IN ('received', 'completed')),"
        " count(*) FILTER (WHERE state = 'returned' AND refused_at IS NULL), count(late_at), count(lost_at),"
        " count(rated_at), coalesce(avg(goods_rating), 0)::float8, coalesce(avg(service_rating), 0)::float8"
        " FROM order_order WHERE seller = %s AND placed_at > %s",
        [seller, now - rule.window],
    )
    past = Past(kept=row[0], returned=row[1], late=row[2], lost=row[3], rated=row[4], goods=row[5], service=row[6])
    return judge_seller(past, rule)


def _level(percent: int | None, rule: StandingRule) -> Level:
    if percent is None:
        return Level.NEW
    return Level.GOOD if percent >= rule.good_percent else Level.FAIR if percent >= rule.fair_percent else Level.POOR


def _counted(*counts: tuple[int, Text]) -> list[Text]:
    return [Text(*(part.replace("{n}", str(count)) for part in words)) for count, words in counts if count]
