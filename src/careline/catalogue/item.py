"""One document of a version: a service, a code table, a set of words."""

from typing import ClassVar

from django.db import connection, models


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

    @classmethod
    def copy_all(cls, source: int, target: int) -> None:
        """Give a version (by primary key) the items of another; the stamps begin anew. One statement."""
        with connection.cursor() as cursor:
            # The items of one version become those of another.
            cursor.execute(
                "insert into catalogue_item (version_id, kind, key, body, stamp, edited_by, edited_at)"
                " select %s, kind, key, body, 1, edited_by, edited_at from catalogue_item where version_id = %s",
                [target, source],
            )
