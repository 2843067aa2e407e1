"""Figures of orders: by day, from placing to the door, and what came back."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from careline.dialogue.saying import local
from careline.postgres import sql


class Day(NamedTuple):
    day: date
    placed: int
    cancelled: int
    back: int  # returned, or refused at the door


class Door(NamedTuple):
    """Of the orders that were placed in a time."""

    placed: int
    arrived: int
    median_hours: float | None  # from placing to the door; None: none arrived
    slowest_hours: float | None  # nine of ten were quicker
    late: int
    lost: int
    refused: int
    returned: int
    cancelled: int
    rated: int
    goods: float | None
    service: float | None


def days(now: datetime, count: int) -> Sequence[Day]:
    """The last days of the carrier, the oldest first; one statement."""
    today = local(now).date()
    zone = str(local(now).tzinfo)
    # How many orders were placed on each day, and what became of them?
    rows = sql.run(
        "SELECT (placed_at AT TIME ZONE %s)::date AS day, count(*), count(*) FILTER (WHERE state = 'cancelled'),"
        " count(*) FILTER (WHERE state IN ('returning', 'returned', 'refused')) FROM order_order"
        " WHERE placed_at > %s GROUP BY 1",
        [zone, now - timedelta(days=count + 1)],
    )
    known = {row[0]: Day(*row) for row in rows}
    wanted = [today - timedelta(days=back) for back in reversed(range(count))]
    return [known.get(day, Day(day, 0, 0, 0)) for day in wanted]


def door(now: datetime, within: timedelta) -> Door:
    """What became of the orders that were placed within this time; one statement."""
    # How long from placing to the door, and how many went wrong?
    [row] = sql.run(
        "SELECT count(*), count(arrived_at),"
        " percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM arrived_at - placed_at) / 3600)::float8,"
        " percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM arrived_at - placed_at) / 3600)::float8,"
        " count(late_at), count(lost_at), count(refused_at),"
        " count(*) FILTER (WHERE state IN ('returning', 'returned') AND refused_at IS NULL),"
        " count(*) FILTER (WHERE state = 'cancelled'), count(rated_at), avg(goods_rating)::float8,"
        " avg(service_rating)::float8 FROM order_order WHERE placed_at > %s",
        [now - within],
    )
    return Door(*row)
