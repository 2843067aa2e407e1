"""Every figure that is read from rollups equals a plain count over the records, whatever happened while they were folded."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest

from careline.insight import asking, callers, folding, levels, menus
from careline.insight.asking import BY, Filters, Period
from careline.insight.checking import recount
from tests.insight import plainly
from tests.insight.chance import BRANDS, CHANNELS, NUMBERS, REGIONS, SERVICES, VERSIONS, Town

pytestmark = pytest.mark.django_db
Questions = list[tuple[tuple[str, ...], Period, Filters]]
QUESTIONS = 30
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# Where the house stands, and when the days begin that are lived through.
WHEN = [
    ("Asia/Shanghai", datetime(2027, 12, 30, 7, 0, tzinfo=UTC)),  # the turn of the year
    ("Europe/Berlin", datetime(2026, 10, 23, 22, 0, tzinfo=UTC)),  # a day of 25 hours
    ("Europe/Berlin", datetime(2028, 3, 24, 9, 0, tzinfo=UTC)),  # one of 23
    ("America/Santiago", datetime(2026, 9, 4, 3, 0, tzinfo=UTC)),  # a day without midnight
]


def lived(seed: int, begin: datetime) -> Town:
    """Three days: lines are marked meanwhile, files come twice, the folding machine's clock runs ahead and is put right."""
    town = Town(seed, begin)
    town.pass_by(9 * HOUR)
    town.mark(NUMBERS[0])
    town.pass_by(14 * HOUR + timedelta(minutes=25))
    town.file("old", range(60), 50 * HOUR)
    town.mark(NUMBERS[1])
    town.pass_by(11 * HOUR)
    folding.sweep(town.now + timedelta(hours=20))  # its clock is wrong, and is put right
    town.pass_by(16 * HOUR)
    town.file("old", range(40, 90), 90 * HOUR)
    town.mark(NUMBERS[2])
    town.pass_by(22 * HOUR + timedelta(minutes=10))
    town.settle()
    return town


def questions(chance: random.Random, since: date, until: date) -> tuple[tuple[str, ...], Period, Filters]:
    """By anything, through anything, of any days (and of days before and after all records)."""

    def some(values: Sequence[Any], most: int) -> tuple[Any, ...]:
        return tuple(chance.sample(values, chance.randint(1, most))) if chance.random() < 0.3 else ()

    first = since + chance.randint(-2, (until - since).days) * DAY
    period = Period(first, first + chance.choice((0, 0, 1, 2, 9)) * DAY)
    sources = chance.choice((("hall",), ("hall",), ("hall",), ("hall", "old"), ("old",), ("probes",), ("none",)))
    filters = Filters(
        sources, some(CHANNELS, 2), some(REGIONS, 2), some(BRANDS, 1), some(SERVICES, 2), some(VERSIONS, 2),
        some(range(24), 9),
    )  # fmt: skip
    return tuple(chance.sample(BY, chance.choice((0, 1, 1, 1, 2, 2, 3)))), period, filters


@pytest.mark.parametrize(("zone", "begin"), WHEN)
def test_whatever_is_asked_of_a_town_equals_a_plain_count(zone: str, begin: datetime, settings: Any) -> None:
    settings.TIME_ZONE = zone
    seed = int(begin.timestamp())
    town = lived(seed, begin)
    chance, since, until = random.Random(seed), begin.date(), town.now.date() + DAY
    whole = Period(since - DAY, until)
    each: Questions = [((by,), whole, Filters()) for by in BY]
    each += [(by, whole, Filters()) for by in combinations(("day", "hour", "channel", "service", "cause"), 2)]
    each += [questions(chance, since, until) for _ in range(QUESTIONS)]
    attempts_agree(zone, each)
    visits_agree(zone, each, town.now)
    callers_agree(zone, whole, town.now)
    days = [since + at * DAY for at in range(-1, (until - since).days + 1)]
    assert all(recount(day, source).exact for day in days for source in ("hall", "old", "probes"))


def attempts_agree(zone: str, each: Questions) -> None:
    known = plainly.facts()
    assert len(known) > 40
    for by, period, filters in each:
        found = [
            (row.key, row.attempts, row.applications, row.failed, row.queries)
            for row in asking.count(by, period, filters)
        ]
        assert found == plainly.count(by, known, zone, period, filters), (by, period, filters)
        whole = asking.total(period, filters)
        assert whole.attempts == sum(row[1] for row in found), (period, filters)


def visits_agree(zone: str, each: Questions, now: datetime) -> None:
    walked, known = plainly.sessions(now), plainly.contacts(now)
    for _, period, filters in each:
        for menu in ("standard", "senior"):
            assert menus.usage(menu, period, filters) == plainly.usage(menu, walked, zone, period, filters), (
                period,
                filters,
            )
        expected = plainly.accesses(walked, zone, period, filters)
        assert [(one.day, one.sessions, one.done, one.person) for one in menus.diversion(period, filters)] == expected
        solved = plainly.ladder(known, walked, zone, period, filters)
        assert dict(levels.ladder(period, filters).kinds) == solved


def callers_agree(zone: str, whole: Period, now: datetime) -> None:
    known = plainly.contacts(now)
    for month in {day.replace(day=1) for day in whole.all_days()}:
        for channel in CHANNELS:
            expected = plainly.dials(known, zone, month, channel)
            assert [(one.msisdn, one.dials) for one in callers.most(month, channel=channel)] == expected
            assert [one.place for one in callers.most(month, channel=channel)] == [*range(1, len(expected) + 1)]
            bands = Counter(plainly.band(times) for _, times in expected)
            assert callers.bands(month, channel=channel) == [(name, bands[name]) for name in plainly.BANDS]
