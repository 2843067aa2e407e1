"""Who turns to us again and again: the numbers of a month by how often, and calling the first of them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db import transaction

from careline.insight.folding import OWN
from careline.insight.models import Callback
from careline.journal.writing import write
from careline.postgres import sql
from careline.values.cause import Cause

TOP = 300  # so many were called back in the story that this follows
TOP_MAX = 1000
WORDS_MAX = 500
BANDS = ((1, 1), (2, 2), (3, 5), (6, 10), (11, 20), (21, None))  # dials in a month


@dataclass(frozen=True, slots=True)
class Often:
    place: int
    msisdn: str
    dials: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What was heard from those who were called back."""

    listed: int
    reached: int
    failed: int  # of those reached: self-service had failed them
    causes: dict[str, int]  # of these
    understood: int
    asked: int  # whether they understand what is said on calls

    @property
    def comprehension(self) -> Fraction | None:
        """The goal is 95 %."""
        return Fraction(self.understood, self.asked) if self.asked else None


def most(month: date, top: int = TOP, *, channel: str = "voice", source: str = OWN) -> list[Often]:
    """The numbers that turned to a channel most in a month, ties by number; one statement, by an index."""
    rows = sql.run(
        "SELECT msisdn, dials FROM insight_caller WHERE source = %s AND month = %s AND channel = %s"
        " ORDER BY dials DESC, msisdn LIMIT %s",
        [source, month.replace(day=1), channel, min(top, TOP_MAX)],
    )
    return [Often(place, msisdn, dials) for place, (msisdn, dials) in enumerate(rows, 1)]


def bands(month: date, *, channel: str = "voice", source: str = OWN) -> list[tuple[str, int]]:
    """How many numbers turned to a channel how often; bands sum to all of them. One statement."""
    lows = [low for low, _ in BANDS]
    rows = sql.run(
        "SELECT width_bucket(dials, %s::int[]), sum(users)::bigint FROM insight_dials WHERE source = %s AND month = %s"
        " AND channel = %s GROUP BY 1",
        [lows, source, month.replace(day=1), channel],
    )
    found = {int(band): int(users) for band, users in rows}
    return [(_name(low, high), found.get(at, 0)) for at, (low, high) in enumerate(BANDS, 1)]


def _name(low: int, high: int | None) -> str:
    return f"{low}+" if high is None else str(low) if low == high else f"{low}–{high}"


def list_callbacks(
    month: date, top: int = TOP, *, by: str, now: datetime, channel: str = "voice", source: str = OWN
) -> int:
    """Put the first of a month on the list of those who are called back; who is on it stays. Returns how many are new."""
    often = most(month, top, channel=channel, source=source)
    with transaction.atomic():
        before = Callback.objects.filter(source=source, month=month.replace(day=1), channel=channel).count()
        Callback.objects.bulk_create(
            [
                Callback(
                    source=source, month=month.replace(day=1), channel=channel, place=one.place, msisdn=one.msisdn,
                    dials=one.dials, made_at=now, made_by=by,
                )
                for one in often
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        after = Callback.objects.filter(source=source, month=month.replace(day=1), channel=channel).count()
        write(
            who=by, did="list", what="callbacks", record=f"{source} {month:%Y-%m} {channel}", now=now,
            detail={"listed": after, "new": after - before},
        )  # fmt: skip
    return after - before


def tell(
    callback: int, *, failed: bool | None, cause: str, understood: bool | None, words: str, by: str, now: datetime
) -> None:
    """Write down what somebody said who was called back; again replaces. Raises ValueError for a cause outside the taxonomy."""
    told = Cause(cause).value if failed and cause else ""
    if failed and not told:
        raise ValueError("a failure has a cause")
    with transaction.atomic():
        Callback.objects.filter(pk=callback).update(
            failed=failed, cause=told, understood=understood, words=words[:WORDS_MAX], done_at=now, done_by=by
        )
        write(who=by, did="tell", what="callback", record=str(callback), now=now, detail={"cause": told})


def survey(month: date, *, channel: str = "voice", source: str = OWN) -> Survey:
    """What the callbacks of a month came to; one statement."""
    return summed(list(Callback.objects.filter(source=source, month=month.replace(day=1), channel=channel)))


def summed(callbacks: Sequence[Callback]) -> Survey:
    causes: dict[str, int] = {}
    for one in callbacks:
        if one.failed:
            causes[one.cause] = causes.get(one.cause, 0) + 1
    return Survey(
        listed=len(callbacks),
        reached=sum(one.failed is not None for one in callbacks),
        failed=sum(bool(one.failed) for one in callbacks),
        causes=causes,
        understood=sum(bool(one.understood) for one in callbacks),
        asked=sum(one.understood is not None for one in callbacks),
    )


def agree(failures: dict[str, int], told: Survey) -> bool | None:
    """Whether records and callbacks have the same leading cause; None where one of them has none.

    The shares of the two are of different wholes and are never compared as numbers.
    """
    if not failures or not told.causes:
        return None
    first = min(failures, key=lambda cause: (-failures[cause], cause))
    return first == min(told.causes, key=lambda cause: (-told.causes[cause], cause))
