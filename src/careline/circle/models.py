"""A circle as it is lived: who is in it, what they collected, scored, found, planned, did and keep; and its signed report.

Texts stand in both languages, as an array of two (Chinese, English). Every change goes through `changing.change`.
"""

from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from careline.insight.asking import Period

WHO_LENGTH, WORDS_LENGTH, NAME_LENGTH, LINK_LENGTH = 150, 1_000, 200, 500
FILE_BYTES_MAX = 2 * 1024 * 1024


def nothing() -> list[str]:
    return ["", ""]


def _both(limit: int) -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=limit, blank=True), size=2, default=nothing)


class Circle(models.Model):
    """A project of a quality circle; read-only once it is signed, and always where it is a published example."""

    name = _both(NAME_LENGTH)
    profile = _both(WORDS_LENGTH)
    source = models.CharField(max_length=32, default="", blank=True)  # whose records; empty: our own
    since = models.DateField()
    until = models.DateField()
    goal_on = models.DateField(null=True)  # the day on which the goal should be reached
    goal = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal("0.86"))  # percent
    solved = models.DecimalField(max_digits=4, decimal_places=3, default=Decimal("0.9"))  # share of the crux
    capacity = models.BigIntegerField(default=0)  # calls a day; 0 where nobody said
    after_since = models.DateField(null=True)
    after_until = models.DateField(null=True)
    example = models.BooleanField(default=False)
    leader = models.CharField(max_length=WHO_LENGTH)  # a username
    version = models.PositiveIntegerField(default=1)
    founded_by = models.CharField(max_length=WHO_LENGTH)
    founded_at = models.DateTimeField()
    signed_by = models.CharField(max_length=WHO_LENGTH, default="")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "circle"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="circle_period"),
            models.CheckConstraint(condition=Q(solved__gte=0, solved__lte=1), name="circle_solved_is_a_share"),
            models.CheckConstraint(
                condition=Q(after_since=None, after_until=None) | Q(after_since__lte=F("after_until")),
                name="circle_after",
            ),
            models.UniqueConstraint(fields=["example"], condition=Q(example=True), name="one_example"),
        ]

    def __str__(self) -> str:
        return f"circle {self.pk}"

    @property
    def period(self) -> Period:
        return Period(self.since, self.until)

    @property
    def after(self) -> Period | None:
        return Period(self.after_since, self.after_until) if self.after_since and self.after_until else None

    @property
    def closed(self) -> bool:
        return self.example or self.signed_at is not None


class Member(models.Model):
    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="members")
    name = models.CharField(max_length=100)
    username = models.CharField(max_length=WHO_LENGTH, default="", blank=True)  # who signs in so may write
    role = _both(NAME_LENGTH)

    class Meta:
        db_table = "circle_member"
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["circle", "name"], name="a_member_once")]


class Topic(models.Model):
    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="topics")
    key = models.CharField(max_length=40)
    name = _both(NAME_LENGTH)

    class Meta:
        db_table = "circle_topic"
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["circle", "key"], name="a_topic_once")]


class Card(models.Model):
    """A problem; grouped under a topic when the circle laid its cards out."""

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="cards")
    topic = models.ForeignKey(Topic, null=True, on_delete=models.SET_NULL, related_name="cards")
    words = _both(WORDS_LENGTH)
    collected = models.BooleanField(default=True)  # told as a problem too, not only as a card

    class Meta:
        db_table = "circle_card"
        ordering: ClassVar = ["id"]


class Score(models.Model):
    """What a member gives a topic by one criterion; without a member it is what all agreed on together."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="scores")
    member = models.ForeignKey(Member, null=True, on_delete=models.CASCADE, related_name="scores")
    criterion = models.CharField(max_length=12)
    points = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "circle_score"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic", "member", "criterion"], nulls_distinct=False, name="a_score_once"),
            models.CheckConstraint(condition=Q(points__gte=1, points__lte=5), name="scores_are_one_to_five"),
        ]


class Line(models.Model):
    """What was concluded or is kept, by its kind: `term`, `survey-1` to `survey-6`, `analysis`, `kept`, `next`, `lesson`."""

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=12)
    words = _both(WORDS_LENGTH)
    where = _both(NAME_LENGTH)  # of what is kept: in which rule, standard or duty
    link = models.CharField(max_length=LINK_LENGTH, default="", blank=True)

    class Meta:
        db_table = "circle_line"
        ordering: ClassVar = ["id"]


class Leaf(models.Model):
    """An edit of the cause tree: an end cause of its own (`own-…`), or another wording or place of one of the eleven."""

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="leaves")
    key = models.CharField(max_length=40)
    branch = _both(NAME_LENGTH)
    name = _both(NAME_LENGTH)
    content = _both(NAME_LENGTH)
    method = _both(NAME_LENGTH)
    criterion = _both(NAME_LENGTH)
    dropped = _both(NAME_LENGTH)  # why it is not followed; empty while it is

    class Meta:
        db_table = "circle_leaf"
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["circle", "key"], name="a_leaf_once")]


class Confirmation(models.Model):
    """Of one end cause: who looks and by when; and what a person attests where no record can say it, with proof."""

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="confirmations")
    cause = models.CharField(max_length=40)
    who = models.CharField(max_length=100, default="", blank=True)
    due = models.DateField(null=True)
    met = models.BooleanField(null=True)
    words = _both(WORDS_LENGTH)
    by = models.CharField(max_length=100, default="", blank=True)  # who saw it
    on = models.DateField(null=True)
    entered_by = models.CharField(max_length=WHO_LENGTH, default="", blank=True)
    link = models.CharField(max_length=LINK_LENGTH, default="", blank=True)
    file_name = models.CharField(max_length=NAME_LENGTH, default="", blank=True)
    file_kind = models.CharField(max_length=40, default="", blank=True)
    file = models.BinaryField(null=True)

    class Meta:
        db_table = "circle_confirmation"
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["circle", "cause"], name="a_cause_is_confirmed_once"),
            models.CheckConstraint(
                condition=Q(met=None) | (Q(on__isnull=False) & ~Q(by="")), name="who_attests_has_a_name"
            ),
        ]


class MeasureState(models.TextChoices):
    PLANNED = "planned"
    GOING = "going"
    DONE = "done"
    DROPPED = "dropped"


class Measure(models.Model):
    """A countermeasure: why, what, to which goal, how, where, who, when, at what cost, and what carries it."""

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="measures")
    cause = models.CharField(max_length=40)
    what = _both(WORDS_LENGTH)
    goal = _both(NAME_LENGTH)
    how = _both(WORDS_LENGTH)
    where = _both(NAME_LENGTH)
    who = models.CharField(max_length=100, default="", blank=True)
    due = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=MeasureState.choices, default=MeasureState.PLANNED)
    done_on = models.DateField(null=True)
    budget_fen = models.BigIntegerField(default=0)
    catalogue = models.PositiveIntegerField(null=True)  # number of the version that carries it
    improvement = models.PositiveBigIntegerField(null=True)  # of the cases' list
    advice = models.CharField(max_length=200, default="", blank=True)  # what proposed it, so that it is taken once

    class Meta:
        db_table = "circle_measure"
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(state="done") | Q(done_on__isnull=False), name="done_has_a_day"),
            models.UniqueConstraint(fields=["circle", "advice"], condition=~Q(advice=""), name="advice_is_taken_once"),
        ]


class Report(models.Model):
    """The report as it was when the circle was signed; later counts do not change it (0002 makes the database refuse)."""

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="reports")
    language = models.CharField(max_length=2)
    kind = models.CharField(max_length=4)  # json, html, pdf
    content = models.BinaryField()
    digest = models.CharField(max_length=64)  # SHA-256 of the content

    class Meta:
        db_table = "circle_report"
        constraints: ClassVar = [models.UniqueConstraint(fields=["circle", "language", "kind"], name="a_report_once")]


class Watched(models.Model):
    """A month after the end: whether the rate stays."""

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="months")
    month = models.DateField()  # its first day
    failed = models.BigIntegerField()
    applications = models.BigIntegerField()
    held = models.BooleanField(null=True)  # None: nobody applied
    p = models.FloatField(null=True)  # against the time after the countermeasures
    looked_at = models.DateTimeField()

    class Meta:
        db_table = "circle_month"
        ordering: ClassVar = ["month"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["circle", "month"], name="a_month_once")]
