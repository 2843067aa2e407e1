"""A till at the sandbox carrier and the sandbox provider, and customers who come to it."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.carrier import Sandbox as Carrier
from careline.carrier.adapters.sandbox.opening import Opening, open_lines
from careline.identity import recognising
from careline.payments import paying
from careline.payments.adapters._sandbox_tables import SandboxBill
from careline.payments.adapters.sandbox import Sandbox
from careline.payments.models import Payment
from careline.payments.paying import NewPayment
from careline.payments.till import Till
from careline.postgres.sql import run
from careline.values.msisdn import Msisdn

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
_order = itertools.count(1)


def line(**given: Any) -> Msisdn:
    number = Msisdn(f"86197{next(_order):08d}")
    open_lines([Opening(number, "gotone", "zhejiang", **({"basic": 5_000} | given))], NOON)
    recognising.remember(Carrier().lines([number]).values(), NOON)
    return number


@dataclass
class Counter:
    """Where customers pay; the sandbox's notices wait until they are delivered."""

    provider: Any = field(default_factory=lambda: Sandbox(b"secret"))
    till: Till = field(init=False)
    keys: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.till = Till(Carrier(waits=False), {"sandbox": self.provider})

    def begin(self, number: Msisdn, fen: int = 10_000, **given: Any) -> Payment:
        """Begun and asked for."""
        return self.till.go_on(str(self.written(number, fen, **given).pk), NOON)

    def written(self, number: Msisdn, fen: int = 10_000, **given: Any) -> Payment:
        """Begun, as rows only."""
        terms: dict[str, Any] = {"purpose": "top_up", "subject": "", "how": "provider"} | given
        terms.setdefault("key", f"test-{id(self)}-{next(self.keys)}")
        new = NewPayment(number, fen=fen, **terms)
        return paying.begin(new, by="subscriber", channel="web", now=NOON)

    def pay(self, payment: Payment, how: str = "pay", now: datetime = NOON) -> None:
        """The customer does this on the provider's page."""
        Sandbox(b"secret").pay(SandboxBill.objects.get(reference=payment.pk).token, how, now)

    def deliver(self, now: datetime = NOON) -> list[str]:
        """The provider's notices arrive; what was made of each."""
        made: list[str] = []
        sandbox = Sandbox(b"secret")
        sandbox.deliver(now, lambda headers, body: made.append(self.till.heard("sandbox", headers, body, now)))
        return made


def basic(number: Msisdn) -> int:
    [(fen,)] = run("SELECT basic FROM sandbox_account WHERE msisdn = %s", [number.digits])
    return int(fen)


def letters(number: Msisdn) -> list[tuple[str, str]]:
    """Key and text of all that was posted to this number."""
    rows = run("SELECT key, text FROM outbox_message WHERE msisdn = %s ORDER BY id", [number.digits])
    return [(row[0], row[1]) for row in rows]


def now_of(payment: Payment) -> Payment:
    return Payment.objects.get(pk=payment.pk)


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
