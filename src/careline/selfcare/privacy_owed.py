"""What still waited when a deletion was asked for: it keeps its number while an answer is owed, and loses it when it has ended.

Without its number the carrier could not be asked what became of an order, nor its customer be told; and of two orders for the
same thing the later one is only known by it (`ledger.due.overtaken`), which keeps things from being done and charged twice. So
all that waited together lose their number together, when the last of them has ended and its letter has left.
"""

from collections.abc import Mapping, Sequence

from careline.postgres import sql
from careline.selfcare import privacy
from careline.values.msisdn import Msisdn

Owed = Mapping[str, Sequence[str]]  # carrier: attempts that waited for it; customer: those that waited for an answer


def of(msisdn: Msisdn) -> dict[str, list[str]]:
    """What is open of this number, by who owes an answer; one statement."""
    rows = sql.run("SELECT id::text, asking FROM ledger_open WHERE msisdn = %s ORDER BY begun_at, id", [msisdn.digits])
    return {
        "carrier": [reference for reference, asking in rows if not asking],
        "customer": [reference for reference, asking in rows if asking],
    }


def waiting(owed: Owed) -> bool:
    """Whether any of these has not ended; one statement where there were any."""
    every = _all(owed)
    return bool(every and sql.run("SELECT EXISTS (SELECT FROM ledger_open WHERE id = ANY(%s::uuid[]))", [every])[0][0])


def forget(owed: Owed) -> int:
    """Take the customer out of these attempts; how many. What was said yes to after the deletion stays, as proof of that."""
    ended = next(table for table in privacy.parts()["attempts"].tables if table.name == "ledger_attempt")
    statement = (
        f"UPDATE ledger_attempt SET {ended.forget} WHERE msisdn <> '' AND (id = ANY(%s::uuid[])"  # noqa: S608
        " OR (id = ANY(%s::uuid[]) AND outcome = 'abandoned'))"
    )
    carrier, customer = list(owed.get("carrier", ())), list(owed.get("customer", ()))
    return privacy.change(statement, [carrier, customer]) if carrier or customer else 0


def forget_letters(owed: Owed, msisdn: Msisdn) -> int:
    """Delete what was written about the attempts that lost their number, once it has left; how many."""
    every = _all(owed)
    if not every:
        return 0
    return sql.execute(
        "DELETE FROM outbox_message m USING ledger_attempt a WHERE m.msisdn = %s AND m.attempt = ANY(%s::uuid[])"
        " AND m.state <> 'queued' AND a.id = m.attempt AND a.msisdn = ''",
        [msisdn.digits, every],
    )


def telling(owed: Owed, msisdn: Msisdn) -> bool:
    """Whether a letter about any of these has not left yet."""
    every = _all(owed)
    return bool(
        every
        and sql.run(
            "SELECT EXISTS (SELECT FROM outbox_message WHERE msisdn = %s AND attempt = ANY(%s::uuid[]) AND state = 'queued')",
            [msisdn.digits, every],
        )[0][0]
    )


def _all(owed: Owed) -> list[str]:
    return [*owed.get("carrier", ()), *owed.get("customer", ())]
