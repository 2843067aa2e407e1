"""What was recommended to whom, and what they said to it."""

from django.db import models
from django.db.models import Q

MSISDN_LENGTH = 15  # ITU-T E.164
WHO_LENGTH = 150  # a username, "subscriber", or the name of a process
OFFER_LENGTH = 40
ANSWERS = ("", "accepted", "later", "never", "talked")  # talked: an agent told of it, the customer did not decide


class Showing(models.Model):
    """One offer shown or told to one customer once, and the answer. Amounts in fen."""

    id = models.UUIDField(primary_key=True)
    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    offer = models.CharField(max_length=OFFER_LENGTH)
    kind = models.CharField(max_length=16)
    moment = models.CharField(max_length=16)
    channel = models.CharField(max_length=16)
    by = models.CharField(max_length=WHO_LENGTH)  # who recommended: a username, or the page
    need = models.CharField(max_length=16)
    service = models.CharField(max_length=64, default="")
    tier = models.CharField(max_length=32, default="")
    price = models.IntegerField()
    paid = models.IntegerField(default=0)  # what the reason says was paid, and in which month
    month = models.CharField(max_length=7, default="")
    percent = models.SmallIntegerField(default=0)
    shown_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # of a recommendation by word of mouth: when the talk about it ended
    overlong = models.BooleanField(default=False)  # it took longer than the policy allows (MKT-01)
    answer = models.CharField(max_length=8, default="")
    answered_at = models.DateTimeField(null=True)
    attempt = models.UUIDField(null=True)  # of the wish by which it was taken
    leaving = models.UUIDField(null=True)  # shown on this leaving's card

    class Meta:
        db_table = "offers_showing"
        indexes = [
            models.Index(fields=["msisdn", "shown_at"], name="offers_shown_to"),
            models.Index(fields=["offer", "shown_at"], name="offers_shown_of"),
            models.Index(fields=["offer", "answered_at"], name="offers_accepted", condition=Q(answer="accepted")),
        ]
        constraints = [models.CheckConstraint(name="offers_answers", condition=Q(answer__in=ANSWERS))]


class Pause(models.Model):
    """An offer that is not shown for a time: by a person, or by rule because it made complaints."""

    offer = models.CharField(max_length=OFFER_LENGTH)
    since = models.DateTimeField()
    by = models.CharField(max_length=WHO_LENGTH)
    reason = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=WHO_LENGTH, default="")

    class Meta:
        db_table = "offers_pause"
        constraints = [
            models.UniqueConstraint(fields=["offer"], name="offers_paused_once", condition=Q(ended_at__isnull=True))
        ]
