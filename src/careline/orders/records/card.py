"""A SIM that was ordered, from its number at the carrier to the moment in which it works."""

from django.db import models
from django.db.models import Q

from careline.orders.records.order import MSISDN_LENGTH, Line

STATES = ("wanted", "reserved", "confirmed", "active", "refused", "dropping", "dropped")


class Card(models.Model):
    """The card of one line of an order. Each step with the carrier has a reference of its own, so that it is done once."""

    line = models.OneToOneField(Line, on_delete=models.PROTECT, related_name="card")
    kind = models.CharField(max_length=12)  # new, replacement
    state = models.CharField(max_length=12, default="wanted")
    # What the carrier has set apart: the ICCID, and the number of the line; "" until then.
    iccid = models.CharField(max_length=20, default="")
    served = models.CharField(max_length=MSISDN_LENGTH, default="")
    credit_fen = models.IntegerField(default=0)
    reserving = models.CharField(max_length=40)  # references
    activating = models.CharField(max_length=40)
    dropping = models.CharField(max_length=40)
    # The owner's confirmation: when, at which door, and by which attempt.
    confirmed_at = models.DateTimeField(null=True)
    confirmed_at_door = models.CharField(max_length=16, default="")
    confirmed_by = models.CharField(max_length=40, default="")
    active_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=32, default="")
    due_at = models.DateTimeField(null=True)  # when the carrier is asked, or asked again
    tries = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "order_card"
        indexes = [models.Index(fields=["due_at"], name="order_card_due", condition=Q(due_at__isnull=False))]
        constraints = [models.CheckConstraint(name="order_card_states", condition=Q(state__in=STATES))]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"  # never the number
