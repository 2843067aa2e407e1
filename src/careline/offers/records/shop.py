"""What shops keep: results of complaints that ended well, leaflets, and what is heard of competitors."""

from django.db import models
from django.db.models import Q

from careline.offers.records.showing import MSISDN_LENGTH, OFFER_LENGTH, WHO_LENGTH

RESULTS = ("kept", "bought", "thanked")  # kept the service, took another one, said thank you


class Kept(models.Model):
    """A complaint or talk that was turned into something good (RET-04)."""

    docket = models.CharField(max_length=16)
    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    result = models.CharField(max_length=8)
    service = models.CharField(max_length=64, default="")
    words = models.CharField(max_length=200, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=WHO_LENGTH)

    class Meta:
        db_table = "offers_kept"
        indexes = [models.Index(fields=["-at"], name="offers_kept_at")]
        constraints = [
            models.UniqueConstraint(fields=["docket", "result", "service"], name="offers_kept_once"),
            models.CheckConstraint(name="offers_kept_results", condition=Q(result__in=RESULTS)),
        ]


class LeafletMove(models.Model):
    """Leaflets of an offer that came in or were handed out (MKT-04); handed out only with what was said (MKT-03)."""

    offer = models.CharField(max_length=OFFER_LENGTH)
    place = models.CharField(max_length=64)
    count = models.IntegerField()  # above zero: came in
    intro = models.CharField(max_length=200, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=WHO_LENGTH)

    class Meta:
        db_table = "offers_leaflet"
        indexes = [models.Index(fields=["offer", "place"], name="offers_leaflets_of")]
        constraints = [
            models.CheckConstraint(name="offers_leaflet_with_words", condition=Q(count__gt=0) | ~Q(intro=""))
        ]


class CompetitorNote(models.Model):
    """What was heard or seen of a competitor."""

    who = models.CharField(max_length=64)
    where = models.CharField(max_length=64)
    words = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.CharField(max_length=WHO_LENGTH)

    class Meta:
        db_table = "offers_competitor"
        indexes = [models.Index(fields=["-at"], name="offers_heard_at")]
