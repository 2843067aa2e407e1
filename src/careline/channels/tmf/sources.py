"""Our records as TM Forum documents: one SQL expression for each kind of record, put together by Postgres itself."""

# ruff: noqa: S608 - all of this SQL is our own; what clients send travels as parameters.

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from careline.channels.tmf.statuses import ACCEPTED, PENDING, message_case, ticket_case

PARTY = "'Individual'"


@dataclass(frozen=True, slots=True)
class Branch:
    """One kind of record: expressions for id, time and document, where it stands, and how one is found by its id."""

    id: str
    at: str
    document: str
    tables: str
    where: str
    by_id: str  # uses %(id)s
    may_be: Callable[[str], bool]
    # Attributes (dotted) that conditions and order can ask a column for, without making the document: texts, and times.
    texts: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, str] = field(default_factory=dict)
    plain: Mapping[str, str] = field(default_factory=dict)  # texts of records beside which no client wrote a document
    lines: str = ""  # whether a number, %(digits)s, is among its parties


@dataclass(frozen=True, slots=True)
class Source:
    """Everything that one resource of an API is made of."""

    api: str
    resource: str
    type: str
    base: str
    line: str  # the attribute in which numbers stand
    branches: tuple[Branch, ...]


def stamp(moment: str) -> str:
    """A time in the one form in which times are written and compared: UTC, milliseconds, Z."""
    return f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"


def shown(number: str) -> str:
    """A number as this client may see it; the mask is that of values.msisdn."""
    national = f"(CASE WHEN {number} LIKE '86%%' AND length({number}) = 13 THEN substr({number}, 3) ELSE {number} END)"
    masked = (
        f"CASE WHEN length({national}) >= 9 THEN left({national}, 3) || '****' || right({national}, 4) ELSE '****' END"
    )
    return f"(CASE WHEN %(sees_numbers)s THEN '+' || {number} ELSE {masked} END)"


def _people(attribute: str, *fields: str) -> str:
    """The list of parties as the client wrote it, each with its number put back."""
    number = shown("d.numbers[one.place]")
    values = {"href": f"'tel:' || {number}"}
    put = ", ".join(f"'{field}', {values.get(field, number)}" for field in fields)
    return (
        "(SELECT jsonb_agg(one.value || CASE WHEN coalesce(d.numbers[one.place], '') = '' THEN '{}'::jsonb"
        f" ELSE jsonb_build_object({put}) END ORDER BY one.place)"
        f" FROM jsonb_array_elements(d.extra -> '{attribute}') WITH ORDINALITY AS one (value, place))"
    )


def _customer(number: str) -> str:
    party = (
        f"jsonb_build_object('id', {shown(number)}, 'href', 'tel:' || {shown(number)}, 'role', 'customer',"
        f" '@referredType', {PARTY})"
    )
    return f"CASE WHEN {number} = '' THEN NULL ELSE jsonb_build_array({party}) END"


_PAUSED = (
    "EXISTS (SELECT FROM case_promise p WHERE p.case_id = c.id AND p.paused_at IS NOT NULL"
    " AND p.kept_at IS NULL AND p.cancelled_at IS NULL)"
)
TICKET_STATUS = (
    f"CASE WHEN c.state IN ('accepted', 'analysing', 'recorded', 'support', 'plan') AND {_PAUSED}"
    f" THEN '{PENDING}' WHEN c.state = 'confirming' AND c.satisfied THEN '{ACCEPTED}'"
    f" ELSE {ticket_case('c.state')} END"
)
_SEVERITY = "CASE WHEN d.severity_as = c.severity THEN d.extra ->> 'severity' ELSE c.severity END"
_STATUS_CHANGES = (
    "(SELECT jsonb_agg(jsonb_build_object('changeDate', "
    + stamp("s.at")
    + ", 'status', s.status) ORDER BY s.id) FROM tmf_status s WHERE s.case_id = c.id)"
)
# What the customer may read of the history are the house's notes; what clients wrote stands as they wrote it.
_NOTES = (
    "nullif(coalesce(d.extra -> 'note', '[]') || coalesce((SELECT jsonb_agg(jsonb_build_object("
    f"'id', 'event-' || e.id, 'author', 'careline', 'date', {stamp('e.at')}, 'text', e.words) ORDER BY e.id)"
    " FROM case_event e WHERE e.case_id = c.id AND e.public AND e.words <> '' AND e.did <> 'accepted'), '[]'),"
    " '[]'::jsonb)"
)
_TICKET = f"""jsonb_strip_nulls(coalesce(d.extra, '{{}}') || jsonb_build_object(
 '@type', coalesce(d.extra ->> '@type', 'TroubleTicket'), 'id', c.docket, 'href', %(base)s || c.docket,
 'creationDate', {stamp("c.opened_at")},
 'lastUpdate', {
    stamp('''greatest(c.opened_at, d.updated_at,
   (SELECT max(e.at) FROM case_event e WHERE e.case_id = c.id))''')
},
 'description', coalesce(d.extra ->> 'description', c.words),
 'severity', {_SEVERITY},
 'ticketType', coalesce(d.extra ->> 'ticketType', nullif(c.category, ''), c.kind),
 'priority', coalesce(d.extra ->> 'priority', c.priority::text),
 'status', {TICKET_STATUS},
 'statusChange', {_STATUS_CHANGES},
 'statusChangeDate', (SELECT {stamp("max(s.at)")} FROM tmf_status s WHERE s.case_id = c.id),
 'expectedResolutionDate', (SELECT {stamp("min(p.due_at)")} FROM case_promise p WHERE p.case_id = c.id
   AND p.what = 'solution' AND p.kept_at IS NULL AND p.cancelled_at IS NULL AND p.paused_at IS NULL),
 'resolutionDate', CASE WHEN c.state IN ('replied', 'confirming', 'archived', 'closed')
   THEN {stamp("c.replied_at")} END,
 'note', {_NOTES},
 'channel', coalesce(d.extra -> 'channel', jsonb_build_object('id', c.channel, 'name', c.channel)),
 'relatedParty', CASE WHEN d.id IS NULL THEN {_customer("c.msisdn")} ELSE {
    _people("relatedParty", "id", "href")
} END))"""
_OF_TICKET = "d.api = 'troubleTicket' AND d.resource = c.docket"

_ITEMS = f"""(SELECT jsonb_agg(jsonb_build_object('id', a.id::text, 'creationDate', {stamp("a.begun_at")},
  'reason', a.service || ' ' || a.verb, 'resolution', trim(a.outcome || ' ' || a.cause),
  'itemDate', jsonb_build_object('startDateTime', {stamp("a.begun_at")}, 'endDateTime', {stamp("a.ended_at")}),
  'item', jsonb_build_object('id', a.service, 'name', a.service, 'role', a.verb, '@referredType', 'Service'))
  ORDER BY a.begun_at, a.id)
 FROM ledger_attempt a WHERE a.msisdn = k.msisdn AND a.begun_at >= k.began_at AND a.contact = k.id)"""


def _channel(name: str) -> str:
    return f"jsonb_build_array(jsonb_build_object('id', {name}, 'href', 'urn:careline:channel:' || {name}, 'name', {name}))"


def _interaction(id_: str, at: str, fields: str) -> str:
    return f"""jsonb_strip_nulls(jsonb_build_object('@type', 'PartyInteraction', 'id', {id_}, 'href', %(base)s || {id_},
 'creationDate', {stamp(at)}, 'statusChangeDate', {stamp(at)}, {fields})"""


_CONTACT = (
    _interaction(
        "k.id::text",
        "k.began_at",
        f"""'direction', 'inbound', 'status', 'completed', 'reason', coalesce((SELECT a.service || ' ' || a.verb
   FROM ledger_attempt a WHERE a.msisdn = k.msisdn AND a.begun_at >= k.began_at AND a.contact = k.id
   ORDER BY a.begun_at, a.id LIMIT 1), 'contact'),
 'channel', {_channel("k.channel")},
 'interactionDate', jsonb_build_object('startDateTime', {stamp("k.began_at")}),
 'interactionItem', {_ITEMS}, 'relatedParty', {_customer("k.msisdn")}""",
    )
    + f""" || CASE WHEN d.id IS NULL THEN '{{}}' ELSE d.extra
 || jsonb_build_object('relatedParty', {_people("relatedParty", "id", "href")}) END)"""
)
_RECORDED = (
    _interaction("d.resource", "d.at", "'direction', 'inbound'")
    + f" || d.extra || jsonb_build_object('relatedParty', {_people('relatedParty', 'id', 'href')}))"
)
_OF_CASE = (
    _interaction(
        "'case-' || q.id",
        "q.at",
        f"""'direction', 'inbound', 'status', 'completed', 'reason', c.kind, 'description', nullif(q.words, ''),
 'channel', {_channel("q.channel")}, 'interactionDate', jsonb_build_object('startDateTime', {stamp("q.at")}),
 'interactionItem', jsonb_build_array(jsonb_build_object('id', c.docket, 'reason', c.kind,
   'item', jsonb_build_object('id', c.docket, 'href', %(host)s || '/tmf-api/troubleTicket/v4/troubleTicket/' || c.docket,
     'role', c.kind, '@referredType', 'TroubleTicket'))),
 'relatedParty', {_customer("c.msisdn")}""",
    )
    + ")"
)

_ONE_STATE = f"CASE WHEN m.state = 'queued' AND m.tries = 0 THEN 'initial' ELSE {message_case('m.state')} END"
# What a letter holds that opens a door (a one-time code, the link of a case) is its receiver's alone, whatever the scope.
_CONTENT = (
    "(CASE WHEN m.key = 'portal.code' THEN regexp_replace(m.text, '[0-9]{4,}', '******', 'g')"
    " ELSE regexp_replace(m.text, '/c/[A-Za-z0-9_-]{26}', '/c/******', 'g') END)"
)
_LETTER = f"""jsonb_strip_nulls(jsonb_build_object('@type', 'CommunicationMessage', 'id', m.id::text,
 'href', %(base)s || m.id, 'content', {_CONTENT}, 'messageType', upper(m.channel), 'description', nullif(m.key, ''),
 'receiver', jsonb_build_array(jsonb_build_object('id', '1', 'phoneNumber', {shown("m.msisdn")})),
 'sender', jsonb_build_object('id', m.link, 'phoneNumber', m.address),
 'scheduledSendTime', {stamp("m.created_at")}, 'sendTime', {stamp("m.sent_at")},
 'sendTimeComplete', {stamp("m.settled_at")}, 'tryTimes', m.tries, 'state', {_ONE_STATE}))"""
# A message to several is on its way until the last of them is settled, and has failed when one of them did.
_STATE = f"""CASE WHEN d.state <> '' THEN d.state ELSE coalesce((SELECT CASE
  WHEN count(*) = 0 OR bool_and(s.state = 'initial') THEN 'initial' WHEN bool_and(s.state = 'completed') THEN 'completed'
  WHEN bool_and(s.state IN ('completed', 'failed')) THEN 'failed' ELSE 'inProgress' END
 FROM (SELECT {_ONE_STATE} AS state FROM outbox_message m WHERE m.id = ANY (l.ids)) s), 'initial') END"""
_MESSAGE = f"""jsonb_strip_nulls(d.extra || jsonb_build_object('@type',
 coalesce(d.extra ->> '@type', 'CommunicationMessage'), 'id', d.resource, 'href', %(base)s || d.resource,
 'receiver', {_people("receiver", "phoneNumber")}, 'sendTime', {stamp("l.sent_at")},
 'sendTimeComplete', {stamp("l.settled_at")}, 'tryTimes', coalesce(l.tries, 0), 'state', {_STATE}))"""
_LETTERS_OF = """tmf_document d LEFT JOIN LATERAL (SELECT array_agg(m.id) AS ids, max(m.tries) AS tries,
  min(m.sent_at) AS sent_at, CASE WHEN bool_and(m.settled_at IS NOT NULL) THEN max(m.settled_at) END AS settled_at
 FROM tmf_letter t JOIN outbox_message m ON m.id = t.message WHERE t.resource = d.resource) l ON true"""


def is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _is_docket(text: str) -> bool:
    return len(text) <= 16 and text.isascii() and text.isdecimal()


def _is_contact(text: str) -> bool:
    number = text.removeprefix("case-")
    return number != text and number.isascii() and number.isdecimal() and len(number) <= 18


def _source(api: str, resource: str, line: str, *branches: Branch) -> Source:
    return Source(api, resource, resource[0].upper() + resource[1:], f"/tmf-api/{api}/v4/", line, branches)


_WRITTEN = "%(digits)s = ANY (d.numbers)"


SOURCES: Mapping[str, Source] = {
    source.api: source
    for source in (
        _source(
            "troubleTicket",
            "troubleTicket",
            "relatedParty.id",
            Branch(
                "c.docket", "c.opened_at", _TICKET, f"case_case c LEFT JOIN tmf_document d ON {_OF_TICKET}",
                "true", "c.docket = %(id)s", _is_docket,
                texts={
                    "status": TICKET_STATUS, "severity": _SEVERITY, "externalId": "d.extra ->> 'externalId'",
                    "name": "d.extra ->> 'name'", "description": "coalesce(d.extra ->> 'description', c.words)",
                    "ticketType": "coalesce(d.extra ->> 'ticketType', nullif(c.category, ''), c.kind)",
                    "priority": "coalesce(d.extra ->> 'priority', c.priority::text)",
                },
                times={"creationDate": "c.opened_at"},
                lines=f"(c.msisdn = %(digits)s OR {_WRITTEN})",
            ),
        ),
        _source(
            "partyInteraction",
            "partyInteraction",
            "relatedParty.id",
            Branch(
                "k.id::text", "k.began_at", _CONTACT,
                "ledger_contact k LEFT JOIN tmf_document d ON d.api = 'partyInteraction' AND d.resource = k.id::text",
                "true", "k.id = %(id)s::uuid", is_uuid,
                times={"creationDate": "k.began_at"},
                plain={
                    "channel.id": "k.channel", "channel.name": "k.channel", "status": "'completed'",
                    "direction": "'inbound'",
                },
                lines="k.msisdn = %(digits)s",
            ),
            Branch(
                "d.resource", "d.at", _RECORDED, "tmf_document d",
                "d.api = 'partyInteraction' AND d.state = 'alone'", "d.resource = %(id)s", is_uuid,
                times={"creationDate": "d.at"}, lines=_WRITTEN,
            ),
            Branch(
                "'case-' || q.id", "q.at", _OF_CASE, "case_contact q JOIN case_case c ON c.id = q.case_id",
                "q.contact IS NULL", "q.id = substr(%(id)s, 6)::bigint", _is_contact,
                texts={
                    "channel.id": "q.channel", "channel.name": "q.channel", "status": "'completed'",
                    "direction": "'inbound'", "reason": "c.kind",
                },
                times={"creationDate": "q.at"},
                lines="c.msisdn = %(digits)s",
            ),
        ),
        _source(
            "communicationManagement",
            "communicationMessage",
            "receiver.phoneNumber",
            Branch(
                "m.id::text", "m.created_at", _LETTER, "outbox_message m",
                "m.key <> 'tmf'", "m.id = %(id)s::uuid", is_uuid,
                texts={
                    "state": _ONE_STATE, "content": _CONTENT, "messageType": "upper(m.channel)",
                    "description": "nullif(m.key, '')", "sender.id": "m.link", "sender.phoneNumber": "m.address",
                },
                times={"sendTime": "m.sent_at", "sendTimeComplete": "m.settled_at", "scheduledSendTime": "m.created_at"},
                lines="m.msisdn = %(digits)s",
            ),
            Branch(
                "d.resource", "d.at", _MESSAGE, _LETTERS_OF,
                "d.api = 'communicationManagement'", "d.resource = %(id)s", is_uuid,
                texts={"content": "d.extra ->> 'content'"}, lines=_WRITTEN,
            ),
        ),
    )
}  # fmt: skip
