"""Attempts: begun before anything is touched, ended once, in batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from careline.postgres import sql
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt that begins; parameters are masked, `job` is what is needed to take it up again."""

    reference: str
    msisdn: Msisdn
    contact: str
    channel: str
    region: str
    brand: str
    table: str
    service: str
    verb: str
    parameters: Mapping[str, str]
    version: int
    begun_at: datetime
    job: Mapping[str, Any] = field(default_factory=dict)
    asking: bool = False
    due_at: datetime | None = None
    in_reply_to: str = ""
    link: str = ""
    address: str = ""
    node: str = ""  # of the menu where it was chosen


@dataclass(frozen=True, slots=True)
class Ended:
    """How an attempt ended; `begun` is given when it begins and ends in one go, and so never was an open row."""

    reference: str
    outcome: Outcome
    cause: Cause | None
    ended_at: datetime
    carrier_words: str = ""
    begun: Begun | None = None


def begin(attempts: Sequence[Begun]) -> None:
    """Open these attempts; one statement."""
    if not attempts:
        return
    sql.execute(
        'INSERT INTO ledger_open (id, msisdn, contact, channel, region, brand, "table", service, verb,'
        " parameters, version, begun_at, node, job, asking, due_at, in_reply_to, link, address, tries, unknown)"
        " SELECT *, 0, false FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::text[],"
        " %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::int[], %s::timestamptz[], %s::text[], %s::text[], %s::bool[],"
        " %s::timestamptz[], %s::text[], %s::text[], %s::text[])",
        [
            *_shared(attempts),
            [msgspec.json.encode(attempt.job).decode() for attempt in attempts],
            [attempt.asking for attempt in attempts],
            [attempt.due_at for attempt in attempts],
            [attempt.in_reply_to for attempt in attempts],
            [attempt.link for attempt in attempts],
            [attempt.address for attempt in attempts],
        ],
    )


def go_on(attempts: Sequence[Begun], due_at: datetime) -> None:
    """The customer has answered: these attempts, as they are known now, wait for the carrier until `due_at`; one statement."""
    if attempts:
        sql.execute(
            "UPDATE ledger_open o SET asking = false, due_at = %s, parameters = n.parameters, job = n.job"
            " FROM unnest(%s::uuid[], %s::jsonb[], %s::text[]) AS n (id, parameters, job) WHERE o.id = n.id",
            [
                due_at,
                [attempt.reference for attempt in attempts],
                [msgspec.json.encode(attempt.parameters).decode() for attempt in attempts],
                [msgspec.json.encode(attempt.job).decode() for attempt in attempts],
            ],
        )


def wait_on(due: Mapping[str, datetime]) -> None:
    """The customers were asked once more: these attempts (by reference) lapse at their new times; one statement."""
    if due:
        sql.execute(
            "UPDATE ledger_open o SET due_at = n.due_at FROM unnest(%s::uuid[], %s::timestamptz[]) AS n (id, due_at)"
            " WHERE o.id = n.id AND o.asking",
            [list(due), list(due.values())],
        )


def doubt(references: Sequence[str], due_at: datetime) -> None:
    """Nobody knows what became of these: they stay open, and are asked about again at `due_at`; one statement."""
    if references:
        sql.execute(
            "UPDATE ledger_open SET unknown = true, due_at = %s WHERE id = ANY(%s::uuid[])", [due_at, references]
        )


def end(endings: Sequence[Ended]) -> list[tuple[Any, ...]]:
    """End these attempts, each once, and return a row (channel, region, brand, table, service, verb, version, outcome,
    cause, ended_at) for each that this call ended; two statements at most, one when none was open before.

    An attempt that was ended already (by the janitor, or by an answer that came after all) is left as it is.
    """
    rows: list[tuple[Any, ...]] = []
    at_once = [ending for ending in endings if ending.begun is not None]
    opened = [ending for ending in endings if ending.begun is None]
    if at_once:
        begun = [ending.begun for ending in at_once if ending.begun is not None]
        sql.execute(
            'INSERT INTO ledger_attempt (id, msisdn, contact, channel, region, brand, "table", service, verb,'
            " parameters, version, begun_at, node, outcome, cause, ended_at, carrier_words)"
            " SELECT * FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::text[],"
            " %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::int[], %s::timestamptz[], %s::text[], %s::text[],"
            " %s::text[], %s::timestamptz[], %s::text[])",
            [
                *_shared(begun),
                [ending.outcome.value for ending in at_once],
                [ending.cause.value if ending.cause else "" for ending in at_once],
                [ending.ended_at for ending in at_once],
                [ending.carrier_words for ending in at_once],
            ],
        )
        rows += [
            (b.channel, b.region, b.brand, b.table, b.service, b.verb, b.version, e.outcome, e.cause or "", e.ended_at)
            for b, e in zip(begun, at_once, strict=True)
        ]
    if opened:
        # Take each out of the open table and, if it was still there, write its end into the ledger.
        rows += sql.run(
            "WITH ending AS (SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::timestamptz[], %s::text[])"
            " AS e (id, outcome, cause, ended_at, carrier_words)),"
            " taken AS (DELETE FROM ledger_open USING ending WHERE ledger_open.id = ending.id"
            ' RETURNING ledger_open.id, msisdn, contact, channel, region, brand, "table", service, verb, parameters,'
            " version, begun_at, node, ending.outcome, ending.cause, ending.ended_at, ending.carrier_words)"
            ' INSERT INTO ledger_attempt (id, msisdn, contact, channel, region, brand, "table", service, verb,'
            " parameters, version, begun_at, node, outcome, cause, ended_at, carrier_words) SELECT * FROM taken"
            ' RETURNING channel, region, brand, "table", service, verb, version, outcome, cause, ended_at',
            [
                [ending.reference for ending in opened],
                [ending.outcome.value for ending in opened],
                [ending.cause.value if ending.cause else "" for ending in opened],
                [ending.ended_at for ending in opened],
                [ending.carrier_words for ending in opened],
            ],
        )
    return rows


def _shared(attempts: Sequence[Begun]) -> list[list[Any]]:
    return [
        [attempt.reference for attempt in attempts],
        [attempt.msisdn.digits for attempt in attempts],
        [attempt.contact for attempt in attempts],
        [attempt.channel for attempt in attempts],
        [attempt.region for attempt in attempts],
        [attempt.brand for attempt in attempts],
        [attempt.table for attempt in attempts],
        [attempt.service for attempt in attempts],
        [attempt.verb for attempt in attempts],
        [
            msgspec.json.encode(dict(attempt.parameters)).decode() if attempt.parameters else "{}"
            for attempt in attempts
        ],
        [attempt.version for attempt in attempts],
        [attempt.begun_at for attempt in attempts],
        [attempt.node for attempt in attempts],
    ]
