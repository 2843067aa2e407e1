"""The desk by its own rules: who waits, which seat rings, when a customer is called back, whom we do not bring there."""

import threading
from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection

from careline.desk import callbacks, queue, screening, seats
from careline.desk.models import Callback, Contact, Queue, Screening, Seat, SeatState
from careline.desk.queue import Caller, Standing
from careline.journal.models import Entry
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from tests.halls import NOON

pytestmark = pytest.mark.django_db
LI, WANG = Msisdn("8613900000001"), Msisdn("8613900000002")


def seat(name: str, now: datetime = NOON, **more: object) -> Seat:
    return seats.settle(name, f"sip:{name}@127.0.0.1", "care", now, **more)  # type: ignore[arg-type]


def calls(msisdn: Msisdn = LI, now: datetime = NOON, **more: object) -> str:
    reference = new_reference()[0]
    standing = queue.enter(Caller(reference, f"call-{reference}", msisdn, **more), now)  # type: ignore[arg-type]
    assert not standing.refused
    return reference


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_caller_hears_how_many_wait_before_and_about_how_long() -> None:
    seat("801")
    first, second = calls(now=NOON), calls(WANG, after(1))
    assert queue.standing(first, after(2)).position == 0
    behind = queue.standing(second, after(2))
    assert (behind.position, behind.estimate_seconds) == (1, 2 * queue.TALK_SECONDS)
    seat("802")
    assert queue.standing(second, after(2)).estimate_seconds == queue.TALK_SECONDS


def test_the_estimate_follows_the_last_talks() -> None:
    free = seat("801")
    one = calls()
    assert seats.claim(one, NOON)
    assert seats.answered(one, free.id, after(4))
    queue.leave(one, "talked", "customer", after(64))
    assert queue.talk_seconds("care") == 60
    assert queue.standing(calls(now=after(70)), after(70)).estimate_seconds == 60


def test_with_nobody_on_duty_there_is_nothing_to_wait_for() -> None:
    away = seat("801")
    assert seats.set_state(away.id, SeatState.AWAY, NOON)
    assert queue.enter(Caller(new_reference()[0], "s", LI), NOON).refused == "nobody"
    assert not Contact.objects.exists()


def test_out_of_hours_the_desk_is_closed() -> None:
    seat("801")
    Queue.objects.filter(name="care").update(opens_at=time(8), closes_at=time(12))  # it is noon in Shanghai
    assert queue.enter(Caller(new_reference()[0], "s", LI), NOON).refused == "closed"
    assert queue.enter(Caller(new_reference()[0], "s", LI), NOON - timedelta(seconds=1)).refused == ""
    Queue.objects.filter(name="care").update(opens_at=time(20), closes_at=time(13))
    assert queue.enter(Caller(new_reference()[0], "s", LI), NOON).refused == ""


def test_entering_twice_is_entering_once() -> None:
    seat("801")
    caller = Caller(new_reference()[0], "s", LI)
    assert queue.enter(caller, NOON) == queue.enter(caller, after(3)) == Standing(0, queue.TALK_SECONDS)
    assert Contact.objects.count() == 1


def test_who_came_first_is_rung_for_first() -> None:
    seat("801")
    first, second = calls(now=NOON), calls(WANG, after(1))
    assert not seats.claim(second, after(2))
    assert [one.name for one in seats.claim(first, after(2))] == ["801"]
    assert not seats.claim(second, after(3)), "the only seat rings for the other"


def test_the_fitting_seat_that_was_idle_longest_rings() -> None:
    seat("801", after(-10), skills=("zh",))
    seat("802", after(-30), skills=("zh",))
    seat("803", after(-20), skills=("zh", "en"))
    assert seats.claim(calls(skills=("en",)), NOON)[0].name == "803"
    assert seats.claim(calls(skills=("en",)), after(1))[0].name == "802"
    assert seats.claim(calls(skills=("zh",)), after(2))[0].name == "801"


def test_one_seat_rings_however_the_server_plans_to_find_it() -> None:
    for name in ("801", "802", "803"):
        seat(name)
    with connection.cursor() as cursor:  # a nested loop, as chosen on small tables whose size is known
        cursor.execute("ANALYZE desk_seat")
        for path in ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize"):
            cursor.execute(f"SET LOCAL enable_{path} = off")
    one = calls()
    assert len(seats.claim(one, NOON)) == 1
    assert Seat.objects.filter(state=SeatState.RINGING).count() == 1


def test_a_hunt_group_rings_in_order_or_all_at_once() -> None:
    seat("801", after(-10), place=2)
    seat("802", after(-30), place=1)
    seat("803", after(-90), place=3)
    Queue.objects.update(strategy="sequential")
    one = calls()
    assert [rung.name for rung in seats.claim(one, NOON)] == ["802"]
    queue.leave(one, "left_queue", "customer", after(1))
    Queue.objects.update(strategy="simultaneous")
    all_ring = calls(now=after(2))
    rung = seats.claim(all_ring, after(2))
    assert {one.name for one in rung} == {"801", "802", "803"}
    assert seats.answered(all_ring, rung[0].seat, after(4))
    states = {one.state for one in Seat.objects.exclude(id=rung[0].seat)}
    assert states == {"free"}, "the others are free when one has answered"


def test_a_seat_that_lets_it_ring_is_passed_over_and_at_the_third_time_away() -> None:
    lazy, keen = seat("801", after(-60)), seat("802", after(-30))
    one = calls()
    assert seats.claim(one, NOON)[0].seat == lazy.id
    seats.missed(one, [lazy.id], after(20))
    assert seats.claim(one, after(20))[0].seat == keen.id, "the next seat, though the first has been idle longer"
    seats.missed(one, [keen.id], after(40))
    for start in (40, 60):
        seats.claim(one, after(start))
        seats.missed(one, [lazy.id], after(start + 20))
        seats.missed(one, [keen.id], after(start + 20))
    lazy.refresh_from_db()
    assert (lazy.state, lazy.misses) in {("away", 3), ("free", 2)}


def test_three_misses_in_a_row_mean_away_and_an_answer_begins_anew() -> None:
    lazy = seat("801")
    one = calls()
    for start in (0, 20):
        assert seats.claim(one, after(start))
        seats.missed(one, [lazy.id], after(start + 20))
    assert seats.claim(one, after(40))
    assert seats.answered(one, lazy.id, after(45))
    queue.leave(one, "talked", "customer", after(60))
    lazy.refresh_from_db()
    assert (lazy.state, lazy.misses) == ("free", 0)
    other = calls(now=after(70))
    for start in (70, 90, 110):
        assert seats.claim(other, after(start))
        seats.missed(other, [lazy.id], after(start + 20))
    lazy.refresh_from_db()
    assert lazy.state == "away"


def test_who_hangs_up_while_it_rings_is_no_miss_of_the_seat() -> None:
    patient = seat("801")
    one = calls()
    assert seats.claim(one, NOON)
    assert queue.leave(one, "abandoned", "customer", after(3))
    assert not queue.leave(one, "lost", "network", after(4)), "a contact ends once"
    patient.refresh_from_db()
    assert (patient.state, patient.misses, patient.contact) == ("free", 0, None)
    assert Contact.objects.get(id=one).outcome == "abandoned"
    assert not seats.answered(one, patient.id, after(5))


def test_rings_are_counted_by_the_cadence_of_the_country() -> None:
    assert [seats.rings(seconds) for seconds in (0, 0.5, 5, 5.1, 15, 15.2, 26)] == [1, 1, 1, 2, 3, 4, 6]
    free = seat("801")
    one = calls()
    seats.claim(one, after(2))
    seats.answered(one, free.id, after(14))
    kept = Contact.objects.get(id=one)
    assert (kept.ring_seconds, kept.rings, kept.waited_seconds) == (12, 3, 14)


@pytest.mark.django_db(transaction=True)
def test_two_processes_never_ring_one_seat() -> None:
    for name in ("801", "802", "803"):
        seat(name)
    waiting = [calls(Msisdn(f"86139000000{index:02}"), after(index)) for index in range(8)]
    won: list[list[seats.Rung]] = []
    start = threading.Barrier(len(waiting))

    def compete(contact: str) -> None:
        start.wait()
        for _ in range(4):
            if rung := seats.claim(contact, after(20)):
                won.append(rung)
                break
        connection.close()

    threads = [threading.Thread(target=compete, args=(one,)) for one in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rung = [one.seat for lot in won for one in lot]
    assert sorted(rung) == sorted(set(rung)), "each seat rings for one caller"
    assert len(rung) == 3


def test_a_contact_that_no_process_sees_any_more_is_lost_and_its_seat_free() -> None:
    free = seat("801")
    one = calls()
    seats.claim(one, NOON)
    seats.answered(one, free.id, after(1))
    queue.seen([one], after(30))
    assert queue.lose(after(80)) == 0
    assert queue.lose(after(91)) == 1
    free.refresh_from_db()
    assert (free.state, Contact.objects.get(id=one).outcome) == ("free", "lost")


def test_a_callback_is_due_at_the_time_agreed_and_within_the_hour_otherwise() -> None:
    seat("801")
    hour = NOON + timedelta(minutes=60)
    assert callbacks.promise(calls(), NOON) == hour
    assert callbacks.promise(calls(), NOON, NOON + timedelta(minutes=20)) == NOON + timedelta(minutes=20)
    assert callbacks.promise(calls(), NOON, NOON + timedelta(hours=3)) == hour
    assert callbacks.overdue(NOON + timedelta(minutes=59)) == 1
    assert callbacks.overdue(NOON + timedelta(minutes=61)) == 3


def test_a_callback_is_made_when_a_seat_is_free_and_nobody_came_before() -> None:
    free = seat("801")
    promised = calls()
    callbacks.promise(promised, after(10))
    queue.leave(promised, "callback", "customer", after(10))
    busy = calls(WANG, after(20))
    seats.claim(busy, after(20))
    seats.answered(busy, free.id, after(22))
    assert callbacks.claim(after(30)) is None, "nobody is free"
    queue.leave(busy, "talked", "customer", after(40))
    due = callbacks.claim(after(41))
    assert due is not None
    assert (due.msisdn, due.tries, due.contact) == (LI, 1, promised)
    assert callbacks.claim(after(42)) is None, "it is being made"


def test_a_callback_is_tried_three_times_and_no_more() -> None:
    seat("801")
    promised = calls()
    callbacks.promise(promised, NOON)
    queue.leave(promised, "callback", "customer", NOON)
    now = NOON
    for tries in (1, 2, 3):
        due = callbacks.claim(now)
        assert due is not None
        assert due.tries == tries
        callbacks.failed(due.id, now)
        assert callbacks.claim(now + timedelta(minutes=4)) is None
        now += timedelta(minutes=6)
    assert callbacks.claim(now) is None
    assert Callback.objects.get().state == "given_up"


def test_a_screened_number_needs_a_reason_an_end_and_a_second_person() -> None:
    later = NOON + timedelta(days=7)
    with pytest.raises(screening.NotAllowed, match="reason"):
        screening.ask(LI, NOON, later, " ", by="he", now=NOON)
    with pytest.raises(screening.NotAllowed, match="times"):
        screening.ask(LI, NOON, NOON, "x", by="he", now=NOON)
    with pytest.raises(screening.NotAllowed, match="too_long"):
        screening.ask(LI, NOON, NOON + timedelta(days=93), "x", by="he", now=NOON)
    asked = screening.ask(LI, NOON, later, "打了四十次，每次都骂人", by="he", now=NOON)
    assert queue.may_wait(LI, after(1)), "not before it is approved"
    with pytest.raises(screening.NotAllowed, match="same_person"):
        screening.approve(asked.pk, by="he", now=NOON)
    screening.approve(asked.pk, by="admin", now=after(1))
    assert not queue.may_wait(LI, after(2))
    assert queue.may_wait(WANG, after(2))
    assert queue.may_wait(LI, later), "it ends by itself"
    seat("801")
    assert queue.enter(Caller(new_reference()[0], "s", LI), after(3)).refused == "screened"
    screening.lift(asked.pk, by="he", now=after(4))
    assert queue.may_wait(LI, after(5))
    assert set(Entry.objects.values_list("did", flat=True)) == {"ask_screening", "approve_screening", "lift_screening"}


def test_the_table_itself_refuses_a_screening_approved_by_who_asked() -> None:
    with pytest.raises(IntegrityError):
        Screening.objects.create(
            msisdn=LI.digits, starts_at=NOON, ends_at=after(60), reason="x", asked_by="he", approver="he"
        )
