"""Journeys: the way that each session took through its menu, and how often each node was visited and left."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from careline.postgres import sql
from careline.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class Walked:
    """One session that has ended. `visits` are nodes and, as service:verb, chosen actions, in their order."""

    contact: str
    msisdn: Msisdn
    channel: str
    region: str
    brand: str
    version: int
    menu: str
    began_at: datetime
    ended_at: datetime
    visits: tuple[str, ...]
    node: str
    ended: str
    misses: int


def keep(journeys: Sequence[Walked], shard: int) -> None:
    """Write these journeys down and count their nodes; two statements, none where no session ended.

    Visits travel as one text each, parted by line feeds, which no id holds. Days are those of UTC, as in the tally.
    """
    if not journeys:
        return
    sql.execute(
        "INSERT INTO ledger_journey (contact, msisdn, channel, region, brand, version, menu, began_at, ended_at,"
        " visits, node, ended, misses)"
        " SELECT contact, msisdn, channel, region, brand, version, menu, began_at, ended_at,"
        " string_to_array(visits, E'\\n'), node, ended, misses"
        " FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[], %s::text[],"
        " %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::int[]) AS n (contact, msisdn,"
        " channel, region, brand, version, menu, began_at, ended_at, visits, node, ended, misses)"
        " ON CONFLICT (contact) DO NOTHING",
        [
            [one.contact for one in journeys],
            [one.msisdn.digits for one in journeys],
            [one.channel for one in journeys],
            [one.region for one in journeys],
            [one.brand for one in journeys],
            [one.version for one in journeys],
            [one.menu for one in journeys],
            [one.began_at for one in journeys],
            [one.ended_at for one in journeys],
            ["\n".join(one.visits) for one in journeys],
            [one.node for one in journeys],
            [one.ended for one in journeys],
            [one.misses for one in journeys],
        ],
    )
    _count(journeys, shard)


def _count(journeys: Sequence[Walked], shard: int) -> None:
    """Add the visits to each node, and the sessions that ended there without anything done; in sorted order, as the tally."""
    visits: Counter[tuple[date, int, str, str]] = Counter()
    left: Counter[tuple[date, int, str, str]] = Counter()
    for one in journeys:
        key = (one.ended_at.date(), one.version, one.menu)
        visits.update((*key, place) for place in one.visits)
        if one.ended not in ("done", "person"):
            left[*key, one.node] += 1
    keys = sorted(visits.keys() | left.keys())
    # How often was each node visited that day, and how often left for good?
    sql.execute(
        "INSERT INTO ledger_node AS n (shard, day, version, menu, node, visits, left_here)"
        " SELECT %s::smallint, * FROM unnest(%s::date[], %s::int[], %s::text[], %s::text[], %s::bigint[], %s::bigint[])"
        " ON CONFLICT (day, version, menu, node, shard)"
        " DO UPDATE SET visits = n.visits + excluded.visits, left_here = n.left_here + excluded.left_here",
        [
            shard,
            [key[0] for key in keys],
            [key[1] for key in keys],
            [key[2] for key in keys],
            [key[3] for key in keys],
            [visits[key] for key in keys],
            [left[key] for key in keys],
        ],
    )
