"""Those who want to leave, step by step; and the care of numbers that are suspended and kept."""

from django.db import models
from django.db.models import Q

from careline.offers.records.showing import MSISDN_LENGTH, WHO_LENGTH

# asked: reason known, nothing decided; closing: the carrier is being asked; agreed: a day is set; left: that day has come.
STATES = ("asked", "closing", "agreed", "reopening", "stayed", "undecided", "withdrawn", "left", "returned", "refused")
LIVE = ("asked", "closing", "agreed", "reopening")
WORDS_MAX = 500  # characters


class Leaving(models.Model):
    """One wish to leave. Amounts in fen, days the carrier's own."""

    id = models.UUIDField(primary_key=True)  # the reference of close_line
    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    brand = models.CharField(max_length=32)
    region = models.CharField(max_length=32)
    channel = models.CharField(max_length=16)
    by = models.CharField(max_length=WHO_LENGTH)
    state = models.CharField(max_length=10, default="asked")
    reason = models.CharField(max_length=16)
    words = models.CharField(max_length=WORDS_MAX, default="")
    asked_at = models.DateTimeField()
    undecided_at = models.DateTimeField()  # when it counts as undecided if nothing happens
    stayed_with = models.CharField(max_length=40, default="")  # the offer
    effective_on = models.DateField(null=True)
    kept_until = models.DateField(null=True)
    basic = models.BigIntegerField(default=0)  # when it was agreed: to be paid out
    gift = models.BigIntegerField(default=0)
    points = models.IntegerField(default=0)
    paid_out_at = models.DateTimeField(null=True)
    paid_out_by = models.CharField(max_length=WHO_LENGTH, default="")
    reopening = models.UUIDField(null=True)  # the reference of reopen_line
    cause = models.CharField(max_length=32, default="")
    due_at = models.DateTimeField(null=True)  # when the carrier is asked about it again
    tries = models.SmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "offers_leaving"
        indexes = [
            models.Index(fields=["msisdn", "-asked_at"], name="offers_leaving_of"),
            models.Index(fields=["-asked_at"], name="offers_leaving_asked"),
            models.Index(fields=["due_at"], name="offers_leaving_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["undecided_at"], name="offers_undecided", condition=Q(state="asked")),
            models.Index(fields=["effective_on"], name="offers_agreed", condition=Q(state="agreed")),
        ]
        constraints = [
            models.CheckConstraint(name="offers_leaving_states", condition=Q(state__in=STATES)),
            models.UniqueConstraint(fields=["msisdn"], name="offers_leaving_once", condition=Q(state__in=LIVE)),
        ]


class Step(models.Model):
    """One step of a leaving: asked, shown, declined, agreed, told, taken back, left, paid out."""

    leaving = models.ForeignKey(Leaving, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    by = models.CharField(max_length=WHO_LENGTH)
    did = models.CharField(max_length=16)
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "offers_step"


class Reminder(models.Model):
    """A reminder about a kept number that was sent: one for each step of each suspension."""

    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    since = models.DateField()
    step = models.SmallIntegerField()  # days left that it is for
    at = models.DateTimeField()

    class Meta:
        db_table = "offers_reminder"
        constraints = [models.UniqueConstraint(fields=["msisdn", "since", "step"], name="offers_reminded_once")]


class Tried(models.Model):
    """What somebody tried for a kept number."""

    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    since = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=WHO_LENGTH)
    how = models.CharField(max_length=16)  # call, sms, counter, other
    words = models.CharField(max_length=200)

    class Meta:
        db_table = "offers_tried"
        indexes = [models.Index(fields=["msisdn", "since"], name="offers_tried_for")]
