"""The diary: who or what maintained the voice flow on each day, and days without any by name."""

import uuid
from datetime import date

import pytest
from django.db import DatabaseError, transaction

from careline.journal.models import Entry
from careline.journal.writing import write
from careline.probes.models import Run
from careline.prompts import logbook, notices
from careline.prompts.logbook import Deed
from careline.upkeep import diary, signing
from careline.upkeep.duties import Kind
from careline.upkeep.models import Signed
from careline.upkeep.refusing import Refused
from tests.upkeep.days import MONDAY, at

pytestmark = pytest.mark.django_db


def run(day: int, vantage: str = "here", hour: int = 9) -> None:
    Run.objects.create(
        id=uuid.uuid4(), batch=uuid.uuid4(), probe="voice/node/main", channel="voice", vantage=vantage, version=1,
        msisdn="8613900000001", region="bj", brand="gotone", begun_at=at(day, hour), ended_at=at(day, hour, 1),
        passed=True,
    )  # fmt: skip


@pytest.mark.requirement("IVR-16", "MON-03")
def test_a_month_with_one_missing_day_does_not_conform_and_the_day_is_named() -> None:
    for day in range(1, 32):
        if day != 17:
            logbook.note(Deed.AUDIT, by="lin", now=at(day))
    found = diary.days(date(2026, 3, 1), date(2026, 3, 31))
    told = diary.verdict(found, date(2026, 4, 1))
    assert (told.met, told.done, told.due) == (False, 30, 31)
    assert told.missing == [date(2026, 3, 17)]


@pytest.mark.requirement("IVR-15", "IVR-16")
def test_what_the_system_did_is_in_the_diary_without_anybody_entering_it() -> None:
    write(who="zhou", did="publish", what="version", record="7", now=at(2, 8))
    logbook.note(Deed.RENDER, by="system", now=at(2, 9), about="version 7")
    logbook.note(Deed.RENDER, by="system", now=at(2, 10), about="version 7")
    notices.arrive("新套餐", "", arrived_at=at(2, 11), by="lin", now=at(2, 11))
    for hour in (12, 13, 14):
        run(2, hour=hour)
    run(2, "north", hour=15)
    signing.sign("listen", "主菜单正常", by="he", now=at(2, 16))
    day = diary.days(MONDAY, MONDAY)[MONDAY]
    assert [(one.kind, one.by, one.count) for one in day.proofs] == [
        (Kind.PUBLISH, "zhou", 1), (Kind.RENDER, "system", 2), (Kind.NOTICE, "lin", 1), (Kind.PROBE, "probes@here", 3),
        (Kind.PROBE, "probes@north", 1), (Kind.SIGNED, "he", 1),
    ]  # fmt: skip
    assert day.maintained
    assert day.by == ["he", "lin", "probes@here", "probes@north", "system", "zhou"]
    assert day.proofs[0].ref == "version:7"


def test_days_are_those_of_the_carriers_clock() -> None:
    logbook.note(Deed.AUDIT, by="lin", now=at(2, 23, 59, 59))
    logbook.note(Deed.AUDIT, by="lin", now=at(4, 0))
    found = diary.days(date(2026, 3, 1), date(2026, 3, 4))
    assert [(day.due, day.maintained) for day in found.values()] == [
        (False, False), (True, True), (True, False), (True, True),
    ]  # fmt: skip


def test_an_alarm_and_tidying_up_are_no_maintenance() -> None:
    logbook.note(Deed.AUDIT, by="lin", now=at(1))
    logbook.note(Deed.ALARM, by="clock", now=at(2))
    logbook.note(Deed.FORGET, by="clock", now=at(2))
    assert diary.days(MONDAY, MONDAY)[MONDAY].missing


def test_today_is_not_held_against_the_house_before_it_is_over() -> None:
    logbook.note(Deed.AUDIT, by="lin", now=at(1))
    found = diary.days(date(2026, 3, 1), MONDAY)
    assert diary.verdict(found, MONDAY).met
    assert diary.verdict(found, date(2026, 3, 3)).met is False


def test_an_empty_house_owes_nothing_and_proves_nothing() -> None:
    found = diary.days(MONDAY, MONDAY)
    assert not found[MONDAY].due
    assert diary.verdict(found, date(2026, 4, 1)).met is None


@pytest.mark.requirement("MON-03")
def test_a_missing_day_is_explained_with_the_time_of_writing_and_stays_missing() -> None:
    logbook.note(Deed.AUDIT, by="lin", now=at(1))
    signing.explain_day(MONDAY, "机房停电检修", by="lin", now=at(5, 15))
    day = diary.days(MONDAY, MONDAY)[MONDAY]
    assert day.missing
    assert [(one.words, one.by, one.at) for one in day.explained] == [("机房停电检修", "lin", at(5, 15))]
    assert Entry.objects.get(did="explain_day").record == "2026-03-02"
    with pytest.raises(Refused, match="not_missing"):
        signing.explain_day(date(2026, 3, 1), "别的", by="lin", now=at(5, 15))
    with pytest.raises(Refused, match="not_missing"):
        signing.explain_day(date(2026, 3, 5), "今天还没完", by="lin", now=at(5, 15))


def test_a_signature_is_for_the_day_on_which_it_is_given_and_cannot_be_changed() -> None:
    signing.sign("listen", "主菜单正常", by="lin", now=at(2, 23, 59))
    assert Signed.objects.get().day == MONDAY
    for deed in (lambda: Signed.objects.update(day=date(2026, 3, 1)), lambda: Signed.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            deed()


def test_a_signature_needs_a_step_that_is_signed_for_and_a_note() -> None:
    for step, note, code in (
        ("nothing", "x", "no_such_step"),
        ("dial", "x", "not_signed_for"),
        ("listen", "  ", "no_words"),
        ("listen", "x" * 2001, "too_long"),
    ):
        with pytest.raises(Refused, match=code):
            signing.sign(step, note, by="lin", now=at(2))
    assert not Signed.objects.exists()


def test_numbers_of_customers_do_not_stay_in_a_note() -> None:
    signing.sign("listen", "用户13800138000反映听不清", by="lin", now=at(2))
    assert "13800138000" not in Signed.objects.get().note


def test_three_months_take_as_few_statements_as_a_day() -> None:
    from careline.postgres import sql

    with sql.counting() as count:
        diary.days(date(2026, 1, 1), date(2026, 3, 31))
    assert count.statements <= 8
