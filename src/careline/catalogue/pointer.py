"""Which version is published."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Pointer(models.Model):
    """A single row; every process looks at it twice a second (`library`), so it stays this small."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.ForeignKey("catalogue.Version", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_pointer")]
