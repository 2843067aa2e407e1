"""A line with disputed charges on last month's bill, and a cashier at the sandbox."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.charging import Charged
from careline.carrier.adapters.sandbox.opening import Held, Opening, open_lines
from careline.identity import recognising
from careline.postgres.sql import run
from careline.refunds import deciding
from careline.refunds.crediting import Cashier
from careline.refunds.models import Refund
from careline.refunds.rules import ErrorKind
from careline.refunds.verifying import Finding, look
from careline.values.language import Text
from careline.values.msisdn import Msisdn

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
TODAY = NOON.date()
ANNOUNCEMENT, THIRD_PARTY, SECRETARY, LARGE, SMALL = (f"202610-{order}" for order in range(1, 6))
_order = itertools.count(1)


def line(**given: Any) -> Msisdn:
    """Someone with five charges in October, in the order of the names above."""
    number = Msisdn(f"86198{next(_order):08d}")
    opening = Opening(
        number,
        "easyown",
        "zhejiang",
        basic=5_000,
        held=[
            Held(
                "secretary",
                Text("移动小秘书", "Mobile secretary"),
                1000,
                days_ago=40,
                by="line:8613900050006",
                channel="shop",
            )
        ],
        charged={
            1: [
                Charged("announcement", 3_000, cdr={"kind": "announcement", "seconds": 20, "cell": "X-1"}),
                Charged("sp_star", 1_000, Text("星座运势", "Daily horoscope"), "星语网络", day=20),
                Charged("secretary", 1_000, Text("移动小秘书", "Mobile secretary"), day=20),
                Charged("ringback", 9_000, Text("彩铃", "Ringback tone"), day=2, agreed=500),
                Charged("sp_joke", 300, Text("每日一笑", "A joke a day"), "乐天信息", day=21),
            ]
        },
    )
    open_lines([replace(opening, **given)], NOON)
    recognising.remember(Sandbox().lines([number]).values(), NOON)
    return number


@dataclass
class Counter:
    """A hall in which refunds are asked for, verified and paid."""

    cashier: Cashier = field(default_factory=lambda: Cashier(Sandbox(waits=False)))
    keys: Iterator[int] = field(default_factory=itertools.count)

    def look(self, number: Msisdn, item: str = ANNOUNCEMENT) -> Finding:
        return look(self.cashier.carrier, number, item, now=NOON)

    def request(self, number: Msisdn, item: str = ANNOUNCEMENT, **given: Any) -> Refund:
        terms: dict[str, Any] = {"channel": "shop", "by": "liu", "now": NOON, "key": f"test-{next(self.keys)}"} | given
        return deciding.request(self.look(number, item), **terms)

    def verified(self, number: Msisdn, item: str = ANNOUNCEMENT, **given: Any) -> Refund:
        """Asked for, and verified as the records propose, unless something else is given."""
        finding = self.look(number, item)
        terms: dict[str, Any] = {name: given.pop(name) for name in ("kind", "due", "reason") if name in given}
        refund = self.request(number, item, **given)
        proposed: dict[str, Any] = {"kind": finding.proposal.kind, "due": finding.proposal.due}
        return deciding.verify(refund.pk, finding, **(proposed | terms), by="zhao", now=NOON)

    def approved(self, number: Msisdn, item: str = ANNOUNCEMENT) -> Refund:
        """As the worked example: 30 charged, 10 due, an announcement; 40 are owed."""
        return self.verified(number, item, kind=ErrorKind.ANNOUNCEMENT, due=1_000, reason="the rest was a call")


def basic(number: Msisdn) -> int:
    [(fen,)] = run("SELECT basic FROM sandbox_account WHERE msisdn = %s", [number.digits])
    return int(fen)


def letters(number: Msisdn) -> list[tuple[str, str]]:
    """Key and text of all that was posted to this number."""
    return [
        (row[0], row[1])
        for row in run("SELECT key, text FROM outbox_message WHERE msisdn = %s ORDER BY id", [number.digits])
    ]


def later(**duration: float) -> datetime:
    return NOON + timedelta(**duration)


@pytest.fixture
def counter(db: None) -> Counter:
    return Counter()


@pytest.fixture(autouse=True)
def upright() -> Iterator[None]:
    """No test inherits another's stumbles."""
    stumbling.forget()
    yield
    stumbling.forget()
