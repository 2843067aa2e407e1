"""Where each customer stands: read many at once, changed only by whoever knows the version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from careline.dialogue.talk import State
from careline.postgres import sql
from careline.values.msisdn import Msisdn


@dataclass(slots=True)
class Standing:
    """One customer's conversation on one channel; version 0 has no row yet."""

    msisdn: Msisdn
    channel: str
    contact: str = ""
    state: State = field(default_factory=dict)
    version: int = 0
    last_at: datetime | None = None
    busy_until: datetime | None = None

    @property
    def session(self) -> str:
        """The call or USSD session that is going on."""
        kept = self.state.get("session")
        return str(kept.get("id", "")) if kept else ""


def stand(keys: Sequence[tuple[Msisdn, str]]) -> Mapping[tuple[Msisdn, str], Standing]:
    """The standings of these customers and channels, new ones included; one statement."""
    standings = {key: Standing(*key) for key in keys}
    if not standings:
        return standings
    # Where did we leave off with these customers?
    rows = sql.run(
        "SELECT c.msisdn, c.channel, contact::text, state, version, last_at, busy_until FROM hall_conversation c"
        " JOIN unnest(%s::text[], %s::text[]) AS k (msisdn, channel)"
        " ON c.msisdn = k.msisdn AND c.channel = k.channel",
        [[key[0].digits for key in keys], [key[1] for key in keys]],
    )
    for row in rows:
        number = Msisdn(row[0])
        standings[number, row[1]] = Standing(
            number, row[1], row[2], msgspec.json.decode(row[3]), row[4], row[5], row[6]
        )
    return standings


def forsaken(before: datetime, limit: int = 200) -> list[tuple[Msisdn, str, str]]:
    """Number, channel and session of those sessions in which nothing has happened since; one statement."""
    # Which sessions did their channels never end?
    rows = sql.run(
        "SELECT msisdn, channel, session FROM hall_conversation WHERE session <> '' AND last_at < %s"
        " ORDER BY last_at LIMIT %s",
        [before, limit],
    )
    return [(Msisdn(row[0]), row[1], row[2]) for row in rows]


def move(standings: Sequence[Standing], busy_until: Sequence[datetime | None], now: datetime) -> set[Msisdn]:
    """Write these new states over the versions that were read; one statement.

    Returns who was moved; the others were changed by somebody else meanwhile, or are busy, and must be read again.
    Rows go in the order of numbers, so that two movers do not wait for each other crosswise.
    """
    if not standings:
        return set()
    order = sorted(range(len(standings)), key=lambda index: standings[index].msisdn.digits)
    # A new row counts as version 0; the guard on the version decides between two who read the same.
    rows = sql.run(
        "INSERT INTO hall_conversation AS c (msisdn, channel, contact, state, version, last_at, busy_until, session)"
        " SELECT msisdn, channel, contact, state, version + 1, %s::timestamptz, busy_until, session"
        " FROM unnest(%s::text[], %s::text[], %s::uuid[], %s::text[], %s::bigint[], %s::timestamptz[], %s::text[])"
        " AS n (msisdn, channel, contact, state, version, busy_until, session)"
        " ON CONFLICT (msisdn, channel) DO UPDATE SET contact = excluded.contact, state = excluded.state,"
        " version = excluded.version, last_at = excluded.last_at, busy_until = excluded.busy_until,"
        " session = excluded.session"
        " WHERE c.version = excluded.version - 1 RETURNING msisdn",
        [
            now,
            [standings[index].msisdn.digits for index in order],
            [standings[index].channel for index in order],
            [standings[index].contact for index in order],
            [msgspec.json.encode(standings[index].state).decode() for index in order],
            [standings[index].version for index in order],
            [busy_until[index] for index in order],
            [standings[index].session for index in order],
        ],
    )
    return {Msisdn(row[0]) for row in rows}
