"""Subscribers: our refreshed copy of what the carrier knows of a line, and what the customer chose here."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Subscriber(models.Model):
    """One line; keyed by its number because every hot table is."""

    msisdn = models.CharField(primary_key=True, max_length=15)
    brand = models.CharField(max_length=32)
    region = models.CharField(max_length=32)
    language = models.CharField(max_length=2, default="zh")
    status = models.CharField(max_length=16, default="active")
    abroad = models.BooleanField(default=False)
    menu_on = models.BooleanField(default=False)  # the personal menu, "my 10086"
    menu = ArrayField(models.CharField(max_length=64), default=list)  # its spellings in the customer's order
    senior = models.BooleanField(default=False, db_default=False)  # chose the short, slow menu for calls
    refreshed_at = models.DateTimeField()

    class Meta:
        db_table = "identity_subscriber"
