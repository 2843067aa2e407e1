"""Conversations: where each customer stands with us on each channel."""

from django.db import models


class Conversation(models.Model):
    """The state between two turns; changed only by whoever knows its version."""

    pk = models.CompositePrimaryKey("msisdn", "channel")
    msisdn = models.CharField(max_length=15)
    channel = models.CharField(max_length=16)
    contact = models.UUIDField()
    state = models.TextField(default="{}")  # JSON as text: written twice a turn, never searched
    version = models.BigIntegerField()
    last_at = models.DateTimeField()
    session = models.CharField(max_length=128, default="", db_default="")  # the call or USSD session that is going on
    busy_until = models.DateTimeField(null=True)  # the carrier is being asked; later turns wait for it

    class Meta:
        db_table = "hall_conversation"
        # What sweeps for sessions that nobody ended looks at; texts have none, so their rows keep to their page.
        indexes = [models.Index(fields=["session"], name="hall_open_session", condition=~models.Q(session=""))]
