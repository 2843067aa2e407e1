"""Asking the carrier for an answer of this door, and counting that it was asked, as pages do."""

from collections.abc import Mapping
from typing import Any

from careline import wiring
from careline.carrier.port import Carrier, CarrierBusy, CarrierDown, CarrierError
from careline.catalogue import library
from careline.channels.app.problems import Problem, of_cause
from careline.channels.app.visit import CHANNEL, Visit
from careline.selfcare import reading
from careline.selfcare.reading import Answered, Declined
from careline.values.cause import Cause

TROUBLES = ("carrier_fault", "carrier_silent", "carrier_busy", "not_ready")


def carrier() -> Carrier:
    return wiring.office()


def facts(visit: Visit, kind: str, service: str, subject: str = "", **values: Any) -> Mapping[str, Any]:
    """What the carrier says of one thing, noted as one attempt at that service; raises Problem."""
    read = reading.read(
        carrier(),
        visit.msisdn,
        {kind: (kind, subject, values)},
        now=visit.now,
        channel=CHANNEL,
        time_limit_seconds=wiring.CARRIER_TIME_LIMIT_SECONDS,
    )[kind]
    note(visit, Answered.of(service, read))
    if isinstance(read, CarrierError):
        raise trouble(read)
    return read


def note(visit: Visit, *answered: Answered) -> None:
    reading.note(visit.known.subscriber, answered, version=library.current().version, now=visit.now, channel=CHANNEL)


def trouble(error: CarrierError) -> Problem:
    """The problem that a carrier without an answer, or with a no, makes."""
    match error:
        case Declined(cause=cause):
            return of_cause(cause)
        case CarrierBusy():
            return of_cause(Cause.CARRIER_BUSY)
        case CarrierDown():
            return of_cause(Cause.CARRIER_FAULT)
        case _:
            return of_cause(Cause.CARRIER_SILENT)
