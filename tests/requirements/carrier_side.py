"""What the carrier's own books hold, asked without the hall: the other side of every answer."""

from collections.abc import Mapping
from typing import Any

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.port import Answer, Request
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from tests.halls import Hall


def facts(hall: Hall, msisdn: Msisdn, kind: str, subject: str = "", **values: Any) -> Mapping[str, Any]:
    """The carrier's facts; a refusal fails the test."""
    request = Request(new_reference()[0], msisdn, kind, subject, values)
    [(_, answer)] = Sandbox().ask([request], now=hall.clock(), time_limit_seconds=10)
    assert isinstance(answer, Answer), answer
    assert answer.refused is None, answer
    return answer.facts


def held(hall: Hall, msisdn: Msisdn) -> set[str]:
    """Products that the line has at the carrier."""
    return {one["product"] for one in facts(hall, msisdn, "holdings")["holdings"]}


def yuan(fen: int) -> str:
    return f"{fen / 100:.2f}元"
