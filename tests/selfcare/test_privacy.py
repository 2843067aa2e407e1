"""What we keep of a number, taken along and deleted: all of it, of that number alone, and what must stay stays."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from careline.cases import opening
from careline.cases.models import Case
from careline.cases.states import State
from careline.identity.records import PrivacyRequest
from careline.journal.models import Entry
from careline.ledger.models import Arrived, Attempt, Contact
from careline.outbox import posting
from careline.outbox.models import Message
from careline.outbox.posting import Letter
from careline.postgres import sql
from careline.selfcare import privacy, privacy_deletion, privacy_export
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from tests.cases.desk import brought, led
from tests.halls import Hall

# Tables with a number of a customer that are nobody's part, and why.
EXCEPT = {
    "sms_part",  # parts of one message, until it is whole
    "outbox_part",  # receipts that are awaited, three days
    "probes_line",  # lines of our own, that nobody holds
    "probes_run",  # what probes did on them
}


@pytest.mark.django_db
def test_every_table_that_holds_a_number_belongs_to_a_part() -> None:
    rows = sql.run(
        "SELECT DISTINCT table_name::text FROM information_schema.columns WHERE table_schema = 'public'"
        " AND column_name = 'msisdn' AND table_name NOT LIKE %s",
        ["sandbox%"],
    )
    held = {table.name for part in privacy.parts().values() for table in part.tables}
    assert {row[0] for row in rows} - EXCEPT - held == set(), "add a file to selfcare/privacy_parts"


@pytest.mark.django_db
@pytest.mark.parametrize("name", list(privacy.parts()))
def test_each_part_says_in_both_languages_what_it_is_for_and_why_it_stays(name: str) -> None:
    part = privacy.parts()[name]
    for text in (part.title, part.purpose):
        assert text.zh
        assert text.en
    for table in part.tables:
        assert table.goes == "true" or table.why.zh or table.name == "case_event", table.name
        assert list(privacy.rows(part, table, Msisdn("8613900050017"))) == []
    assert privacy.days(part.days) > 0


def lived(hall: Hall) -> Msisdn:
    """Somebody who asked, ordered, complained long ago and lately, and got letters, all some time ago."""
    number = hall.fresh("T5")
    hall.say(number, "CXYE")
    assert hall.say(number, "KTYETX#10.00").outcome == "done"
    long_ago = hall.clock() - timedelta(days=1200)
    led(State.CLOSED, now=long_ago, msisdn=number, words="long ago")
    led(State.ANALYSING, now=hall.clock(), msisdn=number, words="打这个电话13912345678没人接", category="network")
    hall.clock.pass_(days=8)
    return number


def swept(hall: Hall) -> None:
    while privacy_deletion.sweep(hall.clock(), limit=7):
        pass


def test_deleting_takes_what_may_go_and_leaves_what_must_stay_with_its_reason(hall: Hall) -> None:
    number, other = lived(hall), hall.fresh("T5")
    hall.say(other, "CXYE")
    before = {one.name: one for one in privacy.standing(number, hall.clock())}
    open_case = Case.objects.get(msisdn=number.digits, state="analysing")
    asked = privacy_deletion.request(number, by="subscriber", now=hall.clock())
    assert privacy_deletion.request(number, by="subscriber", now=hall.clock()).pk == asked.pk, "once is enough"
    swept(hall)
    asked.refresh_from_db()
    assert asked.done_at == hall.clock()
    for name, standing in before.items():
        assert asked.forgotten[name] == standing.goes, name
    assert sum(asked.forgotten.values()) > 5
    assert all(one.goes == 0 for one in privacy.standing(number, hall.clock()))
    assert Case.objects.filter(msisdn=number.digits).get() == open_case, "the open case stays whole"
    assert Attempt.objects.filter(msisdn=number.digits).exclude(verb__in=["query", "status"]).exists()
    assert not Attempt.objects.filter(msisdn=number.digits, verb="query").exists()
    assert not Arrived.objects.filter(msisdn=number.digits).exclude(said="").exists()
    assert not Contact.objects.filter(msisdn=number.digits).exists()
    assert Attempt.objects.filter(msisdn="").exists(), "statistics go on counting"
    assert {one["part"] for one in asked.kept} >= {"line", "attempts", "cases", "letters"}
    assert Attempt.objects.filter(msisdn=other.digits).exists(), "nobody else's records went"
    did = list(Entry.objects.filter(did__startswith="privacy").order_by("id").values_list("did", "record"))
    assert did == [("privacy_deletion", number.masked()), ("privacy_deleted", number.masked())]


def test_a_sweep_that_dies_goes_on_where_it_was_and_counts_nothing_twice(hall: Hall) -> None:
    number = lived(hall)
    before = sum(one.goes for one in privacy.standing(number, hall.clock()))
    asked = privacy_deletion.request(number, by="subscriber", now=hall.clock())
    assert privacy_deletion.sweep(hall.clock(), limit=3) == 3
    asked.refresh_from_db()
    done, parts, gone = privacy_deletion.progress(asked)
    assert 0 < done < parts
    assert 0 < gone < before
    swept(hall)
    asked.refresh_from_db()
    assert sum(asked.forgotten.values()) == before
    assert privacy_deletion.progress(asked) == (parts, parts, before)
    assert privacy_deletion.sweep(hall.clock()) == 0


def test_the_service_goes_on_after_a_deletion(hall: Hall) -> None:
    number = lived(hall)
    privacy_deletion.request(number, by="subscriber", now=hall.clock())
    swept(hall)
    assert hall.say(number, "CXYE").outcome == "done"
    assert privacy_deletion.latest(number)
    again = privacy_deletion.request(number, by="subscriber", now=hall.clock() + timedelta(hours=2))
    assert again.done_at is None, "and may be asked for anew"


def exported(number: Msisdn, now: datetime, language: str = "zh") -> zipfile.ZipFile:
    packed = zipfile.ZipFile(io.BytesIO(b"".join(privacy_export.archive(number, language, now))))
    assert packed.testzip() is None
    return packed


def test_the_export_holds_everything_of_this_number_and_other_peoples_numbers_masked(hall: Hall) -> None:
    number, other = lived(hall), hall.fresh("T5")
    opening.accept(brought(msisdn=other, words="somebody else's matter"), by="wang", now=hall.clock())
    letter = Letter(new_reference()[0], number, "sms", "test", "10086", "呼叫转移到 13912345678 <b>", "forward.done")
    posting.post([letter], now=hall.clock(), due_at=hall.clock())
    packed = exported(number, hall.clock())
    assert set(packed.namelist()) == {"index.html", *(f"{name}.json" for name in privacy.parts())}
    for name, standing in ((one.name, one) for one in privacy.standing(number, hall.clock())):
        held = json.loads(packed.read(f"{name}.json"))
        count = sum(len(rows) for key, rows in held.items() if key not in ("title", "purpose"))
        assert count == standing.records, name
    whole = "".join(packed.read(name).decode() for name in packed.namelist())
    assert "long ago" in whole
    assert "139****5678" in whole
    assert "13912345678" not in whole
    assert "somebody else" not in whole
    assert "wang" not in whole, "no name of staff"
    page = packed.read("index.html").decode()
    assert "&lt;b&gt;" in page
    assert "<script" not in page


@pytest.mark.django_db
def test_an_export_leaves_piece_by_piece() -> None:
    number, now = Msisdn("8613900050017"), datetime(2026, 11, 10, 4, tzinfo=UTC)
    ids = new_reference(1_200)
    letters = [Letter(id, number, "sms", "test", "10086", f"{id} 通知", "notice.low_balance") for id in ids]
    posting.post(letters, now=now, due_at=now)
    pieces = list(privacy_export.archive(number, "en", now))
    assert len([piece for piece in pieces if piece]) > 3
    held = json.loads(zipfile.ZipFile(io.BytesIO(b"".join(pieces))).read("letters.json"))
    assert len(held["outbox_message"]) == len(ids)
    assert Message.objects.count() == len(ids)


@pytest.mark.django_db
def test_exports_are_counted_by_the_day_and_journaled() -> None:
    number, now = Msisdn("8613900050017"), datetime(2026, 11, 10, 4, tzinfo=UTC)
    for _ in range(privacy.exports_a_day()):
        privacy_export.request(number, by="subscriber", now=now)
    with pytest.raises(privacy_export.TooMany):
        privacy_export.request(number, by="subscriber", now=now + timedelta(hours=23))
    privacy_export.request(number, by="subscriber", now=now + timedelta(hours=25))
    assert Entry.objects.filter(did="privacy_export", record=number.masked()).count() == privacy.exports_a_day() + 1
    assert PrivacyRequest.objects.filter(what="export").count() == privacy.exports_a_day() + 1
