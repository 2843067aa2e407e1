"""Promises as rows: a deadline is a column, swept by index; pauses with their reasons."""

from django.db import models
from django.db.models import Q

from careline.cases.records.case import WHO_LENGTH, Case
from careline.cases.records.help import Task


class Promise(models.Model):
    """One due time of a case, in the working time of a calendar; kept, broken, or still open."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="promises", db_index=False)  # case_promise_of
    task = models.ForeignKey(Task, null=True, on_delete=models.PROTECT, related_name="promises")
    # first_reply (48 h, wall clock), progress, department, solution, contact (agreed with the customer), refund,
    # regulator (15 days)
    what = models.CharField(max_length=16)
    calendar = models.CharField(max_length=40)
    minutes = models.IntegerField()  # of working time that it allows; 0: `due_at` was agreed as a moment
    promiser = models.CharField(max_length=WHO_LENGTH)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()  # as it stands now, pauses included; while paused it is not due
    warn_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)  # set once, by the sweep or by keeping it late
    kept_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_promise"
        indexes = [
            models.Index(
                fields=["due_at"],
                name="case_promise_due",
                condition=Q(kept_at=None, cancelled_at=None, paused_at=None, broken_at=None),
            ),
            models.Index(
                fields=["warn_at"],
                name="case_promise_warn",
                condition=Q(kept_at=None, cancelled_at=None, paused_at=None, warned_at=None, broken_at=None),
            ),
            models.Index(fields=["case", "what"], name="case_promise_of"),
            models.Index(
                fields=["case"],
                name="case_promise_risky",
                condition=Q(kept_at=None, cancelled_at=None)
                & (Q(broken_at__isnull=False) | Q(warned_at__isnull=False)),
            ),
        ]


class Pause(models.Model):
    """A time in which a promise stood still, and why."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="pauses")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200)
    by = models.CharField(max_length=WHO_LENGTH)

    class Meta:
        db_table = "case_pause"
        constraints = [
            models.UniqueConstraint(fields=["promise"], name="case_one_pause", condition=Q(until__isnull=True)),
            models.CheckConstraint(name="case_pause_reason", condition=~Q(reason="")),
        ]
