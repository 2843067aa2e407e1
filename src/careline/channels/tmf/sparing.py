"""Sparing customers: however many requests a client may send, one number gets only so many letters by them."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta

from careline.channels.tmf.entering import Visit
from careline.channels.tmf.refusing import TOO_MANY, Refused
from careline.postgres import sql

# Letters to one number within a day that other systems bring about, all of them together: a choice of ours.
A_DAY = int(os.environ.get("CARELINE_TMF_LETTERS_PER_NUMBER_A_DAY", "20"))
TICKETS_AN_HOUR = 10  # contacts by tickets of one number: each of them is answered by a letter
_LOCKS = 7461  # names the locks by which the letters of a number are counted one after the other


def spare(numbers: Sequence[str], now: datetime, *, key: str) -> None:
    """Raises Refused (429) when one of these numbers got its letters of this key for today. In the posting's transaction."""
    for number in sorted(numbers):
        sql.run("SELECT pg_advisory_xact_lock(%s::int4, hashtext(%s))", [_LOCKS, number])
    # Who of them has had enough? What waits for a later day counts too.
    full = sql.run(
        "SELECT 1 FROM outbox_message WHERE msisdn = ANY(%s::text[]) AND key = %s AND created_at > %s"
        " GROUP BY msisdn HAVING count(*) >= %s LIMIT 1",
        [list(numbers), key, now - timedelta(days=1), A_DAY],
    )
    if full:
        raise _enough(f"one of the receivers got {A_DAY} messages within a day", 3600)


def spare_callers(visit: Visit, number: str) -> None:
    """Raises Refused (429) when so many tickets of this number came by this door within an hour. In the ticket's transaction."""
    sql.run("SELECT pg_advisory_xact_lock(%s::int4, hashtext(%s))", [_LOCKS, number])
    # How often did it come to us by other systems lately?
    rows = sql.run(
        "SELECT count(*) FROM case_contact k JOIN case_case c ON c.id = k.case_id"
        " WHERE c.msisdn = %s AND k.channel = 'api' AND k.at > %s",
        [number, visit.now - timedelta(hours=1)],
    )
    if rows[0][0] >= TICKETS_AN_HOUR:
        raise _enough(f"this subscriber had {TICKETS_AN_HOUR} tickets within an hour; add notes to them", 600)


def _enough(why: str, seconds: int) -> Refused:
    return Refused(429, TOO_MANY, "Too many requests", why, {"Retry-After": str(seconds)})
