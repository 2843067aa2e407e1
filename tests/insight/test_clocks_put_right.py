"""A clock that ran ahead and was put right: folding goes on at once, and comes to what a count from scratch comes to."""

import logging
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from careline.insight import asking, folding
from careline.insight.asking import Period
from careline.insight.checking import recount
from careline.insight.models import Kept, Mark
from careline.ledger.models import Contact
from careline.postgres import sql
from careline.upkeep import alarm_words, alarms, health
from careline.values.msisdn import Msisdn
from tests.insight.records import LI, NOON, fold, greet, record, walk

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 10)
WANG = Msisdn("8613900000002")
HOUR = timedelta(hours=1)
AHEAD = NOON + timedelta(days=1)
TABLES = ("insight_day", "insight_hour", "insight_area", "insight_margin", "insight_pair", "insight_node", "insight_place",
          "insight_contact", "insight_caller", "insight_dials")  # fmt: skip


def figures() -> dict[str, list[str]]:
    """All rows of all rollups, whatever order they were written in; what was set to nought counts as absent."""
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            nought = "WHERE users <> 0" if table == "insight_dials" else ""
            cursor.execute(f"SELECT t::text FROM {table} t {nought} ORDER BY 1")
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def from_scratch(now: datetime) -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE insight_mark, {', '.join(TABLES)}")
    fold(now)
    return figures()


def customers(at: datetime, times: int = 1) -> None:
    """Li and Wang turn to us, and do something."""
    for who in (LI, WANG):
        record(times, at=at, msisdn=who)
        walk("main", "bill:1", at=at, msisdn=who)
        greet(times, channel="voice", at=at, msisdn=who)


@pytest.fixture
def a_day_wrong() -> None:
    """Folded each twenty seconds until noon, when the clock leapt a day ahead for ten minutes; all machines had the wrong time."""
    for hours in range(3, 0, -1):
        customers(NOON - hours * HOUR, 2)
    fold(NOON - HOUR / 3)
    customers(NOON - timedelta(minutes=5))
    fold(NOON - timedelta(seconds=20))
    customers(AHEAD + timedelta(minutes=1))
    fold(AHEAD + timedelta(minutes=10))


def test_folding_goes_on_at_once_when_the_clock_is_right_again(a_day_wrong: None) -> None:
    mark = Mark.objects.get(source=folding.OWN)
    assert mark.hour > NOON + HOUR
    customers(NOON + timedelta(minutes=11))  # before any sweep saw the right time
    fold(NOON + timedelta(minutes=12))
    customers(NOON + timedelta(minutes=30), 3)
    fold(NOON + timedelta(minutes=31))
    mark.refresh_from_db()
    assert mark.hour == NOON
    assert asking.total(Period(DAY, DAY)).attempts == 2 * (3 * 2 + 1 + 1 + 3)
    assert recount(DAY).exact


def test_what_was_folded_with_a_wrong_clock_equals_a_count_from_scratch(a_day_wrong: None) -> None:
    customers(NOON + timedelta(minutes=11))
    fold(NOON + timedelta(minutes=12))
    for hours in range(1, 30):  # through the time that the wrong clock had told already, an hour at a time
        customers(NOON + hours * HOUR)
        fold(NOON + hours * HOUR + timedelta(minutes=1))
    found = figures()
    assert found == from_scratch(NOON + 29 * HOUR + timedelta(minutes=1))
    assert all(found.values())


def test_only_the_folding_machine_was_wrong_for_days_and_nothing_of_these_days_is_lost() -> None:
    """The others recorded the right time, in hours that had been folded as over."""
    customers(NOON - HOUR)
    fold(NOON - timedelta(minutes=1))
    for day in range(4):
        fold(NOON + timedelta(days=3 + day))
        customers(NOON + timedelta(days=day))
    right = NOON + timedelta(days=4)
    fold(right)
    assert figures() == from_scratch(right)


def test_callers_of_both_months_are_counted_anew() -> None:
    before = datetime.fromisoformat("2026-10-31T14:00:00+00:00")  # 22:00 of the last of October in Shanghai
    customers(before - timedelta(days=9))
    customers(before)
    fold(before + timedelta(minutes=1))
    customers(before + timedelta(days=1))
    fold(before + timedelta(days=1, hours=2))
    customers(before + timedelta(minutes=2), 2)
    for hours in range(1, 30):
        fold(before + hours * HOUR)
    assert figures() == from_scratch(before + 29 * HOUR)
    assert {(str(month), dials) for month, dials in sql.run("SELECT month, dials FROM insight_caller")} == {
        ("2026-10-01", 4), ("2026-11-01", 1),
    }  # fmt: skip


def test_callers_whose_older_contacts_were_deleted_by_age_keep_them(a_day_wrong: None) -> None:
    gone = NOON - HOUR - timedelta(minutes=30)
    Contact.objects.filter(began_at__lt=gone).delete()
    Kept.objects.create(kind="contacts", before=gone)
    fold(NOON + timedelta(minutes=12))
    for hours in range(1, 30):
        fold(NOON + hours * HOUR)
    assert sql.run("SELECT DISTINCT dials FROM insight_caller") == [(8,)]


def test_it_is_said_once_in_the_log_and_for_a_day_on_the_page_of_health(
    a_day_wrong: None, caplog: pytest.LogCaptureFixture
) -> None:
    right = NOON + timedelta(minutes=12)
    with caplog.at_level(logging.WARNING, logger="careline.insight.returning"):
        for seconds in range(0, 100, 20):
            fold(right + timedelta(seconds=seconds))
    assert len([one for one in caplog.records if one.name == "careline.insight.returning"]) == 1
    (fault,) = [one for one in health.look(right + timedelta(minutes=2)).faults if one.what == "clock"]
    said = alarm_words.words(fault.what, fault.values)
    assert "11-11 11:00" in said.en
    assert "11-10 12:12" in said.zh
    assert alarms.sweep(right + timedelta(minutes=2)) >= 1
    assert [one.kind for one in alarms.standing() if one.kind == "clock"] == ["clock"]
    assert not [one for one in health.look(right + timedelta(days=1, seconds=1)).faults if one.what == "clock"]


def test_two_machines_with_different_clocks_do_not_fold_against_each_other_all_the_time() -> None:
    customers(NOON - timedelta(days=3))
    fold(NOON + timedelta(minutes=31))
    slow = timedelta(minutes=45)
    back = 0
    for seconds in range(0, 3000, 20):
        fold(NOON + timedelta(minutes=31, seconds=seconds) - slow)
        back += Mark.objects.get(source=folding.OWN).hour < NOON - timedelta(days=1)
        fold(NOON + timedelta(minutes=31, seconds=seconds))
    assert back <= 1


def test_a_small_step_back_within_the_running_hour_changes_nothing() -> None:
    customers(NOON - HOUR)
    fold(NOON + timedelta(minutes=20))
    before = Mark.objects.get(source=folding.OWN).hour
    fold(NOON + timedelta(minutes=2))
    assert (Mark.objects.get(source=folding.OWN).hour, before) == (NOON, NOON)
    assert Mark.objects.get(source=folding.OWN).put_back_at is None
