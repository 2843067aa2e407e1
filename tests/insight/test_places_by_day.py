"""Places of menus by day: whatever was recorded where and when, days and hours say the same, in every zone."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from careline.advice import gathering
from careline.dialogue.book import Menu
from careline.insight import checking, clock, folding, importing, levels, menus
from careline.insight.asking import OURS, Filters, Period
from careline.insight.models import Mark, Node, Place
from careline.insight.sheets import acceptance, load
from careline.postgres import sql
from tests.insight.records import fold, greet, walk
from tests.shipped import the_book

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
EVERY_HOUR = tuple(range(24))  # a filter by all hours: the same question, asked of the hours
# Clocks go back at 3 in Berlin, at midnight in Asuncion; Kolkata is half an hour off; Lord Howe moves by half an hour.
ZONES = {
    "Asia/Shanghai": datetime(2026, 11, 10, tzinfo=UTC),
    "Europe/Berlin": datetime(2026, 10, 25, tzinfo=UTC),
    "America/New_York": datetime(2026, 3, 8, tzinfo=UTC),
    "America/Asuncion": datetime(2024, 3, 24, tzinfo=UTC),
    "America/Havana": datetime(2026, 3, 8, tzinfo=UTC),
    "Asia/Kolkata": datetime(2026, 11, 10, tzinfo=UTC),
    "Australia/Lord_Howe": datetime(2026, 4, 4, tzinfo=UTC),
}
PLACES = ("main", "below", "bill:query", "caller_id:subscribe", "group:all", "weather:subscribe")


def sessions(dice: random.Random, middle: datetime, number: int) -> None:
    """So many sessions within three days, on two menus and channels, with every way to end."""
    for _ in range(number):
        visits = dice.choices(PLACES, k=dice.randrange(1, 5))
        walk(
            *visits,
            at=middle + timedelta(seconds=dice.randrange(-36 * 3600, 36 * 3600)),
            ended=dice.choice(("done", "person", "hung_up", "misses")),
            menu=dice.choice(("standard", "senior")),
            channel=dice.choice(("voice", "ussd")),
        )


def asked(period: Period, filters: Filters) -> list[object]:
    """Everything that pages ask about places."""
    book = the_book()
    return [
        menus.usage("standard", period, filters),
        menus.usage("senior", period, filters.only(channels=("voice",), versions=(1,))),
        menus.diversion(period, filters),
        menus.diversion(period, filters, "senior"),
        levels.ladder(period, filters),
        load.by_day(book, period, filters, clock.begin(period.until, clock.zone())).rows,
        acceptance.by_node(book, period, filters, clock.begin(period.until, clock.zone())).rows,
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_days_and_hours_of_places_say_the_same_when_clocks_change(zone: str, settings: object) -> None:
    settings.TIME_ZONE = zone  # type: ignore[attr-defined]
    middle = ZONES[zone]
    dice = random.Random(f"places {zone}")
    sessions(dice, middle, 60)
    greet(7, channel="voice", at=middle)
    fold(middle + timedelta(days=4))

    first = (middle - timedelta(days=2)).date()
    for since in range(4):
        for until in range(since, 5):
            period = Period(first + timedelta(days=since), first + timedelta(days=until))
            assert asked(period, OURS) == asked(period, Filters(hours=EVERY_HOUR))
    whole = Period(first, first + timedelta(days=4))
    assert sum(one.sessions for one in menus.diversion(whole)) == 60
    assert all(checking.recount(day).exact for day in whole.all_days())


def test_busy_hours_are_still_told_apart() -> None:
    noon = datetime(2026, 11, 10, 4, tzinfo=UTC)
    walk("main", at=noon)
    walk("main", at=noon + 9 * HOUR)
    fold(noon + timedelta(days=1))
    day = Period(date(2026, 11, 10), date(2026, 11, 10))
    asked_by = (OURS, Filters(hours=(12,)), Filters(hours=(12, 21)))
    assert [menus.usage("standard", day, one)["main"][0] for one in asked_by] == [2, 1, 2]
    assert menus.usage("standard", day, Filters(hours=(3,))) == {}


def test_an_hour_that_is_folded_again_moves_its_day_by_what_it_changed() -> None:
    noon = datetime(2026, 11, 10, 4, tzinfo=UTC)
    day = Period(date(2026, 11, 10), date(2026, 11, 10))
    walk("main", at=noon - 2 * HOUR)
    fold(noon + HOUR)
    walk("main", "bill:query", at=noon - 2 * HOUR, ended="person")  # was recorded late
    walk("main", at=noon)
    for _ in range(3):
        Mark.objects.filter(source=folding.OWN).update(hour=noon - 3 * HOUR)
        fold(noon + 2 * HOUR)
    assert menus.usage("standard", day) == menus.usage("standard", day, Filters(hours=EVERY_HOUR))
    assert menus.usage("standard", day)["main"] == (3, 3, 2, 1, 0)


def test_places_are_sorted_into_days_anew_when_the_zone_changes(settings: object) -> None:
    late = datetime(2026, 11, 9, 16, 30, tzinfo=UTC)  # after midnight in Shanghai
    walk("main", at=late)
    fold(late + 3 * HOUR)
    Node.objects.create(
        hour=datetime(2026, 11, 9, 16, tzinfo=UTC), source="elsewhere", channel="voice", version=1, menu="standard",
        node="", sessions=5, visits=5, done=5, person=0, left_here=0,
    )  # fmt: skip
    assert set(Place.objects.values_list("day", flat=True)) == {date(2026, 11, 10)}
    settings.TIME_ZONE = "UTC"  # type: ignore[attr-defined]
    fold(late + 4 * HOUR)
    assert set(Place.objects.values_list("day", "source")) == {
        (date(2026, 11, 9), "hall"),
        (date(2026, 11, 9), "elsewhere"),
    }
    importing.forget("elsewhere")
    assert set(Place.objects.values_list("source", flat=True)) == {"hall"}


def test_a_day_that_does_not_add_up_to_its_hours_is_found_and_a_recheck_mends_it() -> None:
    noon = datetime(2026, 11, 10, 4, tzinfo=UTC)
    walk("main", at=noon)
    fold(noon + 3 * HOUR)
    Place.objects.filter(node="main").update(visits=9)
    assert checking.recount(date(2026, 11, 10)).wrong_sums == ("place standard",)
    Mark.objects.update(seen_at=noon + 3 * HOUR)
    sql.execute("INSERT INTO ledger_tally (hour, shard, channel, region, brand, \"table\", service, verb, outcome, cause, version,"
                " attempts) VALUES (%s, 0, 'sms', 'T1', 'gotone', 'T1', 'bill', 'query', 'done', '', 1, 1)", [noon])  # fmt: skip
    folding.recheck(noon + 4 * HOUR)
    assert "place standard" not in checking.recount(date(2026, 11, 10)).wrong_sums


def test_each_question_about_places_is_one_statement_however_long_the_time() -> None:
    noon = datetime(2026, 11, 10, 4, tzinfo=UTC)
    sessions(random.Random("statements"), noon, 5)
    fold(noon + timedelta(days=3))
    for filters in (OURS, Filters(hours=(12,))):
        for days in (1, 30, 365):
            period = Period(date(2026, 11, 12) - timedelta(days=days - 1), date(2026, 11, 12))
            with sql.counting() as count:
                menus.usage("standard", period, filters)
                menus.diversion(period, filters)
                gathering.used_menus(the_book(), period, filters)
            assert count.statements == 3


@pytest.mark.django_db(transaction=True)
def test_a_house_that_is_upgraded_finds_its_older_days(settings: object) -> None:
    settings.TIME_ZONE = "Europe/Berlin"  # type: ignore[attr-defined]
    to = MigrationExecutor(connection)
    to.migrate([("insight", "0010_sums_from_an_index")])
    try:
        for hour in range(48):
            Node.objects.create(
                hour=datetime(2026, 10, 24, 22, tzinfo=UTC) + hour * HOUR, source="hall", channel="voice", version=1,
                menu="standard", node="main", sessions=2, visits=3, done=1, person=1, left_here=0,
            )  # fmt: skip
    finally:
        again = MigrationExecutor(connection)
        again.migrate(again.loader.graph.leaf_nodes())
    found = Period(date(2026, 10, 25), date(2026, 10, 25))
    assert menus.usage("standard", found)["main"] == (50, 75, 25, 25, 0)  # the night had an hour more
    assert sql.run("SELECT day::text, sessions FROM insight.menu_by_day ORDER BY day") == [
        ("2026-10-25", 50), ("2026-10-26", 46),
    ]  # fmt: skip
    assert isinstance(the_book().menus["standard"], Menu)
