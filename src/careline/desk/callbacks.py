"""Callbacks: promised from the queue, made when a seat is free, tried a few times and no more."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from careline.desk.models import Callback, Contact
from careline.desk.queue import FIRST_QUEUE, is_open, may_wait, named
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from careline.values.secret import mask

DUE = timedelta(minutes=60)  # the promise: within the hour, or at the time that was agreed (AGT-06)
TRIES_MAX = 3
OPEN_MAX = 3  # promises to one number at a time: nobody is rung all day because somebody calls under that number
ASKED_MAX = 4  # promises in a day to one number that asks for them on pages
SUMMARY_MAX = 500  # characters
AGAIN = timedelta(minutes=5)
CLAIM = timedelta(seconds=120)  # a process that died with a callback loses it


@dataclass(frozen=True, slots=True)
class Due:
    """A callback that this process makes now."""

    id: int
    msisdn: Msisdn
    language: str
    queue: str
    contact: str
    tries: int


def promise(contact: str, now: datetime, agreed_at: datetime | None = None) -> datetime:
    """Promise the caller of this contact to be called back at the number that calls; returns by when.

    Who has OPEN_MAX promises already is called back by the last of them.
    """
    row = Contact.objects.get(id=contact)
    due_at = min(agreed_at, now + DUE) if agreed_at else now + DUE
    standing = Callback.objects.filter(msisdn=row.msisdn, state__in=["due", "calling"]).exclude(contact=contact)
    if standing.count() >= OPEN_MAX:
        return standing.latest("due_at").due_at
    Callback.objects.get_or_create(
        contact=contact,
        defaults={
            "msisdn": row.msisdn,
            "language": row.language,
            "queue": row.queue,
            "skills": row.skills,
            "handover": row.handover,
            "summary": row.summary,
            "promised_at": now,
            "came_at": row.came_at,
            "agreed_at": agreed_at,
            "due_at": due_at,
            "next_at": agreed_at or now,
        },
    )
    return due_at


class NotPromised(Exception):
    """No callback is promised; the message is a code: screened, closed, too_many."""


def ask(msisdn: Msisdn, *, key: str, language: str, words: str, now: datetime, queue: str = FIRST_QUEUE) -> datetime:
    """Promise a callback to who asks for one without calling; by when. Who has a promise already keeps that one.

    `key` is a reference drawn with the form: it asks once. `words`, what it is about, are masked. Raises NotPromised.
    """
    if not may_wait(msisdn, now):
        raise NotPromised("screened")
    if not is_open(named(queue), now):
        raise NotPromised("closed")
    with transaction.atomic():
        # Of requests at the same moment one is a promise.
        sql.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"callback {msisdn.digits}"])
        own = Callback.objects.filter(msisdn=msisdn.digits)
        standing = own.filter(state__in=["due", "calling"]).order_by("due_at").first()
        if standing is not None:
            return standing.due_at
        if own.filter(promised_at__gt=now - timedelta(days=1)).count() >= ASKED_MAX:
            raise NotPromised("too_many")
        made, _ = Callback.objects.get_or_create(
            contact=key,
            defaults={
                "msisdn": msisdn.digits,
                "language": language,
                "queue": queue,
                "skills": [language],
                "handover": {"reason": "asked"},
                "summary": mask(words)[:SUMMARY_MAX],
                "promised_at": now,
                "came_at": now,
                "due_at": now + DUE,
                "next_at": now,
            },
        )
    return made.due_at


def claim(now: datetime) -> Due | None:
    """The next callback to make, if a seat of its queue is free and nobody waits there who came before; else None."""
    # One row, locked by nobody else, whose time has come, that a free seat could take.
    rows = sql.run(
        "UPDATE desk_callback SET state = 'calling', tries = tries + 1, claimed_until = %s::timestamptz,"
        " next_at = %s::timestamptz WHERE id = (SELECT c.id FROM desk_callback c"
        " WHERE c.next_at <= %s::timestamptz AND (c.state = 'due' OR c.state = 'calling'"
        " AND c.claimed_until < %s::timestamptz) AND c.tries < %s::int8"
        " AND (SELECT count(*) FROM desk_seat s JOIN desk_member m ON m.seat_id = s.id"
        "   WHERE m.queue_id = c.queue AND s.state = 'free')"
        " > (SELECT count(*) FROM desk_contact w WHERE w.queue = c.queue AND w.state = 'waiting'"
        "   AND w.came_at < c.came_at)"
        " ORDER BY c.due_at FOR UPDATE SKIP LOCKED LIMIT 1)"
        " RETURNING id, msisdn, language, queue, contact, tries",
        [now + CLAIM, now + AGAIN, now, now, TRIES_MAX],
    )
    if not rows:
        return None
    number, msisdn, language, queue, contact, tries = rows[0]
    return Due(number, Msisdn(msisdn), language, queue, str(contact), tries)


def done(callback: int, now: datetime) -> None:
    """The customer and a seat have spoken."""
    Callback.objects.filter(id=callback).exclude(state="done").update(state="done", ended_at=now, claimed_until=None)


def failed(callback: int, now: datetime) -> None:
    """Nobody answered, or no seat did: again in a few minutes, and after the last try not any more."""
    with transaction.atomic():
        row = Callback.objects.select_for_update().get(id=callback)
        if row.state != "calling":
            return
        over = row.tries >= TRIES_MAX
        row.state, row.claimed_until, row.next_at = "given_up" if over else "due", None, now + AGAIN
        row.ended_at = now if over else None
        row.save()


def give_up(now: datetime) -> int:
    """Callbacks whose last try died with its process end as given up."""
    return Callback.objects.filter(state="calling", claimed_until__lt=now, tries__gte=TRIES_MAX).update(
        state="given_up", ended_at=now
    )


def overdue(now: datetime) -> int:
    """How many are later than was promised."""
    return Callback.objects.filter(state__in=["due", "calling"], due_at__lt=now).count()


def of(callback: int) -> Callback:
    """The promise itself: its matter and its place in the queue."""
    return Callback.objects.get(id=callback)
