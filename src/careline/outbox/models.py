"""What we owe our customers to say: rows before they leave, states until they arrive."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class Message(models.Model):
    """One message to one customer, of one or more parts."""

    class State(models.TextChoices):
        QUEUED = "queued"  # waits for a sender, or is with one until `due_at`
        SENT = "sent"  # the gateway took every part
        DELIVERED = "delivered"
        FAILED = "failed"  # given up, with the reason
        ANSWERED = "answered"  # handed over in the response to the request that brought the question

    id = models.UUIDField(primary_key=True)
    msisdn = models.CharField(max_length=15)
    channel = models.CharField(max_length=16)
    link = models.CharField(max_length=64)  # the link that it should leave by; another of its group may take it
    address = models.CharField(max_length=32)  # the number that it comes from
    text = models.TextField()
    key = models.CharField(max_length=96)  # of the words
    in_reply_to = models.CharField(max_length=128, default="")
    attempt = models.UUIDField(null=True)
    state = models.CharField(max_length=12, default="queued")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()  # when a sender may (again) take it
    claimed_by = models.CharField(max_length=64, default="")
    tries = models.SmallIntegerField(default=0)
    doubts = models.SmallIntegerField(default=0, db_default=0)  # sent again although it may have left before
    resends = models.SmallIntegerField(default=0, db_default=0)  # sent anew because somebody asked for it
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    remote_ids = ArrayField(models.CharField(max_length=72), default=list)  # the gateway's id of each part
    error = models.CharField(max_length=128, default="")

    class Meta:
        db_table = "outbox_message"
        indexes = [
            models.Index(fields=["msisdn", "created_at"], name="outbox_message_of"),
            models.Index(fields=["due_at"], condition=models.Q(state="queued"), name="outbox_message_due"),
            BrinIndex(fields=["created_at"], name="outbox_message_created", autosummarize=True),  # for deletion by age
        ]


class Part(models.Model):
    """One part of a message that its gateway took and will send a receipt for."""

    link = models.CharField(max_length=64)
    remote_id = models.CharField(max_length=72)  # the gateway's id in the form of protocols.receipts.receipt_key
    destination = models.CharField(max_length=15)  # an id that was converted may fit by chance; this must fit too
    message = models.UUIDField()
    number = models.SmallIntegerField()
    total = models.SmallIntegerField()
    sent_at = models.DateTimeField()
    state = models.CharField(max_length=16, default="")  # protocols.receipts.DeliveryState, "" before any receipt

    class Meta:
        db_table = "outbox_part"
        indexes = [
            models.Index(fields=["link", "remote_id"], name="outbox_part_remote"),
            models.Index(fields=["message"], name="outbox_part_of"),
            models.Index(fields=["sent_at"], name="outbox_part_sent"),
        ]
