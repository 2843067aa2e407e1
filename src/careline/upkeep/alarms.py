"""Alarms of the house: each told once, in the journal, the log, on the pages and by e-mail; cleared when it is over.

A day without maintenance, a missed round, a voice text that will soon be late or is, a machine or process that is not well,
a clock that had run ahead.
"""

import logging
import os
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from careline.cases.promised.alarm_mail import Posting
from careline.insight import clock
from careline.journal.writing import write
from careline.upkeep import alarm_words, diary, health, notice_clock, rounds
from careline.upkeep.duties import Kind as Proven
from careline.upkeep.duties import duties
from careline.upkeep.models import Alarm, Noted

BACK = timedelta(days=7)  # missing days and rounds of so long ago are still told, when the clock was down meanwhile
KEPT = 200

log = logging.getLogger(__name__)
_posting = Posting()
finish = _posting.finish


class Kind(StrEnum):
    DAY = "day"
    ROUND = "round"
    NOTICE_SOON = "notice_soon"
    NOTICE_LATE = "notice_late"
    DISK = "disk"
    MEMORY = "memory"
    SILENT = "silent"
    BACKUP = "backup"
    CLOCK = "clock"


Wanted = dict[tuple[str, str], Mapping[str, Any]]  # kind and key -> what its words name
_LASTING = frozenset(
    {Kind.DAY.value, Kind.ROUND.value}
)  # told once for ever, though they may be cleared by an explanation


def sweep(now: datetime) -> int:
    """Note what the system did today, raise what is wrong and clear what is over; how many alarms changed."""
    note(now)
    health.tidy(now)
    wanted = _days(now) | _rounds(now) | _notices(now) | _health(now)
    with transaction.atomic():
        return _settle(wanted, now)


def standing() -> list[Alarm]:
    """What is wrong now, the latest first."""
    return list(Alarm.objects.filter(cleared_at=None).order_by("-raised_at")[:KEPT])


def note(now: datetime) -> None:
    """Keep the sums of today's and yesterday's dial tests, and of today's heartbeats, for when the records are tidied away."""
    where = clock.zone()
    today = now.astimezone(where).date()
    since = today - timedelta(days=1)
    sums = [
        Noted(day=day, kind=Proven.PROBE.value, by=by, count=count, first_at=first, last_at=last)
        for day, by, count, first, last in diary.tested(
            [str(where), clock.begin(since, where), clock.end(today, where)]
        )
    ]
    known = {one.by: one for one in Noted.objects.filter(day=today, kind=Proven.HEARTBEAT.value)}
    for host in health.look(now).hosts:
        if any(one.state == "alive" for one in host.processes):
            before = known.get(host.name)
            sums.append(
                Noted(
                    day=today, kind=Proven.HEARTBEAT.value, by=host.name, count=before.count + 1 if before else 1,
                    first_at=before.first_at if before else now, last_at=now,
                )
            )  # fmt: skip
    Noted.objects.bulk_create(
        sums, update_conflicts=True, unique_fields=["day", "kind", "by"], update_fields=["count", "first_at", "last_at"]
    )


def _days(now: datetime) -> Wanted:
    """Days of the last week that were not maintained, today from the hour of alarm on; explained ones are over."""
    local = now.astimezone(clock.zone())
    last = local.date() if local.time() >= duties().alarm_at else local.date() - timedelta(days=1)
    found = diary.days(last - BACK, last)
    return {
        (Kind.DAY.value, str(one.day)): {"day": str(one.day)}
        for one in found.values()
        if one.missing and not one.explained
    }


def _rounds(now: datetime) -> Wanted:
    today = now.astimezone(clock.zone()).date()
    return {
        (Kind.ROUND.value, one.key): {"day": str(one.day), "slot_zh": one.slot.name.zh, "slot_en": one.slot.name.en}
        for one in rounds.missed(today - BACK, today, now)
        if not one.explained
    }


def _notices(now: datetime) -> Wanted:
    def told(kind: Kind, found: Iterable[Any]) -> Wanted:
        return {
            (kind.value, str(one.pk)): {
                "notice": one.pk, "title": one.title, "due": f"{one.due_at.astimezone(clock.zone()):%m-%d %H:%M}",
            }
            for one in found
        }  # fmt: skip

    return told(Kind.NOTICE_SOON, notice_clock.soon_late(now)) | told(Kind.NOTICE_LATE, notice_clock.late(now))


def _health(now: datetime) -> Wanted:
    return {(one.what, one.key): one.values for one in health.look(now).faults}


def _settle(wanted: Wanted, now: datetime) -> int:
    """Raise what is new and clear what is over; two sweeps at once raise nothing twice."""
    held = {(one.kind, one.key): one for one in Alarm.objects.select_for_update().filter(cleared_at=None)}
    new = [one for one in wanted if one not in held]
    lasting = [key for kind, key in new if kind in _LASTING]
    told = (
        set(Alarm.objects.filter(kind__in=_LASTING, key__in=lasting).values_list("kind", "key")) if lasting else set()
    )
    raised = 0
    for kind, key in new:
        if (kind, key) in told:
            continue
        made, fresh = Alarm.objects.get_or_create(
            kind=kind, key=key, cleared_at=None, defaults={"raised_at": now, "detail": dict(wanted[kind, key])}
        )
        if fresh:
            raised += 1
            _tell(made, now)
    over = [one for which, one in held.items() if which not in wanted]
    for one in over:
        one.cleared_at = now
        one.save(update_fields=["cleared_at"])
        write(who="clock", did="clear_alarm", what="upkeep", record=f"{one.kind} {one.key}", now=now)
        log.info("over: %s", alarm_words.words(one.kind, one.detail).en)
    return raised + len(over)


def _tell(alarm: Alarm, now: datetime) -> None:
    said = alarm_words.words(alarm.kind, alarm.detail)
    write(who="clock", did="raise_alarm", what="upkeep", record=f"{alarm.kind} {alarm.key}", now=now,
          detail=dict(alarm.detail))  # fmt: skip
    log.log(logging.WARNING if alarm.kind == Kind.NOTICE_SOON else logging.ERROR, "%s", said.en)
    addresses = os.environ.get("CARELINE_UPKEEP_MAIL", "").split()
    if addresses and settings.EMAIL_HOST:
        mail = EmailMessage(
            f"{said.zh[:60]} / {said.en[:60]}",
            f"{said.zh}\n\n{said.en}\n\n{settings.SITE}/staff/upkeep/\n",
            to=addresses,
        )
        transaction.on_commit(lambda: _posting.put([mail]))
