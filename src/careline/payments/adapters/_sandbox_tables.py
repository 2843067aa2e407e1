"""The tables of the sandbox provider: the far end's own, which payments never look into."""

from django.db import models


class SandboxBill(models.Model):
    """What somebody is to pay at the sandbox."""

    token = models.CharField(max_length=64, primary_key=True)  # of its page
    reference = models.UUIDField(unique=True)  # ours
    fen = models.BigIntegerField()
    hold = models.BooleanField()  # only held when it is paid; taken by a capture
    title = models.CharField(max_length=128)
    back = models.CharField(max_length=300)  # where the customer goes afterwards
    state = models.CharField(max_length=10, default="open")  # open, held, paid, declined, void
    given_back = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "payments"
        db_table = "till_bill"


class SandboxDeed(models.Model):
    """What was done under one reference, and so is not done again."""

    reference = models.UUIDField(primary_key=True)
    bill = models.ForeignKey(SandboxBill, on_delete=models.CASCADE)
    what = models.CharField(max_length=10)
    fen = models.BigIntegerField()
    declined = models.CharField(max_length=32, default="")
    at = models.DateTimeField()

    class Meta:
        app_label = "payments"
        db_table = "till_deed"


class SandboxNotice(models.Model):
    """A signed notice that is still to be delivered."""

    number = models.CharField(max_length=64, primary_key=True)
    body = models.TextField()
    due_at = models.DateTimeField()
    times = models.IntegerField(default=1)

    class Meta:
        app_label = "payments"
        db_table = "till_notice"
