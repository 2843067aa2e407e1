"""A door that counts: who tries many links that open nothing waits, whatever comes next."""

from datetime import datetime, timedelta

from careline.postgres import sql

WRONG_MAX = 30  # from one address within the time below: a household mistypes less
WITHIN = timedelta(minutes=15)


def too_many(address: str, now: datetime) -> bool:
    """Whether this address has tried too many; one statement."""
    # How many wrong links were tried from here lately?
    rows = sql.run(
        "SELECT 1 FROM portal_knock WHERE address = %s AND since > %s AND wrong >= %s",
        [address[:64], now - WITHIN, WRONG_MAX],
    )
    return bool(rows)


def wrong(address: str, now: datetime) -> int:
    """What opens nothing was tried from there; how often by now; one statement."""
    # Count it; a count that is over begins anew.
    rows = sql.run(
        "INSERT INTO portal_knock AS knock (address, since, wrong) VALUES (%s, %s, 1)"
        " ON CONFLICT (address) DO UPDATE SET"
        " wrong = CASE WHEN knock.since > %s THEN least(knock.wrong + 1, 1000000) ELSE 1 END,"
        " since = CASE WHEN knock.since > %s THEN knock.since ELSE excluded.since END RETURNING wrong",
        [address[:64], now, now - WITHIN, now - WITHIN],
    )
    return int(rows[0][0])


def forgive(address: str) -> None:
    """The last one was right after all, or nobody could tell; one statement."""
    # One less; never below nothing.
    sql.execute("UPDATE portal_knock SET wrong = greatest(wrong - 1, 0) WHERE address = %s", [address[:64]])


def forget(now: datetime) -> int:
    """Forget counts that are over; how many."""
    # Whose time has passed?
    return sql.execute("DELETE FROM portal_knock WHERE since < %s", [now - WITHIN])
