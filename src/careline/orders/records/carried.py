"""The parcels of the sandbox courier: its own, as a real courier would keep them elsewhere."""

from django.db import models


class SandboxParcel(models.Model):
    """One parcel; where it is follows from the clock, its pace, and what it was asked to stumble over."""

    number = models.CharField(primary_key=True, max_length=40)
    reference = models.CharField(max_length=64, unique=True)
    region = models.CharField(max_length=32)
    back = models.BooleanField(default=False)
    booked_at = models.DateTimeField()
    since = models.DateTimeField()  # the slot
    until = models.DateTimeField()
    pace_seconds = models.IntegerField(default=0)  # between two steps; 0: by the slot
    stumble = models.CharField(max_length=16, default="")  # lost, late, wrong_address, refused
    called_off = models.BooleanField(default=False)

    class Meta:
        db_table = "order_sandbox_parcel"
