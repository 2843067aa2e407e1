"""Sessions and contacts that were recorded after their hour was folded: the hours that hold more than was counted are set anew.

What was counted is compared with what is recorded, one grouped statement for each table; only hours that differ are counted again.
Numbers of these hours are counted for their whole month, and set: whoever looks again finds the same.
"""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from datetime import date, datetime, timedelta
from typing import Any, LiteralString

from careline.insight import clock, visiting
from careline.insight.clock import HOUR, slot_of, whole, zone
from careline.insight.models import Kept
from careline.insight.recorded import NOT_PRETENDED_BEGAN, NOT_PRETENDED_ENDED, OWN
from careline.postgres import sql


def mend(since: datetime, until: datetime) -> int:
    """Count what was recorded late for folded hours of this time, in the transaction of whoever holds the mark; returns how many hours."""
    kept = dict(Kept.objects.filter(kind__in=("journeys", "contacts")).values_list("kind", "before"))
    walked = _more(_WALKED, since, until, kept.get("journeys"))
    turned = _more(_TURNED, since, until, kept.get("contacts"))
    for hour, *_ in walked:
        visiting.nodes(hour, slot_of(hour, zone()).day)
    # Contacts first: one that is recorded meanwhile is counted for its number, and found by the next who compares.
    for hour in dict.fromkeys(hour for hour, _ in turned):
        visiting.count_contacts(hour)
    for month in dict.fromkeys(_month(hour) for hour, _ in turned):
        late = [(hour, channel) for hour, channel in turned if _month(hour) == month]
        _callers(month, late, until, kept.get("contacts"))
    return len({hour for hour, *_ in (*walked, *turned)})


# Which hours hold more sessions, or contacts on a channel, than were counted? Fewer is what was deleted: that stays as it was counted.
_WALKED: LiteralString = (
    "SELECT DISTINCT f.hour FROM (SELECT date_trunc('hour', ended_at, 'UTC') AS hour, channel, version, menu, count(*) AS n"
    " FROM ledger_journey r WHERE ended_at >= %(since)s::timestamptz AND ended_at < %(until)s::timestamptz"
    f" AND {NOT_PRETENDED_ENDED} GROUP BY 1, 2, 3, 4) AS f LEFT JOIN insight_node n ON n.hour = f.hour"
    " AND n.source = %(source)s AND n.channel = f.channel AND n.version = f.version AND n.menu = f.menu AND n.node = ''"
    " WHERE f.n > coalesce(n.sessions, 0) ORDER BY 1"
)
_TURNED: LiteralString = (
    "SELECT f.hour, f.channel FROM (SELECT date_trunc('hour', began_at, 'UTC') AS hour, channel, count(*) AS n"
    " FROM ledger_contact r WHERE began_at >= %(since)s::timestamptz AND began_at < %(until)s::timestamptz"
    f" AND {visiting.TURNED} AND {NOT_PRETENDED_BEGAN} GROUP BY 1, 2) AS f LEFT JOIN insight_contact c ON c.hour = f.hour"
    " AND c.source = %(source)s AND c.channel = f.channel WHERE f.n > coalesce(c.contacts, 0) ORDER BY 1, 2"
)


def _more(statement: LiteralString, since: datetime, until: datetime, kept: datetime | None) -> list[tuple[Any, ...]]:
    since = max(whole(since), kept) if kept is not None else whole(since)
    return list(sql.run(statement, {"since": since, "until": until, "source": OWN})) if since < until else []


def _month(hour: datetime) -> date:
    return slot_of(hour, zone()).day.replace(day=1)


def _callers(month: date, turned: list[tuple[Any, ...]], until: datetime, kept: datetime | None) -> None:
    """Count the numbers of these hours and channels for their whole month; one statement.

    Where a part of the month was deleted by age, a number keeps at least what it had.
    """
    begin = clock.begin(month, zone())
    following = (month + timedelta(days=32)).replace(day=1)
    sql.execute(
        "WITH late AS MATERIALIZED (SELECT DISTINCT r.channel, r.msisdn FROM unnest(%(hours)s::timestamptz[],"
        " %(channels)s::text[]) AS h (hour, channel) JOIN ledger_contact r ON r.began_at >= h.hour"
        f" AND r.began_at < h.hour + %(step)s::interval AND r.channel = h.channel WHERE r.msisdn <> '' AND {NOT_PRETENDED_BEGAN}),"
        " counted AS MATERIALIZED (SELECT l.channel, l.msisdn, coalesce(c.dials, 0) AS was, (SELECT count(*)::int"
        " FROM ledger_contact r WHERE r.msisdn = l.msisdn AND r.channel = l.channel AND r.began_at >= %(begin)s::timestamptz"
        f" AND r.began_at < %(end)s::timestamptz AND {NOT_PRETENDED_BEGAN}) AS n FROM late l LEFT JOIN insight_caller c"
        " ON c.source = %(source)s AND c.month = %(month)s::date AND c.channel = l.channel AND c.msisdn = l.msisdn),"
        " known AS MATERIALIZED (SELECT channel, msisdn, was, CASE WHEN %(whole)s::bool THEN n ELSE greatest(n, was) END AS n"
        " FROM counted),"
        " moved AS (SELECT channel, dials, sum(users)::bigint AS users FROM (SELECT channel, was AS dials, -1 AS users"
        " FROM known WHERE was > 0 UNION ALL SELECT channel, n, 1 FROM known) AS m GROUP BY channel, dials),"
        " bands AS (INSERT INTO insight_dials AS d (source, month, channel, dials, users)"
        " SELECT %(source)s, %(month)s::date, channel, dials, users FROM moved WHERE users <> 0"
        " ON CONFLICT (source, month, channel, dials) DO UPDATE SET users = d.users + excluded.users)"
        " INSERT INTO insight_caller AS c (source, month, channel, msisdn, dials)"
        " SELECT %(source)s, %(month)s::date, channel, msisdn, n FROM known WHERE n <> was"
        " ON CONFLICT (source, month, channel, msisdn) DO UPDATE SET dials = excluded.dials",
        {
            "source": OWN, "month": month, "hours": [hour for hour, _ in turned], "channels": [channel for _, channel in turned],
            "step": HOUR, "begin": begin, "end": min(clock.begin(following, zone()), until),
            "whole": kept is None or kept <= begin,
        },
    )  # fmt: skip
