"""Devices that are signed in, their tokens as hashes, and the answers that are kept for requests that come again."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

MSISDN_LENGTH = 15  # ITU-T E.164
CLIENT_LENGTH = 60  # identity.tokens
HASH_LENGTH = 64  # SHA-256, hexadecimal
KEY_LENGTH = 128


class Device(models.Model):
    """One sign-in of one subscriber by one app: a family of tokens that ends as a whole."""

    id = models.UUIDField(primary_key=True)
    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    client = models.CharField(max_length=CLIENT_LENGTH)  # the name of the app's token
    device = models.CharField(max_length=64)  # as the app names the device
    name = models.CharField(max_length=60)  # as the subscriber sees it in the list
    scopes = ArrayField(models.CharField(max_length=40))
    made_at = models.DateTimeField()
    used_at = models.DateTimeField()  # to the minute
    until = models.DateTimeField()  # when its refresh token ends, unless it is used before
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.CharField(max_length=16, default="")  # owner, reused, again

    class Meta:
        db_table = "app_device"
        indexes = [
            models.Index(fields=["msisdn", "client"], name="app_device_of"),
            models.Index(fields=["until"], name="app_device_until"),
        ]


class Token(models.Model):
    """An access or refresh token, of which only the hash is kept."""

    hash = models.CharField(primary_key=True, max_length=HASH_LENGTH)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="tokens")
    kind = models.CharField(max_length=8)  # access, refresh
    assurance = models.SmallIntegerField()  # values.assurance.Assurance of whoever shows it
    until = models.DateTimeField()
    used_at = models.DateTimeField(
        null=True
    )  # a refresh token that was exchanged: whoever shows it again stole it, or was robbed

    class Meta:
        db_table = "app_token"
        indexes = [models.Index(fields=["until"], name="app_token_until")]


class Once(models.Model):
    """What was answered under a key; status 0 while it is being served."""

    pk = models.CompositePrimaryKey("device", "key")
    device = models.UUIDField()
    key = models.CharField(max_length=KEY_LENGTH)
    fingerprint = models.CharField(max_length=HASH_LENGTH)  # keyed, for bodies hold passwords
    at = models.DateTimeField()
    status = models.SmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(default="")

    class Meta:
        db_table = "app_once"
        indexes = [models.Index(fields=["at"], name="app_once_at")]
