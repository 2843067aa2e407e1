"""Deleting by age: records that were counted long ago go, an hour after the other, a hand at a time; rollups stay for ever.

Nothing goes before it was folded, and nothing that somebody may still need: all records of a number with an open case or
refund, and those from the time of a case, which its evidence shows. What was spared is looked at again when the case or refund
has ended. Keys that make things happen once are not here: the inbox forgets by itself, after its week.
"""

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import LiteralString

from django.db import transaction

from careline.cases.states import OPEN
from careline.catalogue.packs import packs_folder
from careline.insight import clock
from careline.insight.clock import HOUR
from careline.insight.models import Kept, Mark
from careline.insight.recorded import OWN
from careline.journal.writing import write
from careline.postgres import sql

log = logging.getLogger(__name__)

HAND = 5_000  # rows that one statement deletes, more or less
HANDS = 20  # statements of one sweep
HOURS = 24 * 31  # hours that one sweep passes, however empty
LEAST_DAYS = 30
LEAP = timedelta(days=7)  # from one sweep to the next; beyond it the clock may be wrong
ENDED_LATELY = timedelta(days=3)  # whose case or refund ended then is looked at again


@dataclass(frozen=True, slots=True)
class Kind:
    """A table that grows: its time, and which of its rows stay although they are old."""

    table: LiteralString
    at: LiteralString
    first: LiteralString  # where it begins
    goes: LiteralString = "true"
    with_tally: bool = False


# What the books of refunds and the register of suggestions are read from stays.
_NO_BOOK: LiteralString = "t.service NOT IN ('refund', 'suggestion')"
_PROOF: LiteralString = (
    "(t.key LIKE 'case.%%' OR t.key LIKE 'refund.%%' OR t.key LIKE 'order.%%' OR t.key LIKE 'payment.%%')"
)
_TAKEN: LiteralString = "NOT EXISTS (SELECT FROM tmf_letter l WHERE l.message = t.id)"
KINDS: Mapping[str, Kind] = {
    "attempts": Kind("ledger_attempt", "ended_at", "SELECT min(hour) FROM ledger_tally", _NO_BOOK, with_tally=True),
    "contacts": Kind("ledger_contact", "began_at", "SELECT min(began_at) FROM ledger_contact"),
    "journeys": Kind("ledger_journey", "ended_at", "SELECT min(ended_at) FROM ledger_journey"),
    "letters": Kind(
        "outbox_message", "created_at", "SELECT min(created_at) FROM outbox_message",
        f"t.state <> 'queued' AND NOT {_PROOF} AND {_TAKEN}",
    ),
    "proofs": Kind(
        "outbox_message", "created_at", "SELECT min(created_at) FROM outbox_message",
        f"t.state <> 'queued' AND {_PROOF} AND {_TAKEN}",
    ),
}  # fmt: skip


def days() -> Mapping[str, int]:
    """Days that each kind is kept, by packs/common/keeping.toml; 0: for ever. Raises ValueError for fewer than LEAST_DAYS."""
    return _days(packs_folder() / "common" / "keeping.toml")


@lru_cache(maxsize=4)
def _days(path: Path) -> Mapping[str, int]:
    if not path.is_file():
        return dict.fromkeys(KINDS, 0)
    with path.open("rb") as file:
        found = {name: int(number) for name, number in tomllib.load(file)["days"].items()}
    if wrong := [name for name, number in found.items() if name not in KINDS or (number != 0 and number < LEAST_DAYS)]:
        raise ValueError(f"{path.name}: {', '.join(wrong)}")
    return dict.fromkeys(KINDS, 0) | found


def sweep(now: datetime, kept: Mapping[str, int] | None = None, *, hand: int = HAND, hands: int = HANDS) -> int:
    """Delete a few hands of what is old enough; returns how many rows. What a day deleted is journaled when it is over."""
    return sum(_sweep(kind, number, now, hand, hands) for kind, number in (kept or days()).items() if number)


def gone(kind: str, before: datetime) -> None:
    """Another room deletes this kind by age: what ended before is not counted again. It only ever moves on."""
    if not Kept.objects.get_or_create(kind=kind, defaults={"before": before})[1]:
        Kept.objects.filter(kind=kind, before__lt=before).update(before=before)


def _sweep(kind: str, number: int, now: datetime, hand: int, hands: int) -> int:
    what = KINDS[kind]
    limit = clock.whole(now - timedelta(days=number))
    folded = Mark.objects.filter(source=OWN).values_list("hour", flat=True).first()
    if folded is None:
        return 0
    limit, deleted = min(limit, folded), 0
    with transaction.atomic():
        if not Kept.objects.filter(kind=kind).exists():
            ((begin,),) = sql.run(what.first)
            if begin is None or begin >= limit:
                return 0
            Kept.objects.get_or_create(kind=kind, defaults={"before": clock.whole(begin)})
        mark = Kept.objects.select_for_update(skip_locked=True).filter(kind=kind).first()
        if mark is None:
            return 0  # another sweeper is at it
        if _leapt(mark, now):
            return 0
        a_new_day = _tell(mark, now)
        for _ in range(HOURS):
            if mark.before >= limit or deleted >= hand * hands:
                break
            gone, spared = _hour(what, mark.before, now, hand)
            deleted, mark.deleted, mark.spared = deleted + gone, mark.deleted + gone, mark.spared + spared
            mark.before += HOUR
        again = _again(what, mark, now) if a_new_day else 0
        mark.deleted += again
        mark.save()
    return deleted + again


def _leapt(mark: Kept, now: datetime) -> bool:
    """Whether the clock is far ahead of the last sweep: then nothing goes yet, for as many sweeps as days were leapt over.

    A house that was shut for a month waits some twenty minutes; a clock that is years ahead leaves people a day to see it.
    """
    today: date = now.astimezone(clock.zone()).date()
    if mark.told_on is None or today - mark.told_on <= LEAP:
        return False
    log.warning("%s: last swept on %s, and now it is %s; nothing is deleted yet", mark.kind, mark.told_on, today)
    mark.told_on += timedelta(days=1)
    mark.save(update_fields=["told_on"])
    return True


def _tell(mark: Kept, now: datetime) -> bool:
    """What was deleted on the days before stands in the journal, a line a day; whether a new day has begun."""
    today: date = now.astimezone(clock.zone()).date()
    if mark.told_on == today:
        return False
    if mark.told_on is not None and (mark.deleted or mark.spared):
        write(
            who="system", did="delete", what="old_records", record=f"{mark.kind} {mark.told_on}", now=now,
            detail={"deleted": mark.deleted, "spared": mark.spared, "before": mark.before.isoformat()},
        )  # fmt: skip
        mark.deleted = mark.spared = 0
    mark.told_on = today
    return True


# Rows of a number with an open case or refund stay, and so do those from the time of a case.
_FREE: LiteralString = (
    "NOT EXISTS (SELECT FROM case_case c WHERE c.msisdn = t.msisdn AND t.msisdn <> '' AND (c.state = ANY(%(open)s::text[])"
    " OR (t.{at} >= c.opened_at - interval '2 hours'"
    " AND t.{at} < coalesce(c.closed_at, c.archived_at, %(now)s::timestamptz) + interval '1 day')))"
    " AND NOT EXISTS (SELECT FROM refund_refund r WHERE r.msisdn = t.msisdn AND t.msisdn <> '' AND r.ended_at IS NULL)"
)


def _free(what: Kind) -> LiteralString:
    return _FREE.replace("{at}", what.at)


def _hour(what: Kind, hour: datetime, now: datetime, hand: int) -> tuple[int, int]:
    """Delete the rows of one hour, a hand's time after the other; how many went and how many were spared."""
    values = {"open": sorted(state.value for state in OPEN), "now": now, "since": hour, "until": hour + HOUR}
    within: LiteralString = (
        f"t.{what.at} >= %(since)s::timestamptz AND t.{what.at} < %(until)s::timestamptz AND {what.goes}"
    )
    ((rows,),) = sql.run(f"SELECT count(*) FROM {what.table} t WHERE {within}", values)  # noqa: S608
    gone, parts = 0, max(1, -(-rows // hand))
    for part in range(parts if rows else 0):
        values |= {
            "since": hour + HOUR / parts * part,
            "until": hour + (HOUR / parts * (part + 1) if part + 1 < parts else HOUR),
        }
        gone += sql.execute(f"DELETE FROM {what.table} t WHERE {within} AND {_free(what)}", values)  # noqa: S608
    if what.with_tally:
        sql.execute("DELETE FROM ledger_tally WHERE hour >= %s AND hour < %s", [hour, hour + HOUR])
    return gone, rows - gone


def _again(what: Kind, mark: Kept, now: datetime) -> int:
    """Old rows that were spared for a case or refund which has ended lately; found by their number."""
    values = {
        "open": sorted(state.value for state in OPEN), "now": now, "before": mark.before, "since": now - ENDED_LATELY,
        "hand": HAND,
    }  # fmt: skip
    return sql.execute(
        f"DELETE FROM {what.table} t WHERE t.ctid = ANY(ARRAY(SELECT t.ctid FROM (SELECT msisdn FROM case_case"  # noqa: S608
        " WHERE coalesce(closed_at, archived_at) >= %(since)s::timestamptz UNION SELECT msisdn FROM refund_refund"
        f" WHERE ended_at >= %(since)s::timestamptz) AS n JOIN {what.table} t ON t.msisdn = n.msisdn"
        f" WHERE n.msisdn <> '' AND t.{what.at} < %(before)s::timestamptz AND {what.goes} AND {_free(what)} LIMIT %(hand)s))",
        values,
    )
