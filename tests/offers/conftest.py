"""Lines at the sandbox that are recommended to, given to and reminded; the packs are in force."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.opening import Opening, open_lines
from careline.carrier.port import Answer, Request
from careline.catalogue import library
from careline.identity import recognising
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from tests.halls import the_book

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)  # noon at the carrier, Asia/Shanghai
_order = itertools.count(1)


def line(at: datetime = NOON, **given: Any) -> Msisdn:
    """A line as it is to be found, known to us."""
    number = Msisdn(f"86197{next(_order):08d}")
    open_lines([Opening(**{"msisdn": number, "brand": "easyown", "region": "shuoyuan"} | given)], at)
    recognising.remember(Sandbox().lines([number]).values(), at)
    return number


def ask(number: Msisdn, kind: str, subject: str = "", at: datetime = NOON, **values: Any) -> dict[str, Any]:
    """What the carrier answers now."""
    request = Request(new_reference()[0], number, kind, subject, values)
    [(_, answer)] = Sandbox().ask([request], now=at, time_limit_seconds=10)
    assert isinstance(answer, Answer), answer
    assert answer.refused is None, answer
    return dict(answer.facts)


@pytest.fixture(autouse=True)
def hall_is_open(request: pytest.FixtureRequest) -> Iterator[None]:
    if {"db", "transactional_db"} & set(request.fixturenames) or request.node.get_closest_marker("django_db"):
        library.hold(the_book())
    stumbling.forget()
    yield
    stumbling.forget()
