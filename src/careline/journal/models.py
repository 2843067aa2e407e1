"""One entry of the journal: who did what to which record, and when."""

from django.db import models


class Entry(models.Model):
    """Written once, never changed: the database itself refuses UPDATE and DELETE (migration 0001)."""

    at = models.DateTimeField()
    who = models.CharField(max_length=150)  # username of staff, or the name of a process
    did = models.CharField(max_length=60)  # publish, review, refuse, sign_in, …
    what = models.CharField(max_length=60)  # the kind of record: version, item, subscriber, attempt, …
    record = models.CharField(max_length=200)  # its key; numbers of customers masked
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=["-at", "-id"], name="journal_latest"),
            models.Index(fields=["what", "record", "-at"], name="journal_of_record"),
        )

    def __str__(self) -> str:
        return f"{self.who} {self.did} {self.what} {self.record}"
