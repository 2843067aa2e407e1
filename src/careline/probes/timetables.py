"""Timetables: which probes are due, and who runs them; a probe that is due is a row, taken by one runner at a time."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from careline.postgres import sql
from careline.probes.models import Due, Timetable
from careline.probes.probe import Probe, chosen
from careline.promises.calendar import Calendar

TAKEN = timedelta(minutes=10)
HAND = 64  # timetables that one sweep looks at


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


def sweep(probes: Sequence[Probe], calendars: Mapping[str, Calendar], now: datetime) -> int:
    """Make rows of what is due, in four statements whatever their number; returns how many probes.

    A probe that is still waiting from last time is not queued twice.
    """
    with transaction.atomic():
        due = list(Timetable.objects.select_for_update(skip_locked=True).filter(active=True, next_at__lte=now)[:HAND])
        if not due:
            return 0
        rows: list[Due] = []
        for table in due:
            calendar = calendars.get(table.calendar)
            if calendar is None:
                table.next_at = now + timedelta(hours=1)
                continue
            if is_open(calendar, now):
                batch = uuid.uuid4()
                rows += [
                    Due(
                        timetable=table.name,
                        probe=one.id,
                        vantage=table.vantage,
                        retries=table.retries,
                        batch=batch,
                        due_at=now,
                    )
                    for one in chosen(probes, table.probes.split())
                ]
            table.next_at = after(table, calendar, now)
        Due.objects.bulk_create(rows, ignore_conflicts=True)
        Timetable.objects.bulk_update(due, ["next_at"])
        return len(rows)


def take(vantage: str, now: datetime, limit: int) -> list[Due]:
    """What is to run now at this vantage point, for this runner alone; one statement."""
    rows = sql.run(
        "UPDATE probes_due SET taken_until = %s WHERE id IN (SELECT id FROM probes_due WHERE vantage = %s AND due_at <= %s"
        " AND (taken_until IS NULL OR taken_until < %s) ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)"
        " RETURNING id, timetable, probe, vantage, retries, batch, due_at",
        [now + TAKEN, vantage, now, now, limit],
    )
    names = ("id", "timetable", "probe", "vantage", "retries", "batch", "due_at")
    return sorted((Due(**dict(zip(names, row, strict=True))) for row in rows), key=lambda one: one.id)


def done(ids: Sequence[int]) -> None:
    """These have run."""
    Due.objects.filter(id__in=list(ids)).delete()
