"""Seats: which one rings for whom. A seat is claimed by a conditional update, so that two never ring one."""

import math
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from careline.desk.models import Contact, ContactState, Member, Seat, SeatState, Strategy
from careline.desk.queue import SEEN, named
from careline.postgres import sql
from careline.values.secret import mask

MISSES_MAX = 3  # in a row; then the seat is taken to be empty and set away
TARGET_MAX = 64  # characters of where a talk was passed on to, as tables keep it
RING_CYCLE_SECONDS = 5.0  # ringing tone in China: 1 s on, 4 s off (GB/T 3380)


@dataclass(frozen=True, slots=True)
class Rung:
    """A seat that now rings for a contact, and for nobody else."""

    seat: int
    name: str
    uri: str
    ring_seconds: float


def claim(contact: str, now: datetime) -> list[Rung]:
    """The seats that ring for this contact now: one, or all free ones of a queue that rings simultaneously.

    Empty while nobody is free, or while those who came before have a claim to whoever is. Seats with more of the
    skills that suit come first, then those that did not let this call ring before, then who has been idle longest.
    """
    with transaction.atomic():
        row = Contact.objects.select_for_update().filter(id=contact, state=ContactState.WAITING).first()
        if row is None:
            return []
        queue = named(row.queue)
        free = Seat.objects.filter(places__queue=row.queue, state=SeatState.FREE).count()
        # How many have waited longer and are still there?
        before = sql.run(
            "SELECT count(*) FROM desk_contact WHERE queue = %s AND state = 'waiting' AND seen_at > %s::timestamptz"
            " AND (came_at, id) < (%s::timestamptz, %s::uuid)",
            [row.queue, now - SEEN, row.came_at, contact],
        )[0][0]
        if before >= free:
            return []
        most = free if queue.strategy == Strategy.SIMULTANEOUS and not before else 1
        # Free seats of the queue, the fittest first; those that another claims in this moment are passed over. They are
        # chosen once: a subquery with a LIMIT may be run again for each row of the table, and would then claim more.
        rows = sql.run(
            "WITH fittest AS MATERIALIZED ("
            " SELECT seat.id FROM desk_seat seat JOIN desk_member member ON member.seat_id = seat.id"
            " WHERE member.queue_id = %s AND seat.state = 'free'"
            " ORDER BY seat.id = ANY(%s::int8[]),"
            " CASE WHEN %s THEN member.place ELSE 0 END,"
            " cardinality(ARRAY(SELECT unnest(seat.skills) INTERSECT SELECT unnest(%s::text[]))) DESC,"
            " seat.idle_since, seat.id LIMIT %s::int8 FOR UPDATE OF seat SKIP LOCKED)"
            " UPDATE desk_seat s SET state = 'ringing', contact = %s::uuid, since = %s::timestamptz FROM fittest"
            " WHERE s.id = fittest.id AND s.state = 'free' RETURNING s.id, s.name, s.uri",
            [
                row.queue,
                list(row.tried),
                queue.strategy == Strategy.SEQUENTIAL,
                list(row.skills),
                most,
                contact,
                now,
            ],
        )
        if rows:
            row.state, row.rung_at = ContactState.RINGING, now
            row.save(update_fields=["state", "rung_at"])
    return [Rung(seat, name, uri, queue.ring_seconds) for seat, name, uri in rows]


def claim_one(contact: str, uri: str, now: datetime) -> Rung | None:
    """This very seat, by its address or by its name as the user part, for a transfer; None: not free, or not ours."""
    address = uri.strip().removeprefix("<").partition(">")[0].partition(";")[0].partition("?")[0]
    user = address.partition(":")[2].partition("@")[0]
    rows = sql.run(
        "WITH asked AS MATERIALIZED (SELECT id FROM desk_seat WHERE state = 'free' AND (uri = %s OR name = %s)"
        " ORDER BY uri = %s DESC LIMIT 1 FOR UPDATE SKIP LOCKED)"
        " UPDATE desk_seat s SET state = 'ringing', contact = %s::uuid, since = %s::timestamptz FROM asked"
        " WHERE s.id = asked.id RETURNING s.id, s.name, s.uri",
        [address, user, address, contact, now],
    )
    if not rows:
        return None
    queue = named(Contact.objects.values_list("queue", flat=True).get(id=contact))
    seat, name, telephone = rows[0]
    return Rung(seat, name, telephone, queue.ring_seconds)


def missed(contact: str, seats: list[int], now: datetime, *, gone: bool = False) -> None:
    """These seats rang in vain (or could not be reached): who does so three times in a row is away. The caller waits."""
    with transaction.atomic():
        # Free again, or away; `gone` is a caller who gave up while it rang, which is no fault of the seat.
        sql.execute(
            "UPDATE desk_seat SET contact = NULL, since = %s::timestamptz, misses = misses + %s::int8,"
            " state = CASE WHEN misses + %s::int8 >= %s::int8 THEN 'away' ELSE 'free' END"
            " WHERE id = ANY(%s::int8[]) AND contact = %s::uuid AND state = 'ringing'",
            [now, int(not gone), int(not gone), MISSES_MAX, seats, contact],
        )
        # The caller goes back to waiting when nothing rings any more.
        sql.execute(
            "UPDATE desk_contact SET state = 'waiting', tried = tried || %s::int4[] WHERE id = %s::uuid"
            " AND state = 'ringing' AND NOT EXISTS (SELECT 1 FROM desk_seat WHERE contact = %s::uuid)",
            [seats, contact, contact],
        )


def answered(contact: str, seat: int, now: datetime) -> bool:
    """This seat speaks with the caller; the others that rang are free. False when the caller has gone meanwhile."""
    with transaction.atomic():
        row = Contact.objects.select_for_update().exclude(state=ContactState.ENDED).filter(id=contact).first()
        mine = Seat.objects.filter(id=seat, contact=contact).first()
        if row is None or mine is None:
            return False
        ring_seconds = (now - mine.since).total_seconds()
        Seat.objects.filter(contact=contact).exclude(id=seat).update(state=SeatState.FREE, contact=None, since=now)
        Seat.objects.filter(id=seat).update(state=SeatState.BUSY, since=now, misses=0)
        if row.answered_at is None:  # not after a transfer
            row.answered_at = now
            row.waited_seconds = (now - row.enqueued_at).total_seconds()
            row.ring_seconds, row.rings = ring_seconds, rings(ring_seconds)
        row.state, row.seat = ContactState.TALKING, mine.name
        row.save()
    return True


def rings(seconds: float) -> int:
    """How often the seat had rung when it answered; the first ring begins at once."""
    return max(1, math.ceil(seconds / RING_CYCLE_SECONDS))


def transferred(contact: str, origin: str, target: str, outcome: str, now: datetime) -> None:
    """Write down that the talk was passed on, and set the seat that did so free when it worked."""
    with transaction.atomic():
        row = Contact.objects.select_for_update().get(id=contact)
        told = mask(target)[:TARGET_MAX]  # what a telephone asked for may be anything, a customer's number too
        row.transfers = [*row.transfers, {"from": origin, "to": told, "at": now.isoformat(), "outcome": outcome}]
        row.save(update_fields=["transfers"])
        if outcome == "answered":
            Seat.objects.filter(name=origin, contact=contact).update(
                state=SeatState.FREE, contact=None, since=now, idle_since=now
            )


def requeue(contact: str, now: datetime) -> None:
    """Whoever passed the caller on has left, and nobody took over: the caller waits again, in the old place."""
    with transaction.atomic():
        Seat.objects.filter(contact=contact).update(state=SeatState.FREE, contact=None, since=now, idle_since=now)
        Contact.objects.filter(id=contact).exclude(state=ContactState.ENDED).update(state=ContactState.WAITING)


def held(contact: str, seconds: float) -> None:
    """The seat had the caller wait for so long."""
    Contact.objects.filter(id=contact).update(held_seconds=F("held_seconds") + seconds)


def set_state(seat: int, state: SeatState, now: datetime) -> bool:
    """A person comes (free) or goes (away); False while the seat rings or speaks."""
    changed = Seat.objects.filter(id=seat, state__in=[SeatState.FREE, SeatState.AWAY]).update(
        state=state, since=now, misses=0, idle_since=now
    )
    return changed == 1


def settle(name: str, uri: str, queue: str, now: datetime, *, skills: tuple[str, ...] = (), place: int = 0) -> Seat:
    """Make the seat of this name with this telephone in this queue, or bring it up to date; it is free then."""
    named(queue)
    seat, _ = Seat.objects.update_or_create(
        name=name, defaults={"uri": uri, "skills": list(skills), "since": now, "idle_since": now}
    )
    Member.objects.update_or_create(queue_id=queue, seat=seat, defaults={"place": place})
    set_state(seat.id, SeatState.FREE, now)
    return seat
