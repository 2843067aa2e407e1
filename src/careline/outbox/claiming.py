"""Claiming: a letter is with one sender at a time, and comes free again when that sender does not finish."""

from collections.abc import Sequence
from datetime import datetime

from careline.outbox.posting import Letter
from careline.postgres import sql
from careline.values.msisdn import Msisdn


def claim(links: Sequence[str], by: str, now: datetime, until: datetime, limit: int = 256) -> list[Letter]:
    """Letters due now for these links (or for any link when one asks for []), claimed for `by` until `until`.

    A letter whose claim has run out is with nobody any more, but may have left before: that is counted as a doubt.
    """
    # Which letters are due and with nobody? Locked rows are another sender's business.
    rows = sql.run(
        "WITH due AS MATERIALIZED (SELECT id FROM outbox_message WHERE state = 'queued' AND due_at <= %s"
        "  AND (%s::text[] = '{}' OR link = ANY(%s::text[]))"
        "  ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)"
        " UPDATE outbox_message m SET due_at = %s, claimed_by = %s, tries = tries + 1,"
        " doubts = doubts + (claimed_by <> '')::int FROM due WHERE m.id = due.id"
        " RETURNING m.id::text, m.msisdn, m.channel, m.link, m.address, m.text, m.key, m.in_reply_to,"
        " m.attempt::text, m.tries, m.created_at, m.doubts",
        [now, list(links), list(links), limit, until, by],
    )
    return [Letter(row[0], Msisdn(row[1]), *row[2:]) for row in sorted(rows, key=lambda row: (row[10], row[0]))]


def extend(ids: Sequence[str], by: str, until: datetime) -> int:
    """These letters are still with `by`, and will be until then."""
    return sql.execute(
        "UPDATE outbox_message SET due_at = %s WHERE id = ANY(%s::uuid[]) AND claimed_by = %s AND state = 'queued'",
        [until, list(ids), by],
    )


def release(
    ids: Sequence[str], by: str, due_ats: Sequence[datetime], errors: Sequence[str], *, tried: bool, doubtful: bool
) -> int:
    """Give back letters that could not be sent now; each is due again at its time.

    `tried` False: nothing was tried (no bind was up), so this was none of their tries. `doubtful`: they may have left.
    """
    # The claim ends here, so that whoever takes one next does not count it as another sender's unfinished business.
    return sql.execute(
        "UPDATE outbox_message m SET due_at = r.due_at, claimed_by = '', error = left(r.error, 128),"
        " tries = m.tries - %s::int, doubts = m.doubts + %s::int"
        " FROM unnest(%s::uuid[], %s::timestamptz[], %s::text[]) AS r (id, due_at, error)"
        " WHERE m.id = r.id AND m.claimed_by = %s AND m.state = 'queued'",
        [0 if tried else 1, 1 if doubtful else 0, list(ids), list(due_ats), list(errors), by],
    )


def sent(ids: Sequence[str], remote_ids: Sequence[str], now: datetime) -> int:
    """The gateway took these letters; `remote_ids` holds, for each, the gateway's ids of its parts joined by a blank."""
    return sql.execute(
        "UPDATE outbox_message m SET state = 'sent', sent_at = %s, error = '',"
        " remote_ids = string_to_array(s.remote, ' ')"
        " FROM unnest(%s::uuid[], %s::text[]) AS s (id, remote) WHERE m.id = s.id AND m.state = 'queued'",
        [now, list(ids), list(remote_ids)],
    )


def failed(ids: Sequence[str], errors: Sequence[str], now: datetime) -> int:
    """These letters are given up, each with its reason."""
    return sql.execute(
        "UPDATE outbox_message m SET state = 'failed', settled_at = %s, error = left(f.error, 128)"
        " FROM unnest(%s::uuid[], %s::text[]) AS f (id, error)"
        " WHERE m.id = f.id AND m.state IN ('queued', 'sent')",
        [now, list(ids), list(errors)],
    )
