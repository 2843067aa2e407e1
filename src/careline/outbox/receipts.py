"""Receipts: what became of the parts that a gateway took, and so of the message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from careline.postgres import sql


@dataclass(frozen=True, slots=True)
class SentPart:
    """One part that a gateway took; remote_id in the form of protocols.receipts.receipt_key."""

    link: str
    remote_id: str
    destination: str
    message: str
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class Told:
    """What a receipt says; `keys` are the forms its id may stand for, the likeliest first."""

    link: str
    keys: tuple[str, ...]
    destination: str
    state: str
    final: bool
    error: str = ""


def expect(parts: Sequence[SentPart], now: datetime) -> None:
    """Remember these parts until their receipts come; one statement."""
    if parts:
        sql.execute(
            "INSERT INTO outbox_part (link, remote_id, destination, message, number, total, sent_at, state)"
            " SELECT *, %s::timestamptz, '' FROM unnest(%s::text[], %s::text[], %s::text[], %s::uuid[], %s::int[],"
            " %s::int[])",
            [
                now,
                [part.link for part in parts],
                [part.remote_id for part in parts],
                [part.destination for part in parts],
                [part.message for part in parts],
                [part.number for part in parts],
                [part.total for part in parts],
            ],
        )


def settle(told: Sequence[Told], now: datetime) -> set[int]:
    """Enter these receipts; returns the places (in `told`) of those whose part is known. Three statements at most.

    Those that are not known may have overtaken the gateway's own answer: try them again a little later.
    """
    if not told:
        return set()
    found = _find(told)
    final = [(part, told[place]) for place, part in found.items() if told[place].final]
    if final:
        sql.execute(
            "UPDATE outbox_part p SET state = r.state FROM unnest(%s::bigint[], %s::text[]) AS r (id, state)"
            " WHERE p.id = r.id",
            [[part for part, _ in final], [one.state for _, one in final]],
        )
        _settle_messages([part for part, _ in final], [one.error for _, one in final], now)
    return set(found)


def forget(before: datetime, limit: int = 5000) -> int:
    """Drop parts sent before this time, whose receipts nobody expects any more; returns how many."""
    return sql.execute(
        "DELETE FROM outbox_part WHERE id IN (SELECT id FROM outbox_part WHERE sent_at < %s LIMIT %s)",
        [before, limit],
    )


def _find(told: Sequence[Told]) -> dict[int, int]:
    """The part's row id for each place in `told` whose part is known; the likeliest form of the id wins."""
    keys = [(place, rank, one) for place, one in enumerate(told) for rank in range(len(one.keys))]
    # A subscriber's number may be written with or without the country code: the shorter must end the longer.
    rows = sql.run(
        "SELECT DISTINCT ON (k.place) k.place, p.id FROM outbox_part p JOIN unnest(%s::int[], %s::int[], %s::text[],"
        " %s::text[], %s::text[]) AS k (place, rank, link, remote_id, destination)"
        " ON p.link = k.link AND p.remote_id = k.remote_id AND (k.destination = ''"
        " OR right(p.destination, length(k.destination)) = k.destination"
        " OR right(k.destination, length(p.destination)) = p.destination)"
        " ORDER BY k.place, k.rank, p.id DESC",
        [
            [place for place, _, _ in keys],
            [rank for _, rank, _ in keys],
            [one.link for _, _, one in keys],
            [one.keys[rank] for _, rank, one in keys],
            [one.destination for _, _, one in keys],
        ],
    )
    return {row[0]: row[1] for row in rows}


def _settle_messages(parts: Sequence[int], errors: Sequence[str], now: datetime) -> None:
    """A message is delivered when each of its parts is, and failed when one of them finally is not."""
    sql.execute(
        "UPDATE outbox_message m SET state = s.state, settled_at = %s, error = left(s.error, 128) FROM ("
        " SELECT p.message,"
        "  CASE WHEN count(DISTINCT p.number) FILTER (WHERE p.state = 'delivered') >= max(p.total) THEN 'delivered'"
        "   WHEN bool_or(p.state NOT IN ('', 'delivered')) THEN 'failed' END AS state,"
        "  coalesce(max(trim(p.state || ' ' || t.error)) FILTER (WHERE p.state <> 'delivered'), '') AS error"
        " FROM outbox_part p LEFT JOIN unnest(%s::bigint[], %s::text[]) AS t (id, error) ON t.id = p.id"
        " WHERE p.message IN (SELECT message FROM outbox_part WHERE id = ANY(%s::bigint[])) GROUP BY p.message) AS s"
        " WHERE m.id = s.message AND s.state IS NOT NULL AND m.state IN ('sent', 'failed')",
        [now, list(parts), list(errors), list(parts)],
    )
