"""Folding: the hall's records become rollups, hour by hour.

An hour of attempts is *set*, never added to, so folding it again is always safe; the running hour is folded every few
seconds, those before it once more after they have settled, and the last two days once more a few times a day.
Journeys and contacts are folded once, when their hour has settled.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db import transaction

from careline.dialogue.book import READS
from careline.insight import clock
from careline.insight.clock import HOUR, Slot, hours_of, slot_of, whole, zone
from careline.insight.models import Mark
from careline.insight.rates import APPLICATIONS, FAILURES
from careline.postgres import sql

OWN = "hall"
OUTSIDE = (
    "non_business"  # the service of contacts that ask for nothing of ours: never in rates, nor in counts of contacts
)
SETTLED = timedelta(minutes=15)  # after its end nothing more is recorded for an hour
HAND = 24  # hours that one sweep folds
AGAIN = timedelta(days=2)
_APPLICATIONS, _READS = sorted(APPLICATIONS), sorted(READS)


def sweep(now: datetime) -> int:
    """Fold what has settled and what is running; returns how many hours have settled (a full hand: again at once)."""
    with transaction.atomic():
        Mark.objects.get_or_create(source=OWN, defaults={"hour": _first(now), "zone": str(zone())})
        mark = Mark.objects.select_for_update(skip_locked=True).filter(source=OWN).first()
        if mark is None:
            return 0  # another sweeper is at it
        if mark.zone != str(zone()):  # days begin at other times now: nothing that was folded by days holds
            sql.execute("DELETE FROM insight_day WHERE source = %s", [OWN])
            sql.execute("DELETE FROM insight_margin WHERE source = %s", [OWN])
            refold(_first(now), mark.hour)
            mark.zone = str(zone())
        settled, first = 0, mark.hour
        while mark.hour + HOUR + SETTLED <= now and settled < HAND:
            _settle(mark.hour)
            mark.hour += HOUR
            settled += 1
        mark.save()
        _margins(OWN, _days(first, mark.hour))
        if settled < HAND:
            refold(mark.hour, now + timedelta(microseconds=1))  # an hour that has just begun, too
        return settled


def recheck(now: datetime) -> int:
    """The last days once more, for attempts that were recorded very late; returns how many hours."""
    with transaction.atomic():
        return refold(now - AGAIN, now)


def refold(since: datetime, until: datetime) -> int:
    """Set attempts of all local hours that touch this time anew; returns how many hours of UTC."""
    _set(since, until)
    _margins(OWN, _days(since, until))
    return len(list(_hours(since, until)))


def _set(since: datetime, until: datetime) -> None:
    """Set the attempts of these hours, without the margins of their days."""
    where = zone()
    for hour in _hours(since, until):
        slot = slot_of(hour, where)
        _attempts(slot, hours_of(slot, hour, where))


def _hours(since: datetime, until: datetime) -> Iterator[datetime]:
    hour = whole(since)
    while hour < until:
        yield hour
        hour += HOUR


def _days(since: datetime, until: datetime) -> set[date]:
    where = zone()
    return {slot_of(hour, where).day for hour in _hours(since, until)}


def _margins(source: str, days: Iterable[date]) -> None:
    """Count these days by one dimension alone, from their rows by all of them."""
    sql.execute(
        "INSERT INTO insight_margin AS m (day, source, dimension, key, attempts, applications, failed, queries)"
        " SELECT day, source, CASE WHEN service IS NOT NULL THEN 'service' WHEN region IS NOT NULL THEN 'region'"
        " WHEN brand IS NOT NULL THEN 'brand' ELSE 'version' END, coalesce(service, region, brand, version::text),"
        " sum(attempts), coalesce(sum(attempts) FILTER (WHERE verb = ANY(%s::text[])), 0),"
        " coalesce(sum(attempts) FILTER (WHERE verb = ANY(%s::text[]) AND outcome = ANY(%s::text[])), 0),"
        " coalesce(sum(attempts) FILTER (WHERE verb = ANY(%s::text[])), 0)"
        " FROM insight_day WHERE source = %s AND day = ANY(%s::date[]) AND service <> %s"
        " GROUP BY day, source, GROUPING SETS ((service), (region), (brand), (version))"
        " ON CONFLICT (day, source, dimension, key) DO UPDATE SET attempts = excluded.attempts,"
        " applications = excluded.applications, failed = excluded.failed, queries = excluded.queries"
        " WHERE m.attempts <> excluded.attempts OR m.failed <> excluded.failed",
        [_APPLICATIONS, _APPLICATIONS, sorted(FAILURES), _READS, source, sorted(days), OUTSIDE],
    )


def _first(now: datetime) -> datetime:
    """Where the records begin."""
    (row,) = sql.run(
        "SELECT least((SELECT min(hour) FROM ledger_tally), (SELECT min(began_at) FROM ledger_contact),"
        " (SELECT min(ended_at) FROM ledger_journey))"
    )
    return whole(row[0] or now)


def _settle(hour: datetime) -> None:
    _set(hour, hour + HOUR)
    _nodes(hour)
    _contacts(hour, slot_of(hour, zone()).day.replace(day=1))


def _attempts(slot: Slot, hours: list[datetime]) -> None:
    # How many attempts of each kind ended in this local hour?
    sql.execute(
        "INSERT INTO insight_day AS d (day, source, channel, region, brand, version, service, verb, outcome, cause,"
        " attempts, hours) SELECT %s::date, %s, channel, region, brand, version, service, verb, outcome, cause,"
        " sum(attempts), array_fill(0, ARRAY[%s::int]) || sum(attempts)::int || array_fill(0, ARRAY[%s::int])"
        " FROM ledger_tally WHERE hour = ANY(%s::timestamptz[])"
        " GROUP BY channel, region, brand, version, service, verb, outcome, cause"
        " ON CONFLICT (day, source, channel, region, brand, version, service, verb, outcome, cause) DO UPDATE SET"
        " attempts = d.attempts - d.hours[%s::int] + excluded.attempts, hours[%s::int] = excluded.hours[%s::int]"
        " WHERE d.hours[%s::int] <> excluded.hours[%s::int]",
        [slot.day, OWN, slot.hour, 23 - slot.hour, hours, *[slot.hour + 1] * 5],
    )
    # The same without who, where and what.
    sql.execute(
        "INSERT INTO insight_hour AS h (hour, source, channel, kind, outcome, cause, attempts)"
        " SELECT hour, %s, channel, CASE WHEN service = %s THEN 'outside' WHEN verb = ANY(%s::text[]) THEN 'application'"
        " WHEN verb = ANY(%s::text[]) THEN 'query' ELSE 'other' END AS kind, outcome, cause, sum(attempts)"
        " FROM ledger_tally WHERE hour = ANY(%s::timestamptz[]) GROUP BY hour, channel, kind, outcome, cause"
        " ON CONFLICT (hour, source, channel, kind, outcome, cause) DO UPDATE SET attempts = excluded.attempts"
        " WHERE h.attempts <> excluded.attempts",
        [OWN, OUTSIDE, _APPLICATIONS, _READS, hours],
    )


def _nodes(hour: datetime) -> None:
    # Where did the sessions of this hour come by, and how did they end? Node "" counts the sessions, "*" those that chose something.
    sql.execute(
        "WITH ended AS MATERIALIZED (SELECT * FROM ledger_journey WHERE ended_at >= %s AND ended_at < %s)"
        " INSERT INTO insight_node (hour, source, channel, version, menu, node, sessions, visits, done, person, left_here)"
        " SELECT %s, %s, channel, version, menu, '', count(*), sum(cardinality(visits)),"
        " count(*) FILTER (WHERE ended = 'done'), count(*) FILTER (WHERE ended = 'person'),"
        " count(*) FILTER (WHERE ended NOT IN ('done', 'person')) FROM ended GROUP BY channel, version, menu"
        " UNION ALL SELECT %s, %s, channel, version, menu, '*', count(*), count(*), count(*) FILTER (WHERE ended = 'done'),"
        " count(*) FILTER (WHERE ended = 'person'), 0 FROM ended WHERE EXISTS (SELECT FROM unnest(visits) AS v (place)"
        " WHERE place LIKE '%%:%%' AND place NOT LIKE 'group:%%' AND place NOT LIKE 'service:%%')"
        " GROUP BY channel, version, menu"
        " UNION ALL SELECT %s, %s, channel, version, menu, place, count(*), sum(times),"
        " count(*) FILTER (WHERE ended = 'done'), count(*) FILTER (WHERE ended = 'person'),"
        " count(*) FILTER (WHERE ended NOT IN ('done', 'person') AND e.node = place) FROM ended e"
        " CROSS JOIN LATERAL (SELECT place, count(*) AS times FROM unnest(visits) AS v (place) GROUP BY place) p"
        " GROUP BY channel, version, menu, place"
        " ON CONFLICT (hour, source, channel, version, menu, node) DO UPDATE SET sessions = excluded.sessions,"
        " visits = excluded.visits, done = excluded.done, person = excluded.person, left_here = excluded.left_here",
        [hour, hour + HOUR, *[hour, OWN] * 3],
    )


def fold_import(source: str, since: date, until: date) -> None:
    """Count the records of another system anew, for these local days; six statements, in the caller's transaction."""
    where = zone()
    begin, end = clock.begin(since, where), clock.end(until, where)
    sql.execute("DELETE FROM insight_day WHERE source = %s AND day BETWEEN %s AND %s", [source, since, until])
    sql.execute("DELETE FROM insight_hour WHERE source = %s AND hour >= %s AND hour < %s", [source, begin, end])
    sql.execute("DELETE FROM insight_margin WHERE source = %s AND day BETWEEN %s AND %s", [source, since, until])
    # How many attempts of each kind ended in each hour of these days?
    sql.execute(
        "WITH h AS (SELECT (ended_at AT TIME ZONE %s)::date AS day, extract(hour FROM ended_at AT TIME ZONE %s)::int AS at,"
        " channel, region, brand, version, service, verb, outcome, cause, count(*)::int AS n FROM insight_record"
        " WHERE source = %s AND ended_at >= %s AND ended_at < %s GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)"
        " INSERT INTO insight_day (day, source, channel, region, brand, version, service, verb, outcome, cause, attempts,"
        " hours) SELECT day, %s, channel, region, brand, version, service, verb, outcome, cause, sum(n),"
        " (SELECT array_agg(coalesce((jsonb_object_agg(at, n) ->> slot::text)::int, 0) ORDER BY slot)"
        " FROM generate_series(0, 23) AS slot)"
        " FROM h GROUP BY day, channel, region, brand, version, service, verb, outcome, cause",
        [str(where), str(where), source, begin, end, source],
    )
    sql.execute(
        "INSERT INTO insight_hour (hour, source, channel, kind, outcome, cause, attempts)"
        " SELECT date_trunc('hour', ended_at), source, channel, CASE WHEN service = %s THEN 'outside'"
        " WHEN verb = ANY(%s::text[]) THEN 'application' WHEN verb = ANY(%s::text[]) THEN 'query' ELSE 'other' END AS kind,"
        " outcome, cause, count(*) FROM insight_record WHERE source = %s AND ended_at >= %s AND ended_at < %s"
        " GROUP BY 1, 2, 3, kind, outcome, cause",
        [OUTSIDE, _APPLICATIONS, _READS, source, begin, end],
    )
    _margins(source, [since + timedelta(days=at) for at in range((until - since).days + 1)])


def _contacts(hour: datetime, month: date) -> None:
    # How many contacts began on each channel?
    sql.execute(
        "INSERT INTO insight_contact (hour, source, channel, contacts) SELECT %s, %s, channel, count(*)"
        " FROM ledger_contact WHERE began_at >= %s AND began_at < %s GROUP BY channel"
        " ON CONFLICT (hour, source, channel) DO UPDATE SET contacts = excluded.contacts",
        [hour, OWN, hour, hour + HOUR],
    )
    # How often did each number turn to us this month? Added to, once an hour: only `sweep` may call this.
    sql.execute(
        "INSERT INTO insight_caller AS c (source, month, channel, msisdn, dials) SELECT %s, %s::date, channel, msisdn,"
        " count(*) FROM ledger_contact WHERE began_at >= %s AND began_at < %s GROUP BY channel, msisdn"
        " ON CONFLICT (source, month, channel, msisdn) DO UPDATE SET dials = c.dials + excluded.dials",
        [OWN, month, hour, hour + HOUR],
    )
