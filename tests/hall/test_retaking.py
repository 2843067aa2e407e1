"""Orders that a carrier is down for are taken over, asked for again, and told of; never done twice, and not kept for ever."""

from datetime import timedelta

import pytest

from careline import wiring
from careline.carrier.adapters.sandbox import stumbling
from careline.hall.reception import Reception
from careline.hall.reconciling import ABSENT_TIMES, Janitor
from careline.hall.serving import Serving
from careline.ledger.models import Attempt, OpenAttempt
from careline.outbox.models import Message
from careline.values.cause import Cause
from careline.values.outcome import Outcome
from tests.halls import Hall, reference_of, the_book


@pytest.fixture
def janitor() -> Janitor:
    serving = Serving(wiring.office(), wiring.behaviours())
    return Janitor(serving=serving, book=the_book, retake=timedelta(minutes=60))


@pytest.fixture
def keeping_hall(hall: Hall) -> Hall:
    serving = Serving(hall.reception.serving.carrier, wiring.behaviours(), retakes=True)
    hall.reception = Reception(serving=serving, book=the_book, clock=hall.clock)
    return hall


@pytest.fixture(autouse=True)
def _steady_carrier(db: None) -> object:
    yield
    stumbling.recover()


def after(hall: Hall, janitor: Janitor, minutes: int) -> int:
    hall.clock.pass_(minutes=minutes)
    return janitor.sweep(hall.clock())


@pytest.mark.parametrize("mode", ["down", "busy"])
def test_an_order_that_the_carrier_is_down_for_is_done_later_and_told(
    keeping_hall: Hall, janitor: Janitor, mode: stumbling.Mode
) -> None:
    customer = keeping_hall.fresh("T5")
    stumbling.stumble(mode)
    served = keeping_hall.say(customer, "KTLDXS")
    assert served.outcome is Outcome.UNKNOWN
    assert served.letter is not None
    assert "短信" in served.letter.text  # that it is submitted, and that a text will follow
    stumbling.stumble("down", kind="inquire")
    assert after(keeping_hall, janitor, 5) == 0
    stumbling.recover()
    assert after(keeping_hall, janitor, 30) == 1
    assert Attempt.objects.get(id=reference_of(served)).outcome == "done"
    assert Message.objects.filter(attempt=reference_of(served)).count() == 2
    assert keeping_hall.say(customer, "KTLDXS").cause is Cause.ALREADY_ON


def test_an_order_that_is_too_old_is_not_asked_for_any_more(keeping_hall: Hall, janitor: Janitor) -> None:
    customer = keeping_hall.fresh("T5")
    stumbling.stumble("down")
    served = keeping_hall.say(customer, "KTLDXS")
    stumbling.recover()
    keeping_hall.clock.pass_(minutes=61)
    settled = [after(keeping_hall, janitor, 20) for _ in range(ABSENT_TIMES)]
    assert settled[-1] == 1
    assert Attempt.objects.get(id=reference_of(served)).outcome == "failed"
    assert keeping_hall.say(customer, "KTLDXS").outcome is Outcome.DONE


def test_an_order_that_was_done_silently_is_not_done_again(keeping_hall: Hall, janitor: Janitor) -> None:
    customer = keeping_hall.fresh("T5")
    stumbling.stumble("silent")
    served = keeping_hall.say(customer, "KTLDXS")
    stumbling.recover()
    assert after(keeping_hall, janitor, 1) == 1
    assert Attempt.objects.get(id=reference_of(served)).outcome == "done"


def test_a_question_and_what_needs_a_secret_fail_at_once(keeping_hall: Hall) -> None:
    customer = keeping_hall.fresh("T5")
    stumbling.stumble("down")
    assert keeping_hall.say(customer, "查余额").outcome is Outcome.FAILED
    assert not OpenAttempt.objects.exists()
