"""Calls that go on now, as the pages show them; kept by whoever serves them, in a batch every other second."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from careline.desk.models import Live
from careline.postgres import sql
from careline.values.msisdn import Msisdn

UNSEEN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Call:
    """One of them."""

    session: str
    worker: str
    msisdn: Msisdn
    link: str
    address: str
    began_at: datetime
    node: str


def keep(calls: Sequence[Call], ended: Sequence[str], now: datetime) -> None:
    """These go on, those have ended: two statements at most."""
    if ended:
        Live.objects.filter(session__in=list(ended)).delete()
    if calls:
        # New calls are added, known ones were seen.
        sql.execute(
            "INSERT INTO desk_live (session, worker, msisdn, link, address, began_at, node, seen_at)"
            " SELECT *, %s::timestamptz FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[],"
            " %s::timestamptz[], %s::text[])"
            " ON CONFLICT (session) DO UPDATE SET node = excluded.node, seen_at = excluded.seen_at,"
            " worker = excluded.worker",
            [
                now,
                [one.session for one in calls],
                [one.worker for one in calls],
                [one.msisdn.digits for one in calls],
                [one.link for one in calls],
                [one.address for one in calls],
                [one.began_at for one in calls],
                [one.node for one in calls],
            ],
        )


def take_lost(now: datetime, limit: int = 200) -> list[Call]:
    """Calls that nobody has seen for a minute, taken out of the table: the taker ends their sessions."""
    rows = sql.run(
        "WITH lost AS MATERIALIZED (SELECT session FROM desk_live WHERE seen_at < %s::timestamptz"
        " ORDER BY seen_at LIMIT %s::int8 FOR UPDATE SKIP LOCKED)"
        " DELETE FROM desk_live USING lost WHERE desk_live.session = lost.session"
        " RETURNING desk_live.session, worker, msisdn, link, address, began_at, node",
        [now - UNSEEN, limit],
    )
    return [Call(row[0], row[1], Msisdn(row[2]), *row[3:]) for row in rows]
