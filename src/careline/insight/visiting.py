"""Visits: the ways of sessions through menus, contacts, and how often each number turned to us; folded once an hour."""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from datetime import date, datetime, timedelta

from careline.insight import clock, placing
from careline.insight.clock import HOUR
from careline.insight.models import Kept
from careline.insight.recorded import NOT_PRETENDED_BEGAN, NOT_PRETENDED_ENDED, OWN
from careline.postgres import sql

# Contacts under which refunds are booked: we paid, and nobody turned to us.
TURNED = "channel <> 'care'"


def nodes(hour: datetime, day: date) -> None:
    """Journeys that ended in this hour (UTC) of this local day: the hour is set, and what it changed added to its day."""
    # Where did the sessions of this hour come by, and how did they end? Node "" counts the sessions, "*" those that chose something.
    sql.execute(
        "WITH ended AS MATERIALIZED (SELECT r.* FROM ledger_journey r WHERE ended_at >= %(hour)s AND ended_at < %(end)s"
        f" AND {NOT_PRETENDED_ENDED}),"
        " fresh (channel, version, menu, node, sessions, visits, done, person, left_here) AS MATERIALIZED ("
        "SELECT channel, version, menu, '', count(*), sum(cardinality(visits)),"
        " count(*) FILTER (WHERE ended = 'done'), count(*) FILTER (WHERE ended = 'person'),"
        " count(*) FILTER (WHERE ended NOT IN ('done', 'person')) FROM ended GROUP BY channel, version, menu"
        " UNION ALL SELECT channel, version, menu, '*', count(*), count(*), count(*) FILTER (WHERE ended = 'done'),"
        " count(*) FILTER (WHERE ended = 'person'), 0 FROM ended WHERE EXISTS (SELECT FROM unnest(visits) AS v (place)"
        " WHERE place LIKE '%%:%%' AND place NOT LIKE 'group:%%' AND place NOT LIKE 'service:%%')"
        " GROUP BY channel, version, menu"
        " UNION ALL SELECT channel, version, menu, place, count(*), sum(times),"
        " count(*) FILTER (WHERE ended = 'done'), count(*) FILTER (WHERE ended = 'person'),"
        " count(*) FILTER (WHERE ended NOT IN ('done', 'person') AND e.node = place) FROM ended e"
        " CROSS JOIN LATERAL (SELECT place, count(*) AS times FROM unnest(visits) AS v (place) GROUP BY place) p"
        " GROUP BY channel, version, menu, place),"
        " changed AS MATERIALIZED (SELECT f.channel, f.version, f.menu, f.node,"
        " f.sessions - coalesce(n.sessions, 0) AS sessions, f.visits - coalesce(n.visits, 0) AS visits,"
        " f.done - coalesce(n.done, 0) AS done, f.person - coalesce(n.person, 0) AS person,"
        " f.left_here - coalesce(n.left_here, 0) AS left_here FROM fresh f LEFT JOIN insight_node n ON n.hour = %(hour)s"
        " AND n.source = %(source)s AND n.channel = f.channel AND n.version = f.version AND n.menu = f.menu"
        f" AND n.node = f.node),{placing.ADD}"
        " INSERT INTO insight_node (hour, source, channel, version, menu, node, sessions, visits, done, person, left_here)"
        " SELECT %(hour)s, %(source)s, channel, version, menu, node, sessions, visits, done, person, left_here FROM fresh"
        " ON CONFLICT (hour, source, channel, version, menu, node) DO UPDATE SET sessions = excluded.sessions,"
        " visits = excluded.visits, done = excluded.done, person = excluded.person, left_here = excluded.left_here",
        {"hour": hour, "end": hour + HOUR, "source": OWN, "day": day},
    )


def contacts(hour: datetime, month: date) -> None:
    """Contacts that began in this hour; numbers are added to, so only for an hour that was not folded before."""
    count_contacts(hour)
    # How often did each number turn to us this month, and so how many numbers how often?
    sql.execute(
        "WITH fresh AS MATERIALIZED (SELECT channel, msisdn, count(*)::int AS n FROM ledger_contact r"
        f" WHERE began_at >= %(begin)s AND began_at < %(end)s AND msisdn <> '' AND {TURNED} AND {NOT_PRETENDED_BEGAN}"
        " GROUP BY channel, msisdn),"
        " known AS MATERIALIZED (SELECT f.channel, f.msisdn, f.n, coalesce(c.dials, 0) AS was FROM fresh f"
        " LEFT JOIN insight_caller c ON c.source = %(source)s AND c.month = %(month)s::date AND c.channel = f.channel"
        " AND c.msisdn = f.msisdn),"
        " moved AS (SELECT channel, dials, sum(users)::bigint AS users FROM (SELECT channel, was AS dials, -1 AS users"
        " FROM known WHERE was > 0 UNION ALL SELECT channel, was + n, 1 FROM known) AS m GROUP BY channel, dials),"
        " bands AS (INSERT INTO insight_dials AS d (source, month, channel, dials, users)"
        " SELECT %(source)s, %(month)s::date, channel, dials, users FROM moved WHERE users <> 0"
        " ON CONFLICT (source, month, channel, dials) DO UPDATE SET users = d.users + excluded.users)"
        " INSERT INTO insight_caller AS c (source, month, channel, msisdn, dials)"
        " SELECT %(source)s, %(month)s::date, channel, msisdn, n FROM known"
        " ON CONFLICT (source, month, channel, msisdn) DO UPDATE SET dials = c.dials + excluded.dials",
        {"source": OWN, "month": month, "begin": hour, "end": hour + HOUR},
    )


def count_contacts(hour: datetime) -> None:
    """How many contacts began in this hour on each channel: it is set, so that it can be counted again; one statement."""
    sql.execute(
        "INSERT INTO insight_contact (hour, source, channel, contacts) SELECT %s, %s, channel, count(*)"
        f" FROM ledger_contact r WHERE began_at >= %s AND began_at < %s AND {TURNED} AND {NOT_PRETENDED_BEGAN} GROUP BY channel"
        " ON CONFLICT (hour, source, channel) DO UPDATE SET contacts = excluded.contacts",
        [hour, OWN, hour, hour + HOUR],
    )


def callers_anew(until: datetime) -> None:
    """Count the numbers of each local month anew, from contacts before this hour; four statements, in the caller's transaction.

    Months of which contacts were deleted by age stay as they were counted.
    """
    where = clock.zone()
    kept = Kept.objects.filter(kind="contacts").values_list("before", flat=True).first()
    first = date.min
    if kept is not None:
        first = (clock.slot_of(kept, where).day.replace(day=1) + timedelta(days=32)).replace(day=1)
    sql.execute("DELETE FROM insight_caller WHERE source = %s AND month >= %s", [OWN, first])
    sql.execute("DELETE FROM insight_dials WHERE source = %s AND month >= %s", [OWN, first])
    sql.execute(
        "INSERT INTO insight_caller (source, month, channel, msisdn, dials) SELECT %(source)s, month, channel, msisdn, count(*)"
        " FROM (SELECT date_trunc('month', date_trunc('hour', began_at, 'UTC') AT TIME ZONE %(zone)s)::date AS month, channel,"
        " msisdn FROM ledger_contact r WHERE began_at < %(until)s"
        f" AND msisdn <> '' AND {TURNED} AND {NOT_PRETENDED_BEGAN}) AS c WHERE month >= %(first)s::date GROUP BY 2, 3, 4",
        {"source": OWN, "zone": str(where), "until": until, "first": first},
    )
    sql.execute(
        "INSERT INTO insight_dials (source, month, channel, dials, users) SELECT source, month, channel, dials, count(*)"
        " FROM insight_caller WHERE source = %s AND month >= %s GROUP BY source, month, channel, dials",
        [OWN, first],
    )


def take_back(month: date, begin: datetime, since: datetime, until: datetime, *, whole: bool) -> None:
    """Take contacts of these hours off the sums of their month, which began at `begin`; four statements.

    `whole`: the month's contacts are all there, and what was before is counted; else what is there of these hours comes off.
    """
    values = {
        "source": OWN, "month": month, "month_begin": begin, "begin": since, "end": until, "whole": whole,
    }  # fmt: skip
    # Whoever turned to us in these hours: how often had she before them?
    sql.execute(
        "WITH fresh AS MATERIALIZED (SELECT channel, msisdn, count(*)::int AS n FROM ledger_contact r"
        f" WHERE began_at >= %(begin)s AND began_at < %(end)s AND msisdn <> '' AND {TURNED} AND {NOT_PRETENDED_BEGAN}"
        " GROUP BY channel, msisdn)"
        " UPDATE insight_caller c SET dials = CASE WHEN %(whole)s::bool THEN (SELECT count(*)::int FROM ledger_contact r"
        " WHERE r.msisdn = f.msisdn AND r.channel = f.channel AND r.began_at >= %(month_begin)s AND r.began_at < %(begin)s"
        f" AND {NOT_PRETENDED_BEGAN}) ELSE greatest(c.dials - f.n, 0) END FROM fresh f WHERE c.source = %(source)s"
        " AND c.month = %(month)s::date AND c.channel = f.channel AND c.msisdn = f.msisdn",
        values,
    )
    sql.execute("DELETE FROM insight_caller WHERE source = %s AND month = %s AND dials = 0", [OWN, month])
    count_dials(OWN, month)


def count_dials(source: str, month: date) -> None:
    """Count a month's numbers by how often they called, anew; two statements, in the caller's transaction."""
    sql.execute("DELETE FROM insight_dials WHERE source = %s AND month = %s", [source, month])
    sql.execute(
        "INSERT INTO insight_dials (source, month, channel, dials, users) SELECT source, month, channel, dials, count(*)"
        " FROM insight_caller WHERE source = %s AND month = %s GROUP BY source, month, channel, dials",
        [source, month],
    )
