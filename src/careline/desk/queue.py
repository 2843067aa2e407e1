"""The queue: who waits for a person, in which order, for how long, and how the waiting ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from careline.desk import screening
from careline.desk.models import Contact, ContactState, Queue, Seat, SeatState
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from careline.values.secret import mask

FIRST_QUEUE = "care"
TALK_SECONDS = 180.0  # of a talk, while there is nothing to measure it by
MEASURED_TALKS = 20
SEEN = timedelta(seconds=60)  # a contact that no process has seen for so long is lost


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for a person, and what is known."""

    contact: str  # a fresh reference: entering twice with it is entering once
    session: str
    msisdn: Msisdn
    language: str = "zh"
    queue: str = FIRST_QUEUE
    address: str = ""
    diversion: str = ""
    skills: tuple[str, ...] = ()
    handover: Mapping[str, Any] = field(default_factory=dict)
    summary: str = ""
    callback: int | None = None  # that this call fulfils
    came_at: datetime | None = None  # a place that was kept


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands. `refused` is why there is nothing to wait for: screened, closed, nobody."""

    position: int = 0  # 0: next
    estimate_seconds: float = 0.0
    refused: str = ""
    announce_seconds: float = 20.0
    wait_seconds_max: float = 600.0
    recorded: bool = False


def may_wait(msisdn: Msisdn, now: datetime) -> bool:
    """Whether this number may be brought to a person now (it is not screened)."""
    return screening.in_force(msisdn, now) is None


def enter(caller: Caller, now: datetime) -> Standing:
    """Queue the caller; who is screened, calls out of hours, or finds no seat on duty is told so and not queued."""
    queue = named(caller.queue)
    if not may_wait(caller.msisdn, now):
        return Standing(refused="screened")
    if not is_open(queue, now):
        return Standing(refused="closed")
    if not on_duty(queue.name):
        return Standing(refused="nobody")
    Contact.objects.get_or_create(
        id=caller.contact,
        defaults={
            "session": caller.session,
            "queue": queue.name,
            "msisdn": caller.msisdn.digits,
            "language": caller.language,
            "address": caller.address,
            "diversion": mask(caller.diversion),
            "skills": list(caller.skills),
            "handover": dict(caller.handover),
            "summary": mask(caller.summary),
            "came_at": caller.came_at or now,
            "enqueued_at": now,
            "seen_at": now,
            "callback": caller.callback,
        },
    )
    return standing(caller.contact, now)


def standing(contact: str, now: datetime) -> Standing:
    """How many wait before this caller, and how long it will take."""
    # Who waits, or is being rung for, in the same queue and came before?
    rows = sql.run(
        "SELECT me.queue, count(other.id) FROM desk_contact me LEFT JOIN desk_contact other"
        " ON other.queue = me.queue AND other.state IN ('waiting', 'ringing') AND other.seen_at > %s::timestamptz"
        " AND (other.came_at, other.id) < (me.came_at, me.id)"
        " WHERE me.id = %s::uuid AND me.state <> 'ended' GROUP BY me.queue",
        [now - SEEN, contact],
    )
    if not rows:
        return Standing(refused="ended")
    name, position = rows[0]
    queue = named(name)
    return Standing(
        position=position,
        estimate_seconds=estimate(position, len(on_duty(name)), talk_seconds(name)),
        announce_seconds=queue.announce_seconds,
        wait_seconds_max=queue.wait_seconds_max,
        recorded=queue.recorded,
    )


def estimate(position: int, seats: int, talk_seconds_mean: float) -> float:
    """How long who has `position` before him waits: seats on duty free themselves evenly, one a mean talk each."""
    return (position + 1) * talk_seconds_mean / max(1, seats)


def talk_seconds(queue: str) -> float:
    """The mean of the last talks of this queue."""
    rows = sql.run(
        "SELECT avg(extract(epoch FROM ended_at - answered_at))::float8, count(*) FROM (SELECT ended_at, answered_at"
        " FROM desk_contact WHERE queue = %s AND outcome = 'talked' ORDER BY enqueued_at DESC LIMIT %s::int8) AS last",
        [queue, MEASURED_TALKS],
    )
    mean, count = rows[0]
    return float(mean) if count else TALK_SECONDS


def leave(contact: str, outcome: str, by: str, now: datetime) -> bool:
    """End the contact, whatever stage it is in, and free its seats; False when it had ended before."""
    with transaction.atomic():
        # One end only: whoever comes second changes nothing.
        ended = sql.execute(
            "UPDATE desk_contact SET state = 'ended', ended_at = %s::timestamptz, outcome = %s, ended_by = %s,"
            " waited_seconds = coalesce(waited_seconds, extract(epoch FROM %s::timestamptz - enqueued_at))"
            " WHERE id = %s::uuid AND state <> 'ended'",
            [now, outcome, by, now, contact],
        )
        Seat.objects.filter(contact=contact, state=SeatState.RINGING).update(
            state=SeatState.FREE, contact=None, since=now
        )
        Seat.objects.filter(contact=contact, state=SeatState.BUSY).update(
            state=SeatState.FREE, contact=None, since=now, idle_since=now
        )
    return ended == 1


def seen(contacts: list[str], now: datetime) -> None:
    """These calls are alive."""
    if contacts:
        Contact.objects.filter(id__in=contacts).exclude(state=ContactState.ENDED).update(seen_at=now)


def lose(now: datetime) -> int:
    """End the contacts that no process has seen for a minute, and free their seats."""
    gone = Contact.objects.filter(seen_at__lt=now - SEEN).exclude(state=ContactState.ENDED)
    lost = sum(leave(str(one), "lost", "network", now) for one in gone.values_list("id", flat=True)[:500])
    # A seat that is bound to a contact that has ended (its end was written while the seat was being claimed).
    sql.execute(
        "UPDATE desk_seat SET state = 'free', contact = NULL, since = %s::timestamptz FROM desk_contact c"
        " WHERE desk_seat.contact = c.id AND c.state = 'ended' AND c.ended_at < %s::timestamptz",
        [now, now - SEEN],
    )
    return lost


def is_open(queue: Queue, now: datetime) -> bool:
    """Whether the desk works at this time of day, by the clock of settings.TIME_ZONE."""
    if queue.opens_at is None or queue.closes_at is None:
        return True
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE)).time()
    if queue.opens_at <= queue.closes_at:
        return queue.opens_at <= local < queue.closes_at
    return local >= queue.opens_at or local < queue.closes_at  # over midnight


def on_duty(queue: str) -> list[int]:
    """The seats of this queue that are not away."""
    seats = Seat.objects.filter(places__queue=queue).exclude(state=SeatState.AWAY)
    return list(seats.values_list("id", flat=True))


def for_service(service: str, group: str) -> str:
    """The queue of this service: the one that names it, else the one that names its group, else the first."""
    wanted = [name for name in (service, group) if name]
    found = Queue.objects.filter(services__overlap=wanted).order_by("name") if wanted else []
    best = min(found, key=lambda one: service not in one.services, default=None)
    return best.name if best else FIRST_QUEUE


def named(name: str) -> Queue:
    """The queue of this name, made with the usual limits if there is none."""
    return Queue.objects.get_or_create(name=name)[0]
