"""Acknowledged only when it is written down; done once however often it comes; a deliberate second text is a second one."""

import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import OperationalError, connection

from careline.channels.sms import proof
from careline.channels.sms.doubting import Doubting
from careline.daemons.sms import SmsService, _close_connection
from careline.ledger.models import Arrived, Attempt
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn

from .conftest import Street, eventually, receptions, rows


class Gate:
    """Holds receptions up at their first transaction, from outside: another session has the inbox locked."""

    def __init__(self) -> None:
        self._locked = threading.Event()
        self._open = threading.Event()
        self._thread = threading.Thread(target=self._hold, daemon=True)

    def __enter__(self) -> "Gate":
        self._thread.start()
        assert self._locked.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.set()
        self._thread.join(5)

    def _hold(self) -> None:
        from django.db import transaction

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE ledger_inbox IN EXCLUSIVE MODE")
            self._locked.set()
            self._open.wait(20)
        connection.close()


def test_nothing_is_acknowledged_before_the_commit(street: Street) -> None:
    street.open()
    customer = street.fresh()
    with Gate():
        street.text(customer, "CXYE")
        eventually(waiting_for_a_lock)
        assert street.smsc.acknowledged == 0
        assert street.answers(customer) == []
    street.settled()
    assert street.smsc.acknowledged == 1
    street.answer(customer)


def test_what_was_not_committed_leaves_nothing_and_comes_again(street: Street) -> None:
    street.open()
    customer = street.fresh()
    with Gate():
        street.text(customer, "CXYE")
        eventually(waiting_for_a_lock)
        kill_waiting_session()
        # The session died before its commit: refused with 0x64, so the SMSC has it again; it waits at the lock once more.
        eventually(lambda: street.smsc.redelivered >= 1 and waiting_for_a_lock())
        assert rows("SELECT count(*) FROM hall_conversation") == [(0,)]
        assert street.smsc.acknowledged == 0
    street.settled()
    assert "余额" in street.answer(customer)
    assert Arrived.objects.filter(msisdn=customer.digits).count() == 1


def test_a_text_whose_acknowledgement_was_lost_is_not_done_twice(street: Street) -> None:
    service = street.open()
    customer = street.fresh()
    text_into_the_dark(street, customer)
    hear_again(street)
    street.settled()
    assert street.smsc.redelivered == 1
    assert Attempt.objects.filter(msisdn=customer.digits).count() == 1
    assert Arrived.objects.filter(msisdn=customer.digits).count() == 1
    assert service.turnstile.figures.repeats == 1
    # The answer was lost with the connection too, and nobody knows that: it is sent again, and counted.
    street.answer(customer)
    eventually(lambda: Message.objects.get().state == "sent")
    assert Message.objects.get().doubts == 1


def test_a_deliberate_second_text_is_served_again(street: Street) -> None:
    street.open(prove_seconds=60)
    customer = street.fresh()
    first = street.ask(customer, "CXYE")
    second = street.ask(customer, "CXYE")
    assert first == second
    assert Attempt.objects.filter(msisdn=customer.digits).count() == 2


def test_a_second_text_after_a_cut_is_served_again_when_the_first_was_proved(street: Street) -> None:
    service = street.open(prove_seconds=0.05)
    customer = street.fresh()
    street.ask(customer, "CXYE")
    link = service.bound[0].binds[0]
    eventually(lambda: link.statistics.proofs >= 1)
    street.loop.call(street.smsc.cut)
    street.ask(customer, "CXYE")
    assert Attempt.objects.filter(msisdn=customer.digits).count() == 2


def test_a_process_that_died_leaves_its_doubts_to_the_next(street: Street) -> None:
    first = street.open()
    customer = street.fresh()
    text_into_the_dark(street, customer)
    kill(street, first)
    street.smsc.deaf = False
    second = street.open()
    street.settled()
    assert second.bound[0].receiving.doubting.recognised == 1
    assert Attempt.objects.filter(msisdn=customer.digits).count() == 1


def test_an_orderly_stop_leaves_no_doubt(street: Street) -> None:
    service = street.open(prove_seconds=60)
    customer = street.fresh()
    street.ask(customer, "CXYE")
    street.close(service)
    assert proof.doubts("smsc", datetime.now(UTC)) == []
    street.open()
    street.ask(customer, "CXYE")
    assert Attempt.objects.filter(msisdn=customer.digits).count() == 2


def test_a_message_that_was_refused_although_it_was_kept_is_recognised_in_the_same_session(street: Street) -> None:
    """The connection to the database may break after the commit and before we hear of it."""

    def reception_of(name: str):  # type: ignore[no-untyped-def]
        make = receptions()(name)

        def reception_for(shard: int):  # type: ignore[no-untyped-def]
            reception = make(shard)
            real = reception.receive
            broken = [True]

            def receive(arrivals, on_recorded):  # type: ignore[no-untyped-def]
                served = real(arrivals)
                if broken.pop() if broken else False:
                    raise OperationalError("server closed the connection unexpectedly")
                on_recorded(served)
                return served

            class Breaking:
                serving = reception.serving
                clock = staticmethod(reception.clock)
                on_late = None

            breaking = Breaking()
            breaking.receive = receive  # type: ignore[attr-defined]
            return breaking

        return reception_for

    street.open(reception_of=reception_of)
    customer = street.fresh()
    street.text(customer, "KTLDXS")
    street.settled()
    assert street.smsc.redelivered == 1
    assert Attempt.objects.filter(msisdn=customer.digits).count() == 1


# The rules of doubt alone

NOW = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)


def name(doubting: Doubting, *texts: bytes, bind: str = "a", on: object = "first", at: float = 0) -> Sequence[str]:
    return doubting.name(texts, bind=bind, connection=on, received_at=NOW + timedelta(seconds=at))


def test_messages_of_one_session_are_never_held_against_each_other() -> None:
    doubting = Doubting()
    assert len({*name(doubting, b"x", b"x"), *name(doubting, b"x", at=1)}) == 3


def test_each_doubt_explains_one_repetition_only() -> None:
    doubting = Doubting()
    [first] = name(doubting, b"x")
    assert name(doubting, b"x", b"x", on="second", at=1)[0] == first
    [third] = name(doubting, b"x", on="second", at=2)
    assert third != first
    assert doubting.recognised == 1


def test_two_equal_messages_in_doubt_are_both_recognised() -> None:
    doubting = Doubting()
    before = set(name(doubting, b"x", b"x"))
    assert set(name(doubting, b"x", b"x", on="second", at=1)) == before


def test_a_repetition_may_come_by_another_bind_of_the_account() -> None:
    doubting = Doubting()
    [first] = name(doubting, b"x", bind="a", on="one")
    name(doubting, b"y", bind="b", on="two")
    doubting.lost("a")
    assert name(doubting, b"x", bind="b", on="two", at=1) == [first]


def test_a_bind_of_two_connections_that_loses_one_still_knows_a_second_text_on_the_other() -> None:
    doubting = Doubting()
    [first] = name(doubting, b"x", on="receiver")
    doubting.lost("a")
    assert name(doubting, b"x", on="receiver", at=1) != [first]


def test_what_was_proved_is_not_in_doubt() -> None:
    doubting = Doubting()
    [proved] = name(doubting, b"x", at=0)
    [open_] = name(doubting, b"y", at=2)
    doubting.proved("a", NOW + timedelta(seconds=1))
    ids = name(doubting, b"x", b"y", on="second", at=3)
    assert ids[0] != proved
    assert ids[1] == open_


def test_a_proof_on_a_new_connection_proves_nothing_of_the_old_one() -> None:
    doubting = Doubting()
    [first] = name(doubting, b"x", on="old")
    name(doubting, b"y", on="new", at=1)
    doubting.proved("a", NOW + timedelta(seconds=5))
    assert name(doubting, b"x", on="new", at=6) == [first]


def test_doubts_lapse() -> None:
    doubting = Doubting(lapse=timedelta(minutes=10))
    [first] = name(doubting, b"x")
    doubting.lost("a")
    assert name(doubting, b"x", on="second", at=601) != [first]
    assert len(doubting) == 0


def test_the_row_for_a_crash_never_passes_what_is_in_doubt() -> None:
    doubting = Doubting()
    name(doubting, b"x", on="old")
    name(doubting, b"y", on="new", at=1)
    doubting.proved("a", NOW + timedelta(seconds=5))
    assert doubting.proved_until is not None
    assert doubting.proved_until < NOW
    name(doubting, b"x", on="new", at=6)
    doubting.proved("a", NOW + timedelta(seconds=7))
    assert doubting.proved_until == NOW + timedelta(seconds=7)


def test_a_refused_message_is_recognised_when_it_comes_again_in_the_same_session() -> None:
    doubting = Doubting()
    [first] = name(doubting, b"x")
    doubting.refused([first])
    assert name(doubting, b"x", at=1) == [first]
    assert name(doubting, b"x", at=2) != [first]


def text_into_the_dark(street: Street, customer: Msisdn) -> None:
    """A text is delivered and done; of what we send back then, nothing arrives."""

    def deliver_and_go_deaf() -> None:
        street.smsc.text(customer.digits, "10086", "KTLDXS")
        street.smsc.deaf = True

    street.loop.call(deliver_and_go_deaf)
    eventually(lambda: Attempt.objects.filter(msisdn=customer.digits).exists())


def hear_again(street: Street) -> None:
    """The connection breaks, and the SMSC takes what was not acknowledged for undelivered."""

    def cut() -> None:
        street.smsc.cut()
        street.smsc.deaf = False

    street.loop.call(cut)


def kill(street: Street, service: SmsService) -> None:
    """End a process as SIGKILL does: sockets are cut, nothing is said, nothing is written any more."""
    street.services.remove(service)

    async def abort() -> None:
        service._keeper.cancel()
        tasks = [task for bound in service.bound for link in bound.binds for task in link._connections._keepers]  # type: ignore[attr-defined]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        street.smsc.cut()

    street.loop.run(abort())
    service.turnstile.stop()
    for bound in service.bound:
        bound.receiving.stop()
    service.sender.claim_no_more()
    service.sender.stop()
    service._pool.submit(_close_connection).result()
    service._pool.shutdown()


def waiting_for_a_lock() -> bool:
    return bool(rows("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"))


def kill_waiting_session() -> None:
    assert rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
