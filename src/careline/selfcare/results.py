"""What became of one wish, from the record: it reads the same however often it is looked at, and on whatever device.

Nothing of a result is kept in a session. The key of the wish and the customer's own number find it; a key of somebody
else's finds nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from careline.hall import conversation
from careline.postgres import sql
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Result:
    """`state`: done, refused, failed, unknown, abandoned (the five ends), asking, left (asked, and the question is over),
    waiting (the carrier has not answered), said (words without an attempt)."""

    state: str
    words: str
    key: str  # of the words
    cause: Cause | None = None
    reference: str = ""
    service: str = ""
    verb: str = ""
    tier: str = ""
    plain: bool = True  # nothing but service, verb and tier was given: it can be tried again by a button
    question: Mapping[str, Any] | None = None  # the one that is open: kind, options, names, intent
    at: datetime | None = None


def read(msisdn: Msisdn, key: str, now: datetime, *, link: str = "web", channel: str = "web") -> Result | None:
    """The result of this customer's wish of that key; None when there was none. Four statements."""
    # Which attempt was this wish about?
    came = sql.run(
        "SELECT attempt::text, received_at FROM ledger_inbox WHERE msisdn = %s AND link = %s AND message_id = %s",
        [msisdn.digits, link, key],
    )
    if not came:
        return None
    reference, at = came[0]
    # What was answered to it, and to whatever followed in the same attempt?
    said = sql.run(
        "SELECT text, key, attempt::text, in_reply_to FROM outbox_message WHERE msisdn = %s AND created_at >= %s"
        " AND ((link = %s AND in_reply_to = %s) OR attempt = %s::uuid) ORDER BY created_at, id",
        [msisdn.digits, at, link, key, reference],
    )
    own = [row for row in said if row[3] == key]
    reference = reference or next((row[2] for row in own if row[2]), None)
    question = _open_question(msisdn, channel, now)
    if reference is None:
        if not own:
            return Result("waiting", "", "", at=at)
        return Result("said", own[-1][0], own[-1][1], at=at)
    attempt = _attempt(msisdn, reference)
    last = said[-1] if said else ("", "")
    if attempt is None:  # forgotten meanwhile
        return Result("said" if said else "waiting", last[0], last[1], reference=reference, at=at)
    service, verb, parameters, outcome, cause, asking = attempt
    asked = question if question is not None and question["intent"]["reference"] == reference else None
    if outcome is None:
        state = "waiting" if not asking else "asking" if asked is not None else "left"
    else:
        state = Outcome(outcome).value
    return Result(
        state=state,
        words=last[0],
        key=last[1],
        cause=Cause(cause) if cause else None,
        reference=reference,
        service=service,
        verb=verb,
        tier=str(parameters.get("tier") or ""),
        plain=not (parameters.keys() - {"tier", "effect"}),
        question=asked,
        at=at,
    )


def _attempt(msisdn: Msisdn, reference: str) -> tuple[Any, ...] | None:
    """Service, verb, parameters, outcome and cause (None and "" while it is open), whether the customer owes an answer."""
    # How does this attempt stand?
    rows = sql.run(
        "SELECT service, verb, parameters, outcome, cause, false FROM ledger_attempt WHERE id = %(id)s::uuid"
        " AND msisdn = %(number)s UNION ALL SELECT service, verb, parameters, NULL, '', asking FROM ledger_open"
        " WHERE id = %(id)s::uuid AND msisdn = %(number)s",
        {"id": reference, "number": msisdn.digits},
    )
    return tuple(rows[0]) if rows else None


def _open_question(msisdn: Msisdn, channel: str, now: datetime) -> Mapping[str, Any] | None:
    standing = conversation.stand([(msisdn, channel)])[msisdn, channel]
    question = standing.state.get("question")
    if not question or not question.get("intent") or question["until"] <= now.timestamp():
        return None
    found: Mapping[str, Any] = question
    return found
