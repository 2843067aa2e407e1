"""Deleted while something still waits for the carrier: it ends rightly, is told, charged once, and belongs to nobody afterwards."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest

from careline import wiring
from careline.carrier.adapters.sandbox import stumbling
from careline.hall.reception import Reception
from careline.hall.reconciling import Janitor
from careline.hall.serving import Serving
from careline.identity.records import PrivacyRequest
from careline.ledger import due
from careline.ledger.models import Attempt, Contact, OpenAttempt
from careline.orders.records.card import Card
from careline.outbox.models import Message
from careline.postgres import sql
from careline.selfcare import privacy, privacy_deletion, privacy_export
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from tests.halls import Hall, reference_of, the_book
from tests.orders.test_cards import card_of, ordered

pytestmark = pytest.mark.django_db


@pytest.fixture
def janitor() -> Janitor:
    serving = Serving(wiring.office(), wiring.behaviours())
    return Janitor(serving=serving, book=the_book, retake=timedelta(minutes=60))


@pytest.fixture
def keeping_hall(hall: Hall) -> Iterator[Hall]:
    """One that takes orders over which the carrier is down for."""
    serving = Serving(hall.reception.serving.carrier, wiring.behaviours(), retakes=True)
    hall.reception = Reception(serving=serving, book=the_book, clock=hall.clock)
    yield hall
    stumbling.recover()


def deleted(hall: Hall, number: Msisdn) -> PrivacyRequest:
    asked = privacy_deletion.request(number, by="subscriber", now=hall.clock())
    swept(hall)
    asked.refresh_from_db()
    assert asked.done_at == hall.clock()
    return asked


def swept(hall: Hall) -> None:
    while privacy_deletion.sweep(hall.clock()):
        pass


def later(hall: Hall, minutes: int, janitor: Janitor | None = None) -> int:
    """Time passes; the janitor comes by, letters leave, and the deletion is gone on with."""
    hall.clock.pass_(minutes=minutes)
    settled = janitor.sweep(hall.clock()) if janitor else 0
    Message.objects.filter(state="queued").update(state="sent", sent_at=hall.clock())
    swept(hall)
    return settled


def deeds(number: Msisdn) -> int:
    """How much the carrier did."""
    [(count,)] = sql.run("SELECT count(*) FROM sandbox_deed WHERE msisdn = %s AND cause = ''", [number.digits])
    return int(count)


def charges(number: Msisdn) -> int:
    [(fen,)] = sql.run("SELECT basic FROM sandbox_account WHERE msisdn = %s", [number.digits])
    return int(fen)


@pytest.mark.parametrize("mode", ["silent", "down"])
def test_an_order_that_waited_is_done_once_told_to_its_customer_and_is_nobodys_afterwards(
    keeping_hall: Hall, janitor: Janitor, mode: stumbling.Mode
) -> None:
    number = keeping_hall.fresh("T5")
    stumbling.stumble(mode)
    reference = reference_of(keeping_hall.say(number, "KTLDXS"))
    asked = deleted(keeping_hall, number)
    waiting = OpenAttempt.objects.get(id=reference)
    assert waiting.msisdn == number.digits, "without it the carrier could not be asked"
    assert any("运营商" in one["zh"] for one in asked.kept if one["part"] == "attempts")
    assert not Attempt.objects.filter(id=reference).exists()

    later(keeping_hall, 1)
    stumbling.recover()
    keeping_hall.clock.pass_(minutes=5)
    assert janitor.sweep(keeping_hall.clock()) == 1
    [told] = Message.objects.filter(attempt=reference, state="queued")
    assert told.msisdn == number.digits, "they are told, and nobody else"
    swept(keeping_hall)
    assert Message.objects.filter(id=told.id).exists(), "it leaves first"
    later(keeping_hall, 1)
    ended = Attempt.objects.get(id=reference)
    assert (ended.outcome, ended.msisdn, ended.parameters, ended.carrier_words) == ("done", "", {}, "")
    assert not Message.objects.filter(attempt=reference).exists()
    assert not Message.objects.filter(msisdn="").exists()
    assert deeds(number) == 1

    later(keeping_hall, 60 * 5, janitor)
    assert not Contact.objects.filter(msisdn=number.digits).exists()
    asked.refresh_from_db()
    assert asked.due_at is None, "nothing is left to look for"
    assert keeping_hall.say(number, "KTLDXS").cause is Cause.ALREADY_ON
    assert deeds(number) == 1


def test_what_the_carrier_never_got_ends_as_failed_and_is_nobodys(keeping_hall: Hall) -> None:
    number = keeping_hall.fresh("T5")
    janitor = Janitor(serving=Serving(wiring.office(), wiring.behaviours()), book=the_book)
    stumbling.stumble("silent_undone")
    reference = reference_of(keeping_hall.say(number, "KTLDXS"))
    deleted(keeping_hall, number)
    stumbling.recover()
    assert sum(later(keeping_hall, 2, janitor) for _ in range(4)) == 1
    later(keeping_hall, 2)
    assert Attempt.objects.get(id=reference).outcome == "failed"
    assert Attempt.objects.get(id=reference).msisdn == ""
    assert deeds(number) == 0


def test_of_two_orders_for_the_same_only_the_later_is_done_though_both_lose_their_customer(
    keeping_hall: Hall, janitor: Janitor
) -> None:
    """The later one ends first: had it lost its number then, the earlier one would be done and charged as well."""
    number = keeping_hall.fresh("T1")
    stumbling.stumble("down")
    first = reference_of(keeping_hall.say(number, "GPRS20"))
    keeping_hall.clock.pass_(minutes=1)
    second = reference_of(keeping_hall.say(number, "GPRS20"))
    assert OpenAttempt.objects.count() == 2
    deleted(keeping_hall, number)
    OpenAttempt.objects.filter(id=first).update(due_at=keeping_hall.clock() + timedelta(minutes=20))
    before = charges(number)
    stumbling.recover()
    later(keeping_hall, 10, janitor)
    assert Attempt.objects.get(id=second).outcome == "done"
    once = charges(number)
    for _ in range(5):
        later(keeping_hall, 15, janitor)
    later(keeping_hall, 2)
    assert not OpenAttempt.objects.exists()
    assert {str(one.id): (one.outcome, one.msisdn) for one in Attempt.objects.filter(service="pkg_data")} == {
        first: ("failed", ""), second: ("done", ""),
    }  # fmt: skip
    assert charges(number) == once <= before
    [(holdings,)] = sql.run(
        "SELECT count(*) FROM sandbox_holding WHERE msisdn = %s AND product = 'pkg_data'", [number.digits]
    )
    assert holdings == 1


def test_a_question_that_nobody_answers_ends_without_its_customer_and_one_that_is_answered_is_proved(
    hall: Hall,
) -> None:
    silent, answering = hall.fresh("T5"), hall.fresh("T5")
    asked = {number: reference_of(hall.say(number, "开通来电显示")) for number in (silent, answering)}
    assert OpenAttempt.objects.filter(asking=True).count() == 2
    for number in asked:
        deleted(hall, number)
    assert hall.say(answering, "是").outcome is Outcome.DONE
    hall.clock.pass_(minutes=60)
    due.lapse(hall.clock())
    later(hall, 1)
    ends = {str(one.id): (one.outcome, one.msisdn) for one in Attempt.objects.filter(id__in=list(asked.values()))}
    assert ends == {asked[silent]: ("abandoned", ""), asked[answering]: ("done", answering.digits)}


def test_new_business_after_a_deletion_is_kept_like_any(keeping_hall: Hall, janitor: Janitor) -> None:
    number = keeping_hall.fresh("T5")
    deleted(keeping_hall, number)
    keeping_hall.clock.pass_(minutes=1)
    stumbling.stumble("silent")
    reference = reference_of(keeping_hall.say(number, "KTLDXS"))
    stumbling.recover()
    later(keeping_hall, 5, janitor)
    later(keeping_hall, 300)
    assert Attempt.objects.get(id=reference).msisdn == number.digits
    assert Contact.objects.filter(msisdn=number.digits).exists()


def exported(number: Msisdn, hall: Hall) -> dict[str, list[dict[str, object]]]:
    packed = zipfile.ZipFile(io.BytesIO(b"".join(privacy_export.archive(number, "zh", hall.clock()))))
    held: dict[str, list[dict[str, object]]] = json.loads(packed.read("money.json"))
    assert json.loads(packed.read("money.json"))["order_card"] == held["order_card"]
    return held


def test_the_number_of_a_new_sim_is_in_its_customers_copy_and_goes_when_the_card_was_let_go(hall: Hall) -> None:
    number, order = ordered()
    card: Card = card_of(order)
    assert [(one["kind"], one["served"], one["iccid"]) for one in exported(number, hall)["order_card"]] == [
        ("new", card.served, card.iccid)
    ]
    assert exported(hall.fresh("T5"), hall)["order_card"] == []
    deleted(hall, number)
    card.refresh_from_db()
    assert card.served, "what was ordered is in the books"
    Card.objects.filter(pk=card.pk).update(state="dropped")
    deleted(hall, number)
    card.refresh_from_db()
    assert (card.served, card.iccid) == ("", "")


def test_every_column_that_holds_a_number_is_in_the_copy_of_its_part(hall: Hall) -> None:
    """Numbers are varchar(15) wherever they stand; those that bear another name than the customer's own are shown with their row."""
    rows = sql.run(
        "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'"
        " AND character_maximum_length = 15 AND column_name <> 'msisdn' AND table_name NOT LIKE %s",
        ["sandbox%"],
    )
    shown = {
        (table.name, column) for part in privacy.parts().values() for table in part.tables for column in table.shown
    }
    passing = {("outbox_part", "destination"), ("sms_part", "destination")}  # receipts that are awaited, three days
    assert ("order_card", "served") in rows
    assert set(rows) - passing - shown == set()
