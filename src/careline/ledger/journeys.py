"""Journeys: the way that each session took through its menu."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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


def keep(journeys: Sequence[Walked]) -> None:
    """Write these journeys down; one statement, none where no session ended.

    Visits travel as one text each, parted by line feeds, which no id holds.
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
