"""Folding: the hall's records become rollups, hour by hour; the runs of dial tests too, under a source of their own.

An hour of attempts is *set*, never added to, so folding it again is always safe; the running hour is folded every few
seconds, those before it once more after they have settled, and the last two days once more a few times a day. What an
hour changed is added to the sums of its day (`summing`), so that the work depends on what is new and not on the day.
Journeys and contacts are folded when their hour has settled, again where a clock had run ahead (`returning`), and hours of the
last two days for which more was recorded later (`belated`).
Pretend customers are left out of everything.
"""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import LiteralString

from django.db import transaction

from careline.insight import belated, clock, placing, returning, summing, visiting
from careline.insight.clock import HOUR, hours_of, slot_of, whole, zone
from careline.insight.models import Kept, Mark
from careline.insight.recorded import OF, OF_HOURS, OWN, PROBES, span
from careline.insight.summing import OUTSIDE
from careline.postgres import sql

__all__ = ["HAND", "OUTSIDE", "OWN", "PROBES", "SETTLED", "fold_import", "recheck", "refold", "sweep"]

SETTLED = timedelta(minutes=15)  # after its end nothing more is recorded for an hour
HAND = 24  # hours that one sweep folds
AGAIN = timedelta(days=2)


def sweep(now: datetime) -> int:
    """Fold what has settled and what is running; returns how many hours have settled (a full hand: again at once)."""
    settled = _sweep(OWN, now)
    return max(settled, _sweep(PROBES, now) if _tested() else 0)


def _tested() -> bool:
    return bool(sql.run("SELECT EXISTS (SELECT FROM probes_run)")[0][0])


def _sweep(source: str, now: datetime) -> int:
    with transaction.atomic():
        if not Mark.objects.filter(source=source).exists():  # only then look for the first record: that reads a table
            Mark.objects.get_or_create(source=source, defaults={"hour": _first(source, now), "zone": str(zone())})
        mark = Mark.objects.select_for_update(skip_locked=True).filter(source=source).first()
        if mark is None:
            return 0  # another sweeper is at it
        returning.notice(mark, now)
        if mark.zone != str(zone()):
            _by_another_clock(source, mark.hour, now)
            mark.zone = str(zone())
        settled = 0
        while mark.hour + HOUR + SETTLED <= now and settled < HAND:
            _set(source, mark.hour, mark.hour + HOUR, running=False)
            if source == OWN:
                day = slot_of(mark.hour, zone()).day
                visiting.nodes(mark.hour, day)
                visiting.contacts(mark.hour, day.replace(day=1))
            mark.hour += HOUR
            settled += 1
        mark.save()
        if settled < HAND:  # an hour that has just begun, too
            _set(source, mark.hour, now + timedelta(microseconds=1), running=True)
        return settled


def _by_another_clock(source: str, until: datetime, now: datetime) -> None:
    """Days begin at other times now: nothing holds that was folded by days or months, of our own records and of those from elsewhere."""
    first = _oldest(source, now)
    # By the old clock the first records may have been the day before; only what was deleted by age stands before them.
    kept = Kept.objects.filter(kind=_KEPT_AS[source]).exists()
    for statement in _BY_DAYS:
        sql.execute(statement, [source, slot_of(first, zone()).day if kept else date.min])
    refold(first, until, source)
    if source != OWN:
        return
    placing.rebuild_all(zone())
    visiting.callers_anew(until)
    for (imported,) in sql.run("SELECT DISTINCT source FROM insight_import ORDER BY 1"):
        lock_import(imported)
        ((begin, end),) = sql.run(
            "SELECT min(ended_at), max(ended_at) FROM insight_record WHERE source = %s", [imported]
        )
        if begin is not None:  # a day to either side: where the old clock put them
            day = timedelta(days=1)
            fold_import(imported, slot_of(begin, zone()).day - day, slot_of(end, zone()).day + day)


def recheck(now: datetime) -> int:
    """The last days once more, for what was recorded very late: attempts, sessions, contacts; returns how many hours."""
    with transaction.atomic():
        # Whoever else folds waits or passes by: two who see the same late attempts would both add them.
        marks = list(Mark.objects.select_for_update().filter(source__in=(OWN, PROBES)).order_by("source"))
        for mark in marks:
            if mark.source == OWN:  # a mark in the future: a clock had run ahead
                belated.mend(now - AGAIN, min(mark.hour, whole(now) + HOUR))
        return sum(refold(now - AGAIN, now, source) for source in ((OWN, PROBES) if _tested() else (OWN,)))


def refold(since: datetime, until: datetime, source: str = OWN) -> int:
    """Set attempts of all local hours that touch this time anew, and the sums of their days; returns how many hours of UTC.

    What was deleted by age stays as it was counted.
    """
    since = max(since, _oldest(source, until))
    _set(source, since, until, running=False)
    days = {slot_of(hour, zone()).day for hour in _hours(since, until)}
    summing.rebuild(source, days)
    placing.rebuild(source, days)
    return len(list(_hours(since, until)))


_BY_DAYS: tuple[LiteralString, ...] = (
    "DELETE FROM insight_day WHERE source = %s AND day >= %s",
    "DELETE FROM insight_area WHERE source = %s AND day >= %s",
    "DELETE FROM insight_margin WHERE source = %s AND day >= %s",
    "DELETE FROM insight_pair WHERE source = %s AND day >= %s",
)


def _set(source: str, since: datetime, until: datetime, *, running: bool) -> None:
    """Set the attempts of these hours, and add what changed to the sums of their days."""
    where = zone()
    for hour in _hours(since, until):
        slot = slot_of(hour, where)
        _attempts(source, slot, hours_of(slot, hour, where), running=running)


def _hours(since: datetime, until: datetime) -> Iterator[datetime]:
    hour = whole(since)
    while hour < until:
        yield hour
        hour += HOUR


_FIRST: dict[str, LiteralString] = {
    OWN: "SELECT least((SELECT min(hour) FROM ledger_tally), (SELECT min(began_at) FROM ledger_contact),"
    " (SELECT min(ended_at) FROM ledger_journey))",
    PROBES: "SELECT min(ended_at) FROM probes_run",
}


def _first(source: str, now: datetime) -> datetime:
    """Where the records begin."""
    (row,) = sql.run(_FIRST[source])
    return whole(row[0] or now)


def _oldest(source: str, now: datetime) -> datetime:
    """Since when attempts can be counted: the whole day after what was deleted by age, else the first that there is."""
    kept = Kept.objects.filter(kind=_KEPT_AS[source]).values_list("before", flat=True).first()
    if kept is not None:
        return clock.begin(slot_of(kept, zone()).day + timedelta(days=1), zone())
    (row,) = sql.run(_OLDEST[source])
    return whole(row[0] or now)


_KEPT_AS = {OWN: "attempts", PROBES: "probes"}
_OLDEST: dict[str, LiteralString] = {OWN: "SELECT min(hour) FROM ledger_tally", PROBES: _FIRST[PROBES]}


def _attempts(source: str, slot: clock.Slot, hours: list[datetime], *, running: bool) -> None:
    values = summing.VALUES | span(hours, running=running)
    values |= {"source": source, "day": slot.day, "slot": slot.hour}
    # How many attempts of each kind ended in this local hour, and what does that change?
    sql.execute(
        f"WITH fresh AS MATERIALIZED ({OF[source]}), changed AS MATERIALIZED (SELECT f.channel, f.region, f.brand, f.version,"
        f" f.service, f.verb, f.outcome, f.cause, {_KIND} AS kind, f.n - coalesce(d.hours[%(slot)s::int + 1], 0) AS more"
        " FROM fresh f LEFT JOIN insight_day d ON d.day = %(day)s::date AND d.source = %(source)s AND d.channel = f.channel"
        " AND d.region = f.region AND d.brand = f.brand AND d.version = f.version AND d.service = f.service"
        " AND d.verb = f.verb AND d.outcome = f.outcome AND d.cause = f.cause"
        f" WHERE f.n <> coalesce(d.hours[%(slot)s::int + 1], 0)),{summing.ADD}"
        " INSERT INTO insight_day AS d (day, source, channel, region, brand, version, service, verb, outcome, cause,"
        " attempts, hours) SELECT %(day)s::date, %(source)s, channel, region, brand, version, service, verb, outcome, cause,"
        " more, array_fill(0, ARRAY[%(slot)s::int]) || more::int || array_fill(0, ARRAY[23 - %(slot)s::int]) FROM changed"
        " ON CONFLICT (day, source, channel, region, brand, version, service, verb, outcome, cause) DO UPDATE SET"
        " attempts = d.attempts + excluded.attempts,"
        " hours[%(slot)s::int + 1] = d.hours[%(slot)s::int + 1] + excluded.hours[%(slot)s::int + 1]",
        values,
    )
    # The same without who, where and what, by hours of UTC.
    sql.execute(
        "INSERT INTO insight_hour AS h (hour, source, channel, kind, outcome, cause, attempts)"
        f" SELECT hour, %(source)s, channel, {summing.KIND} AS kind, outcome, cause, sum(n) FROM ({OF_HOURS[source]}) AS f"
        " GROUP BY hour, channel, kind, outcome, cause"
        " ON CONFLICT (hour, source, channel, kind, outcome, cause) DO UPDATE SET attempts = excluded.attempts"
        " WHERE h.attempts <> excluded.attempts",
        values,
    )


_KIND: LiteralString = summing.KIND.replace("service", "f.service").replace("verb", "f.verb")


def lock_import(source: str) -> None:
    """One at a time counts the records of this source, until the caller's transaction ends."""
    sql.run("SELECT pg_advisory_xact_lock(hashtext('insight import'), hashtext(%s))::text", [source])


def fold_import(source: str, since: date, until: date) -> None:
    """Count the records of another system anew, for these local days; nine statements, in the caller's transaction."""
    where = zone()
    begin, end = clock.begin(since, where), clock.end(until, where)
    sql.execute("DELETE FROM insight_day WHERE source = %s AND day BETWEEN %s AND %s", [source, since, until])
    sql.execute("DELETE FROM insight_hour WHERE source = %s AND hour >= %s AND hour < %s", [source, begin, end])
    # How many attempts of each kind ended in each hour of these days?
    sql.execute(
        "WITH h AS (SELECT (date_trunc('hour', ended_at, 'UTC') AT TIME ZONE %s)::date AS day,"
        " extract(hour FROM date_trunc('hour', ended_at, 'UTC') AT TIME ZONE %s)::int AS at,"
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
        " SELECT date_trunc('hour', ended_at, 'UTC'), source, channel, CASE WHEN service = %s THEN 'outside'"
        " WHEN verb = ANY(%s::text[]) THEN 'application' WHEN verb = ANY(%s::text[]) THEN 'query' ELSE 'other' END AS kind,"
        " outcome, cause, count(*) FROM insight_record WHERE source = %s AND ended_at >= %s AND ended_at < %s"
        " GROUP BY 1, 2, 3, kind, outcome, cause",
        [OUTSIDE, summing.VALUES["applications"], summing.VALUES["reads"], source, begin, end],
    )
    summing.rebuild(source, [since + timedelta(days=at) for at in range((until - since).days + 1)])
