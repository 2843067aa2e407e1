"""One document of a version: a service, a code table, a set of words."""

from typing import ClassVar

from django.db import models


class Item(models.Model):
    """`stamp` counts the edits, so that the later of two editors of one item is told instead of overwriting."""

    version = models.ForeignKey("catalogue.Version", on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    body = models.JSONField()
    stamp = models.PositiveIntegerField(default=1)
    edited_by = models.CharField(max_length=150, blank=True)
    edited_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["kind", "key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "kind", "key"], name="one_item_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
