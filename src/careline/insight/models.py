"""Rollups of what was recorded, records from elsewhere, and who is called back about it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from careline.insight.columns import Kinds, Visits


class Day(Kinds):
    """Attempts by local day and everything that they are asked about by; `hours` are the 24 hours of the local clock."""

    pk = models.CompositePrimaryKey(
        "day", "source", "channel", "region", "brand", "version", "service", "verb", "outcome", "cause"
    )
    day = models.DateField()
    region = models.CharField(max_length=32)
    brand = models.CharField(max_length=32)
    version = models.IntegerField()
    service = models.CharField(max_length=64)
    verb = models.CharField(max_length=16)
    attempts = models.BigIntegerField()
    hours = ArrayField(models.IntegerField(), size=24)

    class Meta:
        db_table = "insight_day"
        indexes = [models.Index(fields=["source", "service", "day"], name="insight_day_service")]


class Hour(Kinds):
    """The same, coarse: by hour (UTC) and kind alone, for what is asked most."""

    pk = models.CompositePrimaryKey("hour", "source", "channel", "kind", "outcome", "cause")
    hour = models.DateTimeField()
    kind = models.CharField(max_length=16)  # application, query, other, outside
    attempts = models.BigIntegerField()

    class Meta:
        db_table = "insight_hour"


class Area(Kinds):
    """Attempts by local day and everything but the service: some thousands of rows a day, whatever is asked for."""

    pk = models.CompositePrimaryKey(
        "day", "source", "channel", "region", "brand", "version", "kind", "outcome", "cause"
    )
    day = models.DateField()
    region = models.CharField(max_length=32)
    brand = models.CharField(max_length=32)
    version = models.IntegerField()
    kind = models.CharField(max_length=16)  # application, query, other, outside
    attempts = models.BigIntegerField()
    hours = ArrayField(models.IntegerField(), size=24)

    class Meta:
        db_table = "insight_area"


class Margin(models.Model):
    """Attempts by local day and one dimension alone: a few hundred rows a day, for what is asked without other filters.

    `attempts_at` and its like are the 24 hours of the local clock.
    """

    pk = models.CompositePrimaryKey("day", "source", "dimension", "key")
    day = models.DateField()
    source = models.CharField(max_length=32)
    dimension = models.CharField(max_length=8)  # service, region, brand, version
    key = models.CharField(max_length=64)
    attempts = models.BigIntegerField()
    applications = models.BigIntegerField()
    failed = models.BigIntegerField()  # of these
    queries = models.BigIntegerField()
    attempts_at = ArrayField(models.BigIntegerField(), size=24, default=list)
    applications_at = ArrayField(models.BigIntegerField(), size=24, default=list)
    failed_at = ArrayField(models.BigIntegerField(), size=24, default=list)
    queries_at = ArrayField(models.BigIntegerField(), size=24, default=list)

    class Meta:
        db_table = "insight_margin"
        indexes = [
            # What is asked without hours is read from the index alone: a twentieth of the rows with their hours.
            models.Index(
                fields=["source", "dimension", "day", "key"],
                include=["attempts", "applications", "failed", "queries"],
                name="insight_margin_sums",
            )
        ]


class Pair(models.Model):
    """Attempts of each service by local day and one more dimension: which services a region asks for, or fails at."""

    pk = models.CompositePrimaryKey("source", "dimension", "key", "day", "service")
    source = models.CharField(max_length=32)
    dimension = models.CharField(max_length=8)  # channel, region, brand, version, cause
    key = models.CharField(max_length=64)
    day = models.DateField()
    service = models.CharField(max_length=64)
    attempts = models.BigIntegerField()
    applications = models.BigIntegerField()
    failed = models.BigIntegerField()  # of these
    queries = models.BigIntegerField()

    class Meta:
        db_table = "insight_pair"


class Node(Visits):
    """How places of menus were used, by hour (UTC)."""

    pk = models.CompositePrimaryKey("hour", "source", "channel", "version", "menu", "node")
    hour = models.DateTimeField()

    class Meta:
        db_table = "insight_node"


class Place(Visits):
    """The same by local day: a page of thirty days reads a twentieth of the rows."""

    pk = models.CompositePrimaryKey("source", "menu", "day", "channel", "version", "node")
    day = models.DateField()

    class Meta:
        db_table = "insight_place"
        # Sessions of a day are asked for without their menu.
        indexes = [models.Index(fields=["source", "day"], condition=models.Q(node=""), name="insight_place_whole")]


class Contacts(models.Model):
    """Contacts that began, by hour (UTC) and channel."""

    pk = models.CompositePrimaryKey("hour", "source", "channel")
    hour = models.DateTimeField()
    source = models.CharField(max_length=32)
    channel = models.CharField(max_length=16)
    contacts = models.BigIntegerField()

    class Meta:
        db_table = "insight_contact"


class Caller(models.Model):
    """How often each number turned to a channel in a local month."""

    pk = models.CompositePrimaryKey("source", "month", "channel", "msisdn")
    source = models.CharField(max_length=32)
    month = models.DateField()  # its first day
    channel = models.CharField(max_length=16)
    msisdn = models.CharField(max_length=15)
    dials = models.IntegerField()

    class Meta:
        db_table = "insight_caller"
        indexes = [models.Index(fields=["source", "month", "channel", "-dials", "msisdn"], name="insight_caller_most")]


class Dials(models.Model):
    """How many numbers turned to a channel so often in a local month: `insight_caller` by its counts."""

    pk = models.CompositePrimaryKey("source", "month", "channel", "dials")
    source = models.CharField(max_length=32)
    month = models.DateField()
    channel = models.CharField(max_length=16)
    dials = models.IntegerField()
    users = models.BigIntegerField()

    class Meta:
        db_table = "insight_dials"


class Kept(models.Model):
    """Up to when rows of a kind were deleted by age: what is older can be read in rollups, and not counted again."""

    kind = models.CharField(max_length=16, primary_key=True)
    before = models.DateTimeField()
    deleted = models.BigIntegerField(default=0)  # since it was last written into the journal
    spared = models.BigIntegerField(default=0)  # of open cases and refunds, and of the time of a case
    told_on = models.DateField(null=True)

    class Meta:
        db_table = "insight_kept"


class Remedy(models.Model):
    """What is done about a cause of contact that returns: who owns the fix, and where it stands."""

    id = models.BigAutoField(primary_key=True)
    service = models.CharField(max_length=64)
    verb = models.CharField(max_length=16)
    owner = models.CharField(max_length=150)
    measure = models.CharField(max_length=300)
    link = models.CharField(max_length=200, default="", blank=True)  # a page of ours: a draft, a measure of the circle
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    class Meta:
        db_table = "insight_remedy"
        constraints = [models.UniqueConstraint(fields=["service", "verb"], name="insight_remedy_once")]


class Mark(models.Model):
    """How far the records are folded: every hour before `hour`, by the clock of `zone`."""

    source = models.CharField(max_length=32, primary_key=True)
    hour = models.DateTimeField()
    zone = models.CharField(max_length=64)
    seen_at = models.DateTimeField(null=True)  # the clock when it was last folded
    before_leap = models.DateTimeField(null=True)  # where folding stood when the clock last went ahead at one go
    put_back_at = models.DateTimeField(null=True)  # when the mark was last found in the future, and put back
    put_back_from = models.DateTimeField(null=True)

    class Meta:
        db_table = "insight_mark"


class Import(models.Model):
    """One file of records that was taken in."""

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    lines = models.IntegerField()
    added = models.IntegerField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "insight_import"


class Record(Kinds):
    """One attempt that was recorded elsewhere."""

    pk = models.CompositePrimaryKey("source", "key")
    key = models.CharField(max_length=64)  # by which the other system knows it: taken in once
    msisdn = models.CharField(max_length=15, default="")
    region = models.CharField(max_length=32, default="")
    brand = models.CharField(max_length=32, default="")
    service = models.CharField(max_length=64)
    verb = models.CharField(max_length=16)
    version = models.IntegerField(default=0)
    node = models.CharField(max_length=64, default="")
    ended_at = models.DateTimeField()

    class Meta:
        db_table = "insight_record"
        indexes = [BrinIndex(fields=["ended_at"], name="insight_record_ended", autosummarize=True)]


class Callback(models.Model):
    """Somebody who turned to us often, to be called back and asked why."""

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=32)
    month = models.DateField()
    channel = models.CharField(max_length=16)
    place = models.IntegerField()  # by dials, 1 the most
    msisdn = models.CharField(max_length=15)
    dials = models.IntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=150, default="", blank=True)
    failed = models.BooleanField(null=True)  # whether self-service had failed; None: not reached, or not asked
    cause = models.CharField(max_length=32, default="", blank=True)  # of the taxonomy, as the customer tells it
    understood = models.BooleanField(null=True)  # whether what was said on calls was understood
    words = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        db_table = "insight_callback"
        constraints = [
            models.UniqueConstraint(fields=["source", "month", "channel", "msisdn"], name="insight_callback_once")
        ]
