"""The sandbox carrier's tables; all but the short list of number ranges begin their key with the line's MSISDN.

Rows of one line that are counted (holdings, entries, alerts) share one counter, `Account.rows`, so that a guarded update
of the account row is all the locking there is.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

MSISDN_LENGTH = 15  # ITU-T E.164


class Line(models.Model):
    """What rarely changes about a line."""

    msisdn = models.CharField(max_length=MSISDN_LENGTH, primary_key=True)
    brand = models.CharField(max_length=16)
    region = models.CharField(max_length=16)
    language = models.CharField(max_length=2, default="zh")
    abroad = models.BooleanField(default=False)
    owner_masked = models.CharField(max_length=32, default="")
    id_hash = models.BinaryField(null=True)  # keyed BLAKE2b of the owner's ID number; no document, no hash
    birthday = models.DateField(null=True)
    plan = models.CharField(max_length=32, default="")

    class Meta:
        db_table = "sandbox_line"


class Account(models.Model):
    """What changes with money and trust; `version` guards every change of anything that belongs to the line."""

    msisdn = models.CharField(max_length=MSISDN_LENGTH, primary_key=True)
    status = models.CharField(max_length=10, default="active")
    basic = models.BigIntegerField(default=0)  # fen; below zero is what the line owes
    gift = models.BigIntegerField(default=0)  # fen
    credit_limit = models.IntegerField(default=0)  # fen that the basic account may go below zero
    points = models.IntegerField(default=0)
    points_expiring = models.IntegerField(default=0)  # of these, what goes at the year's end
    alert_below = models.IntegerField(null=True)  # fen; reminds when basic and gift together fall below
    version = models.IntegerField(default=0)
    rows = models.IntegerField(default=0)
    activated_on = models.DateField(null=True)
    suspended_on = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    password = models.CharField(max_length=128, default="")  # argon2id; empty: none
    tries = models.SmallIntegerField(default=0)  # wrong passwords and ID numbers in a row
    locked_until = models.DateTimeField(null=True)
    closing_on = models.DateField(null=True)  # its customer gave it up: the first day without service
    left_on = models.DateField(null=True)  # that day, once it has come

    class Meta:
        db_table = "sandbox_account"
        indexes = [
            models.Index(fields=["suspended_on"], name="sandbox_suspended", condition=models.Q(status="suspended")),
            models.Index(fields=["closing_on"], name="sandbox_closing", condition=models.Q(closing_on__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="sandbox_status",
                condition=models.Q(status__in=["inactive", "active", "suspended", "released"]),
            ),
            models.CheckConstraint(name="sandbox_gift_never_owes", condition=models.Q(gift__gte=0)),
            models.CheckConstraint(name="sandbox_points_never_owe", condition=models.Q(points__gte=0)),
            models.CheckConstraint(
                name="sandbox_suspended_since",
                condition=models.Q(status="suspended", suspended_on__isnull=False) | ~models.Q(status="suspended"),
            ),
        ]


class Holding(models.Model):
    """A product on a line: by whom, when and how it came, and how it went. Ended ones stay as the trace."""

    pk = models.CompositePrimaryKey("msisdn", "number")
    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    number = models.IntegerField()
    product = models.CharField(max_length=64)
    tier = models.CharField(max_length=32, default="")
    name_zh = models.CharField(max_length=128, default="")
    name_en = models.CharField(max_length=128, default="")
    fee = models.IntegerField(default=0)
    per = models.CharField(max_length=8, default="month")
    paid_to = models.CharField(max_length=64, default="")  # the content provider; empty: the carrier itself
    since = models.DateTimeField()
    starts_on = models.DateField()
    ends_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=64)
    channel = models.CharField(max_length=16)
    told_at = models.DateTimeField(null=True)  # when the owner was told of what somebody else opened
    ended_by = models.CharField(max_length=64, default="")
    ended_channel = models.CharField(max_length=16, default="")
    allowances = models.JSONField(default=dict)  # quota id -> units a month
    settings = models.JSONField(default=dict)  # what the customer set (a number to forward to, an amount)
    rolled = models.IntegerField(default=0)  # the month (yyyymm) whose fee and allowances it has had
    reference = models.CharField(max_length=64, default="")

    class Meta:
        db_table = "sandbox_holding"
        indexes = [
            models.Index(
                fields=["since"],
                name="sandbox_opened_by_others",
                condition=models.Q(told_at__isnull=True) & ~models.Q(by="subscriber"),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["msisdn", "product"],
                name="sandbox_held_once",
                condition=models.Q(ends_at__isnull=True),
            )
        ]


class Usage(models.Model):
    """Of one quota in one month: used, and how much there is in all (none: no allowance, only counted)."""

    pk = models.CompositePrimaryKey("msisdn", "month", "quota")
    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    month = models.IntegerField()  # yyyymm
    quota = models.CharField(max_length=32)
    used = models.IntegerField(default=0)
    total = models.IntegerField(null=True)
    told = models.SmallIntegerField(default=0, db_default=0)  # percent of it that its customer was told of

    class Meta:
        db_table = "sandbox_usage"


class Bill(models.Model):
    """What was charged in a month; the running month has one too. `total` is the sum of its items."""

    pk = models.CompositePrimaryKey("msisdn", "month")
    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    month = models.IntegerField()  # yyyymm
    total = models.BigIntegerField(default=0)
    paid = models.BigIntegerField(default=0)
    items = models.JSONField(default=list)  # {product, zh, en, fen, paid_to, on, reference}

    class Meta:
        db_table = "sandbox_bill"


class Entry(models.Model):
    """One change of the accounts. Basic, gift and points of a line are the sums of its entries."""

    pk = models.CompositePrimaryKey("msisdn", "number")
    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    number = models.IntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=10)  # topup, payment, returned, redeem, earned, expired, fee
    basic = models.BigIntegerField(default=0)
    gift = models.BigIntegerField(default=0)
    points = models.IntegerField(default=0)
    product = models.CharField(max_length=64, default="")
    how = models.CharField(max_length=16, default="")
    reference = models.CharField(max_length=64, default="")
    by = models.CharField(max_length=64, default="")

    class Meta:
        db_table = "sandbox_entry"


class Deed(models.Model):
    """What one reference asked, and what became of it; the key is what makes it happen at most once."""

    pk = models.CompositePrimaryKey("msisdn", "reference")
    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    reference = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    cause = models.CharField(max_length=24, default="")  # empty: done
    facts = models.JSONField(default=dict)
    lies = models.SmallIntegerField(default=0)  # how often an inquiry will still deny it (a stumble)

    class Meta:
        db_table = "sandbox_deed"


class Alert(models.Model):
    """A low-balance reminder that fired; waits to be told."""

    pk = models.CompositePrimaryKey("msisdn", "number")
    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    number = models.IntegerField()
    at = models.DateTimeField()
    below = models.IntegerField()
    balance = models.BigIntegerField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sandbox_alert"
        indexes = [models.Index(fields=["at"], name="sandbox_alert_due", condition=models.Q(told_at__isnull=True))]


class Call(models.Model):
    """A call detail record, kept for a modest number of lines."""

    pk = models.CompositePrimaryKey("msisdn", "at")
    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    at = models.DateTimeField()
    kind = models.CharField(max_length=12)  # local, long, roaming, hotline
    seconds = models.IntegerField()
    fee = models.IntegerField()  # fen

    class Meta:
        db_table = "sandbox_call"


class ShortNumber(models.Model):
    """A line's place in a group of short numbers (V-net)."""

    msisdn = models.CharField(max_length=MSISDN_LENGTH, primary_key=True)
    vnet = models.CharField(max_length=32)
    short = models.CharField(max_length=8)

    class Meta:
        db_table = "sandbox_short_number"
        constraints = [models.UniqueConstraint(fields=["vnet", "short"], name="sandbox_short_once")]


class NumberRange(models.Model):
    """Where numbers that begin so (national digits) are at home; the longest range wins."""

    prefix = models.CharField(max_length=MSISDN_LENGTH, primary_key=True)
    region = models.CharField(max_length=16, default="")
    region_zh = models.CharField(max_length=32)
    region_en = models.CharField(max_length=32)
    carrier = models.CharField(max_length=32, default="")

    class Meta:
        db_table = "sandbox_number_range"


class Stumble(models.Model):
    """How the carrier is to misbehave, for whom and how often."""

    mode = models.CharField(max_length=16)
    kind = models.CharField(max_length=12, default="")  # of requests; empty: all
    msisdns = ArrayField(models.CharField(max_length=MSISDN_LENGTH), default=list)  # empty: all lines
    share = models.FloatField(default=1.0)  # of references, chosen by their digest
    seconds = models.FloatField(default=0)
    cause = models.CharField(max_length=24, default="")
    times = models.IntegerField(null=True)  # left; none: until cleared

    class Meta:
        db_table = "sandbox_stumble"


class Card(models.Model):
    """A SIM card that was ordered; the card that a line began with is not in here."""

    card = models.CharField(max_length=20, primary_key=True)  # ICCID
    msisdn = models.CharField(max_length=MSISDN_LENGTH)  # whose line it is for
    state = models.CharField(max_length=8)  # waiting, active, void
    reference = models.CharField(max_length=64, unique=True)  # under which it was set apart
    at = models.DateTimeField()  # of the last change

    class Meta:
        db_table = "sandbox_card"
        indexes = [models.Index(fields=["msisdn"], name="sandbox_cards_of")]
        constraints = [
            models.CheckConstraint(
                name="sandbox_card_states", condition=models.Q(state__in=["waiting", "active", "void"])
            ),
            models.UniqueConstraint(
                fields=["msisdn"], name="sandbox_one_card_lives", condition=models.Q(state="active")
            ),
        ]
