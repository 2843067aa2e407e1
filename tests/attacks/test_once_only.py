"""Doing the same thing twice: repeated ids, two links at once, yes and no in the same moment, a sweeper that is ahead."""

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection

from careline import wiring
from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.models import Deed
from careline.carrier.adapters.sandbox.opening import Held
from careline.carrier.port import Answer, CarrierError, Request
from careline.daemons import sweeps
from careline.hall.reception import Reception
from careline.hall.reconciling import Janitor
from careline.hall.serving import Serving
from careline.hall.turn import Served
from careline.ledger.models import Attempt, OpenAttempt
from careline.outbox.models import Message
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from tests.halls import Hall, answer_of, reference_of, the_book

LAUGH = Held("sp_laugh", Text("每日一笑", "A laugh a day"), 500, paid_to="Le Lian")
NEWS = Held("sp_news", Text("早报", "Morning news"), 300, paid_to="Le Lian")


class Killed(BaseException):
    """The process ends here, as by kill -9."""


class Dying(Sandbox):
    """A carrier in whose asking the process ends."""

    def ask(
        self, requests: Sequence[Request], *, now: datetime, time_limit_seconds: float
    ) -> Iterator[tuple[int, Answer | CarrierError]]:
        raise Killed


def money(hall: Hall, customer: Msisdn) -> str:
    return answer_of(hall.say(customer, "CXYE"))


def at_once(hall: Hall, arrivals: list[tuple[Msisdn, str, str, str]]) -> list[Served]:
    """Each arrival (number, text, id, link) in a process of its own, as far as the database can tell."""
    served: list[Served] = []
    together = threading.Barrier(len(arrivals))

    def bring(customer: Msisdn, text: str, message_id: str, link: str) -> None:
        reception = hall.another()
        try:
            together.wait(20)
            until = time.monotonic() + 20
            while time.monotonic() < until:
                one = reception.receive([hall.arrival(customer, text, message_id, link)])[0]
                if one.recorded:
                    break
                time.sleep(0.01)  # the customer's other turn is with the carrier
            served.append(one)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring, args=arrival) for arrival in arrivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(served) == len(arrivals)
    return served


def test_one_message_on_many_threads_is_done_once(racing_hall: Hall) -> None:
    customer = racing_hall.fresh("T5")
    at_once(racing_hall, [(customer, "KTLDXS", "m-1", "a")] * 6)
    assert Attempt.objects.filter(service="caller_id", outcome="done").count() == 1


def test_the_same_order_on_two_links_in_one_moment_is_paid_once(racing_hall: Hall) -> None:
    customer = racing_hall.fresh("T5")
    served = at_once(racing_hall, [(customer, "KTLDXS", f"m-{link}", link) for link in "abcd"])
    outcomes = sorted(f"{one.outcome}" for one in served)
    assert outcomes == ["done", "refused", "refused", "refused"]  # already on
    assert Deed.objects.filter(msisdn=customer.digits, kind="switch_on").filter(cause="").count() == 1


def test_many_yeses_in_one_moment_order_once(racing_hall: Hall) -> None:
    customer = racing_hall.fresh("T5")
    racing_hall.say(customer, "开通来电显示")
    at_once(racing_hall, [(customer, "是", f"m-{number}", f"link-{number % 2}") for number in range(5)])
    assert Attempt.objects.filter(service="caller_id", outcome="done").count() == 1
    assert not OpenAttempt.objects.filter(asking=False).exists()


def test_yes_and_no_in_one_moment_end_the_attempt_once(racing_hall: Hall) -> None:
    for _ in range(5):
        customer = racing_hall.fresh("T5")
        asked = racing_hall.say(customer, "开通来电显示")
        at_once(racing_hall, [(customer, "是", "m-yes", "a"), (customer, "否", "m-no", "b")])
        [attempt] = Attempt.objects.filter(id=reference_of(asked))
        assert attempt.outcome in ("done", "abandoned")
        switched = Attempt.objects.filter(msisdn=customer.digits, service="caller_id", verb="subscribe", outcome="done")
        assert switched.count() == (attempt.outcome == "done")


def test_one_id_with_two_texts_is_one_message(hall: Hall) -> None:
    customer = hall.fresh("T5")
    hall.reception.receive([hall.arrival(customer, "CXYE", "m-1", "a")])
    [again] = hall.reception.receive([hall.arrival(customer, "KTLDXS", "m-1", "a")])
    assert again.repeat
    assert not Attempt.objects.filter(service="caller_id").exists()


def test_one_id_of_two_customers_is_two_messages(hall: Hall) -> None:
    one, other = hall.fresh("T5"), hall.fresh("T5")
    served = [hall.reception.receive([hall.arrival(who, "CXYE", "m-1", "a")])[0] for who in (one, other)]
    assert [each.repeat for each in served] == [False, False]


def test_a_sweeper_whose_clock_is_ahead_ends_no_question_that_can_still_be_answered(hall: Hall) -> None:
    """A yes in the last second must not be done at the carrier while the ledger says that nobody answered."""
    customer = hall.fresh("T5")
    asked = hall.say(customer, "开通来电显示")
    hall.clock.pass_(minutes=29, seconds=59)
    sweeps.lapse_questions(hall.clock() + timedelta(seconds=20))
    served = hall.say(customer, "是")
    assert served.reference == asked.reference
    [attempt] = Attempt.objects.filter(id=reference_of(asked))
    assert attempt.outcome == "done"


def test_a_question_asked_again_keeps_its_attempt_open_as_long_as_it_may_be_answered(hall: Hall) -> None:
    """Choosing slowly, then saying yes slowly: what is done at the carrier is done in the ledger too."""
    customer = hall.fresh("T5")
    chosen = hall.say(customer, "KTSJLL")
    for said in ("2", "是"):
        hall.clock.pass_(minutes=29)
        sweeps.lapse_questions(hall.clock())
        last = hall.say(customer, said)
    assert (f"{last.outcome}", last.reference) == ("done", chosen.reference)
    [attempt] = Attempt.objects.filter(msisdn=customer.digits, service="pkg_data")
    assert attempt.outcome == "done"


def test_a_wrong_value_does_not_let_the_attempt_lapse_before_the_right_one(hall: Hall) -> None:
    customer = hall.fresh("T5")
    first = hall.say(customer, "CXGSD")
    for said in ("12", "13912345678"):
        hall.clock.pass_(minutes=29)
        sweeps.lapse_questions(hall.clock())
        last = hall.say(customer, said)
    assert last.reference == first.reference
    [attempt] = Attempt.objects.filter(id=reference_of(first))
    assert attempt.cause == "not_found"  # asked of the carrier, who knows no such number


def test_what_was_filled_in_later_is_known_to_the_janitor(hall: Hall) -> None:
    """A crash after the yes: the row must hold all that was agreed, and one bad row must not stop the others."""
    asked = [hall.say(hall.fresh("T5"), "CXGSD") for _ in range(2)]
    filled = hall.fresh("T5")
    hall.say(filled, "CXGSD")
    serving = Serving(Dying(), wiring.behaviours())
    with pytest.raises(Killed):
        Reception(serving=serving, book=the_book, clock=hall.clock).receive([hall.arrival(filled, "13912345678")])
    # Rows as an older release left them: the customer has answered, and the row does not say what.
    OpenAttempt.objects.filter(id__in=[reference_of(one) for one in asked]).update(asking=False, due_at=hall.clock())
    janitor = Janitor(serving=Serving(wiring.office(), wiring.behaviours()), book=the_book)
    for _ in range(5):
        hall.clock.pass_(minutes=2)
        janitor.sweep(hall.clock())
    assert not OpenAttempt.objects.exists()
    assert [one.outcome for one in Attempt.objects.filter(msisdn=filled.digits, service="number_region")] == ["refused"]
    assert [one.cause for one in Attempt.objects.filter(id__in=[reference_of(one) for one in asked])] == 2 * [
        "hall_fault"
    ]


def test_a_pick_twice_from_one_list_ends_one_service(hall: Hall) -> None:
    customer = hall.fresh("T6a", "gotone", held=(LAUGH, NEWS))
    listed = hall.say(customer, "0000")
    assert listed.asks == "pick"
    hall.say(customer, "1", "1")
    assert Attempt.objects.filter(service="sp_query_unsub", outcome="done", verb="cancel").count() == 1
    assert not Attempt.objects.filter(service="pkg_roampass", outcome="done").exists()


@pytest.mark.parametrize("amount", ["9999999.99", "9999999", "0.01", "0.005", "-5", "1e3", "00010", "10元10元"])
def test_redeeming_never_makes_points_or_money_out_of_nothing(hall: Hall, amount: str) -> None:
    customer = hall.fresh("T5")
    before_points = answer_of(hall.say(customer, "CXJF"))
    before = money(hall, customer)
    served = hall.say(customer, f"DHHF#{amount}")
    if served.outcome is None or str(served.outcome) != "done":
        assert money(hall, customer) == before
        assert answer_of(hall.say(customer, "CXJF")) == before_points


def test_no_row_of_the_hall_holds_a_secret(hall: Hall) -> None:
    customer = hall.fresh("T5")
    for said in (
        "BGMM#135792#246813",
        "SQMM#330106198507123455",
        "CZMM",
        "330106198507123455",
        "BGMM",
        "①③⑤⑦⑨②#246813",
    ):
        hall.say(customer, said)
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows = "\n".join(row[0] or "" for row in cursor.fetchall())
            for secret in ("135792", "246813", "330106198507123455", "19850712", "①③⑤⑦⑨②"):
                assert secret not in rows, (table, secret)
    assert Message.objects.exists()
