"""Timetables: which probes are due, and who runs them; a probe that is due is a row, taken by one runner at a time."""

import logging
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from careline.postgres import sql
from careline.probes.models import Due, Runner, Timetable
from careline.probes.probe import Identified, chosen
from careline.promises.calendar import Calendar

TAKEN = timedelta(minutes=2)  # after which others may take what a runner had, unless its heart beats
HEARTBEAT = timedelta(seconds=20)
HAND = 64  # timetables that one sweep looks at
NOBODY = timedelta(hours=1)  # until a timetable whose calendar is gone is looked at again

log = logging.getLogger(__name__)


def after(table: Timetable, calendar: Calendar, now: datetime) -> datetime:
    """When it is due next: so many minutes on, or at the next of its times, by the calendar's clock, on days it is open."""
    if table.every_minutes > 0:
        return now + timedelta(minutes=table.every_minutes)
    zone = now.astimezone(calendar.zone)
    for day in range(370):
        date = zone.date() + timedelta(days=day)
        if not calendar.hours_of(date):
            continue
        for written in sorted(table.times.split()):
            hour, minute = (int(part) for part in written.split(":"))
            moment = datetime(date.year, date.month, date.day, hour, minute, tzinfo=calendar.zone)
            if moment > now:
                return moment.astimezone(now.tzinfo)
    return now + timedelta(days=1)


def is_open(calendar: Calendar, now: datetime) -> bool:
    """Whether the calendar's hours hold now."""
    local = now.astimezone(calendar.zone)
    minute = local.hour * 60 + local.minute
    return any(begin <= minute < end for begin, end in calendar.hours_of(local.date()))


def waits(now: datetime) -> bool:
    """Whether a timetable is due; one statement on an index."""
    return Timetable.objects.filter(active=True, next_at__lte=now).exists()


def sweep(probes: Sequence[Identified], calendars: Mapping[str, Calendar], now: datetime) -> int:
    """Make rows of what is due, in three statements whatever their number; returns how many probes.

    A probe that is still waiting from last time is not queued twice.
    """
    with transaction.atomic():
        tables = Timetable.objects.select_for_update(skip_locked=True).filter(active=True, next_at__lte=now)
        due = list(tables.order_by("next_at", "name")[:HAND])
        if not due:
            return 0
        rows: list[Due] = []
        for table in due:
            calendar = calendars.get(table.calendar)
            if calendar is None:
                log.error("timetable %s waits: there is no calendar %s", table.name, table.calendar)
                table.next_at = now + NOBODY
                continue
            if is_open(calendar, now):
                found = chosen(probes, table.probes.split())
                rows += due_rows(found, table.vantage, now, timetable=table.name, retries=table.retries)
            table.next_at = after(table, calendar, now)
        _insert(rows, now)
        # When each of these is due next.
        sql.execute(
            "UPDATE probes_timetable t SET next_at = n.at FROM unnest(%s::text[], %s::timestamptz[]) AS n (name, at)"
            " WHERE t.name = n.name",
            [[table.name for table in due], [table.next_at for table in due]],
        )
        return len(rows)


def due_rows(
    probes: Sequence[Identified], vantage: str, now: datetime, *, timetable: str = "", retries: int = 0, by: str = ""
) -> list[Due]:
    """What one timetable or one person wants run now, as one batch."""
    batch = uuid.uuid4()
    return [
        Due(
            timetable=timetable, probe=one.id, vantage=vantage, retries=retries, batch=batch, due_at=now, asked_by=by
        )
        for one in probes
    ]  # fmt: skip


def _insert(rows: Sequence[Due], now: datetime) -> int:
    """Queue them in one statement. Returns how many are new: what waits already is only moved forward, if it is asked for again.

    Starts take turns (start-time fair queueing): the n-th of a start has the turn of the one that is next now, plus n. So the
    first of a small start comes soon, however many of a big one wait, and neither stands still.
    """
    # One of a kind, which may be changed only once in a statement; in the order of the key, so that two starts lock alike.
    rows = list({(row.timetable, row.probe, row.vantage): row for row in reversed(rows)}.values())[::-1]
    if not rows:
        return 0
    added = sql.run(
        "INSERT INTO probes_due (due_at, taken_by, timetable, probe, vantage, retries, batch, asked_by, turn)"
        " SELECT %s::timestamptz, '', n.timetable, n.probe, n.vantage, n.retries, n.batch, n.asked_by,"
        " t.turn + row_number() OVER (PARTITION BY n.batch, n.vantage ORDER BY n.place)"
        " FROM unnest(%s::text[], %s::text[], %s::text[], %s::smallint[], %s::uuid[], %s::text[]) WITH ORDINALITY"
        " AS n (timetable, probe, vantage, retries, batch, asked_by, place)"
        " JOIN (SELECT v.vantage, coalesce((SELECT min(d.turn) FROM probes_due d WHERE d.vantage = v.vantage"
        " AND d.taken_until IS NULL), 0) AS turn FROM unnest(%s::text[]) AS v (vantage)) t ON t.vantage = n.vantage"
        " ORDER BY n.timetable, n.probe, n.vantage"
        " ON CONFLICT (timetable, probe, vantage) DO UPDATE SET turn = least(probes_due.turn, EXCLUDED.turn)"
        " WHERE probes_due.turn > EXCLUDED.turn RETURNING xmax = 0",
        [
            now,
            [row.timetable for row in rows],
            [row.probe for row in rows],
            [row.vantage for row in rows],
            [row.retries for row in rows],
            [str(row.batch) for row in rows],
            [row.asked_by for row in rows],
            sorted({row.vantage for row in rows}),
        ],
    )
    return sum(new for (new,) in added)


def start(
    probes: Sequence[Identified], vantage: str, now: datetime, *, by: str, retries: int = 0
) -> tuple[uuid.UUID, int]:
    """Queue these at once, for whoever runs probes there; the batch, and how many of them did not wait already."""
    rows = due_rows(probes, vantage, now, retries=retries, by=by)
    assert rows
    return rows[0].batch, _insert(rows, now)


def take(vantage: str, now: datetime, limit: int, by: str = "") -> list[Due]:
    """What is to run now at this vantage point, for this runner alone, by turns; one statement."""
    rows = sql.run(
        "UPDATE probes_due SET taken_until = %s, taken_by = %s WHERE id IN (SELECT id FROM probes_due WHERE vantage = %s"
        " AND due_at <= %s AND (taken_until IS NULL OR taken_until < %s) ORDER BY turn, id LIMIT %s"
        " FOR UPDATE SKIP LOCKED) RETURNING id, timetable, probe, vantage, retries, batch, due_at, taken_by, asked_by, turn",
        [now + TAKEN, by, vantage, now, now, limit],
    )
    names = ("id", "timetable", "probe", "vantage", "retries", "batch", "due_at", "taken_by", "asked_by", "turn")
    return sorted((Due(**dict(zip(names, row, strict=True))) for row in rows), key=lambda one: (one.turn, one.id))


def done(ids: Sequence[int], by: str = "") -> int:
    """These have run; how many of them were still this runner's. What was not has been taken by another meanwhile."""
    return sql.execute("DELETE FROM probes_due WHERE id = ANY(%s::bigint[]) AND taken_by = %s", [list(ids), by])


def give_back(by: str) -> int:
    """What this runner took and has not run may be taken at once, and it is on the list no more."""
    Runner.objects.filter(name=by).delete()
    return sql.execute("UPDATE probes_due SET taken_until = NULL, taken_by = '' WHERE taken_by = %s", [by])


def beat(runner: Runner, ids: Sequence[int], now: datetime) -> None:
    """The runner lives: its row says so, and what it has in hand stays its own; two statements."""
    runner.seen_at = now
    # Insert or update, since a database that was restored does not know us.
    sql.execute(
        "INSERT INTO probes_runner (name, vantages, begun_at, seen_at, running) VALUES (%s, %s::text[], %s, %s, %s)"
        " ON CONFLICT (name) DO UPDATE SET seen_at = EXCLUDED.seen_at, running = EXCLUDED.running,"
        " vantages = EXCLUDED.vantages",
        [runner.name, list(runner.vantages), runner.begun_at, now, runner.running],
    )
    sql.execute(
        "UPDATE probes_due SET taken_until = %s WHERE id = ANY(%s::bigint[]) AND taken_by = %s",
        [now + TAKEN, list(ids), runner.name],
    )
