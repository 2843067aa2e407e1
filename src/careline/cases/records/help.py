"""Who helps with a case: departments and what they were asked; and the common fault that many cases come from."""

from django.db import models
from django.db.models import Q

from careline.cases.records.case import WHO_LENGTH, Case


class Department(models.Model):
    """A department that supports the handling, with the working time in which it owes a plan."""

    name = models.SlugField(max_length=40, primary_key=True)
    name_zh = models.CharField(max_length=64)
    name_en = models.CharField(max_length=64)
    calendar = models.CharField(max_length=40, default="office")  # of promises.calendars
    minutes = models.IntegerField(default=3 * 8 * 60)  # three working days
    email = models.EmailField(default="", blank=True)
    takes_major = models.BooleanField(default=False)  # major complaints are reported here at once

    class Meta:
        db_table = "case_department"


class Task(models.Model):
    """What a department was asked about a case; a report of a major complaint is one too, and nobody waits for it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="tasks")
    report = models.BooleanField(default=False)
    question = models.TextField()
    asked_by = models.CharField(max_length=WHO_LENGTH)
    asked_at = models.DateTimeField()
    urged = models.SmallIntegerField(default=0)
    plan = models.TextField(default="")
    answered_by = models.CharField(max_length=WHO_LENGTH, default="")
    answered_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)  # set by the sweep that found it so
    rating = models.SmallIntegerField(null=True)  # of the work, by the customer

    class Meta:
        db_table = "case_task"
        indexes = [
            models.Index(fields=["department", "asked_at"], name="case_task_open", condition=Q(answered_at=None))
        ]


class Fault(models.Model):
    """One fault that many customers complain of: their cases are bound to it and answered at once."""

    title = models.CharField(max_length=120)
    category = models.CharField(max_length=40)
    region = models.CharField(max_length=32, default="")
    opened_by = models.CharField(max_length=WHO_LENGTH)
    opened_at = models.DateTimeField()
    news = models.TextField(default="")  # what customers are told meanwhile
    answer = models.TextField(default="")
    answered_by = models.CharField(max_length=WHO_LENGTH, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_fault"
