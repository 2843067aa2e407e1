"""Deleting by age before clocks that are wrong: what it takes cannot be brought back."""

from datetime import timedelta

import pytest

from careline.insight import keeping
from careline.ledger.models import Attempt
from tests.insight.records import NOON, fold, record
from tests.insight.test_keeping import KEPT

pytestmark = pytest.mark.django_db


@pytest.fixture
def swept_today() -> None:
    record(1, at=NOON - timedelta(days=45))
    fold(NOON)
    while keeping.sweep(NOON, KEPT):
        pass
    assert not Attempt.objects.exists()
    record(5)


def test_a_clock_that_leaps_ahead_deletes_nothing_at_once(swept_today: None) -> None:
    wrong = NOON + timedelta(days=60)
    fold(wrong)
    assert [keeping.sweep(wrong, KEPT) for _ in range(50)] == [0] * 50
    assert keeping.sweep(NOON + timedelta(hours=1), KEPT) == 0, "put right, and nobody has lost anything"
    assert Attempt.objects.count() == 5


def test_a_house_that_was_shut_goes_on_after_a_while(swept_today: None) -> None:
    opened = NOON + timedelta(days=42)
    fold(opened)
    swept = [keeping.sweep(opened, KEPT) for _ in range(45)]
    assert (sum(swept), swept[:35]) == (5, [0] * 35)


def test_from_day_to_day_nothing_waits(swept_today: None) -> None:
    for day in range(6, 48, 6):
        fold(NOON + timedelta(days=day))
        keeping.sweep(NOON + timedelta(days=day), KEPT)
    assert not Attempt.objects.exists()
