"""What other systems wrote that our own records have no column for, and who is told of what changes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

CLIENT_LENGTH = 60  # identity.tokens
MSISDN_LENGTH = 15  # ITU-T E.164


class Document(models.Model):
    """What a client wrote of one resource, without the numbers of lines, which stand in a column of their own."""

    api = models.CharField(max_length=24)  # specification.FILES
    resource = models.CharField(max_length=40)  # a docket, or an id of ours
    client = models.CharField(max_length=CLIENT_LENGTH)
    extra = models.JSONField(default=dict)
    # The number of each related party (tickets, interactions) or receiver (messages), in their order; "" has none.
    numbers = ArrayField(models.CharField(max_length=MSISDN_LENGTH), default=list)
    severity_as = models.CharField(
        max_length=8, default=""
    )  # what extra's severity was taken for; stale when it differs
    state = models.CharField(max_length=12, default="")  # of a message: "", cancelled
    at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "tmf_document"
        constraints = [models.UniqueConstraint(fields=["api", "resource"], name="tmf_document_once")]
        indexes = [models.Index(fields=["api", "-at"], name="tmf_document_latest")]


class Once(models.Model):
    """A key under which a client made a resource: the same key again is the same resource."""

    client = models.CharField(max_length=CLIENT_LENGTH)
    api = models.CharField(max_length=24)
    key = models.CharField(max_length=160)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of the body
    resource = models.CharField(max_length=40, default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "tmf_once"
        constraints = [models.UniqueConstraint(fields=["client", "api", "key"], name="tmf_once_once")]


class Subscription(models.Model):
    """Where a client wants to be told of events, and of which."""

    id = models.UUIDField(primary_key=True)
    api = models.CharField(max_length=24)
    client = models.CharField(max_length=CLIENT_LENGTH)
    callback = models.CharField(max_length=2_000)
    query = models.CharField(max_length=2_000, default="")
    secret = models.CharField(max_length=200, default="")  # bodies are signed with it; "" they are not
    sees_numbers = models.BooleanField(default=False)
    base = models.CharField(max_length=200)  # our own address as the client used it, for href
    created_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)  # in vain since something was taken last
    due_at = models.DateTimeField(default=timezone.now)  # before then it is left alone
    ended_at = models.DateTimeField(null=True)
    why_ended = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "tmf_subscription"
        indexes = [models.Index(fields=["api"], condition=models.Q(ended_at=None), name="tmf_subscription_live")]


class Happening(models.Model):
    """Something happened to a resource; written in the transaction of the deed itself, and read by the sweep."""

    api = models.CharField(max_length=24)
    resource = models.CharField(max_length=40)
    what = models.CharField(max_length=8)  # created, changed, status, deleted
    status = models.CharField(max_length=16, default="")
    at = models.DateTimeField()
    document = models.JSONField(null=True)  # of a resource that is gone

    class Meta:
        db_table = "tmf_happening"


class Delivery(models.Model):
    """One event for one subscription, until the receiver took it."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries")
    resource = models.CharField(max_length=40)
    event = models.UUIDField()
    body = models.JSONField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "tmf_delivery"
        indexes = [
            models.Index(
                fields=["subscription", "resource", "id"], condition=models.Q(done_at=None), name="tmf_delivery_open"
            ),
            models.Index(fields=["done_at"], condition=models.Q(done_at__isnull=False), name="tmf_delivery_done"),
        ]


class Letter(models.Model):
    """Which letters of the outbox a message of a client became, one for each receiver."""

    resource = models.CharField(max_length=40)
    message = models.UUIDField(unique=True)

    class Meta:
        db_table = "tmf_letter"
        indexes = [models.Index(fields=["resource"], name="tmf_letter_of")]


class Status(models.Model):
    """Every status that a ticket had, from when; written by the database in the transaction of the deed."""

    case_id = models.BigIntegerField()
    at = models.DateTimeField()
    status = models.CharField(max_length=16)

    class Meta:
        db_table = "tmf_status"
        indexes = [models.Index(fields=["case_id", "id"], name="tmf_status_of")]
