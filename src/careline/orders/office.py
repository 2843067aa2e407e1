"""The office of orders: a carrier that answers what concerns our own orders, and hands on all else.

How orders stand is read. A SIM that came with an order is activated by its owner's word: written down once, by the
reference of the attempt, and then asked of the carrier, which may be away: the sweep asks it again.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import DatabaseError

from careline.carrier.behind import Behind
from careline.carrier.port import (
    Answer,
    CarrierDown,
    CarrierError,
    CarrierSilent,
    Request,
)
from careline.orders import activating, asking

log = logging.getLogger(__name__)

KIND, CARD = "order_status", "card_activate"


class OrderOffice(Behind):
    """`careline.carrier.port.Carrier` over another one, which never hears of orders."""

    def ask(
        self, requests: Sequence[Request], *, now: datetime, time_limit_seconds: float
    ) -> Iterator[tuple[int, Answer | CarrierError]]:
        """Orders first, for they are quick; then the others, within the whole of their time limit."""
        own = [index for index, request in enumerate(requests) if request.kind == KIND]
        if own:
            yield from zip(own, _answers([requests[index] for index in own], now), strict=True)
        deadline = time.monotonic() + time_limit_seconds
        for index in (index for index, request in enumerate(requests) if request.kind == CARD):
            left = deadline - time.monotonic()
            if left <= 0:
                return  # what is not answered counts as silence, and is asked again
            yield index, _activated(requests[index], activating.Desk(self.carrier, left), now)
        rest = [index for index, request in enumerate(requests) if request.kind not in (KIND, CARD)]
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


def _activated(request: Request, desk: activating.Desk, now: datetime) -> Answer | CarrierError:
    try:
        return activating.answer(request, desk, now)
    except DatabaseError as error:
        log.warning("a card could not be confirmed: %s", type(error).__name__)
        return CarrierSilent("our records cannot be written")
