"""Two-sided credit: computed from what became of orders, honest where there is little, shown before confirming."""

import pytest

from careline.orders import placing, standing
from careline.orders.placing import Wanted
from careline.orders.policy import StandingRule
from careline.orders.standing import Level, Past, judge_buyer, judge_seller
from careline.orders.states import How, NotAllowed, State
from tests.orders.shop import NOON, STAFF, customer, led, placed, read

RULE = StandingRule()


def test_little_is_known_of_newcomers() -> None:
    assert judge_buyer(Past(), RULE).level is Level.NEW
    assert judge_buyer(Past(kept=2), RULE).percent is None
    assert judge_buyer(Past(), RULE).arrival


def test_a_return_within_its_days_counts_against_no_buyer_but_against_the_seller() -> None:
    assert judge_buyer(Past(kept=3, returned=5), RULE).percent == 100
    seller = judge_seller(Past(kept=6, returned=4), RULE)
    assert (seller.percent, seller.level) == (60, Level.FAIR)


def test_ratings_are_told_with_how_many_gave_them() -> None:
    told = judge_seller(Past(kept=9, late=1, rated=4, goods=4.25, service=3.5), RULE)
    assert told.reasons[-1].zh == "商品4.2分、服务3.5分（4人评价）"
    assert [one.en for one in told.reasons[:2]] == ["9 received", "1 late"]


@pytest.mark.django_db
@pytest.mark.requirement("ORD-04")
def test_both_sides_are_shown_before_confirming_and_who_refuses_at_the_door_pays_first() -> None:
    who = customer()
    draft = placing.draft(who, [Wanted("charger")], region="linjiang", now=NOON)
    assert (draft.buyer.level, draft.seller.level) == (Level.NEW, Level.NEW)
    from careline.orders import sending

    for _ in range(2):
        order = led(who, State.REFUSED, how="arrival")
        sending.take_back(order.number, by=STAFF, now=NOON)
    draft = placing.draft(who, [Wanted("charger")], region="linjiang", now=NOON)
    assert draft.pays[How.ARRIVAL] == "pay_first"
    assert draft.buyer.mend.en.startswith("Pay for one order first")
    assert draft.buyer.past.refused == 2
    with pytest.raises(NotAllowed, match="pay_first"):
        placed(who, how="arrival")
    from datetime import timedelta

    led(who, State.RECEIVED, how="balance", now=NOON + timedelta(hours=1))
    assert standing.of_buyer(who, NOON + timedelta(hours=2)).arrival
    assert read(placed(who, how="arrival")).state == State.PLACED
    assert standing.of_seller("yuanhang", NOON + timedelta(hours=2)).past.kept == 1
