"""The hall of a rehearsal: the real reception, ledger and sandbox carrier, with a clock that the rehearsal moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.cases.office import Office
from careline.catalogue import library
from careline.demo.month.weather import Weather, Weathered
from careline.hall import telephone
from careline.hall.behaviour import Behaviour
from careline.hall.reception import Reception
from careline.hall.reconciling import Janitor
from careline.hall.serving import Serving
from careline.hall.telephone import Act, Moment
from careline.hall.turn import Arrival, Served
from careline.insight import folding
from careline.ledger import due
from careline.offers.doorman import Doorman
from careline.offers.promoting import Giver
from careline.orders.office import OrderOffice
from careline.postgres import sql
from careline.selfcare.leaving.office import LeavingOffice

TIME_LIMIT_SECONDS = 30.0  # of real time: a busy machine is not the carrier's fault
BATCH = 400  # moments that go in together
SWEEP = timedelta(minutes=4)  # of the rehearsal's time between two rounds of the janitor
SWEEPS = 4
LINK = "rehearsal"  # the account by which everybody of a rehearsal comes

_Thing = TypeVar("_Thing")


@dataclass(slots=True)
class House:
    behaviours: Mapping[str, Behaviour]
    now: datetime
    carrier: Weathered = field(init=False)
    reception: Reception = field(init=False)
    janitor: Janitor = field(init=False)

    def __post_init__(self) -> None:
        self.carrier = Weathered(Sandbox())
        self.open(retake_minutes=0)

    def open(self, *, retake_minutes: float, weather: Weather | None = None) -> None:
        """Staff the hall anew: with or without taking orders over in a fault; `library.current` says what is published."""
        self.carrier.weather = weather
        serving = Serving(
            LeavingOffice(OrderOffice(Office(self.carrier)), Doorman(self.carrier), Giver(self.carrier)),
            self.behaviours,
            time_limit_seconds=TIME_LIMIT_SECONDS,
            retakes=retake_minutes > 0,
        )
        self.reception = Reception(serving=serving, book=library.current, clock=self.clock)
        self.janitor = Janitor(
            serving=serving, book=library.current, retake=timedelta(minutes=retake_minutes), notice_link=LINK
        )

    def clock(self) -> datetime:
        return self.now

    def hear_calls(self, moments: Sequence[Moment]) -> list[Act | None]:
        return [act for batch in _batches(moments) for act in telephone.answer(self.reception, batch)]

    def hear_texts(self, arrivals: Sequence[Arrival]) -> list[Served]:
        return [served for batch in _batches(arrivals) for served in self.reception.receive(batch)]

    def tidy(self) -> None:
        """What the clock process does: orders in doubt are asked about, questions that nobody answered lapse."""
        for _ in range(SWEEPS):
            self.now += SWEEP
            while self.janitor.sweep(self.now) >= 100:
                pass
        while due.lapse(self.now) >= 500:
            pass

    def fold(self) -> None:
        """Everything recorded so far into the rollups that reports read."""
        while folding.sweep(self.now) >= folding.HAND:
            pass


def hurry() -> None:
    """A rehearsal that is lost in a crash is run again: no need to wait for the disk."""
    sql.execute("SET synchronous_commit = off")


def _batches(many: Sequence[_Thing]) -> list[Sequence[_Thing]]:
    return [many[at : at + BATCH] for at in range(0, len(many), BATCH)]
