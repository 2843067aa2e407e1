"""A carrier behind an office of ours: everything that is asked of it is handed on, but what the office answers itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from careline.carrier.port import Carrier, KeptLine, LineFacts, LowBalance, OpenedByOthers, UsageReached
from careline.values.msisdn import Msisdn


class Behind:
    """The part of `careline.carrier.port.Carrier` that is handed on; an office adds `ask`."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier

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
