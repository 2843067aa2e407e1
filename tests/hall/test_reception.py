"""The reception: once only, in order, whole batches, and never two ends for one attempt."""

import threading

import pytest
from django.db import connection

from careline.carrier.adapters.sandbox import stumbling
from careline.hall import explaining
from careline.hall.turn import Arrival
from careline.ledger.models import Arrived, Attempt, OpenAttempt, Tally
from careline.outbox.models import Message
from careline.postgres.sql import counting
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from tests.halls import Hall, answer_of, reference_of


def test_a_text_is_understood_done_recorded_and_answered(hall: Hall) -> None:
    customer = hall.fresh("T5")
    served = hall.say(customer, "KTLDXS")
    assert served.outcome is Outcome.DONE
    assert served.understood is not None
    assert (served.understood.table, served.understood.service, served.understood.verb) == (
        "T5",
        "caller_id",
        "subscribe",
    )
    attempt = Attempt.objects.get(id=reference_of(served))
    assert (attempt.outcome, attempt.cause) == ("done", "")
    letter = Message.objects.get(attempt=reference_of(served))
    assert letter.text == answer_of(served)
    assert not OpenAttempt.objects.exists()
    assert hall.say(customer, "CXLDXS").outcome is Outcome.DONE


def test_the_number_of_statements_does_not_depend_on_the_size_of_the_batch(hall: Hall) -> None:
    texts = ["CXYE", "KTLDXS", "CXJF", "KTFX", "CXLDXS", "nonsense", "CXYYSJLL"]

    def statements(size: int) -> int:
        customers = [hall.fresh("T5") for _ in range(size * len(texts))]
        batch = [hall.arrival(customer, texts[i % len(texts)]) for i, customer in enumerate(customers)]
        hall.say(hall.fresh("T5"), "CXYE")  # what is looked up once a second is looked up now
        with counting() as count:
            served = hall.reception.receive(batch)
        assert all(one.recorded for one in served)
        return count.statements

    # One more at most: once a second the sandbox looks whether it is to stumble.
    assert abs(statements(8) - statements(1)) <= 1


@pytest.mark.requirement("SMS-25")
def test_every_message_gets_exactly_one_answer(hall: Hall) -> None:
    customers = [hall.fresh("T5") for _ in range(4)]
    texts = ["CXYE", "完全看不懂的话", "KTYETX#abc", "9"]
    batch = [hall.arrival(customer, text) for customer, text in zip(customers, texts, strict=True)]
    served = hall.reception.receive(batch)
    assert [one.arrival for one in served] == batch
    for customer in customers:
        assert Message.objects.filter(msisdn=customer.digits).count() == 1


def test_a_message_that_comes_again_is_answered_from_record_and_done_once(hall: Hall) -> None:
    customer = hall.fresh("T5")
    arrival = hall.arrival(customer, "KTLDXS", "m-1")
    first = hall.reception.receive([arrival])[0]
    again = hall.reception.receive([hall.arrival(customer, "KTLDXS", "m-1")])[0]
    assert again.repeat
    assert answer_of(again) == answer_of(first)
    assert Attempt.objects.filter(msisdn=customer.digits).count() == 1
    assert Message.objects.filter(msisdn=customer.digits).count() == 1


def test_a_repeat_within_one_batch_counts_once_and_a_deliberate_second_message_twice(hall: Hall) -> None:
    customer = hall.fresh("T5")
    batch = [hall.arrival(customer, "CXYE", mid) for mid in ("a", "a", "b")]
    served = hall.reception.receive(batch)
    assert [one.repeat for one in served] == [False, True, False]
    assert Attempt.objects.filter(msisdn=customer.digits).count() == 2


def test_turns_of_one_customer_in_a_batch_follow_one_another(hall: Hall) -> None:
    customer = hall.fresh("T2")
    served = hall.reception.receive([hall.arrival(customer, "4011"), hall.arrival(customer, "401191")])
    assert [one.outcome for one in served] == [None, Outcome.DONE]
    assert served[0].asks == "confirm"
    assert served[0].reference == served[1].reference


def test_two_receptions_that_meet_the_same_customer_serve_each_message_once(racing_hall: Hall) -> None:
    customer = racing_hall.fresh("T5")
    arrivals = [racing_hall.arrival(customer, "CXYE", f"m{index}") for index in range(12)]
    results: list[object] = []

    def receive(mine: list[Arrival]) -> None:
        reception = racing_hall.another()
        waiting = mine
        for _ in range(200):
            served = reception.receive(waiting)
            results.extend(one for one in served if one.recorded)
            waiting = [one.arrival for one in served if not one.recorded]
            if not waiting:
                break
        connection.close()

    threads = [threading.Thread(target=receive, args=(arrivals[i::3],)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 12
    assert Attempt.objects.filter(msisdn=customer.digits, outcome="done").count() == 12
    assert Message.objects.filter(msisdn=customer.digits).count() == 12


def test_a_number_of_another_carrier_is_turned_away_and_nothing_is_looked_up(hall: Hall) -> None:
    stranger = Msisdn("8618800000000")
    served = hall.say(stranger, "KTLDXS")
    assert served.understood is None
    assert not Attempt.objects.filter(msisdn=stranger.digits).exists()
    assert answer_of(served)


def test_the_tally_agrees_with_the_ledger(hall: Hall) -> None:
    customer = hall.fresh("T5")
    for text in ("KTLDXS", "KTLDXS", "CXYE", "QXFX", "CXYE"):
        hall.say(customer, text)
    counted = {(row.service, row.verb, row.outcome, row.cause): row.attempts for row in Tally.objects.all()}
    ledger: dict[tuple[str, str, str, str], int] = {}
    for attempt in Attempt.objects.all():
        key = (attempt.service, attempt.verb, attempt.outcome, attempt.cause)
        ledger[key] = ledger.get(key, 0) + 1
    assert counted == ledger
    assert counted["caller_id", "subscribe", "refused", "already_on"] == 1


def test_a_message_can_be_explained_step_by_step(hall: Hall) -> None:
    customer = hall.fresh("T5")
    served = hall.say(customer, "ｋｔｌｄｘｓ")
    story = explaining.explain(served.turn)
    assert story is not None
    assert story.attempt is not None
    assert story.attempt.outcome == "done"
    assert story.steps
    assert [answer.text for answer in story.answers] == [answer_of(served)]
    assert explaining.latest(customer)[0].turn == served.turn


@pytest.mark.requirement("SMS-16")
def test_secrets_are_kept_nowhere(hall: Hall) -> None:
    customer = hall.fresh("T5")
    hall.say(customer, "BGMM#123456#654321", "SQMM#110101199003078515", "CZMM#110101199003070000", "密码654321")
    kept = [
        *Arrived.objects.filter(msisdn=customer.digits).values_list("said", "steps"),
        *Attempt.objects.filter(msisdn=customer.digits).values_list("parameters", "carrier_words"),
        *OpenAttempt.objects.filter(msisdn=customer.digits).values_list("parameters", "job"),
        *Message.objects.filter(msisdn=customer.digits).values_list("text"),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT state::text FROM hall_conversation WHERE msisdn = %s", [customer.digits])
        kept += cursor.fetchall()
    for secret in ("123456", "654321", "110101199003078515", "110101199003070000"):
        assert secret not in str(kept)


def test_a_carrier_that_is_down_is_told_as_a_fault_of_ours_and_nothing_happened(hall: Hall) -> None:
    customer = hall.fresh("T5")
    stumbling.stumble("down")
    try:
        served = hall.say(customer, "KTLDXS")
    finally:
        stumbling.recover()
    assert (served.outcome, served.cause) == (Outcome.FAILED, Cause.CARRIER_FAULT)
    assert served.cause is not None
    assert served.cause.kind == "system"
    assert hall.say(customer, "KTLDXS").outcome is Outcome.DONE
