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


def wrong(address: str, now: datetime) -> None:
    """A link that opens nothing was tried from there; one statement."""
    # Count it; a count that is over begins anew.
    sql.execute(
        "INSERT INTO portal_knock AS knock (address, since, wrong) VALUES (%s, %s, 1)"
        " ON CONFLICT (address) DO UPDATE SET"
        " wrong = CASE WHEN knock.since > %s THEN least(knock.wrong + 1, 1000000) ELSE 1 END,"
        " since = CASE WHEN knock.since > %s THEN knock.since ELSE excluded.since END",
        [address[:64], now, now - WITHIN, now - WITHIN],
    )


def forget(now: datetime) -> int:
    """Forget counts that are over; how many."""
    # Whose time has passed?
    return sql.execute("DELETE FROM portal_knock WHERE since < %s", [now - WITHIN])
