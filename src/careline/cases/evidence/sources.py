"""What other rooms know of a case: contacts and attempts of the ledger, letters of the outbox, entries of the journal."""

from datetime import UTC, datetime, timedelta
from typing import Any

from careline.cases.models import Case
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from careline.values.secret import mask

ATTEMPT_KEY = "attempt:"  # how contacts are keyed that came through the hall
ENTRIES_MAX = 5_000  # of each kind; a case with more has a fault of its own
_BEFORE = timedelta(hours=1)  # a contact begins before the case that comes of it


def time(at: datetime | None) -> str | None:
    """ISO 8601 in UTC."""
    return None if at is None else at.astimezone(UTC).isoformat()


def contacts(case: Case) -> list[dict[str, Any]]:
    """Every contact about the case, with what was tried in it at the carrier; two statements."""
    rows = list(case.contacts.order_by("at", "id")[:ENTRIES_MAX])
    known = [str(id) for id in {case.contact, *(row.contact for row in rows)} if id is not None]
    # What was tried in these contacts, and how did it end?
    attempts = sql.run(
        "SELECT contact::text, begun_at, service, verb, outcome, cause, ended_at, carrier_words FROM ledger_attempt"
        " WHERE msisdn = %s AND begun_at >= %s::timestamptz AND contact = ANY(%s::uuid[]) ORDER BY begun_at, id LIMIT %s",
        [case.msisdn, case.opened_at - _BEFORE, known, ENTRIES_MAX],
    )
    tried: dict[str, list[dict[str, Any]]] = {}
    for contact, begun_at, service, verb, outcome, cause, ended_at, words in attempts:
        tried.setdefault(contact, []).append(
            {
                "begun_at": time(begun_at),
                "service": service,
                "verb": verb,
                "outcome": outcome,
                "cause": cause,
                "ended_at": time(ended_at),
                "carrier_words": mask(words),
            }
        )
    return [
        {
            "at": time(row.at),
            "channel": row.channel,
            "by": row.by,
            "words": row.words,
            "contact": None if row.contact is None else str(row.contact),
            "attempts": tried.get(str(row.contact), []),
        }
        for row in rows
    ]


def letters(case: Case) -> list[dict[str, Any]]:
    """Every message to the customer that names the docket or answers an attempt of the case, with its delivery; one statement."""
    if not case.msisdn:
        return []
    # What did we write to this customer about this case, and did it arrive?
    rows = sql.run(
        "SELECT m.created_at, m.channel, m.key, m.text, m.state, m.tries, m.sent_at, m.settled_at, m.error"
        " FROM outbox_message m WHERE m.msisdn = %s AND m.created_at >= %s::timestamptz AND (strpos(m.text, %s) > 0"
        " OR m.attempt IN (SELECT substr(c.key, length(%s) + 1)::uuid FROM case_contact c WHERE c.case_id = %s::bigint"
        " AND c.key ~ ('^' || %s || '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')))"
        " ORDER BY m.created_at, m.id LIMIT %s",
        [case.msisdn, case.opened_at - _BEFORE, case.docket, ATTEMPT_KEY, case.pk, ATTEMPT_KEY, ENTRIES_MAX],
    )
    return [
        {
            "at": time(row[0]),
            "channel": row[1],
            "key": row[2],
            "text": mask(row[3]),
            "state": row[4],
            "tries": row[5],
            "sent_at": time(row[6]),
            "settled_at": time(row[7]),
            "error": row[8],
        }
        for row in rows
    ]


def journal(case: Case, *, without: str) -> list[dict[str, Any]]:
    """Who looked at the case and who did what to it; entries of the deed `without` are left out. One statement."""
    # Looks at the customer give the docket as their purpose.
    rows = sql.run(
        "SELECT at, who, did, what FROM journal_entry WHERE did <> %s AND ((what = 'case' AND record = %s)"
        " OR (what = 'subscriber' AND record = %s AND detail ->> 'purpose' = %s)) ORDER BY at, id LIMIT %s",
        [without, case.docket, Msisdn(case.msisdn or "0").masked(), case.docket, ENTRIES_MAX],
    )
    return [{"at": time(at), "who": who, "did": did, "what": what} for at, who, did, what in rows]
