"""Marked lines, what is planned, runs of probes, timetables, who runs them, baselines, and alarms with their tellings."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


def ended(passed: bool, judged: bool, warned: bool) -> str:
    """The one word for how a run ended: passed, warned, failed, or unjudged where nobody knows."""
    return "unjudged" if not judged else "failed" if not passed else "warned" if warned else "passed"


class Line(models.Model):
    """A marked line: a pretend customer, by whose number its contacts and attempts can be told from those of customers."""

    msisdn = models.CharField(max_length=15, primary_key=True)
    region = models.CharField(max_length=32)
    brand = models.CharField(max_length=32)
    language = models.CharField(max_length=2, default="zh")
    senior = models.BooleanField(default=False)
    ours = models.BooleanField()  # a line of the sandbox, put back before each run; else one that the carrier gave
    marked_at = models.DateTimeField()
    taken_until = models.DateTimeField(null=True)  # by a probe that is running

    class Meta:
        db_table = "probes_line"


class Run(models.Model):
    """One probe, run once (or again after a failure): what was heard and how it ended, in the taxonomy of attempts."""

    id = models.UUIDField(primary_key=True)
    batch = models.UUIDField()  # of the command or timetable that ran it together with others
    probe = models.CharField(max_length=160)
    channel = models.CharField(max_length=16)
    vantage = models.CharField(max_length=32)
    version = models.IntegerField()  # of the catalogue it was derived from
    msisdn = models.CharField(max_length=15)
    region = models.CharField(max_length=32)
    brand = models.CharField(max_length=32)
    service = models.CharField(max_length=64, default="", blank=True)
    verb = models.CharField(max_length=16, default="", blank=True)
    node = models.CharField(max_length=64, default="", blank=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    passed = models.BooleanField()
    judged = models.BooleanField(default=True, db_default=True)  # else nobody knows: the runner lacks what judges it
    cause = models.CharField(max_length=32, default="", blank=True)  # of values.cause, when it failed
    kind = models.CharField(max_length=16, default="", blank=True)  # system or operation
    why = models.CharField(max_length=300, default="", blank=True)
    tries = models.SmallIntegerField(default=1)
    steps = models.JSONField(default=list)
    ladder = models.JSONField(default=list)  # SIP messages: seconds, direction, first line
    figures = models.JSONField(default=dict)  # time to answer, to first sound, level, clipping, silence, loss
    sound = models.CharField(max_length=64, default="", blank=True)  # the file of what was heard
    covers = ArrayField(models.CharField(max_length=160), default=list)  # what passed with it
    warnings = models.JSONField(default=list)  # figures far from the baseline: what, is, was, limit

    class Meta:
        db_table = "probes_run"
        indexes = [
            models.Index(fields=["probe", "vantage", "-ended_at"], name="probes_run_of"),
            models.Index(fields=["-ended_at"], name="probes_run_ended"),
            models.Index(fields=["batch"], name="probes_run_batch"),
        ]
        constraints = [
            models.CheckConstraint(
                name="probes_run_cause",
                condition=models.Q(judged=True, passed=True, cause="")
                | models.Q(judged=False, passed=False, cause="")
                | (models.Q(judged=True, passed=False) & ~models.Q(cause="")),
            )
        ]

    @property
    def state(self) -> str:
        return ended(self.passed, self.judged, bool(self.warnings))


class Tally(models.Model):
    """Runs by hour, counted when they are kept, so that a chart of a day does not count a million rows."""

    pk = models.CompositePrimaryKey("hour", "channel", "vantage")
    hour = models.DateTimeField()
    channel = models.CharField(max_length=16)
    vantage = models.CharField(max_length=32)
    passed = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)

    class Meta:
        db_table = "probes_tally"


class Newest(models.Model):
    """How each probe ended last at each vantage point, put down when its run is kept: what lists show of a million runs."""

    pk = models.CompositePrimaryKey("probe", "vantage")
    probe = models.CharField(max_length=160)
    vantage = models.CharField(max_length=32)
    run = models.UUIDField()
    channel = models.CharField(max_length=16)
    passed = models.BooleanField()
    kind = models.CharField(max_length=16, default="", blank=True)
    cause = models.CharField(max_length=32, default="", blank=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    warned = models.BooleanField(default=False)
    judged = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "probes_newest"


class Baseline(models.Model):
    """The first good run of a probe at a vantage point, or one that a person chose: what later ones are compared with."""

    pk = models.CompositePrimaryKey("probe", "vantage")
    probe = models.CharField(max_length=160)
    vantage = models.CharField(max_length=32)
    run = models.UUIDField()
    at = models.DateTimeField()
    figures = models.JSONField(default=dict)

    class Meta:
        db_table = "probes_baseline"


class Timetable(models.Model):
    """When which probes run, from where. A name of its own has it for good: what it made due is found by it."""

    name = models.CharField(max_length=64, primary_key=True)
    probes = models.CharField(max_length=300)  # patterns such as voice/node/*, separated by spaces
    vantage = models.CharField(max_length=32, default="here")
    every_minutes = models.IntegerField(default=60)  # 0: at the times below
    times = models.CharField(max_length=200, default="", blank=True)  # 08:00 20:00, by the calendar's clock
    calendar = models.CharField(max_length=32, default="always")
    retries = models.SmallIntegerField(default=1)
    active = models.BooleanField(default=True)
    next_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150, default="", blank=True)

    class Meta:
        db_table = "probes_timetable"
        indexes = [models.Index(fields=["next_at"], condition=models.Q(active=True), name="probes_timetable_due")]


class Due(models.Model):
    """One probe that is to run now, or is running; taken by whoever runs probes, and gone with its run."""

    id = models.BigAutoField(primary_key=True)
    timetable = models.CharField(max_length=64)
    probe = models.CharField(max_length=160)
    vantage = models.CharField(max_length=32)
    retries = models.SmallIntegerField()
    batch = models.UUIDField()
    due_at = models.DateTimeField()
    taken_until = models.DateTimeField(null=True)
    taken_by = models.CharField(max_length=80, default="", blank=True)  # a runner's name
    turn = models.BigIntegerField(db_default=0, default=0)  # the lowest is next; starts take turns by it
    asked_by = models.CharField(max_length=150, default="", blank=True)  # who started it, where no timetable did

    class Meta:
        db_table = "probes_due"
        indexes = [
            models.Index(fields=["vantage", "turn", "id"], name="probes_due_turn"),
            models.Index(fields=["taken_by"], condition=~models.Q(taken_by=""), name="probes_due_taken"),
            models.Index(fields=["batch"], name="probes_due_batch"),
        ]
        constraints = [models.UniqueConstraint(fields=["timetable", "probe", "vantage"], name="probes_due_once")]


class Runner(models.Model):
    """A process that runs probes, and when it was last heard of."""

    name = models.CharField(max_length=80, primary_key=True)  # machine and process
    vantages = ArrayField(models.CharField(max_length=32), default=list)
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    running = models.IntegerField(default=0)

    class Meta:
        db_table = "probes_runner"


class Planned(models.Model):
    """One probe of the plan that was made last, for pages: deriving all of them takes seconds."""

    id = models.CharField(max_length=160, primary_key=True)
    place = models.IntegerField()  # in the order of the plan
    name_zh = models.CharField(max_length=200, default="", blank=True)
    name_en = models.CharField(max_length=200, default="", blank=True)
    channel = models.CharField(max_length=16)
    service = models.CharField(max_length=64, default="", blank=True)
    verb = models.CharField(max_length=16, default="", blank=True)
    node = models.CharField(max_length=64, default="", blank=True)
    source = models.CharField(max_length=100, default="", blank=True)
    covers = ArrayField(models.CharField(max_length=160), default=list)
    steps = models.JSONField(default=list)

    class Meta:
        db_table = "probes_planned"


class Wanted(models.Model):
    """What ought to be tried, by the plan that was made last; where no probe covers it, why."""

    token = models.CharField(
        max_length=160, primary_key=True
    )  # node:MENU/NODE, deed:SERVICE:VERB, error:KIND, channel:NAME
    covered = models.BooleanField()
    why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        db_table = "probes_wanted"


class Planning(models.Model):
    """When and from which version the plan was made last; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.IntegerField()
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        db_table = "probes_planning"


class Alarm(models.Model):
    """A probe that fails at a vantage point: raised once, told once, cleared when it passes again and stays so.

    Without a run it is about the vantage point itself: what is due there is not run.
    """

    id = models.BigAutoField(primary_key=True)
    probe = models.CharField(max_length=160)
    vantage = models.CharField(max_length=32)
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=32)
    why = models.CharField(max_length=300, default="", blank=True)
    run = models.UUIDField(null=True)
    flapping = models.BooleanField(default=False)
    told = models.JSONField(default=dict)  # raised or cleared -> way -> what became of it
    acknowledged_by = models.CharField(max_length=150, default="", blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        db_table = "probes_alarm"
        indexes = [models.Index(fields=["-raised_at"], name="probes_alarm_raised")]
        constraints = [
            models.UniqueConstraint(
                fields=["probe", "vantage"], condition=models.Q(cleared_at=None), name="probes_alarm_open"
            ),
            models.CheckConstraint(
                name="probes_alarm_acknowledged",
                condition=models.Q(acknowledged_at=None, acknowledged_by="")
                | (models.Q(acknowledged_at__isnull=False) & ~models.Q(acknowledged_by="")),
            ),
        ]


class Telling(models.Model):
    """One alarm that is to be told one way, tried until it was taken or given up."""

    id = models.BigAutoField(primary_key=True)
    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE)
    way = models.CharField(max_length=16)  # mail, sms, webhook
    raised = models.BooleanField()  # else cleared
    due_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "probes_telling"
        indexes = [models.Index(fields=["due_at"], condition=models.Q(done_at=None), name="probes_telling_due")]
        constraints = [models.UniqueConstraint(fields=["alarm", "way", "raised"], name="probes_telling_once")]
