"""Orders that wait for a carrier that is down: cancelled, repeated, taken up twice. None is done against its customer's word."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import pytest

from careline import wiring
from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.port import Answer, Carrier, CarrierError, Request
from careline.hall.reception import Reception
from careline.hall.reconciling import ABSENT_TIMES, Janitor
from careline.hall.serving import Serving
from careline.ledger.models import Attempt, OpenAttempt
from careline.outbox.models import Message
from careline.values.cause import Cause
from careline.values.outcome import Outcome
from tests.halls import Hall, reference_of, the_book


def janitor_of(carrier: Carrier) -> Janitor:
    serving = Serving(carrier, wiring.behaviours())
    return Janitor(serving=serving, book=the_book, retake=timedelta(minutes=60))


@pytest.fixture
def keeping_hall(hall: Hall) -> Iterator[Hall]:
    serving = Serving(hall.reception.serving.carrier, wiring.behaviours(), retakes=True)
    hall.reception = Reception(serving=serving, book=the_book, clock=hall.clock)
    yield hall
    stumbling.recover()


def test_an_order_that_was_cancelled_while_it_waited_is_never_done(keeping_hall: Hall) -> None:
    customer, janitor = keeping_hall.fresh("T5"), janitor_of(wiring.office())
    stumbling.stumble("down")
    waiting = keeping_hall.say(customer, "KTLDXS")
    stumbling.recover()
    keeping_hall.clock.pass_(minutes=1)
    assert keeping_hall.say(customer, "QXLDXS").cause is Cause.NOT_ON
    for _ in range(ABSENT_TIMES):
        keeping_hall.clock.pass_(minutes=4)
        janitor.sweep(keeping_hall.clock())
    assert Attempt.objects.get(id=reference_of(waiting)).outcome == "failed"
    assert Message.objects.filter(attempt=reference_of(waiting)).count() == 2
    assert keeping_hall.say(customer, "KTLDXS").outcome is Outcome.DONE, "it had not been switched on"


def test_an_order_that_was_sent_again_while_it_waited_is_done_once(keeping_hall: Hall) -> None:
    customer, janitor = keeping_hall.fresh("T5"), janitor_of(wiring.office())
    stumbling.stumble("down")
    first = keeping_hall.say(customer, "KTLDXS")
    keeping_hall.clock.pass_(minutes=1)
    second = keeping_hall.say(customer, "KTLDXS")
    stumbling.recover()
    for _ in range(ABSENT_TIMES):
        keeping_hall.clock.pass_(minutes=4)
        janitor.sweep(keeping_hall.clock())
    outcomes = dict(Attempt.objects.filter(service="caller_id").values_list("id", "outcome"))
    assert {str(key): value for key, value in outcomes.items()} == {
        reference_of(first): "failed",
        reference_of(second): "done",
    }


class Slow:
    """A carrier that is slower than a janitor's claim: meanwhile another one has taken up the same."""

    def __init__(self, other: Janitor, hall: Hall) -> None:
        self.carrier, self.other, self.hall = wiring.office(), other, hall

    def ask(
        self, requests: list[Request], *, now: datetime, time_limit_seconds: float
    ) -> Iterable[tuple[int, Answer | CarrierError]]:
        answers = list(self.carrier.ask(requests, now=now, time_limit_seconds=time_limit_seconds))
        self.hall.clock.pass_(minutes=1)
        self.other.sweep(self.hall.clock())
        return answers


def test_two_sweeps_that_take_up_the_same_order_tell_it_once(keeping_hall: Hall) -> None:
    customer = keeping_hall.fresh("T5")
    stumbling.stumble("down")
    waiting = keeping_hall.say(customer, "KTLDXS")
    stumbling.recover()
    keeping_hall.clock.pass_(minutes=5)
    slow = Slow(janitor_of(wiring.office()), keeping_hall)
    janitor_of(slow).sweep(keeping_hall.clock())  # type: ignore[arg-type]
    assert not OpenAttempt.objects.exists()
    assert Attempt.objects.get(id=reference_of(waiting)).outcome == "done"
    assert Message.objects.filter(attempt=reference_of(waiting)).count() == 2, "the first answer, and what became of it"
