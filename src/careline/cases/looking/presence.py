"""Who has a case on the screen and who is writing in it, so that two do not answer at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from careline.cases.states import NotAllowed
from careline.postgres import sql

WRITING = timedelta(seconds=30)  # no key in this time: the person looks, but does not write any more
IDLE = timedelta(seconds=30)  # no heartbeat in this time: the page is in the background, or the network is slow
GONE = timedelta(minutes=2)  # no heartbeat in this time: nobody is there any more
HEARTBEAT_SECONDS = 10  # how often pages say that they are still open
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Looking:
    """One person at one case; `idle` people may have left it open on another screen."""

    docket: str
    who: str
    writing: bool
    idle: bool
    seen_at: datetime


def look(docket: str, *, by: str, now: datetime, writing: bool = False) -> None:
    """The heartbeat of an open page; `writing` when something was typed since the last. Raises NotAllowed("no_such_case").

    One statement; the case itself and its version are not touched.
    """
    # Whoever looks at it: since when not heard, and writing since when?
    told = sql.execute(
        "INSERT INTO case_look (case_id, who, seen_at, writing_at)"
        " SELECT id, %s, %s::timestamptz, %s::timestamptz FROM case_case WHERE docket = %s"
        " ON CONFLICT (case_id, who) DO UPDATE SET seen_at = greatest(case_look.seen_at, excluded.seen_at),"
        " writing_at = greatest(case_look.writing_at, excluded.writing_at)",
        [by, now, now if writing else None, docket],
    )
    if not told:
        raise NotAllowed("no_such_case")


def leave(docket: str, *, by: str) -> None:
    """The page was closed: nobody need wait for the heartbeat to run out."""
    sql.execute(
        "DELETE FROM case_look USING case_case WHERE case_case.id = case_id AND docket = %s AND who = %s", [docket, by]
    )


def others(docket: str, *, than: str, now: datetime) -> list[Looking]:
    """Who else is at this case now, those who write first."""
    return [one for one in at([docket], now).get(docket, []) if one.who != than]


def at(dockets: Sequence[str], now: datetime) -> dict[str, list[Looking]]:
    """Who is at these cases now, for each; one statement for a whole list."""
    # Who was heard from lately at these cases?
    rows = sql.run(
        "SELECT docket, who, seen_at, writing_at FROM case_look JOIN case_case ON case_case.id = case_id"
        " WHERE docket = ANY(%s::text[]) AND seen_at > %s::timestamptz ORDER BY who",
        [list(dockets), now - GONE],
    )
    found: dict[str, list[Looking]] = {}
    for docket, who, seen_at, writing_at in rows:
        writing = writing_at is not None and writing_at > now - WRITING
        found.setdefault(docket, []).append(Looking(docket, who, writing, seen_at <= now - IDLE, seen_at))
    for people in found.values():
        people.sort(key=lambda one: (not one.writing, one.idle, one.who))
    return found


def forget(now: datetime) -> int:
    """Drop the looks of yesterday; the journal keeps who looked, this is only about now."""
    return sql.execute("DELETE FROM case_look WHERE seen_at < %s::timestamptz", [now - KEPT])
