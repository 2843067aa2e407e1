"""One timeline of a customer over all channels: contacts, attempts, what was said, letters, cases, talks, screening, money."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from careline.cases.states import NotAllowed
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from careline.values.secret import mask

PAGE = 50  # moments


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `words` and `detail` are masked; `source` says which record `id` is the key of."""

    at: datetime
    source: str  # one of SOURCES
    id: str
    channel: str
    words: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    moments: Sequence[Moment]  # the newest first
    after: str  # what to ask for the older ones with; "" when there are none


# Each: when, key as text, channel, words, details; `number` is the customer's. All are found by indexes on the number.
SOURCES: Mapping[str, str] = {
    "contact": "SELECT began_at AS at, id::text AS id, channel, '' AS words, '{}'::jsonb AS detail"
    " FROM ledger_contact WHERE msisdn = %(number)s AND began_at <= %(at)s::timestamptz",
    "said": "SELECT received_at AS at, turn::text AS id, channel, said AS words, '{}'::jsonb AS detail"
    " FROM ledger_inbox WHERE msisdn = %(number)s AND received_at <= %(at)s::timestamptz",
    "attempt": "SELECT begun_at AS at, id::text AS id, channel, carrier_words AS words, jsonb_build_object("
    "'service', service, 'verb', verb, 'outcome', outcome, 'cause', cause) AS detail"
    " FROM ledger_attempt WHERE msisdn = %(number)s AND begun_at <= %(at)s::timestamptz",
    "open_attempt": "SELECT begun_at AS at, id::text AS id, channel, '' AS words, jsonb_build_object("
    "'service', service, 'verb', verb, 'asking', asking) AS detail"
    " FROM ledger_open WHERE msisdn = %(number)s AND begun_at <= %(at)s::timestamptz",
    "letter": "SELECT created_at AS at, id::text AS id, channel, text AS words, jsonb_build_object("
    "'state', state, 'key', key, 'error', error) AS detail"
    " FROM outbox_message WHERE msisdn = %(number)s AND created_at <= %(at)s::timestamptz",
    "case": "SELECT opened_at AS at, docket AS id, channel, words, jsonb_build_object("
    "'kind', kind, 'category', category, 'state', state, 'severity', severity) AS detail"
    " FROM case_case WHERE msisdn = %(number)s AND opened_at <= %(at)s::timestamptz",
    # What the customer may read; accepting stands there as the case itself.
    "case_event": "SELECT e.at, e.id::text AS id, e.channel, e.words, jsonb_build_object("
    "'docket', c.docket, 'did', e.did, 'by', e.by) AS detail"
    " FROM case_event e JOIN case_case c ON c.id = e.case_id"
    " WHERE c.msisdn = %(number)s AND e.public AND e.did <> 'accepted' AND e.at <= %(at)s::timestamptz",
    "talk": "SELECT enqueued_at AS at, id::text AS id, 'call' AS channel, summary AS words, jsonb_build_object("
    "'queue', queue, 'seat', seat, 'outcome', outcome, 'waited_seconds', waited_seconds) AS detail"
    " FROM desk_contact WHERE msisdn = %(number)s AND enqueued_at <= %(at)s::timestamptz",
    "screening": "SELECT coalesce(approved_at, starts_at) AS at, id::text AS id, 'staff' AS channel, reason AS words,"
    " jsonb_build_object('starts_at', starts_at, 'ends_at', ends_at, 'asked_by', asked_by, 'approver', approver,"
    " 'lifted_at', lifted_at) AS detail"
    " FROM desk_screening WHERE msisdn = %(number)s AND coalesce(approved_at, starts_at) <= %(at)s::timestamptz",
    "refund": "SELECT requested_at AS at, id::text AS id, channel, reason AS words, jsonb_build_object("
    "'docket', docket, 'item', item, 'state', state, 'verdict', verdict, 'charged', charged, 'paid', paid) AS detail"
    " FROM refund_refund WHERE msisdn = %(number)s AND requested_at <= %(at)s::timestamptz",
    "waiver": "SELECT at, id::text AS id, channel, reason AS words, jsonb_build_object("
    "'docket', docket, 'item', item, 'state', state, 'verdict', verdict, 'fen', fen) AS detail"
    " FROM refund_waiver WHERE msisdn = %(number)s AND at <= %(at)s::timestamptz",
}
_NEVER = datetime.fromisoformat("9999-12-31T00:00:00+00:00")


def of(msisdn: Msisdn, *, after: str = "", size: int = PAGE, only: Sequence[str] = ()) -> History:
    """A page of everything that passed between this customer and us, on whichever channel; one statement.

    Every source gives one page at most, so a customer of ten thousand messages costs no more than one of ten. `only`:
    names of SOURCES. Raises NotAllowed("page") for a made-up `after`, KeyError for an unknown source.
    """
    at, source, id = _read(after) if after else (_NEVER, "~", "~")
    chosen = {name: SOURCES[name] for name in only} if only else SOURCES
    beyond = '(at, source COLLATE "C", id COLLATE "C") < (%(at)s::timestamptz, %(source)s::text, %(id)s::text)'
    # The newest of each source that come after the last page, and of those the newest.
    parts = " UNION ALL ".join(
        f"(SELECT * FROM (SELECT at, '{name}' AS source, id, channel, words, detail FROM ({part}) AS of_{name}) AS one"  # noqa: S608
        f' WHERE {beyond} ORDER BY at DESC, id COLLATE "C" DESC LIMIT %(size)s)'
        for name, part in chosen.items()
    )
    rows = sql.run(
        f"SELECT at, source, id, channel, words, detail FROM ({parts}) AS found"  # noqa: S608
        ' ORDER BY at DESC, source COLLATE "C" DESC, id COLLATE "C" DESC LIMIT %(size)s',
        {"number": msisdn.digits, "at": at, "source": source, "id": id, "size": size + 1},
    )
    shown = [Moment(row[0], row[1], row[2], row[3], mask(row[4]), _masked(row[5])) for row in rows[:size]]
    return History(shown, _written(shown[-1]) if len(rows) > size else "")


def _masked(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: mask(value) if isinstance(value, str) and name != "docket" else value for name, value in detail.items()
    }


def _written(last: Moment) -> str:
    return urlsafe_b64encode(json.dumps([last.at.isoformat(), last.source, last.id]).encode()).decode()


def _read(after: str) -> tuple[datetime, str, str]:
    try:
        at, source, id = json.loads(urlsafe_b64decode(after.encode()))
        return datetime.fromisoformat(at), str(source), str(id)
    except (ValueError, TypeError) as wrong:
        raise NotAllowed("page") from wrong
