"""Once-only: what was received is written down under its number, link and id, and counts the first time only."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import msgspec
from django.conf import settings

from careline.postgres import sql
from careline.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class Receipt:
    """One message as the inbox keeps it."""

    msisdn: Msisdn
    link: str
    message_id: str
    received_at: datetime
    address: str
    channel: str
    fingerprint: bytes
    said: str  # masked
    turn: str
    attempt: str | None
    steps: list[dict[str, object]]


def fingerprint(msisdn: Msisdn, address: str, text: str) -> bytes:
    """16 bytes that equal messages share. Keyed: whoever has the table cannot try the million passwords that a text may be."""
    return hashlib.blake2b(f"{msisdn.digits}\0{address}\0{text}".encode(), digest_size=16, key=_key()).digest()


@cache
def _key() -> bytes:
    return hashlib.blake2b(settings.SECRET_KEY.encode(), person=b"inbox", digest_size=32).digest()


def receive(receipts: Sequence[Receipt]) -> set[tuple[str, str, str]]:
    """Write down these messages and return the keys (msisdn, link, message id) of those that are new; one statement."""
    # Which of these were never received before?
    rows = sql.run(
        "INSERT INTO ledger_inbox (msisdn, link, message_id, received_at, address, channel, fingerprint, said,"
        " turn, attempt, steps)"
        " SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::text[],"
        " %s::bytea[], %s::text[], %s::uuid[], %s::uuid[], %s::text[])"
        " ON CONFLICT DO NOTHING RETURNING msisdn, link, message_id",
        [
            [receipt.msisdn.digits for receipt in receipts],
            [receipt.link for receipt in receipts],
            [receipt.message_id for receipt in receipts],
            [receipt.received_at for receipt in receipts],
            [receipt.address for receipt in receipts],
            [receipt.channel for receipt in receipts],
            [receipt.fingerprint for receipt in receipts],
            [receipt.said for receipt in receipts],
            [receipt.turn for receipt in receipts],
            [receipt.attempt for receipt in receipts],
            [msgspec.json.encode(receipt.steps).decode() for receipt in receipts],
        ],
    )
    return {(row[0], row[1], row[2]) for row in rows}


def give_back(keys: Sequence[tuple[str, str, str]]) -> None:
    """Take out messages that were not dealt with after all, in the transaction that wrote them."""
    sql.execute(
        "DELETE FROM ledger_inbox USING unnest(%s::text[], %s::text[], %s::text[]) AS k (msisdn, link, message_id)"
        " WHERE ledger_inbox.msisdn = k.msisdn AND ledger_inbox.link = k.link"
        " AND ledger_inbox.message_id = k.message_id",
        [[key[0] for key in keys], [key[1] for key in keys], [key[2] for key in keys]],
    )


def forget(before: datetime, limit: int = 5000) -> int:
    """Drop messages received before this time, at most `limit` rows a call; returns how many."""
    return sql.execute(
        "DELETE FROM ledger_inbox WHERE ctid IN"
        " (SELECT ctid FROM ledger_inbox WHERE received_at < %s ORDER BY received_at LIMIT %s)",
        [before, limit],
    )
