"""The office of orders: a carrier that answers how a customer's orders stand from our own records, and hands on all else."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import DatabaseError

from careline.carrier.behind import Behind
from careline.carrier.port import (
    Answer,
    CarrierDown,
    CarrierError,
    Request,
)
from careline.orders import asking

log = logging.getLogger(__name__)

KIND = "order_status"


class OrderOffice(Behind):
    """`careline.carrier.port.Carrier` over another one, which never hears of orders; reads only, so nothing is kept."""

    def ask(
        self, requests: Sequence[Request], *, now: datetime, time_limit_seconds: float
    ) -> Iterator[tuple[int, Answer | CarrierError]]:
        """Orders first, for they are quick; then the others, within the whole of their time limit."""
        own = [index for index, request in enumerate(requests) if request.kind == KIND]
        if own:
            yield from zip(own, _answers([requests[index] for index in own], now), strict=True)
        rest = [index for index, request in enumerate(requests) if request.kind != KIND]
        if rest:
            asked = [requests[index] for index in rest]
            for place, answer in self.carrier.ask(asked, now=now, time_limit_seconds=time_limit_seconds):
                yield rest[place], answer


def _answers(requests: Sequence[Request], now: datetime) -> Sequence[Answer | CarrierError]:
    try:
        return asking.statuses(requests, now)
    except DatabaseError as error:
        log.warning("the records of orders could not be read: %s", type(error).__name__)
        return [CarrierDown("our records cannot be read") for _ in requests]
