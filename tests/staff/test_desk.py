"""The pages of calls and the desk: who sees what, and what is written down about it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from careline.desk import callbacks, live, queue, seats
from careline.desk.models import Contact, Screening, Seat
from careline.desk.queue import Caller
from careline.journal.models import Entry
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db
LI = Msisdn("8613900000001")


@pytest.fixture
def waiting() -> str:
    """A caller who waits, at a desk with one seat that is on a call."""
    now = timezone.now()
    seats.settle("801", "sip:801@127.0.0.1", "care", now)
    other = new_reference()[0]
    queue.enter(Caller(other, "a", Msisdn("8613900000009")), now)
    rung = seats.claim(other, now)
    seats.answered(other, rung[0].seat, now)
    mine = new_reference()[0]
    queue.enter(Caller(mine, "b", LI, summary="开通 来电显示"), now)
    live.keep([live.Call("b", "worker-0", LI, "calls", "10086", now, "main")], [], now)
    return mine


def test_the_supervisor_sees_queue_seats_and_calls_with_masked_numbers(sign_in: SignIn, waiting: str) -> None:
    he = sign_in("he", "supervisor")
    for address in ("/staff/desk/", "/staff/desk/?part=1", "/staff/calls", "/staff/calls?part=1"):
        shown = he.get(address).content.decode()
        assert "139****0001" in shown, address
        assert "13900000001" not in shown, address
    assert "来电显示" in he.get("/staff/desk/").content.decode()
    assert "<html" not in he.get("/staff/desk/?part=1").content.decode()


def test_who_has_no_right_sees_nothing_of_it(sign_in: SignIn, waiting: str) -> None:
    lin = sign_in("lin", "maintainer")
    for address in ("/staff/desk/", "/staff/calls", "/staff/desk/contacts", "/staff/desk/screened"):
        assert lin.get(address).status_code == 403, address
    assert lin.post(f"/staff/desk/contacts/{waiting}/number").status_code == 403


def test_a_look_at_a_whole_number_is_journaled(sign_in: SignIn, waiting: str) -> None:
    he = sign_in("he", "supervisor")
    assert he.get(f"/staff/desk/contacts/{waiting}/number").status_code == 405
    assert "13900000001" in he.post(f"/staff/desk/contacts/{waiting}/number").content.decode()
    entry = Entry.objects.get(did="look", what="contact")
    assert (entry.who, entry.record) == ("he", waiting)
    assert "13900000001" not in str(entry.detail)


def test_a_seat_is_set_free_and_away_but_not_while_it_talks(sign_in: SignIn, waiting: str) -> None:
    he = sign_in("he", "supervisor")
    seat = Seat.objects.get()
    shown: Any = he.post(f"/staff/desk/seats/{seat.pk}", {"state": "away"}, follow=True)
    assert "801 is on a call" in shown.content.decode()
    queue.leave(str(seat.contact), "talked", "customer", timezone.now())
    he.post(f"/staff/desk/seats/{seat.pk}", {"state": "away"})
    seat.refresh_from_db()
    assert seat.state == "away"
    assert Entry.objects.filter(did="set_seat", record="801").count() == 1


def test_yesterdays_talks_and_overdue_callbacks_are_listed(sign_in: SignIn, waiting: str) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    callbacks.promise(waiting, yesterday)
    queue.leave(waiting, "callback", "customer", timezone.now())
    Contact.objects.filter(pk=waiting).update(enqueued_at=yesterday)
    he = sign_in("he", "supervisor")
    shown = he.get("/staff/desk/contacts").content.decode()
    assert "wants to be called back" in shown
    assert "1 callers asked for a person" in shown
    assert "overdue" in he.get("/staff/desk/").content.decode()
    assert he.get("/staff/desk/contacts?day=nonsense").status_code == 200


def test_a_screening_is_asked_for_by_one_and_approved_by_another(sign_in: SignIn) -> None:
    he, admin = sign_in("he", "supervisor"), sign_in("boss", "admin")
    asked = {"number": "13900000001", "days": "7", "reason": "四十次辱骂"}
    assert he.post("/staff/desk/screened", asked | {"reason": " "}).status_code == 400
    assert he.post("/staff/desk/screened", asked | {"days": "93"}).status_code == 400
    assert he.post("/staff/desk/screened", asked | {"number": "x"}).status_code == 400
    assert he.post("/staff/desk/screened", asked).status_code == 302
    one = Screening.objects.get()
    he.post(f"/staff/desk/screened/{one.pk}/approve")
    assert queue.may_wait(LI, timezone.now()), "nobody approves what he asked for"
    admin.post(f"/staff/desk/screened/{one.pk}/approve")
    assert not queue.may_wait(LI, timezone.now())
    one.refresh_from_db()
    assert (one.asked_by, one.approver, one.reason) == ("he", "boss", "四十次辱骂")
    assert one.ends_at > one.starts_at
    assert "139****0001" in he.get("/staff/desk/screened").content.decode()
    he.post(f"/staff/desk/screened/{one.pk}/lift")
    assert queue.may_wait(LI, timezone.now())
