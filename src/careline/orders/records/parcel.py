"""Parcels, and every report of a courier about one, kept once: also of parcels that nobody knows."""

from django.db import models
from django.db.models import Q

from careline.orders.records.order import Order


class Parcel(models.Model):
    """What a courier carries for one order, there or back."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="parcels")
    courier = models.CharField(max_length=40)
    number = models.CharField(max_length=40)  # the courier's
    back = models.BooleanField(default=False)  # from the customer to us
    by = models.CharField(max_length=150)
    begun_at = models.DateTimeField()
    latest_at = models.DateTimeField(null=True)  # of what was reported
    ended_at = models.DateTimeField(null=True)
    ask_at = models.DateTimeField(null=True)  # when the courier is asked again; None: not any more

    class Meta:
        db_table = "order_parcel"
        constraints = [models.UniqueConstraint(fields=["courier", "number"], name="order_parcel_once")]
        indexes = [models.Index(fields=["ask_at"], name="order_parcel_ask", condition=Q(ask_at__isnull=False))]


class Report(models.Model):
    """One report of a courier; (courier, key) counts once. Without a parcel it waits to be looked at."""

    courier = models.CharField(max_length=40)
    key = models.CharField(max_length=64)  # the courier's own id of the event
    number = models.CharField(max_length=40)
    parcel = models.ForeignKey(Parcel, null=True, on_delete=models.PROTECT, related_name="reports")
    did = models.CharField(max_length=24)
    at = models.DateTimeField()
    place = models.CharField(max_length=80, default="")
    words = models.CharField(max_length=200, default="")
    heard_at = models.DateTimeField()
    moved = models.BooleanField(default=False)  # whether it moved the order

    class Meta:
        db_table = "order_report"
        constraints = [models.UniqueConstraint(fields=["courier", "key"], name="order_report_once")]
        indexes = [
            models.Index(fields=["courier", "number"], name="order_report_of"),
            models.Index(fields=["-heard_at"], name="order_report_unknown", condition=Q(parcel=None)),
        ]
