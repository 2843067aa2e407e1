"""The carrier's good and bad hours: in front of the sandbox, so that both months have faults by the same rules.

Whether an order meets a fault depends on the seed, the line and the time alone, never on references, which are random.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from careline.carrier.behind import Behind
from careline.carrier.port import (
    READS,
    Answer,
    Carrier,
    CarrierBusy,
    CarrierDown,
    CarrierError,
    CarrierSilent,
    Request,
)
from careline.demo.month.assumptions import BUSY, TOGETHER_HOURS, Assumptions
from careline.insight import clock


@dataclass(frozen=True, slots=True)
class Weather:
    """When the carrier is down in a time, and how often it is busy or silent besides."""

    seed: str
    outages: tuple[tuple[datetime, datetime], ...]
    assumed: Assumptions

    @classmethod
    def of(cls, seed: str, since: datetime, days: int, assumed: Assumptions) -> "Weather":
        """Outages begin by day (8 to 22 local): those of the night meet nobody, so nobody counts them."""
        dice = random.Random(f"{seed} outages")
        where, found = clock.zone(), []
        local = since.astimezone(where)
        for _ in range(_poisson(dice, assumed.outages * days / 30)):
            day, minute = dice.randrange(days), dice.randrange(8 * 60, 22 * 60)
            begin = (local + timedelta(days=day)).replace(hour=minute // 60, minute=minute % 60).astimezone(UTC)
            found.append((begin, begin + timedelta(minutes=dice.expovariate(1 / assumed.outage_minutes))))
        return cls(seed, tuple(sorted(found)), assumed)

    def down(self, now: datetime) -> bool:
        return any(begin <= now < end for begin, end in self.outages)

    def _minute(self, request: Request, now: datetime) -> timedelta:
        """People of some hours are served together; an outage meets those of them whose own minute lies within it."""
        return timedelta(hours=TOGETHER_HOURS) * random.Random(f"{request.msisdn.digits} {now:%F %H}").random()

    def fate(self, request: Request, now: datetime) -> str:
        """down, busy, silent (done all the same), silent_undone, or nothing."""
        if self.down(now + self._minute(request, now)):
            return "down"
        if request.kind in READS:
            return ""
        roll = random.Random(f"{self.seed} {request.msisdn.digits} {request.subject} {now.isoformat()}").random()
        busy = self.assumed.busy_share if now.astimezone(clock.zone()).hour in BUSY else 0.0
        if roll < busy:
            return "busy"
        silent = roll - busy
        if 0 <= silent < self.assumed.silent_share:
            return "silent" if silent < self.assumed.silent_share / 2 else "silent_undone"
        return ""


class Weathered(Behind):
    """A carrier (`careline.carrier.port.Carrier`) behind its weather. Silence is not waited for: it comes at once."""

    def __init__(self, carrier: Carrier) -> None:
        super().__init__(carrier)
        self.weather: Weather | None = None

    def ask(
        self, requests: Sequence[Request], *, now: datetime, time_limit_seconds: float
    ) -> Iterator[tuple[int, Answer | CarrierError]]:
        fates = [self.weather.fate(request, now) if self.weather else "" for request in requests]
        reached = [index for index, fate in enumerate(fates) if fate in ("", "silent")]
        for index, fate in enumerate(fates):
            if fate == "down":
                yield index, CarrierDown("an outage of the rehearsal")
            elif fate == "busy":
                yield index, CarrierBusy("a busy hour of the rehearsal")
            elif fate == "silent_undone":
                yield index, CarrierSilent("lost on its way in the rehearsal")
        asked = [requests[index] for index in reached]
        for at, answer in self.carrier.ask(asked, now=now, time_limit_seconds=time_limit_seconds) if asked else ():
            silent = fates[reached[at]] == "silent"
            yield reached[at], CarrierSilent("its answer was lost in the rehearsal") if silent else answer


def _poisson(dice: random.Random, mean: float) -> int:
    """How often in a time in which it happens `mean` times on average."""
    count, left = 0, dice.expovariate(1.0)
    while left < mean:
        count += 1
        left += dice.expovariate(1.0)
    return count
