"""The desk's tables: queues, the seats that answer them, who waits and who is spoken with, callbacks, screening."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

RING_SECONDS = 20.0  # four rings of the Chinese cadence (1 s on, 4 s off; YD/T 966)
WAIT_SECONDS = 600.0
ANNOUNCE_SECONDS = 20.0


class SeatState(models.TextChoices):
    FREE = "free"
    RINGING = "ringing"
    BUSY = "busy"
    AWAY = "away"


class ContactState(models.TextChoices):
    WAITING = "waiting"
    RINGING = "ringing"
    TALKING = "talking"
    ENDED = "ended"


class Strategy(models.TextChoices):
    LONGEST_IDLE = "longest_idle"  # the fitting seat that has been free for longest
    SEQUENTIAL = "sequential"  # always in the order of the places
    SIMULTANEOUS = "simultaneous"  # all free seats ring; the first to answer has the call


class Queue(models.Model):
    """Where callers wait; with its members also a hunt group."""

    name = models.CharField(primary_key=True, max_length=32)
    strategy = models.CharField(max_length=16, choices=Strategy.choices, default=Strategy.LONGEST_IDLE)
    ring_seconds = models.FloatField(default=RING_SECONDS)
    wait_seconds_max = models.FloatField(default=WAIT_SECONDS)
    announce_seconds = models.FloatField(default=ANNOUNCE_SECONDS)
    opens_at = models.TimeField(null=True, blank=True)  # local time; both empty: day and night
    closes_at = models.TimeField(null=True, blank=True)
    # Ids or groups of services whose callers wait here; who comes with none of them waits in the first queue.
    services = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    recorded = models.BooleanField(default=False)  # the talk is recorded, and the caller told so before it

    class Meta:
        db_table = "desk_queue"


class Seat(models.Model):
    """A place where a person answers: a telephone, and who sits there."""

    name = models.CharField(max_length=64, unique=True)
    uri = models.CharField(max_length=200, unique=True)  # of the telephone: sip:801@10.0.0.5
    staff = models.CharField(max_length=150, blank=True, default="")  # username; "" where nobody has signed in
    skills = ArrayField(models.CharField(max_length=64), default=list, blank=True)  # languages, groups of services
    state = models.CharField(max_length=8, choices=SeatState.choices, default=SeatState.AWAY)
    since = models.DateTimeField()  # of this state
    idle_since = models.DateTimeField()  # the end of the last talk: who has been idle for longest is rung first
    misses = models.SmallIntegerField(default=0)  # calls not answered in a row
    contact = models.UUIDField(null=True, blank=True)  # whom it rings for or speaks with

    class Meta:
        db_table = "desk_seat"
        constraints = [
            models.CheckConstraint(
                name="desk_seat_has_contact",
                condition=Q(state__in=["ringing", "busy"], contact__isnull=False)
                | Q(state__in=["free", "away"], contact__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A seat's place in a queue."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="members")
    seat = models.ForeignKey(Seat, models.CASCADE, related_name="places")
    place = models.SmallIntegerField(default=0)  # for queues that ring in order

    class Meta:
        db_table = "desk_member"
        constraints = [models.UniqueConstraint(fields=["queue", "seat"], name="desk_member_once")]


class Contact(models.Model):
    """One caller at the desk, from the queue to the end of the talk; kept as the record of it."""

    id = models.UUIDField(primary_key=True)
    session = models.CharField(max_length=128)  # the call
    queue = models.CharField(max_length=32)
    msisdn = models.CharField(max_length=15)
    language = models.CharField(max_length=2, default="zh")
    address = models.CharField(max_length=32, default="")  # the number that was dialled
    diversion = models.CharField(max_length=64, default="")  # who sent the call on, masked
    skills = ArrayField(models.CharField(max_length=64), default=list)  # what would suit
    handover = models.JSONField(default=dict)  # dialogue.talk.Handover, secrets masked
    summary = models.TextField(default="")  # the matter in words, for the person who takes over
    name = models.CharField(max_length=64, default="")  # the caller's, as far as it was told
    state = models.CharField(max_length=8, choices=ContactState.choices, default=ContactState.WAITING)
    came_at = models.DateTimeField()  # orders the queue: a callback keeps the place of its call
    enqueued_at = models.DateTimeField()
    rung_at = models.DateTimeField(null=True)  # the last seat began to ring
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()  # by the process that has the call
    seat = models.CharField(max_length=64, default="")  # the last that answered
    tried = ArrayField(models.IntegerField(), default=list)  # seats that let it ring
    waited_seconds = models.FloatField(null=True)  # from the queue to the talk, or to the end without one
    ring_seconds = models.FloatField(null=True)  # of the seat that answered (the measure of AGT-01)
    rings = models.SmallIntegerField(null=True)
    held_seconds = models.FloatField(default=0)
    outcome = models.CharField(max_length=16, default="")  # talked, nobody, left_queue, callback, abandoned, lost
    ended_by = models.CharField(max_length=10, default="")  # customer, seat, us, network
    transfers = models.JSONField(default=list)  # [{"from", "to", "at", "outcome"}]
    recording = models.CharField(max_length=200, default="")
    callback = models.BigIntegerField(null=True)  # which this call fulfils

    class Meta:
        db_table = "desk_contact"
        indexes = [
            models.Index(fields=["queue", "came_at"], condition=~Q(state="ended"), name="desk_contact_open"),
            models.Index(fields=["-enqueued_at"], name="desk_contact_latest"),
            models.Index(fields=["msisdn", "enqueued_at"], name="desk_contact_of"),
        ]
        constraints = [
            models.CheckConstraint(
                name="desk_contact_ends_somehow",
                condition=Q(state="ended", ended_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="ended") & Q(ended_at__isnull=True, outcome=""),
            )
        ]


class Callback(models.Model):
    """A promise to call a customer back."""

    msisdn = models.CharField(max_length=15)
    language = models.CharField(max_length=2, default="zh")
    queue = models.CharField(max_length=32)
    skills = ArrayField(models.CharField(max_length=64), default=list)
    contact = models.UUIDField(unique=True)  # at which it was promised: once
    handover = models.JSONField(default=dict)
    summary = models.TextField(default="")
    promised_at = models.DateTimeField()
    came_at = models.DateTimeField()  # the place in the queue that is kept
    agreed_at = models.DateTimeField(null=True)  # the customer named a time: not before it
    due_at = models.DateTimeField()  # overdue after it
    next_at = models.DateTimeField()  # of the next try
    tries = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=8, default="due")  # due, calling, done, given_up
    claimed_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "desk_callback"
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state__in=["due", "calling"]), name="desk_callback_next")
        ]


class Screening(models.Model):
    """For a time no person is offered to this number; asked for by one, approved by another."""

    msisdn = models.CharField(max_length=15)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.TextField()
    asked_by = models.CharField(max_length=150)
    approver = models.CharField(max_length=150, default="")
    approved_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "desk_screening"
        indexes = [models.Index(fields=["msisdn", "ends_at"], name="desk_screening_of")]
        constraints = [
            models.CheckConstraint(name="desk_screening_ends", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="desk_screening_limit", condition=Q(ends_at__lte=F("starts_at") + timedelta(days=92))
            ),
            models.CheckConstraint(name="desk_screening_two_people", condition=~Q(approver=F("asked_by"))),
        ]


class Live(models.Model):
    """A call that goes on now; written in batches, so a second or two behind. What is not seen any more was lost."""

    session = models.CharField(primary_key=True, max_length=128)
    worker = models.CharField(max_length=64)
    msisdn = models.CharField(max_length=15)
    link = models.CharField(max_length=64, default="calls")
    address = models.CharField(max_length=32, default="")
    began_at = models.DateTimeField()
    node = models.CharField(max_length=128, default="")
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "desk_live"
        indexes = [models.Index(fields=["seen_at"], name="desk_live_seen")]
