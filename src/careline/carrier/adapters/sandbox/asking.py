"""What the reads have in common: who asks, and the answer for who is no line."""

from collections.abc import Sequence
from typing import Any

from careline.carrier.port import Answer, Request
from careline.values.cause import Cause

NO_LINE = Answer(Cause.NOT_FOUND)
Answers = list[Answer]


def numbers(requests: Sequence[Request]) -> list[str]:
    return [request.msisdn.digits for request in requests]


def by_line(rows: Sequence[tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in rows}
