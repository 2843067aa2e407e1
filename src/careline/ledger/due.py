"""Open attempts whose time has come, claimed so that two sweepers never take up the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from careline.ledger import attempt, tally
from careline.ledger.attempt import Ended
from careline.postgres import sql
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome

_CHANGES_NOTHING = ("query", "status", "describe", "help")


@dataclass(frozen=True, slots=True)
class Open:
    """An open attempt as the janitor takes it up."""

    reference: str
    msisdn: Msisdn
    channel: str
    job: dict[str, Any]
    begun_at: datetime
    tries: int
    unknown: bool
    in_reply_to: str
    link: str
    address: str


def take(now: datetime, until: datetime, limit: int = 200) -> list[Open]:
    """Attempts that wait for the carrier and are due, claimed until `until`; one statement."""
    # Which attempts should the carrier have answered by now?
    rows = sql.run(
        "WITH due AS MATERIALIZED (SELECT id FROM ledger_open WHERE NOT asking AND due_at <= %s"
        " ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)"
        " UPDATE ledger_open o SET due_at = %s, tries = tries + 1 FROM due WHERE o.id = due.id"
        " RETURNING o.id::text, msisdn, channel, job, begun_at, tries, unknown, in_reply_to, link, address",
        [now, limit, until],
    )
    return [
        Open(row[0], Msisdn(row[1]), row[2], msgspec.json.decode(row[3]), *row[4:])
        for row in sorted(rows, key=lambda row: row[0])
    ]


def lapse(now: datetime, shard: int = 0, limit: int = 500) -> int:
    """End attempts whose question was never answered as Abandoned; returns how many."""
    # Whose questions are past their time?
    rows = sql.run(
        "SELECT id::text FROM ledger_open WHERE asking AND due_at <= %s ORDER BY due_at LIMIT %s"
        " FOR UPDATE SKIP LOCKED",
        [now, limit],
    )
    ends = [Ended(row[0], Outcome.ABANDONED, Cause.NO_ANSWER, now) for row in rows]
    tally.count(attempt.end(ends), shard)
    return len(ends)


def still_open(references: Sequence[str]) -> set[str]:
    """Those that nobody else has ended meanwhile, locked until this transaction ends; one statement."""
    # Which are still there?
    rows = sql.run(
        "SELECT id::text FROM ledger_open WHERE id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE", [list(references)]
    )
    return {row[0] for row in rows}


def overtaken(references: Sequence[str]) -> set[str]:
    """Those whose customers have asked since for something else of the same service, or for the same again; one statement.

    Whatever became of that later wish, it is the one that counts: who cancels an order that still waits is told that
    there is nothing to cancel, and must not get it afterwards.
    """
    if not references:
        return set()
    # Who has asked again since?
    rows = sql.run(
        "SELECT o.id::text FROM ledger_open o WHERE o.id = ANY(%s::uuid[]) AND EXISTS (SELECT FROM"
        " (SELECT msisdn, service, verb, parameters, begun_at FROM ledger_attempt WHERE outcome <> 'abandoned' UNION ALL"
        " SELECT msisdn, service, verb, parameters, begun_at FROM ledger_open WHERE NOT asking) l WHERE"
        " l.msisdn = o.msisdn AND l.begun_at > o.begun_at AND l.service = o.service AND l.verb <> ALL(%s::text[])"
        " AND (l.verb <> o.verb OR l.parameters - 'words' = o.parameters - 'words'))",
        [list(references), list(_CHANGES_NOTHING)],
    )
    return {row[0] for row in rows}


def put_off(references: Sequence[str], due_at: datetime, unknown: bool) -> None:
    """Ask about these again later."""
    if references:
        sql.execute(
            "UPDATE ledger_open SET due_at = %s, unknown = unknown OR %s WHERE id = ANY(%s::uuid[])",
            [due_at, unknown, list(references)],
        )
