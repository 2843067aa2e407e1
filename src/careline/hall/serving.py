"""Serving: behaviours ask the carrier, for a whole batch at once, with a time limit and no transaction open."""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime

from careline.carrier.port import Answer, Carrier, CarrierBusy, CarrierDown, CarrierError, CarrierSilent, Request
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.hall.behaviour import Behaviour
from careline.values.cause import Cause
from careline.values.outcome import Outcome

log = logging.getLogger(__name__)

_TROUBLE: Mapping[type[CarrierError], tuple[Outcome, Cause]] = {
    CarrierDown: (Outcome.FAILED, Cause.CARRIER_FAULT),
    CarrierBusy: (Outcome.FAILED, Cause.CARRIER_BUSY),
    CarrierSilent: (Outcome.UNKNOWN, Cause.CARRIER_SILENT),
}


@dataclass(frozen=True, slots=True)
class Errand:
    """One job on its way: for whom, and its place in the batch."""

    index: int
    job: Job
    subscriber: Subscriber
    channel: str = "sms"


@dataclass(frozen=True, slots=True)
class Result:
    errand: Errand
    telling: Telling
    carrier_words: str = ""


class Serving:
    """Carries out errands through behaviours and the carrier."""

    def __init__(
        self,
        carrier: Carrier,
        behaviours: Mapping[str, Behaviour],
        *,
        time_limit_seconds: float = 5.0,
        patience_seconds: float | None = None,
    ) -> None:
        """With `patience_seconds` the carrier is asked in another thread, and what it has not answered by then is
        handed over later; without, in this thread, to the end."""
        self.carrier = carrier
        self.behaviours = behaviours
        self.time_limit_seconds = time_limit_seconds
        self.patience_seconds = patience_seconds
        self._pool = ThreadPoolExecutor(16, thread_name_prefix="carrier") if patience_seconds is not None else None

    def serve(
        self, errands: Sequence[Errand], now: datetime, later: Callable[[Sequence[Result]], None]
    ) -> list[Result]:
        """What came of these errands within the patience; the rest is given to `later`, in another thread, when it is
        known or its time is over."""
        ready: list[Result] = []
        asked: list[tuple[Errand, Request]] = []
        for errand in errands:
            behaviour = self.behaviours[errand.job.service.behaviour]
            try:
                request = behaviour.ask(errand.job, errand.subscriber, now)
                if request is None:
                    ready.append(self._tell(errand, Answer(), now))
                else:
                    asked.append((errand, request))
            except Exception:  # one customer's trouble with our code is not the others'
                log.exception("behaviour %s failed at asking", errand.job.service.behaviour)
                ready.append(fault(errand))
        if not asked:
            return ready
        if self._pool is None:
            self._ask(asked, now, ready)
            return ready
        gathered: list[Result] = []
        future: Future[None] = self._pool.submit(self._ask, asked, now, gathered)
        done, _ = wait([future], self.patience_seconds)
        if done:
            return ready + gathered
        taken = list(gathered)  # the asking thread goes on appending behind these
        future.add_done_callback(lambda _: later(gathered[len(taken) :]))
        return ready + taken

    def _ask(self, asked: Sequence[tuple[Errand, Request]], now: datetime, results: list[Result]) -> None:
        """Ask for all; each errand gets exactly one result, silence included."""
        open_ = dict(enumerate(errand for errand, _ in asked))
        try:
            answers = self.carrier.ask(
                [request for _, request in asked], now=now, time_limit_seconds=self.time_limit_seconds
            )
            for index, answer in answers:
                errand = open_.pop(index, None)
                if errand is None:
                    log.warning("the carrier answered twice; the first answer counts")
                elif isinstance(answer, CarrierError):
                    results.append(trouble(errand, answer))
                else:
                    results.append(self._tell(errand, answer, now))
        except CarrierError as error:
            results.extend(trouble(errand, error) for errand in open_.values())
            open_.clear()
        except Exception:
            log.exception("the carrier's adapter failed")
        # Whoever was asked and has no answer: what happened there is unknown.
        results.extend(trouble(errand, CarrierSilent("no answer")) for errand in open_.values())

    def _tell(self, errand: Errand, answer: Answer, now: datetime) -> Result:
        behaviour = self.behaviours[errand.job.service.behaviour]
        try:
            telling = behaviour.tell(errand.job, errand.subscriber, answer, now)
        except Exception:
            log.exception("behaviour %s failed at telling", errand.job.service.behaviour)
            return Result(errand, Telling(Outcome.UNKNOWN, "hall_fault", Cause.HALL_FAULT), answer.words)
        return Result(errand, telling, answer.words)


def trouble(errand: Errand, error: CarrierError) -> Result:
    """The carrier's three errors as ends: nothing happened, or nobody knows."""
    outcome, cause = _TROUBLE[type(error)]
    return Result(errand, Telling(outcome, cause.value, cause), str(error))


def fault(errand: Errand) -> Result:
    return Result(errand, Telling(Outcome.FAILED, "hall_fault", Cause.HALL_FAULT))
