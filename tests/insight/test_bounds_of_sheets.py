"""Sheets read what is bounded: sums of a dimension from an index alone, days of places by their place among the days."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from careline.insight import asking, stating
from careline.insight.question import OURS, Period
from careline.insight.sheets import acceptance
from careline.values.language import Text
from tests.insight.records import LATER, NOON, fold, record, walk
from tests.shipped import the_book

pytestmark = pytest.mark.django_db
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


@pytest.mark.parametrize("by", [("service", "day"), ("service",), ("region", "day")])
def test_figures_of_one_dimension_are_read_from_an_index_alone(by: tuple[str, ...]) -> None:
    record(3)
    record(2, outcome="failed", cause="guidance", region="T5")
    fold()
    statement, values = stating.statement(by, NOVEMBER, OURS)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a table of three rows is read whole, whatever there is
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("ALTER TABLE insight_margin DROP CONSTRAINT insight_margin_pkey")  # as good, for three rows
        cursor.execute(f"EXPLAIN {statement}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Only Scan using insight_margin_sums" in plan


def test_sums_are_whole_numbers_and_rates_are_of_them() -> None:
    record(3)
    record(2, outcome="failed", cause="guidance")
    record(4, verb="query")
    fold()
    (found,) = asking.count(("service",), NOVEMBER)
    assert (found.key, found.attempts, found.applications, found.failed, found.queries) == (("caller_id",), 9, 5, 2, 4)
    assert {type(one) for one in (found.attempts, found.applications, found.failed, found.queries)} == {int}
    assert str(found.rate) == "40.00 %"
    (hour,) = asking.count(("hour", "service"), NOVEMBER)
    assert (hour.key, hour.attempts) == ((12, "caller_id"), 9)
    assert asking.count(("verb",), NOVEMBER)[0].queries == 4


@pytest.mark.parametrize(
    ("zone", "since", "visits"),
    [
        ("Asia/Shanghai", date(2026, 11, 9), {"2026-11-09T15:59": 9, "2026-11-09T16:00": 10, "2026-11-10T15:59": 10}),
        # 25 hours: the last of them is the 25th's, and the next the 26th's.
        ("Europe/Berlin", date(2026, 10, 24), {"2026-10-24T21:59": 24, "2026-10-24T22:00": 25, "2026-10-25T22:59": 25,
                                               "2026-10-25T23:00": 26}),
        # 23 hours.
        ("Europe/Berlin", date(2027, 3, 27), {"2027-03-27T22:59": 27, "2027-03-27T23:00": 28, "2027-03-28T21:59": 28,
                                              "2027-03-28T22:00": 29}),
        # An hour of UTC belongs to the local hour in which it begins: 18:00 UTC is 23:30.
        ("Asia/Kolkata", date(2026, 11, 9), {"2026-11-09T18:59": 9, "2026-11-09T19:00": 10}),
    ],
)  # fmt: skip
def test_visits_of_places_are_counted_on_their_local_day(
    settings: Any, zone: str, since: date, visits: dict[str, int]
) -> None:
    settings.TIME_ZONE = zone
    for at in visits:
        walk("main", at=datetime.fromisoformat(at).replace(tzinfo=UTC))
    fold(max(LATER, datetime.fromisoformat(max(visits)).replace(tzinfo=UTC).replace(hour=23), NOON).replace(day=30))
    period = Period(since, since.replace(day=since.day + 2))
    sheet = acceptance.by_node(the_book(), period, OURS, LATER)
    main = the_book().menus["standard"].nodes["main"].title
    (row,) = [one for one in sheet.rows if isinstance(one[0], Text) and one[0] == main]
    of_days = [sum(day == one for one in visits.values()) for day in range(since.day, since.day + 3)]
    assert list(row[1:]) == [len(visits), *of_days]
    assert all(one.agrees for one in sheet.sums)
