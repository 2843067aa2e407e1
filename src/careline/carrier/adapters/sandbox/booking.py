"""What was done to lines, written into their books: entries, bills, allowances and alerts; one statement each."""

from collections.abc import Sequence

from careline.carrier.adapters.sandbox import record
from careline.carrier.adapters.sandbox.line import Changes, Line
from careline.carrier.adapters.sandbox.rules import Day
from careline.postgres.sql import columns, execute


def entries(lines: Sequence[Line], day: Day) -> None:
    """What moved on the accounts, entry by entry."""
    rows = [
        (
            line.msisdn, entry.number, entry.kind, entry.basic, entry.gift, entry.points, entry.product, entry.how,
            entry.reference, entry.by,
        )
        for line in lines
        for entry in line.changes.entries
    ]  # fmt: skip
    if rows:
        execute(
            "INSERT INTO sandbox_entry (msisdn, number, at, kind, basic, gift, points, product, how, reference, by)"
            " SELECT msisdn, number, %s::timestamptz, kind, basic, gift, points, product, how, reference, by"
            " FROM unnest(%s::text[], %s::int[], %s::text[], %s::bigint[], %s::bigint[], %s::int[], %s::text[],"
            " %s::text[], %s::text[], %s::text[])"
            " AS t (msisdn, number, kind, basic, gift, points, product, how, reference, by)",
            [day.now, *columns(rows)],
        )


def bills(lines: Sequence[Line], day: Day) -> None:
    """Add the charges to the running bills; a line whose debt is gone has paid every bill."""
    rows = [
        (
            line.msisdn,
            sum(charge.fen for charge in line.changes.charges),
            sum(charge.fen for charge in line.changes.charges) - line.changes.unpaid,
            _items(line.changes, day),
        )
        for line in lines
        if line.changes.charges
    ]
    if rows:
        # Add the charges to the running bill of each line.
        execute(
            "INSERT INTO sandbox_bill AS b (msisdn, month, total, paid, items)"
            " SELECT msisdn, %s::int, total, paid, items::jsonb"
            " FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::text[]) AS t (msisdn, total, paid, items)"
            " ON CONFLICT (msisdn, month) DO UPDATE SET total = b.total + excluded.total,"
            " paid = b.paid + excluded.paid, items = b.items || excluded.items",
            [day.month, *columns(rows)],
        )
    cleared = [line.msisdn for line in lines if line.changes.cleared and line.basic >= 0]
    if cleared:
        # Their debt is gone: every bill of theirs is paid.
        execute("UPDATE sandbox_bill SET paid = total WHERE msisdn = ANY(%s::text[]) AND paid < total", [cleared])


def _items(changes: Changes, day: Day) -> str:
    return record.plain(
        [
            {
                "product": charge.product,
                "zh": charge.zh,
                "en": charge.en,
                "fen": charge.fen,
                "paid_to": charge.paid_to,
                "on": day.today.isoformat(),
                "at": day.now.isoformat(),
                "reference": charge.reference,
            }
            | ({} if charge.agreed is None else {"agreed": charge.agreed})
            for charge in changes.charges
        ]
    )


def usage(lines: Sequence[Line], day: Day) -> None:
    """Add to this month's allowances."""
    rows = [
        (line.msisdn, quota, used, total)
        for line in lines
        for quota, (used, total) in sorted(line.changes.usage.items())
        if used or total
    ]
    if rows:
        # Add to this month's allowances; one that is back to nothing is no allowance any more.
        execute(
            "INSERT INTO sandbox_usage AS u (msisdn, month, quota, used, total)"
            " SELECT msisdn, %s::int, quota, used, nullif(total, 0)"
            " FROM unnest(%s::text[], %s::text[], %s::int[], %s::int[]) AS t (msisdn, quota, used, total)"
            " ON CONFLICT (msisdn, month, quota) DO UPDATE SET used = u.used + excluded.used,"
            " total = nullif(coalesce(u.total, 0) + coalesce(excluded.total, 0), 0)",
            [day.month, *columns(rows)],
        )


def alerts(lines: Sequence[Line], day: Day) -> None:
    """Low-balance reminders that fired, to be told."""
    rows = [
        (line.msisdn, number, line.alert_below, balance) for line in lines for number, balance in line.changes.alerts
    ]
    if rows:
        execute(
            "INSERT INTO sandbox_alert (msisdn, number, at, below, balance)"
            " SELECT msisdn, number, %s::timestamptz, below, balance"
            " FROM unnest(%s::text[], %s::int[], %s::int[], %s::bigint[]) AS t (msisdn, number, below, balance)",
            [day.now, *columns(rows)],
        )
