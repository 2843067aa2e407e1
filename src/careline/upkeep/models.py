"""The tables of upkeep: what people signed, machines and hosts, rounds and findings, rules and people, alarms.

What was signed, found, explained, answered and assessed stays as it was written (migration 0002).
"""

from django.db import models

WHO, WORDS, KEY = 150, 2_000, 60


class Signed(models.Model):
    """A step that a person did and signs for. `day` is the day it was done; `at` says when it was written down."""

    day = models.DateField()
    step = models.CharField(max_length=KEY)
    by = models.CharField(max_length=WHO)
    at = models.DateTimeField()
    note = models.CharField(max_length=WORDS)

    class Meta:
        db_table = "upkeep_signed"
        indexes = [models.Index(fields=["day"], name="upkeep_signed_day")]


class Explained(models.Model):
    """Why something is missing, written afterwards; it never makes the missing thing done."""

    kind = models.CharField(max_length=20)  # day, round
    key = models.CharField(max_length=KEY)  # 2026-11-22, 2026-11-22 morning
    by = models.CharField(max_length=WHO)
    at = models.DateTimeField()
    words = models.CharField(max_length=WORDS)

    class Meta:
        db_table = "upkeep_explained"
        indexes = [models.Index(fields=["kind", "key"], name="upkeep_explained_of")]


class Machine(models.Model):
    """One set of equipment that the voice flow runs on."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=40)
    place = models.CharField(max_length=80, blank=True)
    bought_on = models.DateField()
    retired_on = models.DateField(null=True, blank=True)
    host = models.CharField(max_length=80, blank=True)  # the host name by which its processes report
    notes = models.CharField(max_length=WORDS, blank=True)
    changed_by = models.CharField(max_length=WHO)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "upkeep_machine"
        constraints = [
            models.CheckConstraint(
                name="upkeep_machine_days",
                condition=models.Q(retired_on=None) | models.Q(retired_on__gte=models.F("bought_on")),
            )
        ]


class Beat(models.Model):
    """The last that was heard of one process on one host."""

    host = models.CharField(max_length=80)
    process = models.CharField(max_length=40)
    pid = models.IntegerField()
    begun_at = models.DateTimeField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # it was told to stop, and did
    version = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)  # disk and memory in MiB, free and whole; processors; load

    class Meta:
        db_table = "upkeep_beat"
        constraints = [models.UniqueConstraint(fields=["host", "process", "pid"], name="upkeep_beat_once")]


class Noted(models.Model):
    """What the system did on a day, in sums that stay when its own records are tidied away: dial tests, heartbeats."""

    day = models.DateField()
    kind = models.CharField(max_length=20)  # duties.Kind
    by = models.CharField(max_length=WHO)
    count = models.IntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        db_table = "upkeep_noted"
        constraints = [models.UniqueConstraint(fields=["day", "kind", "by"], name="upkeep_noted_once")]


class Round(models.Model):
    """One inspection: what was looked at and how it was."""

    day = models.DateField()
    slot = models.CharField(max_length=KEY, blank=True)  # "" outside the hours of all slots
    by = models.CharField(max_length=WHO)
    at = models.DateTimeField()
    checks = models.JSONField(default=dict)  # key of the checklist -> fine
    found = models.CharField(max_length=12, default="nothing")  # rounds.Found
    words = models.CharField(max_length=WORDS, blank=True)

    class Meta:
        db_table = "upkeep_round"
        indexes = [models.Index(fields=["day"], name="upkeep_round_day")]


class Finding(models.Model):
    """What a round found, followed until it is closed."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="finding")
    machine = models.ForeignKey(Machine, null=True, on_delete=models.PROTECT)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=WHO, blank=True)

    class Meta:
        db_table = "upkeep_finding"
        indexes = [models.Index(fields=["opened_at"], condition=models.Q(closed_at=None), name="upkeep_finding_open")]


class Followed(models.Model):
    """One step of following a finding up."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="steps")
    by = models.CharField(max_length=WHO)
    at = models.DateTimeField()
    words = models.CharField(max_length=WORDS)
    closes = models.BooleanField(default=False)

    class Meta:
        db_table = "upkeep_followed"


class Maintainer(models.Model):
    """Who maintains the voice flow, as what, and from when to when."""

    who = models.CharField(max_length=WHO)
    part = models.CharField(max_length=12)  # policy.Part
    since = models.DateField()
    until = models.DateField(null=True)  # the last day
    named_by = models.CharField(max_length=WHO)
    named_at = models.DateTimeField()

    class Meta:
        db_table = "upkeep_maintainer"
        constraints = [
            models.UniqueConstraint(fields=["who"], condition=models.Q(until=None), name="upkeep_maintainer_once"),
            models.CheckConstraint(
                name="upkeep_maintainer_days",
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
            ),
        ]


class Rules(models.Model):
    """One version of the rules by which maintainers are assessed."""

    number = models.IntegerField(unique=True)
    title = models.CharField(max_length=200)
    words = models.TextField(max_length=20_000)
    valid_from = models.DateField()
    by = models.CharField(max_length=WHO)
    at = models.DateTimeField()

    class Meta:
        db_table = "upkeep_rules"


class Acknowledged(models.Model):
    """That somebody has read these rules and knows to be judged by them."""

    rules = models.ForeignKey(Rules, on_delete=models.PROTECT, related_name="acknowledged")
    who = models.CharField(max_length=WHO)
    at = models.DateTimeField()

    class Meta:
        db_table = "upkeep_acknowledged"
        constraints = [models.UniqueConstraint(fields=["rules", "who"], name="upkeep_acknowledged_once")]


class Reviewed(models.Model):
    """Whether these rules meet what the work asks for, by somebody who did not write them."""

    rules = models.ForeignKey(Rules, on_delete=models.PROTECT, related_name="reviews")
    adequate = models.BooleanField()
    words = models.CharField(max_length=WORDS)
    by = models.CharField(max_length=WHO)
    at = models.DateTimeField()

    class Meta:
        db_table = "upkeep_reviewed"


class Quiz(models.Model):
    """One knowledge check that somebody took."""

    who = models.CharField(max_length=WHO)
    at = models.DateTimeField()
    answers = models.JSONField(default=dict)  # question -> option, from 1
    right = models.SmallIntegerField()
    of = models.SmallIntegerField()
    passed = models.BooleanField()
    wrong_steps = models.JSONField(default=list)

    class Meta:
        db_table = "upkeep_quiz"
        indexes = [models.Index(fields=["who", "-at"], name="upkeep_quiz_of")]


class Assessment(models.Model):
    """One maintainer's month against the rules in force, with the facts as they were."""

    who = models.CharField(max_length=WHO)
    month = models.CharField(max_length=7)
    rules = models.ForeignKey(Rules, on_delete=models.PROTECT)
    facts = models.JSONField(default=dict)
    met = models.BooleanField()
    words = models.CharField(max_length=WORDS, blank=True)
    by = models.CharField(max_length=WHO)
    at = models.DateTimeField()

    class Meta:
        db_table = "upkeep_assessment"
        indexes = [models.Index(fields=["month", "who", "-at"], name="upkeep_assessment_of")]


class Alarm(models.Model):
    """What the house was told of once: a day without maintenance, a missed round, a notice nearly late, a sick host."""

    kind = models.CharField(max_length=20)  # alarms.Kind
    key = models.CharField(max_length=120)
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "upkeep_alarm"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=models.Q(cleared_at=None), name="upkeep_alarm_open"
            )
        ]
        indexes = [models.Index(fields=["-raised_at"], name="upkeep_alarm_latest")]
