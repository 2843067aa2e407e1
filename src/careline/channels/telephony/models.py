"""What must outlive a request: the sessions that other people's servers hold for us (calls, USSD)."""

from django.db import models


class Session(models.Model):
    """One call or USSD session; how far it is, and what was said last, so that a repeated request hears it again."""

    id = models.CharField(primary_key=True, max_length=43)  # unguessable: documents carry it
    account = models.CharField(max_length=64)
    remote = models.CharField(max_length=128)  # the other server's id
    channel = models.CharField(max_length=8)  # voice, ussd
    msisdn = models.CharField(max_length=15)
    address = models.CharField(max_length=32)  # the number that was dialled
    number = models.IntegerField(default=-1)  # of the last moment that was answered
    said = models.TextField(default="")  # that answer: verbs, or a USSD screen, as JSON
    mark = models.CharField(max_length=96, default="")  # USSD: how much of the gateway's history was dealt with
    began_at = models.DateTimeField()
    due_at = models.DateTimeField()  # when it counts as lost, if nothing more is heard
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "telephony_session"
        constraints = [
            models.UniqueConstraint(fields=["account", "remote"], name="telephony_session_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(ended_at=None), name="telephony_session_due"),
            models.Index(fields=["ended_at"], condition=~models.Q(ended_at=None), name="telephony_session_ended"),
        ]
