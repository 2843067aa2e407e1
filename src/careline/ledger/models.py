"""The record of contacts and attempts.

An open attempt is a row of a small table with a due time; when it ends, it leaves that table for the ledger, which is
only ever appended to. So the hot table stays small, the large one is never updated, and no attempt is lost between.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class Contact(models.Model):
    """One customer on one channel, from hello to goodbye."""

    id = models.UUIDField(primary_key=True)
    msisdn = models.CharField(max_length=15)
    channel = models.CharField(max_length=16)
    address = models.CharField(max_length=32)
    began_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_contact"
        indexes = [
            models.Index(fields=["msisdn", "began_at"], name="ledger_contact_of"),
            BrinIndex(fields=["began_at"], name="ledger_contact_began", autosummarize=True),  # for statistics
        ]


class Undertaking(models.Model):
    """What every attempt says of itself, open or ended."""

    id = models.UUIDField(primary_key=True)  # the reference that the carrier knows it by
    msisdn = models.CharField(max_length=15)
    contact = models.UUIDField()
    channel = models.CharField(max_length=16)
    region = models.CharField(max_length=32)
    brand = models.CharField(max_length=32)
    table = models.CharField(max_length=16)  # the code table that understood it, "" by words alone
    service = models.CharField(max_length=64)
    verb = models.CharField(max_length=16)
    parameters = models.JSONField(default=dict)  # secrets masked
    version = models.IntegerField()  # of the catalogue
    begun_at = models.DateTimeField()
    node = models.CharField(max_length=64, default="", db_default="")  # of the menu where it was chosen

    class Meta:
        abstract = True


class OpenAttempt(Undertaking):
    """An attempt that has begun and not ended: it waits for the customer (asking) or for the carrier."""

    job = models.TextField()  # what is needed to take it up again: JSON as text, which nobody searches
    asking = models.BooleanField()  # True: the customer owes an answer; False: the carrier does
    due_at = models.DateTimeField()  # when it lapses (asking) or is asked about again (carrier)
    unknown = models.BooleanField(default=False)  # asked, never heard: the janitor asks what became of it
    tries = models.SmallIntegerField(default=0)  # how often the carrier was asked what became of it
    in_reply_to = models.CharField(max_length=128, default="")
    link = models.CharField(max_length=64, default="")
    address = models.CharField(max_length=32, default="")

    class Meta:
        db_table = "ledger_open"
        indexes = [models.Index(fields=["due_at"], name="ledger_open_due")]


class Attempt(Undertaking):
    """An ended attempt: one of five ends, and a cause unless it is Done."""

    outcome = models.CharField(max_length=16)
    cause = models.CharField(max_length=32, default="")
    ended_at = models.DateTimeField()
    carrier_words = models.TextField(default="")

    class Meta:
        db_table = "ledger_attempt"
        indexes = [
            models.Index(fields=["msisdn", "begun_at"], name="ledger_attempt_of"),
            BrinIndex(fields=["ended_at"], name="ledger_attempt_ended", autosummarize=True),  # for statistics
        ]
        constraints = [
            models.CheckConstraint(
                name="ledger_attempt_five_ends",
                condition=models.Q(outcome__in=["done", "refused", "failed", "unknown", "abandoned"]),
            ),
            models.CheckConstraint(
                name="ledger_attempt_cause",
                condition=models.Q(outcome="done", cause="") | (~models.Q(outcome="done") & ~models.Q(cause="")),
            ),
        ]


class Journey(models.Model):
    """One call or USSD session, once it has ended: its way through the menu."""

    contact = models.UUIDField(primary_key=True)
    msisdn = models.CharField(max_length=15)
    channel = models.CharField(max_length=16)
    region = models.CharField(max_length=32)
    brand = models.CharField(max_length=32)
    version = models.IntegerField()  # of the catalogue, as the session ended
    menu = models.CharField(max_length=64)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    visits = ArrayField(models.CharField(max_length=96))  # nodes, and chosen actions as service:verb
    node = models.CharField(max_length=64)  # where it ended
    ended = models.CharField(max_length=16)  # done, hung_up, lost, person, silence, misses
    misses = models.IntegerField()

    class Meta:
        db_table = "ledger_journey"
        indexes = [
            models.Index(fields=["msisdn", "began_at"], name="ledger_journey_of"),
            models.Index(fields=["ended_at"], name="ledger_journey_ended"),
        ]


class Arrived(models.Model):
    """The inbox: every message that was ever received, once (msisdn, link, message_id)."""

    pk = models.CompositePrimaryKey("msisdn", "link", "message_id")
    msisdn = models.CharField(max_length=15)
    link = models.CharField(max_length=64)
    message_id = models.CharField(max_length=128)
    received_at = models.DateTimeField()
    address = models.CharField(max_length=32)
    channel = models.CharField(max_length=16)
    fingerprint = models.BinaryField()  # of number, destination and text: for links whose messages have no id
    said = models.TextField()  # secrets masked
    turn = models.UUIDField()  # names this turn, and the attempt if it began one
    attempt = models.UUIDField(null=True)  # begun by it or taken further
    steps = models.TextField(default="[]")  # how it was understood: JSON as text, a third of the cost of jsonb

    class Meta:
        db_table = "ledger_inbox"
        indexes = [models.Index(fields=["received_at"], name="ledger_inbox_received")]


class Tally(models.Model):
    """How many attempts ended how, by hour; counted in the transaction that ends them, so it is always exact."""

    pk = models.CompositePrimaryKey(
        "hour", "shard", "channel", "region", "brand", "table", "service", "verb", "outcome", "cause", "version"
    )
    hour = models.DateTimeField()
    shard = models.SmallIntegerField()  # the counting batcher, so that two never wait for one row
    channel = models.CharField(max_length=16)
    region = models.CharField(max_length=32)
    brand = models.CharField(max_length=32)
    table = models.CharField(max_length=16)
    service = models.CharField(max_length=64)
    verb = models.CharField(max_length=16)
    outcome = models.CharField(max_length=16)
    cause = models.CharField(max_length=32)
    version = models.IntegerField()
    attempts = models.BigIntegerField()

    class Meta:
        db_table = "ledger_tally"


class Return(models.Model):
    """So much of one charge is given back: promised before it is asked for; a row that was refused is taken away."""

    reference = models.UUIDField(primary_key=True)  # of the step or payment that gives it
    charge = models.CharField(max_length=64)  # the reference under which the carrier charged it
    room = models.CharField(max_length=16)  # who gives it: payments, refunds
    fen = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_return"
        indexes = [models.Index(fields=["charge"], name="ledger_return_of")]
        constraints = [models.CheckConstraint(name="ledger_return_positive", condition=models.Q(fen__gt=0))]
