"""Alarms: raised after so many failures in a row, cleared after as many good runs, acknowledged by a person; told by telling.py."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from careline.journal.writing import write
from careline.postgres import sql
from careline.probes.models import Alarm, Due, Planned, Run, Runner, Telling
from careline.probes.refusing import Refused
from careline.probes.timetables import TAKEN
from careline.values.cause import Cause

RAISE_AFTER = 2  # failures in a row
CLEAR_AFTER = 2  # good runs in a row
FLAPS = 3  # alarms within FLAP_TIME: it flaps
FLAP_TIME = timedelta(hours=2)
FLAP_HOLD = timedelta(minutes=30)  # a probe that flaps is told of only when it has failed for so long without a pause
UNRUN = timedelta(minutes=15)  # what has been due for so long, and nobody runs it, is an alarm about the vantage point
GONE = timedelta(days=1)
NOTE_MAX = 500

log = logging.getLogger(__name__)


def judge(run: Run, ways: Sequence[str], now: datetime) -> Alarm | None:
    """Raise or clear the alarm of this run's probe and vantage point; the alarm when something changed.

    `ways` are the names of those by which it is to be told; the telling is queued in the same transaction.
    """
    if not run.judged:  # it says nothing: it neither raises an alarm nor ends one
        return None
    # How the newest runs ended, and whether an alarm stands: most runs change nothing, and cost this one statement.
    ((newest, standing),) = sql.run(
        "SELECT ARRAY(SELECT passed FROM probes_run WHERE probe = %s AND vantage = %s AND judged ORDER BY ended_at DESC LIMIT %s),"
        " EXISTS(SELECT FROM probes_alarm WHERE probe = %s AND vantage = %s AND cleared_at IS NULL)",
        [run.probe, run.vantage, max(RAISE_AFTER, CLEAR_AFTER), run.probe, run.vantage],
    )
    fails, holds = newest[:RAISE_AFTER] == [False] * RAISE_AFTER, newest[:CLEAR_AFTER] == [True] * CLEAR_AFTER
    if not (holds if standing else fails):
        return None
    with transaction.atomic():
        alarm = Alarm.objects.select_for_update().filter(probe=run.probe, vantage=run.vantage, cleared_at=None).first()
        if alarm is None and fails:
            return _raise(run.probe, run.vantage, run.cause, run.why, ways, now, run)
        if alarm is not None and holds:
            _clear(alarm, now)
            return alarm
    return None


def watch(ways: Sequence[str], now: datetime) -> int:
    """Vantage points where nobody runs what has long been due are alarms of their own, until it is run; how many changed."""
    rows = (
        Due.objects.filter(due_at__lt=now - UNRUN)
        .filter(Q(taken_until=None) | Q(taken_until__lt=now))
        .values_list("vantage", "timetable")
        .distinct()
    )
    # What somebody started by hundreds may wait its turn behind a runner that lives; what a timetable asks for may not.
    living = {name for one in Runner.objects.filter(seen_at__gte=now - TAKEN) for name in one.vantages}
    late = dict.fromkeys(vantage for vantage, timetable in rows if timetable or vantage not in living)
    changed = 0
    with transaction.atomic():
        standing = {one.vantage: one for one in Alarm.objects.select_for_update().filter(probe="", cleared_at=None)}
        for vantage in late.keys() - standing.keys():
            why = f"what was due {UNRUN.total_seconds() / 60:.0f} minutes ago is not run"
            _raise("", vantage, Cause.CHANNEL_FAULT.value, why, ways, now, None)
            changed += 1
        for vantage in standing.keys() - late.keys():
            _clear(standing[vantage], now)
            changed += 1
    return changed + _forget_gone(now)


def _forget_gone(now: datetime) -> int:
    """An alarm of a probe that the plan has no more, and that has not run for a day, could never be cleared by a good run."""
    with transaction.atomic():
        plan = Planned.objects.values("id")
        ran = Run.objects.filter(probe=OuterRef("probe"), vantage=OuterRef("vantage"), ended_at__gte=now - GONE)
        gone = Alarm.objects.select_for_update().filter(cleared_at=None, raised_at__lt=now - GONE).exclude(probe="")
        found = list(gone.exclude(probe__in=plan).exclude(Exists(ran))) if plan.exists() else []
        for alarm in found:
            _clear(alarm, now)
    return len(found)


def acknowledge(number: int, note: str, *, by: str, now: datetime) -> Alarm:
    """Somebody has seen the alarm and says what is done about it; once, journaled. Raises Refused."""
    note = note.strip()
    if not note:
        raise Refused("no_note", "note")
    if len(note) > NOTE_MAX:
        raise Refused("too_long", "note")
    with transaction.atomic():
        alarm = Alarm.objects.select_for_update().filter(pk=number).first()
        if alarm is None:
            raise Refused("no_such_alarm")
        if alarm.cleared_at is not None:
            raise Refused("cleared")
        if alarm.acknowledged_at is not None:
            raise Refused("acknowledged")
        alarm.acknowledged_by, alarm.acknowledged_at, alarm.note = by, now, note
        alarm.save(update_fields=["acknowledged_by", "acknowledged_at", "note"])
        detail = {"probe": alarm.probe, "vantage": alarm.vantage, "note": note}
        write(who=by, did="alarm_acknowledged", what="probe_alarm", record=str(number), now=now, detail=detail)
    return alarm


def _raise(
    probe: str, vantage: str, cause: str, why: str, ways: Sequence[str], now: datetime, run: Run | None
) -> Alarm:
    before = Alarm.objects.filter(probe=probe, vantage=vantage, raised_at__gte=now - FLAP_TIME).count()
    alarm = Alarm.objects.create(
        probe=probe, vantage=vantage, raised_at=now, cause=cause, why=why, run=run.id if run else None,
        flapping=before >= FLAPS,
    )  # fmt: skip
    due_at = now + FLAP_HOLD if alarm.flapping else now
    Telling.objects.bulk_create(Telling(alarm=alarm, way=way, raised=True, due_at=due_at) for way in ways)
    log.warning("alarm %s: %s at %s: %s", alarm.pk, probe or "nothing is run", vantage, cause)
    return alarm


def _clear(alarm: Alarm, now: datetime) -> None:
    """Whoever heard that it was raised hears that it is over; while it flaps, and nobody heard yet, nobody does."""
    alarm.cleared_at = now
    alarm.save(update_fields=["cleared_at"])
    if alarm.flapping:
        Telling.objects.filter(alarm=alarm, raised=True, done_at=None).delete()
    told = Telling.objects.filter(alarm=alarm, raised=True).values_list("way", flat=True)
    Telling.objects.bulk_create(Telling(alarm=alarm, way=way, raised=False, due_at=now) for way in told)
    log.info("alarm %s is over", alarm.pk)
