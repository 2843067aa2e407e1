"""How many of each thing there are, how many of them are promised, and every change of either."""

from django.db import models
from django.db.models import F, Q


class Stock(models.Model):
    """What lies on the shelf: `reserved` of `on_hand` belong to orders that have not left."""

    goods = models.CharField(primary_key=True, max_length=40)
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)

    class Meta:
        db_table = "order_stock"
        constraints = [
            # Never oversold, whoever writes.
            models.CheckConstraint(
                name="order_stock_never_oversold", condition=Q(reserved__gte=0, on_hand__gte=F("reserved"))
            )
        ]


class Move(models.Model):
    """One change of a stock."""

    goods = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    what = models.CharField(max_length=12)  # reserved, released, sent, back, counted
    count = models.IntegerField()
    on_hand = models.IntegerField()  # afterwards
    reserved = models.IntegerField()
    order = models.CharField(max_length=12, default="")
    words = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "order_stock_move"
        indexes = [models.Index(fields=["goods", "-at", "-id"], name="order_stock_history")]
