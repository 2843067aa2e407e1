"""Codes begin and end on days of the carrier's calendar, also for the plan that is made between 16:00 and 24:00 UTC."""

from dataclasses import replace
from datetime import UTC, date, datetime

from careline.probes.deriving import mistakes, texts
from careline.probes.plan import plan
from tests.shipped import the_book

EVENING = datetime(2026, 11, 10, 15, 30, tzinfo=UTC)  # 23:30 in Shanghai, on the 10th
NIGHT = datetime(2026, 11, 10, 16, 30, tzinfo=UTC)  # 0:30 in Shanghai, on the 11th


def test_a_table_that_begins_today_is_dialled_from_midnight_of_the_carriers_clock() -> None:
    book = the_book()
    table = max(book.tables.values(), key=lambda one: len(one.codes))
    begun = replace(book, tables={table.id: replace(table, valid_from=date(2026, 11, 11), valid_until=None)})
    ended = replace(book, tables={table.id: replace(table, valid_from=None, valid_until=date(2026, 11, 11))})
    assert not list(texts.codes(begun, EVENING))
    assert list(texts.codes(begun, NIGHT))
    assert list(texts.codes(ended, EVENING))
    assert not list(texts.codes(ended, NIGHT))
    tried = {moment: sum(1 for _ in mistakes._tries(ended, moment)) for moment in (EVENING, NIGHT)}
    assert tried[EVENING] > tried[NIGHT]


def test_a_plan_holds_for_a_day_of_the_carriers_calendar() -> None:
    book = the_book()
    evening = plan(book, EVENING, written=())
    night = plan(book, NIGHT, written=())
    assert all(one is not other for one, other in zip(evening.probes[:5], night.probes[:5], strict=True))
    later = plan(book, NIGHT.replace(hour=23), written=())  # 7:00 of the 11th
    assert all(one is other for one, other in zip(night.probes[:5], later.probes[:5], strict=True))
