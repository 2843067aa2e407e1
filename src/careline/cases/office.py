"""The office: a carrier that answers what customers ask of their cases from our own records, and hands on all else.

The hall asks it like any carrier, with the attempt's reference, and it does one reference once. What it was asked a
second time, after a crash, it answers as the first time: so the janitor simply asks again (`port.REPEATABLE`). Where
our records cannot be reached, a write is answered with silence, never with "nothing happened": it stays open, is asked
again, and no complaint is lost.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import DatabaseError

from careline.carrier.behind import Behind
from careline.carrier.port import (
    READS,
    REPEATABLE,
    Answer,
    CarrierDown,
    CarrierError,
    CarrierSilent,
    Request,
)
from careline.cases import attending, showing
from careline.cases.attending import Came

log = logging.getLogger(__name__)

OWN = frozenset(kind for kind in REPEATABLE if kind.startswith("case_"))


class Office(Behind):
    """`careline.carrier.port.Carrier` over another one, which never hears of cases."""

    def ask(
        self, requests: Sequence[Request], *, now: datetime, time_limit_seconds: float
    ) -> Iterator[tuple[int, Answer | CarrierError]]:
        """Own kinds first, for they are quick; then the carrier's, within the whole of its time limit."""
        own = [index for index, request in enumerate(requests) if request.kind in OWN]
        asked = [index for index, request in enumerate(requests) if request.kind == "inquire"]
        answered: set[int] = set(own)
        if own:
            yield from self._attend(requests, own, now, time.monotonic() + time_limit_seconds)
        if asked:
            for index, known in _known(requests, asked):
                answered.add(index)
                yield index, known
        rest = [index for index in range(len(requests)) if index not in answered]
        if rest:
            given = self.carrier.ask(
                [requests[index] for index in rest], now=now, time_limit_seconds=time_limit_seconds
            )
            for place, answer in given:
                yield rest[place], answer

    def _attend(
        self, requests: Sequence[Request], own: Sequence[int], now: datetime, deadline: float
    ) -> Iterator[tuple[int, Answer | CarrierError]]:
        reads = [index for index in own if requests[index].kind in READS]
        writes = [index for index in own if requests[index].kind not in READS]
        if reads:
            try:
                shown = showing.statuses([requests[index] for index in reads], now)
            except DatabaseError as error:
                log.warning("the records of cases could not be read: %s", type(error).__name__)
                yield from ((index, CarrierDown("our records cannot be read")) for index in reads)
            else:
                yield from zip(reads, shown, strict=True)
        if not writes:
            return
        try:
            came = attending.came([requests[index].reference for index in writes])
        except DatabaseError:
            yield from ((index, CarrierSilent("our records cannot be written")) for index in writes)
            return
        for index in writes:
            if time.monotonic() > deadline:
                return  # what is not answered counts as silence, and is asked again
            yield index, _done(requests[index], came, now)


def _done(request: Request, came: Mapping[str, Came], now: datetime) -> Answer | CarrierError:
    """One deed in a transaction of its own; trouble with one is not the others'."""
    try:
        return attending.DEEDS[request.kind](request, came.get(request.reference, Came()), now)
    except DatabaseError as error:
        log.warning("a case could not be written: %s", type(error).__name__)
        return CarrierSilent("our records cannot be written")
    except Exception:
        log.exception("the office failed at %s", request.kind)
        return CarrierSilent("the office failed")


def _known(requests: Sequence[Request], asked: Sequence[int]) -> Iterator[tuple[int, Answer]]:
    """Of these inquiries, those about references that did something to a case; the carrier is asked about the others."""
    references = {index: str(requests[index].values.get("reference", "")) for index in asked}
    try:
        dockets = attending.dockets_of(list(references.values()))
    except DatabaseError:
        dockets = {}
    for index, reference in references.items():
        if reference in dockets:
            yield index, Answer(facts={"state": "done", "facts": {"docket": dockets[reference]}})
