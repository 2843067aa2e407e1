"""Who tries links that open nothing."""

from django.db import models


class Knock(models.Model):
    """How many links that open nothing were tried from one address since a moment."""

    address = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField()
    wrong = models.IntegerField()

    class Meta:
        db_table = "portal_knock"
        indexes = [models.Index(fields=["since"], name="portal_knock_since")]
