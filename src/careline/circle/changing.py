"""How a circle is changed: by who belongs to it, over the version that they saw, in one transaction with the journal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import transaction

from careline.circle.decisions import NotACircle
from careline.circle.decisions_file import link
from careline.circle.models import Circle
from careline.identity.gates import Gate
from careline.identity.models import Staff
from careline.journal.writing import write
from careline.values.secret import mask

DIGITS_MAX = 19  # of any number that the database keeps
DAY_FIRST, DAY_LAST = date(1990, 1, 1), date(2100, 12, 31)


class NotDone(Exception):
    """A rule says no; `code` names it: stale, closed, empty, unknown, double, full, wrong, address, file."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def may_write(person: Staff, circle: Circle) -> bool:
    """The leader, its members, and whoever edits the catalogue."""
    if person.may(Gate.EDIT_CATALOGUE) or circle.leader == person.username:
        return True
    return circle.members.filter(username=person.username).exists()


@contextmanager
def change(
    circle: int, expected: int, *, by: str, now: datetime, did: str, detail: Mapping[str, Any] | None = None
) -> Iterator[Circle]:
    """The circle, locked; saved with the next version and journaled when the block ends well.

    Raises NotDone: `closed` of what is signed or an example, `stale` where somebody else was quicker.
    """
    with transaction.atomic():
        found = Circle.objects.select_for_update().get(pk=circle)
        if found.closed:
            raise NotDone("closed")
        if found.version != expected:
            raise NotDone("stale")
        yield found
        found.version += 1
        found.save()
        write(who=by, did=did, what="circle", record=str(circle), now=now, detail=detail)


def clean(words: str, most: int, *, needed: bool = False) -> str:
    """One line of masked text. Raises NotDone: `empty` where it is needed, `long` beyond the limit."""
    said = mask(" ".join(words.split()))
    if needed and not said:
        raise NotDone("empty")
    if len(said) > most:
        raise NotDone("long")
    return said


def edited(before: list[str], words: str, language: str) -> list[str]:
    """Both languages after one was typed: the other follows until it has words of its own."""
    zh, en = before or ["", ""]
    if zh == en or not words:
        return [words, words]
    return [zh, words] if language == "en" else [words, en]


def day(written: str, *, needed: bool = False) -> date | None:
    """Raises NotDone."""
    if not written:
        if needed:
            raise NotDone("empty")
        return None
    try:
        found = date.fromisoformat(written)
    except ValueError as error:
        raise NotDone("wrong") from error
    if not DAY_FIRST <= found <= DAY_LAST:
        raise NotDone("wrong")
    return found


def whole(written: str, most: int) -> int:
    """A whole number from 0; empty is 0. Raises NotDone."""
    told = written.replace(",", "").strip()
    if not told:
        return 0
    if not (told.isascii() and told.isdigit() and len(told) <= DIGITS_MAX) or int(told) > most:
        raise NotDone("wrong")
    return int(told)


def address(written: str) -> str:
    """Raises NotDone."""
    try:
        return link(written.strip())
    except NotACircle as error:
        raise NotDone("address") from error
