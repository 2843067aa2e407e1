"""An order, its lines, and its history, which is only ever added to; amounts in fen."""

from django.db import models
from django.db.models import F, Q

from careline.orders.states import ENDED, How, Money, State

MSISDN_LENGTH = 15  # ITU-T E.164
WHO_LENGTH = 150  # a username, "subscriber", or the name of a process
NAME_MAX, PHONE_MAX, ADDRESS_MAX, REASON_MAX, WORDS_MAX = 40, 20, 200, 200, 500  # characters
WORTH_MAX = 5_000_000  # fen of one order


class Order(models.Model):
    """What one customer ordered at once from one seller. `version` guards every change: who comes second reads again."""

    number = models.CharField(max_length=12, unique=True)  # orders.number
    key = models.CharField(max_length=96, unique=True)  # what makes placing happen once: door and its own id
    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    language = models.CharField(max_length=2, default="zh")
    brand = models.CharField(max_length=32, default="")
    channel = models.CharField(max_length=16)
    seller = models.CharField(max_length=40)
    state = models.CharField(max_length=16, default=State.PLACED.value)
    pay = models.CharField(max_length=8)
    goods_fen = models.BigIntegerField()
    delivery_fen = models.BigIntegerField()
    fen = models.BigIntegerField()  # both
    money = models.CharField(max_length=12, default=Money.NONE.value)
    payment = models.CharField(max_length=40, default="")  # of payments
    # Who gets it and where: personal, forgotten some time after the end.
    receiver = models.CharField(max_length=NAME_MAX, default="")
    phone = models.CharField(max_length=PHONE_MAX, default="")
    address = models.CharField(max_length=ADDRESS_MAX, default="")
    region = models.CharField(max_length=32)
    forgotten_at = models.DateTimeField(null=True)
    slot_from = models.DateTimeField()
    slot_until = models.DateTimeField()
    needs_document = models.BooleanField(default=False)  # the receiver shows an ID at the door
    placed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    return_until = models.DateTimeField(null=True)  # from the receipt on
    returned = models.CharField(max_length=REASON_MAX, default="")  # why it goes back
    reason = models.CharField(max_length=REASON_MAX, default="")  # of cancelling or refusing
    due_at = models.DateTimeField(null=True)  # when a sweep looks at it: payment, receipt, completion, lateness
    due_tries = models.SmallIntegerField(default=0)  # how often that came to nothing
    late_at = models.DateTimeField(null=True)  # when it was found late
    refused_at = models.DateTimeField(null=True)  # at the door
    lost_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)  # payments that were begun for it
    goods_rating = models.SmallIntegerField(null=True)
    service_rating = models.SmallIntegerField(null=True)
    rating_words = models.CharField(max_length=WORDS_MAX, default="")
    rated_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=0)

    class Meta:
        db_table = "order_order"
        indexes = [
            models.Index(fields=["msisdn", "-placed_at"], name="order_of"),
            models.Index(fields=["state", "slot_from"], name="order_board"),
            models.Index(fields=["seller", "-placed_at"], name="order_of_seller"),
            models.Index(fields=["placed_at"], name="order_placed"),
            models.Index(fields=["due_at"], name="order_due", condition=Q(due_at__isnull=False)),
            models.Index(
                fields=["ended_at"], name="order_to_forget", condition=Q(ended_at__isnull=False, forgotten_at=None)
            ),
        ]
        constraints = [
            models.CheckConstraint(name="order_states", condition=Q(state__in=[one.value for one in State])),
            models.CheckConstraint(name="order_pays", condition=Q(pay__in=[one.value for one in How])),
            models.CheckConstraint(name="order_moneys", condition=Q(money__in=[one.value for one in Money])),
            models.CheckConstraint(
                name="order_worth",
                condition=Q(goods_fen__gte=0, delivery_fen__gte=0, fen__lte=WORTH_MAX)
                & Q(fen=F("goods_fen") + F("delivery_fen")),
            ),
            models.CheckConstraint(name="order_slot", condition=Q(slot_until__gt=F("slot_from"))),
            models.CheckConstraint(
                name="order_ended",
                condition=Q(ended_at__isnull=False, state__in=sorted(one.value for one in ENDED))
                | Q(ended_at=None) & ~Q(state__in=sorted(one.value for one in ENDED)),
            ),
            # One rating of one completed order (ORD-06).
            models.CheckConstraint(
                name="order_rating",
                condition=Q(rated_at=None, goods_rating=None, service_rating=None)
                | Q(rated_at__isnull=False, goods_rating__range=(1, 5), service_rating__range=(1, 5)),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Line(models.Model):
    """So many of one thing, at the price that was agreed to."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    goods = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    count = models.SmallIntegerField()
    fen = models.BigIntegerField()  # of one
    list_fen = models.BigIntegerField()
    rule = models.CharField(max_length=40, default="")  # of the discount
    return_days = models.SmallIntegerField(default=0)
    # What the hall is asked for, once, when the goods are received.
    wish = models.JSONField(default=dict)  # service, verb, tier
    wish_key = models.CharField(max_length=40, default="")
    wish_state = models.CharField(max_length=8, default="")  # due, done, refused
    wish_cause = models.CharField(max_length=32, default="")
    wish_due_at = models.DateTimeField(null=True)  # when it is asked, or asked again
    wish_tries = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "order_line"
        indexes = [models.Index(fields=["wish_due_at"], name="order_wish_due", condition=Q(wish_state="due"))]
        constraints = [
            models.CheckConstraint(name="order_line_counts", condition=Q(count__range=(1, 99), fen__gte=0)),
            models.UniqueConstraint(fields=["order", "goods"], name="order_line_once"),
        ]


class Event(models.Model):
    """One thing that happened to an order; never changed (the database refuses it, as in the journal)."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()  # when it happened, as whoever did it says
    noted_at = models.DateTimeField()  # when we learnt of it
    by = models.CharField(max_length=WHO_LENGTH)
    did = models.CharField(max_length=24)
    public = models.BooleanField(default=False)
    place = models.CharField(max_length=80, default="")
    words = models.TextField(default="")
    channel = models.CharField(max_length=16, default="")
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "order_event"
        indexes = [models.Index(fields=["order", "at"], name="order_event_of")]
