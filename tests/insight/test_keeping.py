"""Records go by age once they were counted, an hour after the other; what a case, a refund or the books need stays."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import uuid4

import pytest

from careline.cases import opening
from careline.cases.records.case import Case
from careline.cases.states import State
from careline.daemons.sweeps import sweeps
from careline.insight import asking, folding, keeping
from careline.insight.asking import Period
from careline.insight.checking import recount
from careline.insight.models import Kept
from careline.journal.models import Entry
from careline.ledger import contact
from careline.ledger.models import Attempt, Contact, Journey, Tally
from careline.outbox.models import Message
from careline.refunds.models import Refund
from careline.values.msisdn import Msisdn
from tests.cases.desk import brought, settled
from tests.insight.records import LI, NOON, fold, greet, record, walk

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 10)
KEPT: Mapping[str, int] = {"attempts": 40, "contacts": 40, "journeys": 40, "letters": 40, "proofs": 90}
OLD = NOON + timedelta(days=41)
WANG = Msisdn("8613900000002")


def delete(now: object = OLD) -> int:
    """Until nothing is left to delete."""
    deleted = 0
    while dealt := keeping.sweep(now, KEPT):  # type: ignore[arg-type]
        deleted += dealt
    return deleted


def post(key: str = "balance.query", *, state: str = "delivered", msisdn: Msisdn = LI) -> Message:
    return Message.objects.create(
        id=uuid4(), msisdn=msisdn.digits, channel="sms", link="a", address="10086", text="…", key=key, state=state,
        created_at=NOON, due_at=NOON,
    )  # fmt: skip


def test_old_records_go_and_what_was_counted_stays() -> None:
    record(30)
    record(2, outcome="failed", cause="guidance")
    record(7, at=OLD - timedelta(days=3))
    greet(4)
    walk("main")
    post()
    post(state="queued")
    fold(OLD)
    before = asking.count(("day",), Period(DAY, OLD.date()))

    assert delete() == 32 + 4 + 1 + 1
    assert (Attempt.objects.count(), Contact.objects.count(), Journey.objects.count()) == (7, 0, 0)
    assert [one.state for one in Message.objects.all()] == ["queued"]
    assert set(Tally.objects.values_list("hour", flat=True)) == {(OLD - timedelta(days=3)).replace(minute=0)}
    folding.recheck(OLD)
    folding.refold(NOON, OLD)
    assert asking.count(("day",), Period(DAY, OLD.date())) == before
    assert (recount(DAY).deleted, recount(DAY).exact) == (True, True)
    assert (recount((OLD - timedelta(days=3)).date()).deleted, recount((OLD - timedelta(days=3)).date()).exact) == (
        False,
        True,
    )
    assert delete() == 0


def test_nothing_goes_that_was_not_counted_yet() -> None:
    record(3)
    assert delete() == 0
    fold(NOON + timedelta(minutes=5))  # the hour runs
    assert delete() == 0
    fold(OLD)
    assert delete() == 3


def test_records_stay_while_a_case_of_the_customer_is_open_and_those_of_its_time_afterwards() -> None:
    settled()
    record(2, at=NOON - timedelta(days=5))
    record(3, at=NOON - timedelta(days=5), msisdn=WANG)
    docket = opening.accept(brought(msisdn=LI), by="subscriber", now=NOON).case.docket
    record(1, at=NOON + timedelta(hours=1))
    fold(OLD)

    assert delete() == 3  # of those who have no case
    assert Attempt.objects.filter(msisdn=LI.digits).count() == 3
    Case.objects.filter(docket=docket).update(
        state=State.ARCHIVED.value, archived_at=NOON + timedelta(days=2), closed_at=OLD + timedelta(hours=1)
    )
    later = OLD + timedelta(days=1)
    Case.objects.filter(docket=docket).update(closed_at=later - timedelta(hours=1))
    assert delete(later) == 2  # what was before the case
    assert [one.ended_at for one in Attempt.objects.filter(msisdn=LI.digits)] == [NOON + timedelta(hours=1)]


def test_records_stay_while_a_refund_is_not_ended_and_books_stay_for_ever() -> None:
    record(2)
    record(1, service="refund", verb="order", msisdn=WANG)
    record(1, service="suggestion", verb="other", msisdn=WANG)
    refund = Refund.objects.create(
        msisdn=LI.digits, item="1", month="2026-11", product="x", name_zh="x", name_en="x", charged=100, key="k", channel="sms",
        requested_by="wang", requested_at=NOON, due_at=OLD,
    )  # fmt: skip
    fold(OLD)

    assert delete() == 0
    Refund.objects.filter(pk=refund.pk).update(ended_at=OLD)
    assert delete(OLD + timedelta(days=1)) == 2
    assert set(Attempt.objects.values_list("service", flat=True)) == {"refund", "suggestion"}


def test_letters_that_are_proofs_stay_longer() -> None:
    post()
    post("case.accepted")
    record()
    fold(NOON + timedelta(days=91))
    assert delete(OLD) == 2  # a letter and an attempt
    assert Message.objects.get().key == "case.accepted"
    assert delete(NOON + timedelta(days=91)) == 1


def test_a_busy_hour_goes_by_hands_and_a_sweep_has_an_end() -> None:
    for minute in range(0, 60, 2):
        record(1, at=NOON + timedelta(minutes=minute))
    record(5, at=NOON + timedelta(hours=1))
    fold(OLD)

    first = keeping.sweep(OLD, {"attempts": 40}, hand=10, hands=2)
    assert first == 30  # an hour is finished, and the next one waits for its sweep
    assert keeping.sweep(OLD, {"attempts": 40}) == 5


def test_each_day_that_deleted_stands_in_the_journal_once() -> None:
    record(3)
    greet(1)
    fold(OLD)
    delete(OLD)
    assert not Entry.objects.filter(what="old_records").exists()
    delete(OLD + timedelta(days=1))
    delete(OLD + timedelta(days=1, minutes=1))

    told = {one.record: one.detail for one in Entry.objects.filter(what="old_records")}
    day = OLD.date().isoformat()
    assert {name: detail["deleted"] for name, detail in told.items()} == {f"attempts {day}": 3, f"contacts {day}": 1}
    assert Kept.objects.get(kind="attempts").deleted == 0


def test_the_policy_is_a_file_and_too_few_days_are_refused(tmp_path: object) -> None:
    assert keeping.days()["attempts"] >= 1095  # what the privacy page promises as proof
    path = tmp_path / "keeping.toml"  # type: ignore[operator]
    path.write_text("[days]\nattempts = 7\n")
    with pytest.raises(ValueError, match="attempts"):
        keeping._days(path)
    assert "keeping" in sweeps()


def test_contacts_are_not_kept_longer_by_numbers_that_were_forgotten() -> None:
    greet(2)
    Contact.objects.update(msisdn="")
    contact.greet([contact.Hello(str(uuid4()), LI, "sms", "10086", NOON)])
    record()
    fold(OLD)
    delete()
    assert not Contact.objects.exists()
