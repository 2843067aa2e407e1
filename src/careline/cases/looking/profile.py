"""What the desk should know of a customer who complains: how often, by which channels, what was paid, what is in force.

Counts and dates, no judgement: whoever complains often may well be right each time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from careline.cases.looking.inbox import masked
from careline.cases.states import OPEN, Kind, NotAllowed
from careline.desk import screening
from careline.postgres import sql
from careline.values.msisdn import Msisdn

LATELY = timedelta(days=90)
REPEATED = 3  # complaints within LATELY from which on a number is on the list of those who came repeatedly
_OPEN = sorted(state.value for state in OPEN)


@dataclass(frozen=True, slots=True)
class Screened:
    starts_at: datetime
    ends_at: datetime
    reason: str
    asked_by: str
    approver: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One customer; money in fen. `again` counts contacts that joined a case, `reopened` cases that came back."""

    number: str  # masked
    complaints: int
    lately: int  # complaints of the last 90 days
    open: int
    urged: int
    again: int
    reopened: int
    unsatisfied: int  # cases with more than one round
    company_fault: int  # cases that turned out to be our fault, or our partner's
    channels: Mapping[str, int]  # by which complaints were made or followed up -> contacts
    refunds: int
    refunded: int
    waivers: int
    waived: int
    first_at: datetime | None
    latest_at: datetime | None
    screened: Screened | None  # in force now: no person is offered, self-service, status and writing stay
    screenings: int  # ever approved


@dataclass(frozen=True, slots=True)
class Repeated:
    """A number that complained repeatedly in a time."""

    number: str  # masked
    complaints: int
    contacts: int  # with those that joined an open case
    open: int
    company_fault: int
    latest_at: datetime


def of(msisdn: Msisdn, now: datetime) -> Profile:
    """What is known of this customer's complaints; five statements. The caller has opened the number (identity.looking)."""
    number = msisdn.digits
    # How many complaints, of which kinds of course?
    counts = sql.run(
        "SELECT count(*), count(*) FILTER (WHERE opened_at > %s::timestamptz), count(*) FILTER (WHERE state = ANY(%s::text[])),"
        " coalesce(sum(urged), 0)::bigint, coalesce(sum(repeats), 0)::bigint,"
        " count(*) FILTER (WHERE EXISTS (SELECT 1 FROM case_event e WHERE e.case_id = c.id AND e.did = 'reopened')),"
        " count(*) FILTER (WHERE round > 1), count(*) FILTER (WHERE blame IN ('company', 'partner')),"
        " min(opened_at), max(opened_at) FROM case_case c WHERE msisdn = %s AND kind = %s",
        [now - LATELY, _OPEN, number, Kind.COMPLAINT.value],
    )[0]
    # By which channels did they come?
    channels = sql.run(
        "SELECT k.channel, count(*) FROM case_contact k JOIN case_case c ON c.id = k.case_id"
        " WHERE c.msisdn = %s AND c.kind = %s GROUP BY k.channel ORDER BY 2 DESC, 1",
        [number, Kind.COMPLAINT.value],
    )
    # What was paid back, and waived?
    money = sql.run(
        "SELECT count(*) FILTER (WHERE NOT goodwill AND paid > 0),"
        " coalesce(sum(paid) FILTER (WHERE NOT goodwill), 0)::bigint,"
        " count(*) FILTER (WHERE goodwill AND paid > 0), coalesce(sum(paid) FILTER (WHERE goodwill), 0)::bigint"
        " FROM refund_refund WHERE msisdn = %s",
        [number],
    )[0]
    held = screening.in_force(msisdn, now)
    ever = sql.run("SELECT count(*) FROM desk_screening WHERE msisdn = %s AND approved_at IS NOT NULL", [number])[0][0]
    screened = held and Screened(held.starts_at, held.ends_at, held.reason, held.asked_by, held.approver)
    return Profile(*(msisdn.masked(), *counts[:8], dict(channels), *money, *counts[8:], screened, ever))


def repeated(since: datetime, until: datetime, at_least: int = REPEATED, limit: int = 100) -> Sequence[Repeated]:
    """The numbers with most complaints accepted from `since` to before `until`; one statement. Raises NotAllowed("times")."""
    if since >= until:
        raise NotAllowed("times")
    # Which numbers complained so often, and how many of it was our fault?
    rows = sql.run(
        "SELECT msisdn, count(*), (count(*) + sum(repeats))::bigint, count(*) FILTER (WHERE state = ANY(%s::text[])),"
        " count(*) FILTER (WHERE blame IN ('company', 'partner')), max(opened_at) FROM case_case"
        " WHERE opened_at >= %s::timestamptz AND opened_at < %s::timestamptz AND kind = %s AND msisdn <> ''"
        " GROUP BY msisdn HAVING count(*) >= %s ORDER BY 2 DESC, 3 DESC, msisdn LIMIT %s",
        [_OPEN, since, until, Kind.COMPLAINT.value, at_least, limit],
    )
    return [Repeated(masked(row[0]), *row[1:]) for row in rows]
