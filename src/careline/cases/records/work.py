"""What staff leave at a case: drafts, who is looking, offers, and what should become better."""

from django.db import models

from careline.cases.records.case import WHO_LENGTH, Case


class Draft(models.Model):
    """A text that somebody has begun to write; one for each person, case and purpose (reply, note, plan, summary)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    who = models.CharField(max_length=WHO_LENGTH)
    purpose = models.CharField(max_length=16)
    words = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "case_draft"
        constraints = [models.UniqueConstraint(fields=["case", "who", "purpose"], name="case_draft_once")]


class Look(models.Model):
    """Who has a case on the screen, and whether that person is writing: so that two do not answer at once."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="looks")
    who = models.CharField(max_length=WHO_LENGTH)
    seen_at = models.DateTimeField()
    writing_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_look"
        constraints = [models.UniqueConstraint(fields=["case", "who"], name="case_look_once")]


class Offer(models.Model):
    """What the customer was offered, and what became of it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="offers")
    at = models.DateTimeField()
    by = models.CharField(max_length=WHO_LENGTH)
    words = models.TextField()
    amount = models.BigIntegerField(default=0)  # fen
    accepted = models.BooleanField(null=True)
    limits_told = models.BooleanField(default=False)  # after a no: what the company cannot do was said openly
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_offer"


class Improvement(models.Model):
    """Something that should become better, as complaints showed; somebody owns it until it is done."""

    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="improvements")
    category = models.CharField(max_length=40, default="")
    words = models.TextField()
    submitted_by = models.CharField(max_length=WHO_LENGTH)
    submitted_at = models.DateTimeField()
    owner = models.CharField(max_length=WHO_LENGTH, default="")
    status = models.CharField(max_length=12, default="open")  # open, doing, done, declined
    reply = models.TextField(default="")
    updated_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_improvement"
