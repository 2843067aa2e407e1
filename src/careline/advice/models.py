"""What became of advice: verdicts on it, drafts that were made of it, and what those who were called back understood."""

from django.db import models


class Verdict(models.Model):
    """What somebody decided about one piece of advice; a later verdict takes its place, and the journal keeps both."""

    key = models.CharField(max_length=200, primary_key=True)  # of the advice: swap:standard:main:a:b
    accepted = models.BooleanField()
    reason = models.CharField(max_length=500)
    worth = models.FloatField()  # seconds a day that it was worth then
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    class Meta:
        db_table = "advice_verdict"


class Drafted(models.Model):
    """Advice that was written into a draft of the catalogue: the same advice on the same documents makes one draft."""

    digest = models.CharField(max_length=64, primary_key=True)  # of what is changed, from what to what
    kind = models.CharField(max_length=16)  # menu, words, intro
    menu = models.CharField(max_length=64, default="", blank=True)
    version = models.IntegerField()  # number of the draft
    announced = models.JSONField(default=list)  # nodes that say that their keys have changed
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    class Meta:
        db_table = "advice_drafted"
        indexes = [models.Index(fields=["version"], name="advice_drafted_version")]


class Heard(models.Model):
    """Whether one caller who was called back understood one text of calls, read out or played to them."""

    id = models.BigAutoField(primary_key=True)
    callback = models.BigIntegerField()  # insight_callback: no number is kept here
    key = models.CharField(max_length=200)  # of the text, as the prompt studio names it
    language = models.CharField(max_length=2)
    version = models.IntegerField()  # of the catalogue: another wording is another text
    understood = models.BooleanField()
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    class Meta:
        db_table = "advice_heard"
        constraints = [models.UniqueConstraint(fields=["callback", "key", "language"], name="advice_heard_once")]
        indexes = [models.Index(fields=["at"], name="advice_heard_at")]
