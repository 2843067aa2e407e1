"""A hall on the real packs, the real behaviours and the sandbox carrier; only the clock is ours."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from careline import wiring
from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.behind import Behind
from careline.carrier.port import Carrier
from careline.demo import town
from careline.hall.reception import Reception
from careline.hall.recording import Posting
from careline.hall.serving import Serving
from careline.hall.turn import Arrival, Served
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from tests.shipped import the_book as the_book

NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)  # noon in Shanghai, far from any month's end


@dataclass
class Moment:
    """A clock that stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **duration: float) -> None:
        self.now += timedelta(**duration)


def office(*, waits: bool = False) -> Carrier:
    """The hall's carrier over a sandbox of its own, which is silent at once unless it `waits`: no time limit is too short then."""
    return _over(wiring.office(), Sandbox(waits=waits))


def _over(office: Carrier, carrier: Carrier) -> Carrier:
    """The same offices, one behind the other, over another carrier."""
    if not isinstance(office, Behind):
        return carrier
    same = copy(office)
    same.carrier = _over(office.carrier, carrier)
    return same


@dataclass
class Hall:
    """The hall as tests use it."""

    clock: Moment = field(default_factory=Moment)
    reception: Reception = field(init=False)

    def __post_init__(self) -> None:
        self.reception = self.another()

    def another(self, patience_seconds: float | None = None, *, waits: bool = False) -> Reception:
        serving = Serving(office(waits=waits), wiring.behaviours(), patience_seconds=patience_seconds)
        return Reception(serving=serving, book=the_book, clock=self.clock, posted=Posting())

    def fresh(self, table: str = "T5", brand: str | None = None, **wishes: Any) -> Msisdn:
        return town.fresh(table, brand, now=self.clock(), **wishes).msisdn

    def arrival(self, msisdn: Msisdn, text: str, message_id: str = "", link: str = "test") -> Arrival:
        return Arrival(msisdn, text, link, message_id or new_reference()[0], self.clock())

    def say(self, msisdn: Msisdn, *texts: str) -> Served:
        """Say these one after the other; the last answer."""
        served = None
        for text in texts:
            served = self.reception.receive([self.arrival(msisdn, text)])[0]
        assert served is not None
        return served

    def say_all(self, said: Sequence[tuple[Msisdn, str]]) -> list[Served]:
        """What different customers say in one batch, answered in their order."""
        return list(self.reception.receive([self.arrival(msisdn, text) for msisdn, text in said]))


def answer_of(served: Served) -> str:
    """What the customer is told now."""
    assert served.letter is not None
    return served.letter.text


def reference_of(served: Served) -> str:
    """The attempt of this turn."""
    assert served.reference is not None
    return served.reference
