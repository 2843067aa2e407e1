"""What promotions give: the budget, each grant, and the two sides of its booking."""

from django.db import models
from django.db.models import F, Q

from careline.offers.records.showing import MSISDN_LENGTH, OFFER_LENGTH, WHO_LENGTH

STATES = ("open", "unknown", "given", "refused")


class Budget(models.Model):
    """What of a promotion's money is promised or given; never more than its limit. Amounts in fen."""

    offer = models.CharField(max_length=OFFER_LENGTH, primary_key=True)
    limit = models.BigIntegerField()
    taken = models.BigIntegerField(default=0)

    class Meta:
        db_table = "offers_budget"
        constraints = [
            models.CheckConstraint(name="offers_budget_kept", condition=Q(taken__gte=0) & Q(taken__lte=F("limit")))
        ]


class Grant(models.Model):
    """One gift to one customer by one rule, once; its id is the reference that the carrier knows it by."""

    id = models.UUIDField(primary_key=True)
    offer = models.CharField(max_length=OFFER_LENGTH)
    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    key = models.CharField(max_length=96)  # what earned it: the payment, the subscription, the leaving
    kind = models.CharField(max_length=8)  # money, goods
    fen = models.IntegerField()
    goods = models.CharField(max_length=64, default="")
    voucher = models.CharField(max_length=16, default="")
    redeemed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, default="open")
    cause = models.CharField(max_length=32, default="")
    by = models.CharField(max_length=WHO_LENGTH)
    begun_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # when it is looked at again; nothing once it is known
    tries = models.SmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "offers_grant"
        indexes = [
            models.Index(fields=["due_at"], name="offers_grant_due", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["msisdn"], name="offers_grant_to"),
        ]
        constraints = [
            models.CheckConstraint(name="offers_grant_states", condition=Q(state__in=STATES)),
            # Once for each rule and customer; what was refused may be earned again.
            models.UniqueConstraint(
                fields=["offer", "msisdn"], name="offers_given_once", condition=~Q(state="refused")
            ),
            models.UniqueConstraint(fields=["voucher"], name="offers_voucher_once", condition=~Q(voucher="")),
        ]


class Entry(models.Model):
    """One side of the booking of a gift: out of the promotion's budget, into the customer's hands. They sum up to nothing."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="entries")
    side = models.CharField(max_length=8)  # budget, customer
    fen = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "offers_entry"
        constraints = [models.UniqueConstraint(fields=["grant", "side"], name="offers_booked_once")]
