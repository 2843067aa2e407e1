"""Lint for pages: a version is linted once for each state it is in."""

from functools import lru_cache

from django.db.models import Count, Max, Sum

from careline.catalogue.compiling import compile_book
from careline.catalogue.documents import PackError
from careline.catalogue.lint import Report, lint
from careline.catalogue.version import Version
from careline.dialogue.book import Book
from careline.wiring import behaviours

Content = tuple[int, int, int]


def report(version: Version) -> Report:
    """What lint finds in the version as it is now."""
    return _report(version.pk, _content(version))


def compiled(version: Version) -> Book | None:
    """The version as a book; None while it does not compile, which lint explains."""
    return _compiled(version.pk, _content(version))


# Stamps only grow, a removed item lowers the count and a new one has the highest id: the same three, the same content.
def _content(version: Version) -> Content:
    held = version.items.aggregate(items=Count("id"), stamps=Sum("stamp"), newest=Max("id"))
    return held["items"], held["stamps"], held["newest"]


@lru_cache(maxsize=8)
def _compiled(version: int, content: Content) -> Book | None:
    held = Version.objects.get(pk=version)
    try:
        return compile_book(held.documents(), held.number)
    except PackError:
        return None


@lru_cache(maxsize=8)
def _report(version: int, content: Content) -> Report:
    return lint(Version.objects.get(pk=version).documents(), tuple(behaviours().values()))
