"""What the SMS channel remembers of its own: parts of long messages, and how far answers are proved to have arrived."""

from django.db import models


class Part(models.Model):
    """One part of a long message, kept before it is acknowledged.

    A series is one long message; its id is the message id under which the hall receives it. The sender's reference
    is only 8 or 16 bits and comes again, so several series may share it one after the other.
    """

    link = models.CharField(max_length=64)
    source = models.CharField(max_length=32)
    destination = models.CharField(max_length=32)
    reference = models.IntegerField()
    total = models.SmallIntegerField()
    series = models.UUIDField()
    number = models.SmallIntegerField()
    data_coding = models.SmallIntegerField()
    body = models.BinaryField()
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)  # the hall has the whole message, or what came of it

    class Meta:
        db_table = "sms_part"
        constraints = [
            models.UniqueConstraint(
                fields=["link", "source", "destination", "reference", "total", "series", "number"], name="sms_part_once"
            ),
        ]
        indexes = [
            models.Index(fields=["series"], name="sms_part_series"),
            models.Index(fields=["received_at"], condition=models.Q(done_at=None), name="sms_part_waiting"),
            models.Index(fields=["done_at"], condition=~models.Q(done_at=None), name="sms_part_done"),
        ]


class Proof(models.Model):
    """How far a link's answers have surely reached its SMSC; what it received later may come again after a crash."""

    link = models.CharField(primary_key=True, max_length=64)
    proved_at = models.DateTimeField()

    class Meta:
        db_table = "sms_link"
