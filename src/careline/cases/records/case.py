"""The case itself, its history, who had it, and the contacts that joined it."""

from django.db import models
from django.db.models import Q

from careline.cases.states import OPEN, Blame, Kind, Severity, State

MSISDN_LENGTH = 15  # ITU-T E.164
ENDINGS = ("archived", "filed", "rated", "reopened", "satisfied", "unsatisfied")  # events that reports count
WHO_LENGTH = 150  # a username, "subscriber", or the name of a process


class Case(models.Model):
    """One matter of one customer. `version` guards every change: who comes second reads again."""

    docket = models.CharField(max_length=16, unique=True)  # the day, a running number and a check digit (cases.docket)
    key = models.CharField(max_length=96, unique=True)  # what makes accepting happen once: door and its own id
    msisdn = models.CharField(max_length=MSISDN_LENGTH)  # "" of somebody who gave none: no letters, no joining
    language = models.CharField(max_length=2, default="zh")
    brand = models.CharField(max_length=32, default="")
    region = models.CharField(max_length=32, default="")
    kind = models.CharField(max_length=12, default=Kind.COMPLAINT.value)
    category = models.CharField(max_length=40, default="")  # a file of packs/common/complaints; "" until analysed
    matter = models.CharField(max_length=64, default="")  # what tells two matters of one category apart: a bill item
    severity = models.CharField(max_length=8, default=Severity.NORMAL.value)
    cause = models.CharField(max_length=200, default="")
    blame = models.CharField(max_length=20, default="")
    apologised_at = models.DateTimeField(null=True)
    words = models.TextField()  # what the customer said; numbers and secrets masked
    answers = models.JSONField(default=dict)  # to the category's questions
    channel = models.CharField(max_length=16)
    contact = models.UUIDField(null=True)  # of the ledger
    link = models.CharField(max_length=64, default="")  # by which the customer is written to; "" the notice link
    state = models.CharField(max_length=12, default=State.ACCEPTED.value)
    round = models.SmallIntegerField(default=1)
    owner = models.CharField(max_length=WHO_LENGTH, default="")  # who was asked first; "" until somebody is
    level = models.SmallIntegerField(default=1)  # 1 clerk, 2 duty manager, 3 hall or centre manager, 4 company
    priority = models.SmallIntegerField(default=0)  # grows with urging, level and severity
    urged = models.SmallIntegerField(default=0)
    repeats = models.SmallIntegerField(default=0)  # contacts about the same matter after the first
    fault = models.ForeignKey("cases.Fault", null=True, on_delete=models.PROTECT, related_name="cases")
    plan = models.TextField(default="")
    reply = models.TextField(default="")  # what the customer was told as the result
    alternative = models.TextField(default="")
    summary = models.TextField(default="")
    asked_at = models.DateTimeField(null=True)  # whether satisfied, of this round
    silence_told_at = models.DateTimeField(null=True)  # that without an answer the case will be filed
    satisfied = models.BooleanField(null=True)
    rating = models.SmallIntegerField(null=True)  # 1 to 5, after the end
    opened_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)  # the earliest open promise, for the order of the inbox
    replied_at = models.DateTimeField(null=True)  # the first result told
    archived_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=0)

    class Meta:
        db_table = "case_case"
        indexes = [
            models.Index(fields=["msisdn", "-opened_at"], name="case_of"),
            # Everything that lists of open cases are ordered, chosen and counted by.
            models.Index(
                fields=["owner", "next_at"],
                include=["id", "priority", "level", "severity"],
                name="case_board",
                condition=Q(state__in=sorted(state.value for state in OPEN)),
            ),
            models.Index(fields=["opened_at"], name="case_opened"),
            models.Index(fields=["archived_at"], name="case_to_close", condition=Q(state="archived")),
            models.Index(fields=["asked_at"], name="case_silent", condition=Q(state="confirming", satisfied=None)),
            models.Index(
                fields=["category", "-archived_at"], name="case_similar", condition=Q(archived_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(name="case_states", condition=Q(state__in=[state.value for state in State])),
            models.CheckConstraint(name="case_kinds", condition=Q(kind__in=[kind.value for kind in Kind])),
            models.CheckConstraint(name="case_severities", condition=Q(severity__in=[one.value for one in Severity])),
            models.CheckConstraint(name="case_blames", condition=Q(blame__in=["", *(one.value for one in Blame)])),
            models.CheckConstraint(name="case_rating", condition=Q(rating__isnull=True) | Q(rating__range=(1, 5))),
            # One open case of one matter: what comes again joins it.
            models.UniqueConstraint(
                fields=["msisdn", "kind", "category", "matter"],
                name="case_one_open",
                condition=Q(state__in=sorted(state.value for state in OPEN)) & ~Q(category="") & ~Q(msisdn=""),
            ),
        ]

    def __str__(self) -> str:
        return self.docket

    @property
    def is_open(self) -> bool:
        return State(self.state) in OPEN


class Event(models.Model):
    """One thing that happened to a case, in its order; never changed (the database refuses it, as in the journal)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events", db_index=False)  # case_event_of
    at = models.DateTimeField()
    by = models.CharField(max_length=WHO_LENGTH)
    did = models.CharField(max_length=24)  # accepted, joined, analysed, handed_over, asked, planned, replied, urged, …
    public = models.BooleanField(default=False)  # the customer may read `words`
    words = models.TextField(default="")
    detail = models.JSONField(default=dict)
    channel = models.CharField(max_length=16, default="")

    class Meta:
        db_table = "case_event"
        indexes = [
            models.Index(fields=["case", "at", "id"], name="case_event_of"),
            models.Index(fields=["at"], include=["did"], name="case_event_end", condition=Q(did__in=ENDINGS)),
            models.Index(fields=["at"], name="case_event_late", condition=Q(did="late")),
        ]


class Custody(models.Model):
    """Who had the case from when to when, and why it went on: the chain of first-asked responsibility."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="custodies")
    holder = models.CharField(max_length=WHO_LENGTH)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.TextField(default="")  # of the hand-over to this holder; "" for the first
    by = models.CharField(max_length=WHO_LENGTH)

    class Meta:
        db_table = "case_custody"
        constraints = [
            models.UniqueConstraint(fields=["case"], name="case_one_holder", condition=Q(until__isnull=True))
        ]


class Contact(models.Model):
    """A contact that this case came from, or that joined it; `key` makes joining happen once."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="contacts")
    key = models.CharField(max_length=96, unique=True)
    at = models.DateTimeField()
    channel = models.CharField(max_length=16)
    contact = models.UUIDField(null=True)  # of the ledger
    by = models.CharField(max_length=WHO_LENGTH)
    words = models.TextField(default="")

    class Meta:
        db_table = "case_contact"
