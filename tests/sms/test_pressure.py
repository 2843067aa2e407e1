"""Too much at once, a slow carrier, a database that is away: senders slow down, nobody is forgotten, order is kept."""

import threading

from django.db import OperationalError

from careline.carrier.adapters.sandbox import stumbling
from careline.daemons.sms import Size
from careline.ledger.models import Arrived, Attempt
from careline.protocols.smpp import codes

from .street import Street, eventually, receptions
from .test_once_only import Gate


def test_a_full_queue_slows_the_sender_down_and_loses_nothing(street: Street) -> None:
    service = street.open(size=Size(batchers=1, batch=4, queue_max=8))
    customers = [street.fresh() for _ in range(40)]
    statuses = answers_of(street)
    with Gate():
        for customer in customers:
            street.text(customer, "CXYE")
        eventually(lambda: codes.MESSAGE_QUEUE_FULL in statuses)
        assert service.turnstile.waiting <= 8
    street.settled()
    for customer in customers:
        street.answer(customer)
    assert Attempt.objects.count() == 40
    assert service.turnstile.figures.full > 0


def test_while_the_database_is_away_messages_are_left_to_the_sender_and_served_when_it_is_back(street: Street) -> None:
    away = threading.Event()
    away.set()

    def reception_of(name: str):  # type: ignore[no-untyped-def]
        make = receptions()(name)

        def reception_for(shard: int):  # type: ignore[no-untyped-def]
            reception = make(shard)
            real = reception.clock

            def clock():  # type: ignore[no-untyped-def]
                # The clock is asked first in every wave, where a lost connection would be noticed too.
                if away.is_set():
                    raise OperationalError("connection refused")
                return real()

            reception.clock = clock
            return reception

        return reception_for

    service = street.open(reception_of=reception_of)
    customers = [street.fresh() for _ in range(5)]
    statuses = answers_of(street)
    for customer in customers:
        street.text(customer, "KTLDXS")
    eventually(lambda: statuses.count(codes.TEMPORARY_APPLICATION_ERROR) >= 5)
    assert set(statuses) == {codes.TEMPORARY_APPLICATION_ERROR}
    assert not Arrived.objects.exists()
    eventually(lambda: service.turnstile.waiting == 0)  # what is brought again waits for a moment
    away.clear()
    street.settled()
    for customer in customers:
        street.answer(customer)
    assert Attempt.objects.count() == 5


def test_a_slow_customer_does_not_hold_the_others_and_keeps_the_order_of_his_own_texts(street: Street) -> None:
    service = street.open(patience_seconds=0.1)
    slow, quick = street.fresh(), street.fresh()
    stumbling.stumble("slow", seconds=4.0, msisdns=[slow], times=1)
    street.ask(quick, "CXYE")  # what is known of stumbling is looked up once a second
    eventually(stumbling_known)
    for text in ("KTLDXS", "CXLDXS", "QXLDXS"):
        street.text(slow, text)
    for text in ("CXYE", "CXJF", "CXYE"):
        street.text(quick, text)
    street.answer(quick, 4)
    assert street.answers(slow) == []
    street.answer(slow, 3)
    street.settled()
    order = [one.service + " " + one.verb for one in Attempt.objects.filter(msisdn=slow.digits).order_by("begun_at")]
    assert order == ["caller_id subscribe", "caller_id status", "caller_id cancel"]
    assert service.turnstile.figures.held > 0


def test_texts_of_one_customer_sent_in_one_breath_are_answered_in_order(street: Street) -> None:
    street.open(size=Size(batchers=2, batch=8))
    customer = street.fresh()
    for text in ("KTLDXS", "QXLDXS") * 6:
        street.text(customer, text)
    street.settled()
    street.answer(customer, 12)
    verbs = [one.verb for one in Attempt.objects.filter(msisdn=customer.digits).order_by("begun_at", "id")]
    assert verbs == ["subscribe", "cancel"] * 6
    assert {one.outcome for one in Attempt.objects.all()} == {"done"}
    answers = street.answers(customer)
    assert ["已办好" in answer for answer in answers] == [True, False] * 6


def test_an_orderly_stop_answers_what_it_has_acknowledged(street: Street) -> None:
    service = street.open()
    customers = [street.fresh() for _ in range(30)]
    for customer in customers:
        street.text(customer, "CXYE")
    eventually(lambda: street.smsc.acknowledged >= 1)
    street.close(service)
    acknowledged = {one.message.source for one in street.smsc.deliveries if one.acknowledged_at is not None}
    answered = {one.destination for one in street.smsc.arrivals}
    assert acknowledged
    assert acknowledged <= answered
    street.open()
    street.settled()
    for customer in customers:
        street.answer(customer)
    assert Attempt.objects.count() == 30


def answers_of(street: Street) -> list[int]:
    """The statuses of our answers to deliveries, as the SMSC hears them."""
    statuses: list[int] = []
    real = street.smsc.answered

    def answered(delivery, status, now):  # type: ignore[no-untyped-def]
        statuses.append(status)
        real(delivery, status, now)

    street.smsc.answered = answered  # type: ignore[method-assign]
    return statuses


def stumbling_known() -> bool:
    return bool(stumbling._known[1])
