"""Posting: what is to be said becomes rows before anything leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from careline.postgres import sql
from careline.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one customer, as it is posted and as a sender gets it."""

    id: str
    msisdn: Msisdn
    channel: str
    link: str
    address: str  # the number it comes from
    text: str
    key: str = ""
    in_reply_to: str = ""
    attempt: str | None = None
    tries: int = 0
    created_at: datetime | None = None  # None: just now
    doubts: int = 0  # how often it was sent again although it may have left before


def post(
    letters: Sequence[Letter], *, now: datetime, due_at: datetime, claimed_by: str = "", state: str = "queued"
) -> None:
    """Write down these letters; one statement.

    With `claimed_by` a sender in this process takes them at once and `due_at` is when another may; with state
    `answered` they go out in the response to the very request that brought the question.
    """
    if not letters:
        return
    sql.execute(
        "INSERT INTO outbox_message (created_at, due_at, claimed_by, tries, state, remote_ids, error,"
        " id, msisdn, channel, link, address, text, key, in_reply_to, attempt)"
        " SELECT %s::timestamptz, %s::timestamptz, %s, %s::smallint, %s, '{}'::text[], '', * FROM"
        " unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],"
        " %s::uuid[])",
        [
            now,
            due_at,
            claimed_by,
            1 if claimed_by or state == "answered" else 0,
            state,
            [letter.id for letter in letters],
            [letter.msisdn.digits for letter in letters],
            [letter.channel for letter in letters],
            [letter.link for letter in letters],
            [letter.address for letter in letters],
            [letter.text for letter in letters],
            [letter.key for letter in letters],
            [letter.in_reply_to for letter in letters],
            [letter.attempt for letter in letters],
        ],
    )


def recorded_answers(keys: Sequence[tuple[str, str, str]]) -> dict[tuple[str, str, str], list[str]]:
    """What was answered before to these messages (msisdn digits, link, message id): texts in the order of posting."""
    rows = sql.run(
        "SELECT m.msisdn, m.link, m.in_reply_to, m.text FROM outbox_message m"
        " JOIN unnest(%s::text[], %s::text[], %s::text[]) AS k (msisdn, link, id)"
        " ON m.msisdn = k.msisdn AND m.link = k.link AND m.in_reply_to = k.id"
        " ORDER BY m.created_at, m.id",
        [[key[0] for key in keys], [key[1] for key in keys], [key[2] for key in keys]],
    )
    answers: dict[tuple[str, str, str], list[str]] = {}
    for *key, text in rows:
        answers.setdefault((key[0], key[1], key[2]), []).append(text)
    return answers
