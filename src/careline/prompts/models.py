"""The tables of prompts: what was rendered, what was recorded and which of it is in use, notices and the work log."""

from django.db import models

LANGUAGE = 2  # zh, en
TEXT_MAX = 800  # characters of a text that is recorded; an index takes 2,700 octets


class Rendered(models.Model):
    """One synthesised clip with its sound, so that a machine that lacks the file need not synthesise it again."""

    clip = models.CharField(max_length=64, unique=True)  # clips.synthesised
    language = models.CharField(max_length=LANGUAGE)
    voice = models.CharField(max_length=80)
    slow = models.BooleanField()
    text = models.TextField()  # as spoken
    alaw = models.BinaryField()
    milliseconds = models.IntegerField()
    passing = models.BooleanField()  # belongs to no published text: forgotten after a while
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "prompts_rendered"
        indexes = [
            models.Index(fields=["voice"], condition=models.Q(passing=False), name="prompts_rendered_kept"),
            models.Index(fields=["made_at"], condition=models.Q(passing=True), name="prompts_rendered_passing"),
        ]


class Recording(models.Model):
    """One upload for one text, as it came and as it is played; never changed, replaced by higher numbers."""

    language = models.CharField(max_length=LANGUAGE)
    text = models.CharField(max_length=TEXT_MAX)  # as spoken; a recording is for exactly this text
    number = models.IntegerField()  # 1, 2, … of this text
    clip = models.CharField(max_length=64)  # clips.recorded
    alaw = models.BinaryField()
    milliseconds = models.IntegerField()
    original = models.BinaryField()  # unaltered
    name = models.CharField(max_length=200)  # of the uploaded file
    sha256 = models.CharField(max_length=64)  # of the original
    container = models.CharField(max_length=16)
    codec = models.CharField(max_length=32)
    rate = models.IntegerField()
    channels = models.SmallIntegerField()
    seconds_before = models.FloatField()
    lufs_before = models.FloatField()
    lufs_after = models.FloatField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "prompts_recording"
        constraints = [
            models.UniqueConstraint(fields=["language", "text", "number"], name="prompts_recording_numbered"),
        ]


class InUse(models.Model):
    """Which recording of a text is played; a text without a row is synthesised."""

    language = models.CharField(max_length=LANGUAGE)
    text = models.CharField(max_length=TEXT_MAX)
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "prompts_in_use"
        constraints = [models.UniqueConstraint(fields=["language", "text"], name="prompts_in_use_once")]


class Notice(models.Model):
    """A business notice that prompts must be made for; what was done about it stands in its steps."""

    title = models.CharField(max_length=200)
    body = models.TextField(default="")
    arrived_at = models.DateTimeField()
    due_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)  # the last step's time, kept here for the sweep
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "prompts_notice"
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(published_at=None, alarmed_at=None), name="prompts_notice_due"
            ),
            models.Index(fields=["arrived_at"], name="prompts_notice_arrived"),
        ]


class Step(models.Model):
    """One step of a notice, with its person and time: the row of the issue log. Append-only (migration 0002)."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=12)  # notices.Stage
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    note = models.CharField(max_length=500, default="")

    class Meta:
        db_table = "prompts_step"
        constraints = [models.UniqueConstraint(fields=["notice", "step"], name="prompts_step_once")]


class Work(models.Model):
    """One entry of the daily maintenance log, written by the system when it happens. Append-only (migration 0002)."""

    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    did = models.CharField(max_length=20)  # logbook.Deed
    about = models.CharField(max_length=200, default="")
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "prompts_work"
        indexes = [models.Index(fields=["-at"], name="prompts_work_latest")]
