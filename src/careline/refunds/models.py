"""Refunds and their payments, waivers, and what partners are to be told; amounts in fen."""

from django.db import models
from django.db.models import F, Q

from careline.refunds.rules import ErrorKind
from careline.refunds.states import LIVE, How, State

MSISDN_LENGTH = 15  # ITU-T E.164
WHO_LENGTH = 150
_PAID = [State.APPROVED.value, State.CREDITING.value, State.UNKNOWN.value, State.CREDITED.value]


class Item(models.Model):
    """The charging record that something is about, as the carrier told of it."""

    msisdn = models.CharField(max_length=MSISDN_LENGTH)
    item = models.CharField(max_length=64)  # the carrier's id of the record
    month = models.CharField(max_length=7)  # yyyy-mm
    product = models.CharField(max_length=64)
    name_zh = models.CharField(max_length=128)
    name_en = models.CharField(max_length=128)
    provider = models.CharField(max_length=64, default="")
    charged = models.BigIntegerField()
    reference = models.CharField(max_length=64, default="")  # under which the carrier was asked for the charge

    class Meta:
        abstract = True


class Refund(Item):
    """One charge that a customer disputes, from the request to the credit; or an honest one that is waived."""

    key = models.CharField(max_length=96, unique=True)  # what makes asking happen once: door and its own id
    docket = models.CharField(max_length=16, default="")  # of the case
    channel = models.CharField(max_length=16)
    requested_by = models.CharField(max_length=WHO_LENGTH)
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField()  # by when it is to be credited
    asked = models.BigIntegerField(null=True)  # the amount that was named; none: what the rule gives
    first = models.BooleanField(default=False)  # was refunded before it was verified
    goodwill = models.BooleanField(default=False)  # an honest charge that is waived
    proposed_kind = models.CharField(max_length=16, default="")
    proposed_due = models.BigIntegerField(null=True)
    evidence = models.JSONField(default=dict)  # records and trace as they were read
    kind = models.CharField(max_length=16, default="")  # of the error; "" none
    due = models.BigIntegerField(null=True)
    verified_by = models.CharField(max_length=WHO_LENGTH, default="")
    verified_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")  # why the verifier saw it otherwise than the records, or the waiver's
    verdict = models.CharField(max_length=20, default="")
    rule = models.CharField(max_length=32, default="")
    given_back = models.BigIntegerField(default=0)  # by another way, when it was decided
    owed = models.BigIntegerField(default=0)  # all that the rule gives for this charge
    amount = models.BigIntegerField(default=0)  # what was still to be paid when it was decided
    second_person = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=WHO_LENGTH, default="")  # "" by the rule alone
    approved_at = models.DateTimeField(null=True)
    refused_why = models.TextField(default="")
    state = models.CharField(max_length=12, default=State.REQUESTED.value)
    paid = models.BigIntegerField(default=0)  # the sum of its payments that are done
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "refund_refund"
        indexes = [
            models.Index(fields=["msisdn", "-requested_at"], name="refund_of"),
            models.Index(fields=["docket"], name="refund_of_case", condition=~Q(docket="")),
            models.Index(fields=["state", "due_at"], name="refund_open", condition=Q(ended_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["msisdn", "item"],
                name="refund_one_live",
                condition=Q(state__in=sorted(state.value for state in LIVE)),
            ),
            models.CheckConstraint(name="refund_states", condition=Q(state__in=[state.value for state in State])),
            models.CheckConstraint(
                name="refund_kinds", condition=Q(kind__in=["", *(kind.value for kind in ErrorKind)])
            ),
            models.CheckConstraint(
                name="refund_amounts", condition=Q(owed__gte=0, amount__gte=0, paid__gte=0) & Q(amount__lte=F("owed"))
            ),
            # Nothing is paid before it is verified, but what policy returns first and what is waived.
            models.CheckConstraint(
                name="refund_verified_first",
                condition=Q(verified_at__isnull=False)
                | Q(goodwill=True)
                | Q(state__in=[State.REQUESTED.value, State.REFUSED.value])
                | Q(first=True, state__in=[State.CREDITING.value, State.UNKNOWN.value]),
            ),
            models.CheckConstraint(
                name="refund_second_person",
                condition=~Q(second_person=True, state__in=_PAID)
                | (~Q(approved_by="") & ~Q(approved_by=F("requested_by")) & ~Q(approved_by=F("verified_by"))),
            ),
            models.CheckConstraint(
                name="refund_never_above_the_rule", condition=Q(paid__lte=F("owed")) | Q(first=True)
            ),
        ]


class Credit(models.Model):
    """One payment of a refund; its id is the reference that the carrier knows it by."""

    id = models.UUIDField(primary_key=True)
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="credits")
    part = models.CharField(max_length=8)  # whole; first and rest where it was refunded first
    fen = models.BigIntegerField()
    how = models.CharField(max_length=8)
    reason = models.CharField(max_length=200, default="")  # of cash
    handed_by = models.CharField(max_length=WHO_LENGTH, default="")  # who handed the cash out
    by = models.CharField(max_length=WHO_LENGTH)
    begun_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="asking")  # asking, unknown, done, refused
    due_at = models.DateTimeField(null=True)  # when somebody looks after it again
    tries = models.IntegerField(default=0)
    cause = models.CharField(max_length=32, default="")
    carrier_words = models.TextField(default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "refund_credit"
        indexes = [
            models.Index(fields=["due_at"], name="refund_credit_due", condition=Q(ended_at=None)),
            models.Index(fields=["ended_at"], name="refund_credit_ended", condition=Q(state="done")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["refund", "part"], name="refund_part_once", condition=~Q(state="refused")),
            models.UniqueConstraint(
                fields=["refund"], name="refund_one_under_way", condition=Q(state__in=["asking", "unknown"])
            ),
            models.CheckConstraint(name="refund_credit_positive", condition=Q(fen__gt=0)),
            models.CheckConstraint(name="refund_credit_parts", condition=Q(part__in=["whole", "first", "rest"])),
            models.CheckConstraint(
                name="refund_credit_states",
                condition=Q(state__in=["asking", "unknown"], ended_at=None, due_at__isnull=False)
                | Q(state__in=["done", "refused"], ended_at__isnull=False, due_at=None),
            ),
            models.CheckConstraint(
                name="refund_cash_has_a_reason",
                condition=Q(how=How.TOP_UP.value) | (Q(how=How.CASH.value) & ~Q(reason="") & ~Q(handed_by="")),
            ),
        ]


class PartnerReport(models.Model):
    """What a third party collected wrongly through us: reported to whoever looks after partners."""

    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, related_name="partner_report")
    provider = models.CharField(max_length=64)
    month = models.CharField(max_length=7)
    product = models.CharField(max_length=64)
    wrongly = models.BigIntegerField()  # charged above what was due
    owed = models.BigIntegerField()  # what it cost us
    first = models.BooleanField(default=False)
    why = models.CharField(max_length=32)
    at = models.DateTimeField()
    by = models.CharField(max_length=WHO_LENGTH)

    class Meta:
        db_table = "refund_partner_report"
        indexes = [models.Index(fields=["provider", "at"], name="refund_of_partner")]


class Waiver(Item):
    """An honest charge that somebody wants to waive from a service point of view, and what became of it."""

    key = models.CharField(max_length=96, unique=True)
    docket = models.CharField(max_length=16, default="")
    channel = models.CharField(max_length=16)
    fen = models.BigIntegerField()
    reason = models.TextField()
    by = models.CharField(max_length=WHO_LENGTH)
    limit_fen = models.BigIntegerField()  # of the person's role
    at = models.DateTimeField()
    verdict = models.CharField(max_length=20)  # granted, needs_approval, above_charge, window_full
    override = models.BooleanField(default=False)  # goes against an earlier denial of this charge: reported
    needed_fen = models.BigIntegerField(default=0)  # the approver's limit must be more than this
    state = models.CharField(max_length=10)  # granted, waiting, denied
    approved_by = models.CharField(max_length=WHO_LENGTH, default="")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(default="")
    refund = models.OneToOneField(Refund, null=True, on_delete=models.PROTECT, related_name="waiver")

    class Meta:
        db_table = "refund_waiver"
        indexes = [models.Index(fields=["msisdn", "-at"], name="refund_waiver_of")]
        constraints = [
            models.CheckConstraint(name="refund_waiver_positive", condition=Q(fen__gt=0)),
            models.CheckConstraint(name="refund_waiver_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="refund_waiver_states",
                condition=Q(state="granted", refund__isnull=False) | Q(state__in=["waiting", "denied"], refund=None),
            ),
            models.CheckConstraint(
                name="refund_override_approved",
                condition=~Q(override=True, state="granted") | (~Q(approved_by="") & ~Q(approved_by=F("by"))),
            ),
        ]
