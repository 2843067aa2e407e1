"""What identity keeps beside people: tokens, looks at subscribers, one-time codes, preferences, requests about privacy."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

MSISDN_LENGTH = 15  # ITU-T E.164
HASH_LENGTH = 64  # SHA-256, hexadecimal


class Token(models.Model):
    """What a program shows to be let in. Only its hash is kept; it was shown once, when it was issued."""

    prefix = models.CharField(max_length=8, unique=True)  # says which token it is, in lists and logs
    hash = models.CharField(max_length=HASH_LENGTH)
    name = models.CharField(max_length=60)
    scopes = ArrayField(models.CharField(max_length=40))
    issued_by = models.CharField(max_length=150)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)  # to the minute
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_token"
        indexes = [models.Index(fields=["name"], name="identity_token_of")]


class Look(models.Model):
    """That one person may look at one customer, for what, and until when. The journal keeps every look; this the last."""

    who = models.CharField(max_length=150)
    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    purpose = models.CharField(max_length=200)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        db_table = "identity_look"
        constraints = [models.UniqueConstraint(fields=["who", "msisdn"], name="identity_look_once")]


class OneTimeCode(models.Model):
    """A code that was sent to a number, or would have been had we known it; kept as a hash, for the limits a day."""

    id = models.UUIDField(primary_key=True)  # the ticket that the browser holds
    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    hash = models.CharField(max_length=HASH_LENGTH)
    known = models.BooleanField()  # whether the number is a subscriber's
    address = models.CharField(max_length=64)  # where it was asked for
    device = models.CharField(max_length=64)
    letter = models.UUIDField(null=True)  # of the outbox, by which it left
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_one_time_code"
        indexes = [
            models.Index(fields=["msisdn", "asked_at"], name="identity_code_of"),
            models.Index(fields=["address", "asked_at"], name="identity_code_from"),
            models.Index(fields=["device", "asked_at"], name="identity_code_device"),
            models.Index(fields=["asked_at"], name="identity_code_asked"),
        ]


class Preferences(models.Model):
    """What a customer does not want to be written, and when not; no row: everything, at any hour."""

    msisdn = models.CharField(max_length=MSISDN_LENGTH, primary_key=True)
    declined = ArrayField(models.CharField(max_length=20), default=list)  # of identity.preferences.KINDS
    quiet_from = models.SmallIntegerField(null=True)  # hour of the carrier's day, 0 to 23
    quiet_until = models.SmallIntegerField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)

    class Meta:
        db_table = "identity_preferences"
        constraints = [
            models.CheckConstraint(
                name="identity_quiet_hours",
                condition=models.Q(quiet_from=None, quiet_until=None)
                | (models.Q(quiet_from__range=(0, 23)) & models.Q(quiet_until__range=(0, 23))),
            )
        ]


class PrivacyRequest(models.Model):
    """A customer's request about all that we keep of the number: an export that was taken, or a deletion and how far it is."""

    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    what = models.CharField(max_length=8)  # export, deletion
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # when the sweep goes on with it; none: nothing is left to do
    done_at = models.DateTimeField(null=True)
    part = models.CharField(max_length=32, default="")  # the last part that was finished
    forgotten = models.JSONField(default=dict)  # part -> how many records
    kept = models.JSONField(default=list)  # of what had to stay: part, why, until, how many
    owed = models.JSONField(default=dict)  # attempts that were open then, by who owed an answer

    class Meta:
        db_table = "identity_privacy_request"
        indexes = [
            models.Index(fields=["msisdn", "-asked_at"], name="identity_privacy_of"),
            models.Index(fields=["due_at"], name="identity_privacy_due", condition=models.Q(due_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(name="identity_privacy_what", condition=models.Q(what__in=["export", "deletion"])),
            models.UniqueConstraint(
                fields=["msisdn"],
                name="identity_one_deletion",
                condition=models.Q(what="deletion", done_at=None),
            ),
        ]
