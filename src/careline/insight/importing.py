"""Records from elsewhere: a table of attempts is read line by line, checked, and taken in once, under a source of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import LiteralString

from django.db import transaction

from careline.insight import clock, folding
from careline.insight.models import Import
from careline.insight.tabled import Line, NotATable, Reading, read
from careline.postgres import sql

__all__ = ["Line", "NotATable", "Reading", "Taken", "forget", "insert", "read", "take_in"]
HAND = 5_000  # lines that are written down at once


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: lines read, new ones, and those that were there before."""

    read: int
    added: int

    @property
    def known(self) -> int:
        return self.read - self.added


def take_in(
    reading: Reading, *, source: str, name: str, by: str, now: datetime, told: Callable[[int], None] | None = None
) -> Taken:
    """Take in what was read, each key of a source once, and count its days anew; one transaction.

    `told` hears after each hand how many lines were written down.
    Raises ValueError for the names of our own records and runs, or one that is empty or long.
    """
    if source in (folding.OWN, folding.PROBES) or not source.strip() or len(source) > 32:
        raise ValueError("a source of its own is needed")
    added = 0
    with transaction.atomic():
        folding.lock_import(source)
        for at in range(0, len(reading.lines), HAND):
            added += insert(source, reading.lines[at : at + HAND])
            if told:
                told(min(at + HAND, len(reading.lines)))
        for since, until in _spans(reading.lines):
            folding.fold_import(source, since, until)
        Import.objects.create(
            source=source, name=name[:200], digest=reading.digest, lines=reading.read, added=added, by=by, at=now
        )
    return Taken(len(reading.lines), added)


def forget(source: str) -> int:
    """Everything of one source goes, but never our own; returns how many records."""
    if source in (folding.OWN, folding.PROBES):
        raise ValueError("our own records are not forgotten like this")
    with transaction.atomic():
        forgotten = sql.execute("DELETE FROM insight_record WHERE source = %s", [source])
        sql.execute("DELETE FROM insight_day WHERE source = %s", [source])
        sql.execute("DELETE FROM insight_hour WHERE source = %s", [source])
        for table in _SUMS:
            sql.execute(table, [source])
        sql.execute("DELETE FROM insight_node WHERE source = %s", [source])
        sql.execute("DELETE FROM insight_place WHERE source = %s", [source])
        sql.execute("DELETE FROM insight_contact WHERE source = %s", [source])
        sql.execute("DELETE FROM insight_caller WHERE source = %s", [source])
        sql.execute("DELETE FROM insight_dials WHERE source = %s", [source])
        sql.execute("DELETE FROM insight_import WHERE source = %s", [source])
    return forgotten


_SUMS: tuple[LiteralString, ...] = (
    "DELETE FROM insight_area WHERE source = %s",
    "DELETE FROM insight_margin WHERE source = %s",
    "DELETE FROM insight_pair WHERE source = %s",
)


def insert(source: str, lines: list[Line]) -> int:
    """Write down these records, those whose keys are new; returns how many. One statement; days are not counted here."""
    return sql.execute(
        "INSERT INTO insight_record (source, key, msisdn, channel, region, brand, service, verb, version, node, outcome,"
        " cause, ended_at) SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],"
        " %s::text[], %s::int[], %s::text[], %s::text[], %s::text[], %s::timestamptz[]) ON CONFLICT DO NOTHING",
        [source, *sql.columns([_row(line) for line in lines])],
    )


def _row(line: Line) -> tuple[object, ...]:
    return (
        line.key, line.msisdn, line.channel, line.region, line.brand, line.service, line.verb, line.version, line.node,
        line.outcome, line.cause, line.ended_at,
    )  # fmt: skip


def _spans(lines: list[Line]) -> list[tuple[date, date]]:
    """The local days of these records, a month's at a time."""
    where = clock.zone()
    days = sorted({clock.slot_of(clock.whole(line.ended_at), where).day for line in lines})
    spans: dict[tuple[int, int], tuple[date, date]] = {}
    for day in days:
        first, _ = spans.get((day.year, day.month), (day, day))
        spans[day.year, day.month] = (first, day)
    return list(spans.values())
