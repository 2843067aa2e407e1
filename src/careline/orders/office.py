"""The office of orders: a carrier that answers how a customer's orders stand from our own records, and hands on all else."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import DatabaseError

from careline.carrier.port import (
    Answer,
    Carrier,
    CarrierDown,
    CarrierError,
    KeptLine,
    LineFacts,
    LowBalance,
    OpenedByOthers,
    Request,
    UsageReached,
)
from careline.orders import asking
from careline.values.msisdn import Msisdn

log = logging.getLogger(__name__)

KIND = "order_status"


class OrderOffice:
    """`careline.carrier.port.Carrier` over another one, which never hears of orders; reads only, so nothing is kept."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier

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

    def lines(self, msisdns: Sequence[Msisdn]) -> Mapping[Msisdn, LineFacts]:
        return self.carrier.lines(msisdns)

    def alerts_due(self, limit: int = 500) -> Sequence[LowBalance]:
        return self.carrier.alerts_due(limit)

    def alert_told(self, alerts: Sequence[LowBalance], now: datetime) -> int:
        return self.carrier.alert_told(alerts, now)

    def openings_due(self, now: datetime, limit: int = 500) -> Sequence[OpenedByOthers]:
        return self.carrier.openings_due(now, limit)

    def opening_told(self, openings: Sequence[OpenedByOthers], now: datetime) -> int:
        return self.carrier.opening_told(openings, now)

    def usage_due(self, now: datetime, limit: int = 500) -> Sequence[UsageReached]:
        return self.carrier.usage_due(now, limit)

    def usage_told(self, reached: Sequence[UsageReached], now: datetime) -> int:
        return self.carrier.usage_told(reached, now)

    def kept(self, after: KeptLine | None = None, limit: int = 500) -> Sequence[KeptLine]:
        return self.carrier.kept(after, limit)


def _answers(requests: Sequence[Request], now: datetime) -> Sequence[Answer | CarrierError]:
    try:
        return asking.statuses(requests, now)
    except DatabaseError as error:
        log.warning("the records of orders could not be read: %s", type(error).__name__)
        return [CarrierDown("our records cannot be read") for _ in requests]
