"""The office of leaving: a carrier that answers what is asked of leaving by SMS, call or dial menu, and hands on all else.

It asks the carrier for what it needs together with what others want, in one batch. Each deed names the attempt that it
was done for, so one that is asked again, after a crash, is answered as it stands and done once. The day that somebody
agreed to comes from the question that was answered with a yes; nobody leaves without that and the service password.
"""

import logging
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import DatabaseError

from careline.carrier.behind import Behind
from careline.carrier.port import (
    READS,
    REPEATABLE,
    Answer,
    Carrier,
    CarrierBusy,
    CarrierDown,
    CarrierError,
    CarrierSilent,
    Request,
)
from careline.dialogue.saying import local
from careline.offers import facts as customers
from careline.offers.doorman import Doorman
from careline.offers.promoting import Giver
from careline.selfcare.leaving import deeds, standing
from careline.selfcare.leaving.meaning import WANTED, facts_or_trouble, own
from careline.values.reference import new_reference

log = logging.getLogger(__name__)

OWN = frozenset(kind for kind in REPEATABLE if kind.startswith("leaving_"))

Read = dict[str, Answer | CarrierError]


class LeavingOffice(Behind):
    """`careline.carrier.port.Carrier` over another one, which never hears of leaving but through the doorman."""

    def __init__(self, carrier: Carrier, doorman: Doorman, giver: Giver) -> None:
        super().__init__(carrier)
        self.doorman, self.giver = doorman, giver

    def ask(
        self, requests: Sequence[Request], *, now: datetime, time_limit_seconds: float
    ) -> Iterator[tuple[int, Answer | CarrierError]]:
        """What others want as soon as it is known; then what was shown, then each deed while there is time."""
        ours = {index: Read() for index, request in enumerate(requests) if request.kind in OWN}
        if not ours:
            yield from self.carrier.ask(requests, now=now, time_limit_seconds=time_limit_seconds)
            return
        deadline = time.monotonic() + time_limit_seconds
        asked: list[Request] = []
        places: list[tuple[int, str]] = []
        for index, request in enumerate(requests):
            more = _wanted(request, now) if index in ours else {"": request}
            asked += more.values()
            places += [(index, name) for name in more]
        if asked:
            for place, answer in self.carrier.ask(asked, now=now, time_limit_seconds=time_limit_seconds):
                index, name = places[place]
                if index not in ours:
                    yield index, answer
                else:
                    ours[index].setdefault(name, answer)
        yield from self._shown(requests, ours, now)
        for index, read in ours.items():
            if requests[index].kind in READS:
                continue
            left = deadline - time.monotonic()
            if left > 0:
                yield index, self._done(requests[index], read, now, left)
            else:  # not begun, so nothing happened: the customer may try again
                yield index, CarrierBusy("no time was left for it")

    def _shown(
        self, requests: Sequence[Request], ours: Mapping[int, Read], now: datetime
    ) -> Iterator[tuple[int, Answer | CarrierError]]:
        """How each of these stands, and what leaving would mean; the same statements for one and for many."""
        shown = [index for index in ours if requests[index].kind in READS]
        if not shown:
            return
        try:
            held = own([requests[index].msisdn for index in shown])
        except DatabaseError as error:
            log.warning("the records of leaving could not be read: %s", type(error).__name__)
            yield from ((index, CarrierDown("our records cannot be read")) for index in shown)
            return
        for index in shown:
            found = facts_or_trouble(ours[index], WANTED)
            yield index, standing.shown(requests[index], found, held, now) if isinstance(found, dict) else found

    def _done(self, request: Request, read: Read, now: datetime, seconds: float) -> Answer | CarrierError:
        """One deed; trouble with one is not the others'. Whether a write came through is not known when it breaks."""
        doorman = replace(self.doorman, time_limit_seconds=min(seconds, self.doorman.time_limit_seconds))
        try:
            return deeds.DEEDS[request.kind](deeds.Asked(request, read, now, doorman, self.giver))
        except DatabaseError as error:
            log.warning("a leaving could not be written: %s", type(error).__name__)
            return CarrierSilent("our records cannot be written")
        except Exception:
            log.exception("the office of leaving failed at %s", request.kind)
            return CarrierSilent("the office failed")


def _wanted(request: Request, now: datetime) -> dict[str, Request]:
    """What the carrier is asked for one of ours, by our names."""
    wanted: dict[str, tuple[str, str, dict[str, Any]]] = {}
    if request.kind in ("leaving_show", "leaving_ask", "leaving_agree"):
        wanted |= WANTED
    if request.kind == "leaving_ask":
        wanted |= customers.wanted(local(now).date())
    found = {
        name: Request(reference, request.msisdn, *asked, channel=request.channel)
        for (name, asked), reference in zip(wanted.items(), new_reference(len(wanted)), strict=True)
    }
    password = request.values.get("password")
    if request.kind == "leaving_agree" and password:
        # A reference of its own, and the same one when it is asked again: one try counts once.
        reference = str(uuid.uuid5(uuid.UUID(request.reference), "password"))
        found["password"] = Request(
            reference, request.msisdn, "password", "check", {"password": password}, channel=request.channel
        )
    return found
