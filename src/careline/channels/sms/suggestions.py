"""What customers wrote to the second number: each is an attempt at the service `suggestion`, kept as the ledger is."""

from dataclasses import dataclass, field
from datetime import datetime

from careline.postgres import sql
from careline.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggestion; its words were masked when they came in, and it costs nothing."""

    reference: str
    msisdn: Msisdn
    region: str
    brand: str
    received_at: datetime
    words: str = field(repr=False)


def suggestions(since: datetime, until: datetime, limit: int = 1000) -> list[Suggestion]:
    """Those received from `since` on and before `until`, the newest first; one statement."""
    rows = sql.run(
        "SELECT id::text, msisdn, region, brand, begun_at, parameters->>'words' FROM ledger_attempt"
        " WHERE service = 'suggestion' AND verb = 'other' AND outcome = 'done' AND begun_at >= %s AND begun_at < %s"
        " ORDER BY begun_at DESC LIMIT %s",
        [since, until, limit],
    )
    return [Suggestion(row[0], Msisdn(row[1]), row[2], row[3], row[4], row[5] or "") for row in rows]
