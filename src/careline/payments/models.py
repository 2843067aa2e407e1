"""Payments, the steps that each of them asks of somebody outside, and the notices of providers; amounts in fen."""

from django.db import models
from django.db.models import F, Q

from careline.payments.adapters._sandbox_tables import SandboxBill, SandboxDeed, SandboxNotice
from careline.payments.states import OVER, How, Purpose, State, StepState, What

__all__ = ["Notice", "Payment", "SandboxBill", "SandboxDeed", "SandboxNotice", "Step"]

MSISDN_LENGTH = 15  # ITU-T E.164
WHO_LENGTH = 150
REASON_MAX = 200  # characters


class Payment(models.Model):
    """One sum of money that one customer brings for one thing."""

    id = models.UUIDField(primary_key=True)  # the reference by which the carrier credits it
    key = models.CharField(max_length=96, unique=True)  # what makes asking happen once: door and form
    msisdn = models.CharField(max_length=MSISDN_LENGTH)  # who pays
    payee = models.CharField(max_length=MSISDN_LENGTH)  # whose account gets it
    purpose = models.CharField(max_length=8)
    subject = models.CharField(max_length=64, default="", blank=True)  # number of the order, month of the bill
    fen = models.BigIntegerField()  # what it is worth: credited, or the total of the order
    price = models.BigIntegerField()  # what the customer pays: fen less the discount
    discount = models.CharField(max_length=64, default="", blank=True)  # id of the rule
    how = models.CharField(max_length=8)
    provider = models.CharField(max_length=32, default="", blank=True)
    at_once = models.BooleanField(default=True)  # taken when it is authorised
    state = models.CharField(max_length=20, default=State.BEGUN.value)
    cause = models.CharField(max_length=32, default="", blank=True)  # of failing
    captured = models.BigIntegerField(default=0)  # what came in, also when it came too late
    given_back = models.BigIntegerField(default=0)
    credited = models.BigIntegerField(default=0)
    charged = models.BooleanField(default=False)  # bought on credit, and taken from the account since
    page = models.CharField(max_length=500, default="", blank=True)  # where the provider waits for the customer
    provider_reference = models.CharField(max_length=100, default="", blank=True)
    channel = models.CharField(max_length=16)
    device = models.CharField(max_length=64, default="", blank=True)  # a digest
    by = models.CharField(max_length=WHO_LENGTH)
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    look_at = models.DateTimeField(null=True)  # when the provider is asked again what became of it
    looks = models.IntegerField(default=0)
    captured_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # captured, or over without

    class Meta:
        db_table = "payment_payment"
        indexes = [
            models.Index(fields=["msisdn", "-begun_at"], name="payment_of"),
            models.Index(fields=["payee", "-begun_at"], name="payment_for"),
            models.Index(fields=["purpose", "subject"], name="payment_subject", condition=~Q(subject="")),
            models.Index(fields=["look_at"], name="payment_looked_after", condition=Q(look_at__isnull=False)),
            models.Index(fields=["captured_at"], name="payment_taken", condition=Q(captured_at__isnull=False)),
            models.Index(fields=["device", "begun_at"], name="payment_device", condition=~Q(device="")),
            models.Index(
                fields=["msisdn"], name="payment_on_credit", condition=Q(how="credit", charged=False, captured__gt=0)
            ),
        ]
        constraints = [
            models.CheckConstraint(name="payment_states", condition=Q(state__in=[one.value for one in State])),
            models.CheckConstraint(name="payment_hows", condition=Q(how__in=[one.value for one in How])),
            models.CheckConstraint(name="payment_purposes", condition=Q(purpose__in=[one.value for one in Purpose])),
            models.CheckConstraint(
                name="payment_amounts",
                condition=Q(fen__gt=0, price__gt=0, captured__gte=0, given_back__gte=0, credited__gte=0)
                & Q(price__lte=F("fen"))
                & Q(given_back__lte=F("captured")),
            ),
            # What was given back was not credited as well.
            models.CheckConstraint(
                name="payment_credited_or_given_back", condition=Q(credited=0) | Q(credited=F("fen"), given_back=0)
            ),
            models.CheckConstraint(
                name="payment_taken_once",
                condition=Q(captured__in=[0, F("price")]) | Q(state__in=sorted(one.value for one in OVER)),
            ),
        ]


class Step(models.Model):
    """One thing asked of somebody outside; its id is the reference under which they do it at most once."""

    id = models.UUIDField(primary_key=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="steps")
    what = models.CharField(max_length=10)
    key = models.CharField(max_length=96)  # once for each payment
    fen = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=REASON_MAX, default="", blank=True)
    by = models.CharField(max_length=WHO_LENGTH)
    approved_by = models.CharField(max_length=WHO_LENGTH, default="", blank=True)
    begun_at = models.DateTimeField()
    state = models.CharField(max_length=8, default=StepState.ASKING.value)
    due_at = models.DateTimeField(null=True)  # when somebody looks after it again
    tries = models.IntegerField(default=0)
    cause = models.CharField(max_length=32, default="", blank=True)
    words = models.CharField(max_length=REASON_MAX, default="", blank=True)  # of whoever was asked
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payment_step"
        indexes = [
            models.Index(fields=["due_at"], name="payment_step_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["ended_at"], name="payment_step_ended", condition=Q(state="done")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["payment", "key"], name="payment_step_once"),
            # One of each that moves money towards us; what is given back may come in parts.
            models.UniqueConstraint(
                fields=["payment", "what"],
                name="payment_step_one_live",
                condition=~Q(what__in=[What.GIVE_BACK.value, What.VOID.value]) & ~Q(state=StepState.REFUSED.value),
            ),
            models.CheckConstraint(name="payment_step_whats", condition=Q(what__in=[one.value for one in What])),
            models.CheckConstraint(
                name="payment_step_states",
                condition=Q(state__in=["asking", "unknown"], ended_at=None, due_at__isnull=False)
                | Q(state="waiting", what="give_back", ended_at=None, due_at=None)
                | Q(state__in=["done", "refused"], ended_at__isnull=False, due_at=None),
            ),
            models.CheckConstraint(
                name="payment_step_second_person", condition=Q(approved_by="") | ~Q(approved_by=F("by"))
            ),
        ]


class Notice(models.Model):
    """What a provider told us by itself, signed; each once."""

    provider = models.CharField(max_length=32)
    number = models.CharField(max_length=100)  # the provider's own
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="notices")
    state = models.CharField(max_length=20)
    fen = models.BigIntegerField()
    verdict = models.CharField(max_length=20)  # believed, unknown_payment, wrong_amount, too_late, nothing_new
    at = models.DateTimeField()

    class Meta:
        db_table = "payment_notice"
        constraints = [models.UniqueConstraint(fields=["provider", "number"], name="payment_notice_once")]
