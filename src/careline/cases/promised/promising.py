"""Promises of a case as rows: made, kept, paused, changed, called off; late ones are marked, and marks stay.

Every function expects the case to be locked by its caller's transaction (`deeds.deed`), and keeps `case.next_at` true.
What time has gone by is never stored: it follows from the start, the pauses and the calendar, so that new terms lose none.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from careline.cases.promised.clocks import Clock as Clock
from careline.cases.promised.clocks import standing as standing
from careline.cases.records.case import Case, Event
from careline.cases.records.help import Task
from careline.cases.records.promise import Pause, Promise
from careline.cases.states import NotAllowed
from careline.postgres import sql
from careline.promises import calendars, clock
from careline.promises.calendars import Calendar
from careline.values.secret import mask

WHATS = frozenset({"first_reply", "progress", "department", "solution", "contact", "refund", "regulator"})
WALL = frozenset({"first_reply", "regulator"})  # told in hours and days: night and holidays count
NEVER_PAUSED = WALL | {"contact"}  # the customer counts on these whatever we wait for
AFTER_THE_END = frozenset({"refund"})  # money is owed even when the case is filed
CLOCK = "clock"  # who finds that something is late

LONGEST_MINUTES = 366 * 24 * 60
WARNED_SHARE = 5  # a fifth of the time is left when somebody is warned,
WARNED_LEAST = timedelta(minutes=15)  # and at least so much of working time
MOMENT_WARNED = timedelta(minutes=30)  # before a moment that was agreed
DUTY = "hotline"  # the calendar by which somebody is there to be warned
LEAVING = timedelta(minutes=30)  # nobody begins anything later than this before the end of duty


def start(
    case: Case,
    what: str,
    *,
    calendar: str,
    by: str,
    now: datetime,
    minutes: int = 0,
    due_at: datetime | None = None,
    task: Task | None = None,
) -> Promise:
    """Promise `what` within so many minutes of working time, or by an agreed moment; takes the place of an open one.

    Raises NotAllowed: no_time (neither given), past_time, too_long.
    """
    assert what in WHATS, what
    hours = calendars.running(calendars.ALWAYS.name if what in WALL else calendar)
    if due_at is None and minutes <= 0:
        raise NotAllowed("no_time")
    due = _due(hours, now, minutes, ()) if due_at is None else due_at
    if due <= now:
        raise NotAllowed("past_time")
    if due > now + timedelta(minutes=LONGEST_MINUTES):
        raise NotAllowed("too_long")
    _close(_open(case, what, task), now)
    promise = Promise.objects.create(
        case=case,
        task=task,
        what=what,
        calendar=hours.name,
        minutes=0 if due_at else minutes,
        promiser=by,
        started_at=now,
        due_at=due,
        warn_at=warning(hours, now, 0 if due_at else minutes, due),
    )
    refresh_next(case)
    return promise


def keep(case: Case, what: str, now: datetime, task: Task | None = None) -> int:
    """What was promised was done: returns how many promises that kept. One whose time had passed is marked as broken, too."""
    found = _open(case, what, task)
    _find_late(case, found, now)
    for promise in found:
        _end_pause(promise, now)
        promise.kept_at, promise.paused_at = now, None
        promise.save(update_fields=["kept_at", "paused_at"])
    refresh_next(case)
    return len(found)


def cancel(case: Case, what: str, by: str, now: datetime, task: Task | None = None) -> int:
    """`what` is not promised any more; nothing warns of it or calls it late from here. What was late before stays so."""
    found = _open(case, what, task)
    _find_late(case, found, now)
    _close(found, now)
    refresh_next(case)
    return len(found)


def end(case: Case, by: str, now: datetime) -> int:
    """The case is over: all that is open is called off, but for money that is owed."""
    return sum(cancel(case, what, by, now) for what in sorted(WHATS - AFTER_THE_END))


def change(
    case: Case, what: str, *, minutes: int, calendar: str, by: str, now: datetime, task: Task | None = None
) -> Promise:
    """New terms for what is promised already, from the same start and with the same pauses; made now when nothing is.

    Raises NotAllowed: no_time, too_long.
    """
    found = _open(case, what, task)
    if not found:
        return start(case, what, minutes=minutes, calendar=calendar, by=by, now=now, task=task)
    if minutes <= 0:
        raise NotAllowed("no_time")
    _find_late(case, found, now)
    promise = found[0]
    hours = calendars.running(calendars.ALWAYS.name if what in WALL else calendar)
    promise.minutes, promise.calendar = minutes, hours.name
    _set_due(promise, hours, now)
    if promise.warn_at and promise.warn_at > now:
        promise.warned_at = None  # of the old terms
    promise.save(update_fields=["minutes", "calendar", "due_at", "warn_at", "warned_at"])
    refresh_next(case)
    return promise


def pause(case: Case, reason: str, by: str, now: datetime, what: str | None = None) -> int:
    """Stop the clocks of `what`, or of all that may stand still, for a reason; returns how many stood still by it.

    What is late already is marked so first, and cannot be saved by a pause.
    Raises NotAllowed: no_reason; way (for first_reply, regulator and contact, which never stand still).
    """
    if not reason.strip():
        raise NotAllowed("no_reason")
    if what in NEVER_PAUSED:
        raise NotAllowed("way")
    said = mask(reason.strip())[:200]
    found = [one for one in _open(case, what) if one.paused_at is None and one.what not in NEVER_PAUSED]
    _find_late(case, found, now)
    found = [promise for promise in found if promise.broken_at is None]
    Pause.objects.bulk_create(Pause(promise=one, since=now, reason=said, by=by) for one in found)
    Promise.objects.filter(pk__in=[one.pk for one in found]).update(paused_at=now)
    refresh_next(case)
    return len(found)


def resume(case: Case, by: str, now: datetime, what: str | None = None) -> int:
    """Let the clocks run on: each is due when the working time that was left has gone by; returns how many ran on."""
    found = [promise for promise in _open(case, what) if promise.paused_at is not None]
    for promise in found:
        _end_pause(promise, now)
        promise.paused_at = None
        _set_due(promise, calendars.running(promise.calendar), now)
        promise.save(update_fields=["paused_at", "due_at", "warn_at"])
    refresh_next(case)
    return len(found)


def refresh_next(case: Case) -> None:
    """The earliest of what is promised and not done, what stands still left out: in this order the inbox shows cases."""
    # When is the next of this case's promises due?
    rows = sql.run(
        "UPDATE case_case SET next_at = (SELECT min(due_at) FROM case_promise WHERE case_id = %s"
        "  AND kept_at IS NULL AND cancelled_at IS NULL AND paused_at IS NULL) WHERE id = %s RETURNING next_at",
        [case.pk, case.pk],
    )
    case.next_at = rows[0][0]


def warning(
    hours: Calendar, started: datetime, minutes: int, due: datetime, pauses: Sequence[clock.Pause] = ()
) -> datetime:
    """When somebody is to be warned: a fifth of the working time before it is due, while there is somebody to be warned."""
    working = timedelta(minutes=minutes)
    if minutes:
        lead = min(max(working / WARNED_SHARE, WARNED_LEAST), working / 2)
        at = clock.due(hours, started, working - lead, pauses)
    else:
        at = max(due - MOMENT_WARNED, started + (due - started) / 2)
    # Hours that are worked have somebody there; a clock that runs by night would warn an empty room.
    return _on_duty(at, started, due) if hours.round_the_clock else at


def _open(case: Case, what: str | None, task: Task | None = None) -> list[Promise]:
    found = Promise.objects.filter(case=case, kept_at=None, cancelled_at=None).prefetch_related("pauses")
    if what is not None:
        found = found.filter(what=what)
    return list((found.filter(task=task) if task is not None else found).order_by("pk"))


def _close(promises: Sequence[Promise], now: datetime) -> None:
    for promise in promises:
        _end_pause(promise, now)
        promise.cancelled_at, promise.paused_at = now, None
        promise.save(update_fields=["cancelled_at", "paused_at"])


def _end_pause(promise: Promise, now: datetime) -> None:
    if promise.paused_at is not None:
        promise.pauses.filter(until=None).update(until=now)


def _find_late(case: Case, promises: Sequence[Promise], now: datetime) -> None:
    """Mark those whose time passed before any sweep came by."""
    for promise in promises:
        if promise.broken_at is None and promise.paused_at is None and promise.due_at < now:
            promise.broken_at = promise.due_at
            promise.save(update_fields=["broken_at"])
            detail = {"what": promise.what, "promise": promise.pk, "due_at": promise.due_at.isoformat()}
            Event.objects.create(case=case, at=now, by=CLOCK, did="late", detail=detail)
            if promise.task_id is not None:
                Task.objects.filter(pk=promise.task_id).update(late=True)


def _set_due(promise: Promise, hours: Calendar, now: datetime) -> None:
    """Anew from the start; a moment that was agreed stays. While it is paused: as if it went on now."""
    if not promise.minutes:
        return
    pauses = [(pause.since, pause.until or now) for pause in promise.pauses.all()]
    promise.due_at = _due(hours, promise.started_at, promise.minutes, pauses)
    promise.warn_at = warning(hours, promise.started_at, promise.minutes, promise.due_at, pauses)


def _due(hours: Calendar, started: datetime, minutes: int, pauses: Sequence[clock.Pause]) -> datetime:
    if minutes > LONGEST_MINUTES:
        raise NotAllowed("too_long")
    try:
        return clock.due(hours, started, timedelta(minutes=minutes), pauses)
    except clock.TooFar as error:
        raise NotAllowed("too_long") from error


def _on_duty(at: datetime, started: datetime, due: datetime) -> datetime:
    """That moment if somebody is there; else before the end of duty; else when it begins, if that is in time."""
    duty = calendars.running(DUTY)
    begins = clock.next_open(duty, at)
    if begins == at:
        return at
    ended = clock.last_open(duty, at)
    if ended is not None and ended - LEAVING > started:
        return ended - LEAVING
    return begins if begins < due else at
