"""How the promises of a case stand at a moment, for those who look at it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from careline.cases.records.case import Case
from careline.cases.records.promise import Promise
from careline.promises import calendars, clock


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise: `left` and the rest in working time of its calendar; `left` is negative when it is late.

    state: open, warned, paused, kept, or broken, which it stays when it was kept late (`kept_at` says when).
    """

    what: str
    due_at: datetime
    left: timedelta
    elapsed: timedelta
    paused: timedelta
    state: str
    promise: int
    task: int | None
    calendar: str
    started_at: datetime
    kept_at: datetime | None


def standing(case: Case, now: datetime) -> list[Clock]:
    """Its promises, those that are open and due soonest first; called-off ones only if they were broken. Two statements."""
    found = Promise.objects.filter(case=case).prefetch_related("pauses").order_by("due_at", "pk")
    shown = [_clock(one, now) for one in found if one.cancelled_at is None or one.broken_at is not None]
    return sorted(shown, key=lambda one: one.kept_at is not None)


def _clock(promise: Promise, now: datetime) -> Clock:
    hours = calendars.running(promise.calendar) if promise.minutes else calendars.ALWAYS
    until = promise.kept_at or promise.cancelled_at or now
    pauses = [(pause.since, pause.until) for pause in promise.pauses.all()]
    gone = clock.elapsed(hours, promise.started_at, until, pauses)
    allowed = timedelta(minutes=promise.minutes) or promise.due_at - promise.started_at
    return Clock(
        what=promise.what,
        due_at=promise.due_at,
        left=allowed - gone,
        elapsed=gone,
        paused=clock.paused(hours, pauses, promise.started_at, until),
        state=_state(promise, now),
        promise=promise.pk,
        task=promise.task_id,
        calendar=promise.calendar,
        started_at=promise.started_at,
        kept_at=promise.kept_at,
    )


def _state(promise: Promise, now: datetime) -> str:
    if promise.broken_at is not None:
        return "broken"
    if promise.kept_at is not None:
        return "kept"
    if promise.paused_at is not None:
        return "paused"
    if promise.due_at < now:
        return "broken"  # and a sweep will say so presently
    return "warned" if promise.warned_at is not None else "open"
