"""Lint for pages: a version is linted once for each state it is in."""

from functools import lru_cache

from django.db.models import Count, Max, Sum

from careline.catalogue.lint import Report, lint
from careline.catalogue.version import Version
from careline.wiring import behaviours


def report(version: Version) -> Report:
    """What lint finds in the version as it is now."""
    held = version.items.aggregate(items=Count("id"), stamps=Sum("stamp"), newest=Max("id"))
    return _report(version.pk, (held["items"], held["stamps"], held["newest"]))


# Stamps only grow, a removed item lowers the count and a new one has the highest id: the same three, the same content.
@lru_cache(maxsize=8)
def _report(version: int, content: tuple[int, int, int]) -> Report:
    return lint(Version.objects.get(pk=version).documents(), tuple(behaviours().values()))
