"""A sandbox carrier and lines in it, opened with a word or two."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.opening import Opening, open_lines
from careline.carrier.port import Answer, CarrierError, Request
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)  # noon at the carrier, Asia/Shanghai
_order = itertools.count(1)


def line(**given: Any) -> Msisdn:
    """A line as it is to be found; a new number each time."""
    number = Msisdn(f"86199{next(_order):08d}")
    open_lines([Opening(**{"msisdn": number, "brand": "easyown", "region": "zhejiang"} | given)], NOON)
    return number


@dataclass
class Counter:
    """Someone who asks the carrier for one thing at a time."""

    carrier: Sandbox = field(default_factory=Sandbox)
    references: Iterator[int] = field(default_factory=itertools.count)

    def ask(
        self,
        msisdn: Msisdn,
        kind: str,
        subject: str = "",
        /,
        *,
        at: datetime = NOON,
        named: str = "",
        by: str = "subscriber",
        channel: str = "sms",
        **values: Any,
    ) -> Answer:
        reference = named or f"deed-{next(self.references)}"
        [(index, answer)] = self.carrier.ask(
            [Request(reference, msisdn, kind, subject, values, by, channel)], now=at, time_limit_seconds=10
        )
        assert index == 0
        assert isinstance(answer, Answer), answer
        return answer

    def done(self, msisdn: Msisdn, kind: str, subject: str = "", /, **given: Any) -> dict[str, Any]:
        answer = self.ask(msisdn, kind, subject, **given)
        assert answer.refused is None, answer
        return dict(answer.facts)

    def refused(self, msisdn: Msisdn, kind: str, subject: str = "", /, **given: Any) -> Cause:
        answer = self.ask(msisdn, kind, subject, **given)
        assert answer.refused is not None, answer
        return answer.refused

    def money(self, msisdn: Msisdn) -> tuple[int, int, str]:
        facts = self.done(msisdn, "account")
        return facts["basic"], facts["gift"], facts["status"]

    def holds(self, msisdn: Msisdn, at: datetime = NOON) -> list[tuple[str, str]]:
        return [(held["product"], held["tier"]) for held in self.done(msisdn, "holdings", at=at)["holdings"]]


@pytest.fixture
def counter(db: None) -> Counter:
    return Counter()


@pytest.fixture(autouse=True)
def upright() -> Iterator[None]:
    """No test inherits another's stumbles."""
    stumbling.forget()
    yield
    stumbling.forget()


def asked(
    carrier: Sandbox, requests: Sequence[Request], at: datetime = NOON, limit: float = 10
) -> dict[int, Answer | CarrierError]:
    answers: dict[int, Answer | CarrierError] = {}
    for index, answer in carrier.ask(requests, now=at, time_limit_seconds=limit):
        assert index not in answers, "answered twice"
        answers[index] = answer
    return answers


Open = Callable[..., Msisdn]
