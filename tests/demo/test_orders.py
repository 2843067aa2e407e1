"""The town's orders: they happen once, by the verbs that everybody uses, and every page has something true to show."""

from datetime import UTC, datetime, timedelta

import pytest

from careline.demo import orders, town
from careline.identity.staff import engage, settle_roles
from careline.orders import standing
from careline.orders.records.order import Order
from careline.orders.states import State

DAYS = [datetime(2026, 11, 22, 4, 0, tzinfo=UTC), datetime(2027, 1, 1, 0, tzinfo=UTC)]


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_the_town_has_orders_in_almost_every_state_on_any_day(db: None, now: datetime) -> None:
    settle_roles()
    for username, role in (("tang", "shipper"), ("wang", "handler")):
        engage(username, "a-long-password-1", username, [role])
    town.settle(now)
    assert orders.settle(now) == len(orders._STORIES)
    assert orders.settle(now + timedelta(hours=1)) == 0
    states = set(Order.objects.values_list("state", flat=True))
    assert set(State) - states <= {State.WAITING, State.OUT_FOR_DELIVERY, State.RECEIVED, State.DISPATCHED}
    assert Order.objects.filter(placed_at__gt=now).count() == 0
    assert standing.of_seller("yuanhang", now).past.rated >= 2
