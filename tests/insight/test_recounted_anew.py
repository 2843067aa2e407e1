"""What happens to figures afterwards: another zone, another file, records deleted by age, sweepers side by side, one that is killed."""

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from careline.insight import asking, callers, folding, importing, keeping, levels, menus
from careline.insight.asking import Filters, Period
from careline.insight.checking import recount
from careline.insight.models import Mark
from tests.insight import plainly
from tests.insight.chance import CHANNELS, NUMBERS, Town
from tests.insight.records import NOON, fold, record
from tests.insight.test_recounted import attempts_agree, callers_agree, questions, visits_agree

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MONTHS_END = datetime(2026, 10, 31, 6, 20, tzinfo=UTC)
BY = [
    ("day",),
    ("service",),
    ("hour",),
    ("month", "region"),
    ("day", "version"),
    ("service", "cause"),
    ("channel", "brand"),
    ("verb",),
]


def all_agree(zone: str, town: Town, *sources: str) -> None:
    period = Period(MONTHS_END.date() - 3 * DAY, town.now.date() + DAY)
    chance = random.Random(7)
    each = [(by, period, Filters(sources=(source,))) for by in BY for source in sources]
    each += [questions(chance, MONTHS_END.date(), town.now.date()) for _ in range(15)]
    attempts_agree(zone, each)
    visits_agree(zone, each, town.now)
    callers_agree(zone, period, town.now)


@pytest.mark.django_db
def test_days_and_months_are_those_of_another_zone_once_the_house_says_so(settings: Any) -> None:
    """The last of October in Shanghai begins while it is the thirtieth in Los Angeles; and then everything is put back."""
    settings.TIME_ZONE = "Asia/Shanghai"
    town = Town(11, MONTHS_END)
    town.pass_by(9 * HOUR)
    town.mark(NUMBERS[2])
    town.pass_by(12 * HOUR)
    town.file("old", range(60), 40 * HOUR)
    town.settle()
    all_agree("Asia/Shanghai", town, "hall", "old")
    settings.TIME_ZONE = "America/Los_Angeles"
    town.settle()
    all_agree("America/Los_Angeles", town, "hall", "old")
    town.pass_by(10 * HOUR)
    settings.TIME_ZONE = "Asia/Shanghai"
    town.settle()
    all_agree("Asia/Shanghai", town, "hall", "old")


@pytest.mark.django_db
def test_a_file_that_is_forgotten_and_comes_again_otherwise_leaves_nothing_of_itself() -> None:
    town = Town(12, MONTHS_END)
    town.pass_by(5 * HOUR)
    town.file("old", range(50), 60 * HOUR)
    town.settle()
    assert importing.forget("old") == 50
    every = Period(MONTHS_END.date() - 9 * DAY, MONTHS_END.date() + 9 * DAY)
    assert all(asking.count((by,), every, Filters(sources=("old",))) == [] for by in asking.BY)
    town.file("old", range(20, 45), 20 * HOUR)
    all_agree("Asia/Shanghai", town, "hall", "old")


@pytest.mark.django_db
def test_figures_stay_as_they_were_when_their_records_are_deleted_by_age() -> None:
    town = Town(13, MONTHS_END)
    town.pass_by(8 * HOUR)
    town.mark(NUMBERS[5])
    town.pass_by(20 * HOUR)
    town.now += 2 * HOUR
    town.settle()
    every = Period(MONTHS_END.date() - 2 * DAY, MONTHS_END.date() + 9 * DAY)

    def told() -> list[object]:
        months = [day.replace(day=1) for day in every.all_days()]
        return [
            *(asking.count(by, every) for by in BY), menus.usage("standard", every), menus.diversion(every), levels.ladder(every),
            *(callers.most(month, channel=channel) for month in months for channel in CHANNELS),
            *(callers.bands(month, channel=channel) for month in months for channel in CHANNELS),
        ]  # fmt: skip

    before = told()
    later = town.now + timedelta(days=31)
    folding.sweep(later)
    while folding.sweep(later) >= folding.HAND:
        pass
    while keeping.sweep(later, {"attempts": 30, "contacts": 30, "journeys": 30}):
        pass
    left = plainly.facts()
    assert len(left) < sum(row.attempts for row in before[0]) / 2  # type: ignore[attr-defined]
    folding.recheck(later)
    folding.refold(MONTHS_END - 9 * DAY, later)
    assert told() == before
    assert all(recount(day).exact for day in every.all_days())


def alone(work: Callable[..., int], now: datetime) -> None:
    try:
        work(now)
    finally:
        connection.close()


def swept(until: datetime, threads: int) -> None:
    """So many sweepers at once, until all of them find nothing more."""
    wrong: list[BaseException] = []
    together = threading.Barrier(threads)

    def work() -> None:
        try:
            together.wait(20)
            while folding.sweep(until) >= folding.HAND:
                pass
            together.wait(20)
            folding.recheck(until)
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    each = [threading.Thread(target=work) for _ in range(threads)]
    for one in each:
        one.start()
    for one in each:
        one.join(60)
    assert wrong == []


def test_sweepers_side_by_side_and_one_that_dies_in_the_middle_count_nothing_twice(transactional_db: None) -> None:
    town = Town(14, MONTHS_END)
    town.pass_by(6 * HOUR)
    town.mark(NUMBERS[4])
    town.pass_by(30 * HOUR, sweeps=False)
    before = Mark.objects.get(source="hall").hour
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        folding.sweep(town.now)  # folds a day of hours
        raise KeyboardInterrupt  # and is killed before it was written down
    assert Mark.objects.get(source="hall").hour == before
    swept(town.now, 4)
    town.pass_by(3 * HOUR, sweeps=False)
    for _ in range(6):
        town.attempts(20 * HOUR, 12)  # late, of hours that have settled: found by rechecks
        town.visits(20 * HOUR, 9)
    swept(town.now, 3)
    known, day = plainly.facts(), town.now.date()
    every = Period(day - 5 * DAY, day + DAY)
    for by in (("day",), ("service",), ("region", "brand"), ("verb",)):
        found = [(row.key, row.attempts, row.applications, row.failed, row.queries) for row in asking.count(by, every)]
        assert found == plainly.count(by, known, "Asia/Shanghai", every, Filters()), by
    town.settle()
    all_agree("Asia/Shanghai", town, "hall")


@pytest.mark.parametrize("second", [folding.recheck, folding.sweep])
def test_two_who_find_the_same_late_attempts_add_them_once(transactional_db: None, second: Callable[..., int]) -> None:
    record(2)
    fold(NOON + HOUR / 2)
    record(3, shard=1)
    now = NOON + 21 * HOUR if second is folding.recheck else NOON + HOUR / 2
    other = threading.Thread(target=alone, args=(second, now))
    with transaction.atomic():
        folding.recheck(now)
        other.start()  # it does not see what this one has counted
        other.join(0.5)
    other.join(60)
    day = Period(NOON.date(), NOON.date())
    assert [(row.key, row.attempts) for row in asking.count(("service",), day)] == [(("caller_id",), 5)]
    assert recount(day.since).exact
