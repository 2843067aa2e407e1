"""What the demo tells of offers is told once, and fits what its people did."""

from datetime import UTC, datetime

import pytest

from careline.catalogue import library
from careline.demo import offers, town
from careline.offers.models import LeafletMove, Leaving, Showing
from careline.offers.recommending import suggest
from tests.halls import the_book

pytestmark = pytest.mark.django_db


def test_the_towns_offers_and_leavings_are_told_once_and_fit_its_bills() -> None:
    now = datetime(2026, 11, 21, 4, tzinfo=UTC)
    library.hold(the_book())
    town.settle(now)
    offers.settle(now)
    told = Showing.objects.count(), Leaving.objects.count(), LeafletMove.objects.count()
    assert min(told) > 0
    assert {row.state for row in Leaving.objects.all()} == {"undecided", "stayed", "agreed"}
    offers.settle(now)
    assert (Showing.objects.count(), Leaving.objects.count(), LeafletMove.objects.count()) == told
    zheng = offers._subscriber("郑小军")
    found = suggest(zheng.msisdn, "home", facts=offers._facts(zheng, now, frozenset()), now=now)
    assert found is not None
    assert (found.offer.id, found.saves) == ("data_pack_20", 1_800)
