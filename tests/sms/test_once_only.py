"""Acknowledged only when it is written down; done once however often it comes; a deliberate second text is a second one."""

import asyncio
import threading
from datetime import UTC, datetime
from hashlib import blake2b

from django.db import OperationalError, connection

from careline.carrier.adapters.sandbox.models import Account
from careline.carrier.adapters.sandbox.passwords import hashed
from careline.channels.sms import proof
from careline.daemons.sms import SmsService, _close_connection
from careline.ledger.models import Arrived, Attempt
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn

from .street import Street, eventually, receptions, rows


class Gate:
    """Holds receptions up at their first transaction, from outside: another session has the inbox locked."""

    def __init__(self) -> None:
        self._locked = threading.Event()
        self._open = threading.Event()
        self._thread = threading.Thread(target=self._hold, daemon=True)

    def __enter__(self) -> "Gate":
        self._thread.start()
        assert self._locked.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.set()
        self._thread.join(20)

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


def test_a_service_password_that_is_delivered_again_is_checked_and_counted_once(street: Street) -> None:
    """Its text is kept nowhere: it is recognised by a keyed fingerprint, which nobody can try the million passwords against."""
    street.open()
    customer = street.fresh()
    Account.objects.filter(msisdn=customer.digits).update(password=hashed("135790"))
    assert "服务密码" in street.ask(customer, "新卡启用")
    text_into_the_dark(street, customer, "246813")
    hear_again(street)
    street.settled()
    assert street.smsc.redelivered == 1
    assert Account.objects.get(msisdn=customer.digits).tries == 1
    assert Attempt.objects.filter(msisdn=customer.digits, service="password").count() == 1
    kept = Arrived.objects.get(msisdn=customer.digits, said="******")
    whole = "\0".join((customer.digits, "10086", "246813"))
    assert bytes(kept.fingerprint) != blake2b(whole.encode(), digest_size=16).digest()
    assert "现在启用吗" in street.ask(customer, "135790")


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


def text_into_the_dark(street: Street, customer: Msisdn, text: str = "KTLDXS") -> None:
    """A text is delivered and done; of what we send back then, nothing arrives."""

    def deliver_and_go_deaf() -> None:
        street.smsc.text(customer.digits, "10086", text)
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
