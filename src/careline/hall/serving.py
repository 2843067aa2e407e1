"""Serving: behaviours ask the carrier, for a whole batch at once, with a time limit and no transaction open."""

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from threading import Barrier, BrokenBarrierError
from typing import Any

from django.db import connection

from careline.carrier.port import Answer, Carrier, CarrierBusy, CarrierDown, CarrierError, CarrierSilent, Request
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.hall.behaviour import Behaviour
from careline.hall.errand import only_reads
from careline.values.cause import Cause
from careline.values.outcome import Outcome
from careline.values.secret import Secret

log = logging.getLogger(__name__)

_THREADS = 32  # batches that may wait for the carrier at a time
LATE_EVERY_SECONDS = 0.05  # between two hand-overs of late answers

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
    request: Request


@dataclass(frozen=True, slots=True)
class Result:
    errand: Errand
    telling: Telling
    carrier_words: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


class Serving:
    """Carries out errands through behaviours and the carrier."""

    def __init__(
        self,
        carrier: Carrier,
        behaviours: Mapping[str, Behaviour],
        *,
        time_limit_seconds: float = 5.0,
        patience_seconds: float | None = None,
        retakes: bool = False,
    ) -> None:
        """With `patience_seconds` the carrier is asked in another thread, and what it has not answered by then is
        handed over later; without, in this thread, to the end. `retakes`: an order that a carrier is down or too busy
        for is taken over and left to a janitor who asks again, instead of failing."""
        self.carrier = carrier
        self.behaviours = behaviours
        self.time_limit_seconds = time_limit_seconds
        self.patience_seconds = patience_seconds
        self.retakes = retakes
        self._pool = (
            ThreadPoolExecutor(_THREADS, thread_name_prefix="carrier") if patience_seconds is not None else None
        )

    def serve(
        self, errands: Sequence[Errand], now: datetime, later: Callable[[Sequence[Result]], None]
    ) -> list[Result]:
        """What came of these errands within the patience.

        The rest is given to `later`, in another thread, as it becomes known or its time is over: perhaps in several
        batches, each errand in one of them."""
        gathered: list[Result] = []
        if self._pool is None:
            self._ask(errands, now, gathered)
            return gathered
        future: Future[None] = self._pool.submit(self._ask, errands, now, gathered)
        done, _ = wait([future], self.patience_seconds)
        if done:
            return gathered
        taken = list(gathered)  # the asking thread goes on appending behind these
        self._pool.submit(_hand_over, future, gathered, len(taken), later)
        return taken

    def close(self) -> None:
        """Let answers that are still awaited come in, and end the threads with their database connections."""
        if self._pool is None:
            return
        everyone = Barrier(_THREADS)  # each thread must meet it once

        def leave() -> None:
            with contextlib.suppress(BrokenBarrierError):
                everyone.wait(self.time_limit_seconds + 5)
            connection.close()

        for _ in range(_THREADS):
            self._pool.submit(leave)
        self._pool.shutdown(wait=True)

    def prepare(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        """What the job's behaviour asks of the carrier; None when the book alone answers. Raises what it raises."""
        return self.behaviours[job.service.behaviour].ask(job, subscriber, now)

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        """What the job's behaviour makes of this answer; when it fails, what became of the job counts as unknown."""
        try:
            return self.behaviours[job.service.behaviour].tell(job, subscriber, answer, now)
        except Exception:  # one customer's trouble with our code is not the others'
            log.exception("behaviour %s failed at telling", job.service.behaviour)
            return Telling(Outcome.UNKNOWN, "hall_fault", Cause.HALL_FAULT)

    def _ask(self, errands: Sequence[Errand], now: datetime, results: list[Result]) -> None:
        """Ask for all; each errand gets exactly one result, silence included."""
        open_ = dict(enumerate(errands))
        try:
            answers = self.carrier.ask(
                [errand.request for errand in errands], now=now, time_limit_seconds=self.time_limit_seconds
            )
            for index, answer in answers:
                errand = open_.pop(index, None)
                if errand is None:
                    log.warning("the carrier answered twice; the first answer counts")
                elif isinstance(answer, CarrierError):
                    results.append(self._trouble(errand, answer))
                else:
                    telling = self.tell(errand.job, errand.subscriber, answer, now)
                    said = answer.words or (f"refused: {answer.refused.value}" if answer.refused else "done")
                    results.append(Result(errand, telling, said, answer.facts))
        except CarrierError as error:
            results.extend(self._trouble(errand, error) for errand in open_.values())
            open_.clear()
        except Exception:
            log.exception("the carrier's adapter failed")
        # Whoever was asked and has no answer: what happened there is unknown.
        results.extend(trouble(errand, CarrierSilent("no answer")) for errand in open_.values())

    def _trouble(self, errand: Errand, error: CarrierError) -> Result:
        """An order that is taken over waits like one that was never answered: the customer is told so, and texted later."""
        if self.retakes and not isinstance(error, CarrierSilent) and may_wait(errand.job):
            return trouble(errand, CarrierSilent(f"taken over: {error}"))
        return trouble(errand, error)


def may_wait(job: Job) -> bool:
    """Whether it can be asked for again without its customer: it changes something, and no secret belongs to it."""
    return not only_reads(job) and not any(isinstance(value, Secret) for value in job.parameters.values())


def _hand_over(
    asking: Future[None], gathered: list[Result], given: int, later: Callable[[Sequence[Result]], None]
) -> None:
    """Give what comes in behind the first `given` results to `later`, so that a slow one does not hold the less slow."""
    while True:
        done, _ = wait([asking], LATE_EVERY_SECONDS)
        batch = gathered[given:]
        if batch:
            given += len(batch)
            later(batch)
        if done and given == len(gathered):
            return


def trouble(errand: Errand, error: CarrierError) -> Result:
    """The carrier's three errors as ends: nothing happened, or nobody knows."""
    outcome, cause = _TROUBLE[type(error)]
    return Result(errand, Telling(outcome, cause.value, cause), str(error))
