"""What nobody knows is asked about, never guessed: silence, crashes, lies."""

from datetime import datetime, timedelta

import pytest

from careline import wiring
from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.hall.reconciling import ABSENT_TIMES, Janitor
from careline.hall.serving import Serving
from careline.ledger import due
from careline.ledger.models import Attempt, OpenAttempt
from careline.outbox.models import Message
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from tests.halls import Hall, reference_of, the_book


@pytest.fixture
def janitor() -> Janitor:
    serving = Serving(wiring.office(), wiring.behaviours())
    return Janitor(serving=serving, book=the_book)


@pytest.fixture(autouse=True)
def _steady_carrier(db: None) -> object:
    yield
    stumbling.recover()


def later(hall: Hall, janitor: Janitor, times: int = 1) -> int:
    """Let the janitor come by `times` times, a minute apart; how many attempts it settled."""
    settled = 0
    for _ in range(times):
        hall.clock.pass_(minutes=1)
        settled += janitor.sweep(hall.clock())
    return settled


def held(hall: Hall, customer: Msisdn) -> bool:
    """Whether the carrier now has caller ID for this customer."""
    return hall.say(customer, "KTLDXS").cause is Cause.ALREADY_ON


def test_an_order_that_the_carrier_took_silently_is_found_done_and_told(hall: Hall, janitor: Janitor) -> None:
    customer = hall.fresh("T5")
    stumbling.stumble("silent")
    served = hall.say(customer, "KTLDXS")
    assert (served.outcome, served.cause) == (Outcome.UNKNOWN, Cause.CARRIER_SILENT)
    assert served.letter is not None
    assert OpenAttempt.objects.get(id=reference_of(served)).unknown
    stumbling.recover()
    assert later(hall, janitor) == 1
    assert Attempt.objects.get(id=reference_of(served)).outcome == "done"
    assert Message.objects.filter(attempt=reference_of(served)).count() == 2
    assert held(hall, customer)


def test_an_order_that_never_reached_the_carrier_is_believed_absent_only_after_it_was_said_often(
    hall: Hall, janitor: Janitor
) -> None:
    customer = hall.fresh("T5")
    stumbling.stumble("silent_undone")
    served = hall.say(customer, "KTLDXS")
    stumbling.recover()
    assert later(hall, janitor, ABSENT_TIMES - 1) == 0
    assert later(hall, janitor) == 1
    attempt = Attempt.objects.get(id=reference_of(served))
    assert (attempt.outcome, attempt.cause) == ("failed", "carrier_silent")
    assert not held(hall, customer)


def test_a_carrier_that_lies_twice_is_not_believed(hall: Hall, janitor: Janitor) -> None:
    customer = hall.fresh("T5")
    stumbling.stumble("lying")
    served = hall.say(customer, "KTLDXS")
    assert later(hall, janitor, 6) == 1
    assert Attempt.objects.get(id=reference_of(served)).outcome == "done"
    stumbling.recover()
    assert held(hall, customer)


def test_a_silent_answer_to_a_query_is_a_failure_and_leaves_nothing_open(hall: Hall) -> None:
    customer = hall.fresh("T5")
    stumbling.stumble("silent")
    served = hall.say(customer, "CXYE")
    assert (served.outcome, served.cause) == (Outcome.FAILED, Cause.CARRIER_SILENT)
    assert not OpenAttempt.objects.exists()


def crash_between_the_transactions(hall: Hall, customer: Msisdn, text: str) -> str:
    """What a hall leaves behind that dies after transaction 1: the attempt is written, the carrier never asked."""
    reception = hall.another()

    class Dead(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Dead

    reception.serving = type("Dying", (Serving,), {"serve": die})(wiring.office(), wiring.behaviours())
    with pytest.raises(Dead):
        reception.receive([hall.arrival(customer, text)])
    return str(OpenAttempt.objects.get(msisdn=customer.digits, asking=False).id)


def test_a_query_lost_in_a_crash_is_asked_again_and_answered(hall: Hall, janitor: Janitor) -> None:
    customer = hall.fresh("T5")
    reference = crash_between_the_transactions(hall, customer, "CXYE")
    assert later(hall, janitor) == 1
    assert Attempt.objects.get(id=reference).outcome == "done"
    assert "100.00" in Message.objects.get(attempt=reference).text


def test_an_order_lost_in_a_crash_is_told_as_not_done_and_may_be_sent_again(hall: Hall, janitor: Janitor) -> None:
    customer = hall.fresh("T5")
    reference = crash_between_the_transactions(hall, customer, "KTLDXS")
    assert later(hall, janitor, ABSENT_TIMES + 1) == 1
    assert Attempt.objects.get(id=reference).outcome == "failed"
    assert hall.say(customer, "KTLDXS").outcome is Outcome.DONE


def test_two_janitors_never_settle_the_same_attempt(hall: Hall, janitor: Janitor) -> None:
    customer = hall.fresh("T5")
    crash_between_the_transactions(hall, customer, "CXYE")
    hall.clock.pass_(minutes=1)
    now = hall.clock()
    assert len(due.take(now, now + timedelta(seconds=30))) == 1
    assert due.take(now, now + timedelta(seconds=30)) == []


def test_a_question_that_is_never_answered_lapses_as_abandoned(hall: Hall) -> None:
    customer = hall.fresh("T2")
    served = hall.say(customer, "4011")
    assert served.asks == "confirm"
    assert due.lapse(hall.clock()) == 0
    hall.clock.pass_(hours=25)
    assert due.lapse(hall.clock()) == 1
    attempt = Attempt.objects.get(id=reference_of(served))
    assert (attempt.outcome, attempt.cause) == ("abandoned", "no_answer")
    assert not OpenAttempt.objects.exists()


def test_a_slow_line_does_not_hold_the_others_and_settles_itself_later(racing_hall: Hall) -> None:
    slow, quick = racing_hall.fresh("T5"), racing_hall.fresh("T5")
    reception = racing_hall.another(patience_seconds=1.5, waits=True)
    done: list[object] = []
    reception.on_late = done.extend
    stumbling.stumble("slow", msisdns=[slow], seconds=4.0)
    served = reception.receive([racing_hall.arrival(slow, "CXYE"), racing_hall.arrival(quick, "CXYE")])
    assert [one.outcome for one in served] == [None, Outcome.DONE]
    waited = reception.receive([racing_hall.arrival(slow, "CXJF")])[0]
    assert not waited.recorded
    assert waited.retry_at is not None
    reception.serving.close()
    assert [getattr(one, "outcome", None) for one in done] == [Outcome.DONE]


class Broken:
    """A behaviour with a bug, as somebody may put one on the shelf."""

    name = "points"
    verbs = frozenset({Verb.QUERY})
    words: frozenset[str] = frozenset()

    def __init__(self, where: str) -> None:
        self.where = where

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request:
        if self.where == "ask":
            raise RuntimeError("a bug")
        return Request(job.reference, subscriber.msisdn, "points")

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        raise RuntimeError("a bug")


@pytest.mark.parametrize("where", ["ask", "tell"])
def test_a_bug_of_ours_costs_one_customer_one_answer(hall: Hall, where: str) -> None:
    one, two = hall.fresh("T5"), hall.fresh("T5")
    hall.reception.serving.behaviours = {**wiring.behaviours(), "points": Broken(where)}
    served = hall.reception.receive([hall.arrival(one, "CXJF"), hall.arrival(two, "CXYE")])
    assert (served[0].outcome, served[0].cause) == (Outcome.FAILED, Cause.HALL_FAULT)
    assert served[0].letter is not None
    assert served[1].outcome is Outcome.DONE


def test_a_very_slow_line_does_not_hold_the_late_answer_of_a_less_slow_one(racing_hall: Hall) -> None:
    slowest, slow = racing_hall.fresh("T5"), racing_hall.fresh("T5")
    reception = racing_hall.another(patience_seconds=0.05, waits=True)
    handed: list[list[str]] = []
    reception.on_late = lambda served: handed.append([one.arrival.msisdn.digits for one in served])
    stumbling.stumble("slow", msisdns=[slow], seconds=0.3)
    stumbling.stumble("slow", msisdns=[slowest], seconds=4.0)  # a busy machine hears the other one late, but first
    reception.receive([racing_hall.arrival(slowest, "CXYE"), racing_hall.arrival(slow, "CXYE")])
    reception.serving.close()
    assert handed == [[slow.digits], [slowest.digits]]
