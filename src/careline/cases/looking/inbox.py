"""The inbox of open cases, by promise at risk: what is broken first, then what is due next."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from careline.cases.looking import presence
from careline.cases.states import OPEN, NotAllowed
from careline.postgres import sql
from careline.promises import clock
from careline.promises.calendars import running
from careline.values.msisdn import Msisdn

PAGE = 50  # rows
AT_RISK = timedelta(hours=4)  # wall clock before a due time, from which on it counts as at risk though nobody warned
# Written out, as the partial indexes have it: a list that comes as a parameter is no proof to the planner.
_OPEN = "c.state IN (" + ", ".join(f"'{state.value}'" for state in sorted(OPEN)) + ")"
_NEVER = datetime.fromisoformat("9999-12-31T00:00:00+00:00")


class Filter(StrEnum):
    MINE = "mine"
    UNOWNED = "unowned"
    AT_RISK = "at_risk"  # a promise is broken, was warned about, or is due within AT_RISK
    ESCALATED = "escalated"  # above the first level, or a major complaint
    DEPARTMENT = "department"  # a department owes a plan: `who` is its name, "" any
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Next:
    """The promise of a case that is due next. `left` is working time of its calendar: nothing once it is late."""

    what: str
    due_at: datetime
    left: timedelta
    late: bool
    paused: bool


@dataclass(frozen=True, slots=True)
class Row:
    docket: str
    number: str  # masked
    kind: str
    category: str
    severity: str
    state: str
    owner: str
    level: int
    priority: int
    urged: int
    repeats: int
    round: int
    opened_at: datetime
    late: bool
    fault: int | None
    version: int
    next: Next | None = None
    looking: Sequence[presence.Looking] = field(default=())


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Row]
    after: str  # what to ask for the next page with; "" on the last one


# Sets of cases are asked for as a whole and once: asked for each open case by itself they took a tenth of a second.
# Each decides with the columns of `case_case c`; %(who)s is a username or, for departments, a department.
_CHOICES: Mapping[Filter, str] = {
    Filter.MINE: "c.owner = %(who)s",
    Filter.UNOWNED: "c.owner = ''",
    Filter.AT_RISK: "(c.next_at <= %(risk)s::timestamptz OR c.id IN (SELECT case_id FROM case_promise"
    " WHERE kept_at IS NULL AND cancelled_at IS NULL AND (broken_at IS NOT NULL OR warned_at IS NOT NULL)))",
    Filter.ESCALATED: "(c.level > 1 OR c.severity = 'major')",
    Filter.DEPARTMENT: "c.id IN (SELECT case_id FROM case_task WHERE NOT report AND answered_at IS NULL"
    " AND (%(who)s::text = '' OR department_id = %(who)s))",
    Filter.ALL: "true",
}
# A broken promise is late until it is kept; and so is one whose time has come before the sweep did.
_LATE = (
    "(coalesce(c.next_at <= %(now)s::timestamptz, false) OR c.id IN (SELECT case_id FROM case_promise"
    " WHERE broken_at IS NOT NULL AND kept_at IS NULL AND cancelled_at IS NULL))"
)
_COLUMNS = (
    "docket, msisdn, kind, category, severity, state, owner, level, priority, urged, repeats, round, opened_at,"
    " late, fault_id, version, id, due"
)


def inbox(filter: Filter, *, who: str = "", now: datetime, after: str = "", size: int = PAGE) -> Page:
    """One page of open cases; three statements, whatever their number. Raises NotAllowed("page") for a made-up `after`.

    Order: late ones, then the earliest due, then priority; cases without a promise come last.
    """
    place = _read(after) if after else [False, _NEVER, 0, 0]
    values = {"who": who, "now": now, "risk": now + AT_RISK, "size": size + 1}
    values |= dict(zip(("late", "due", "priority", "id"), place, strict=True))
    # Which open cases come next in the order of risk?
    rows = sql.run(_statement(filter, after=bool(after)), values)
    shown = rows[:size]
    dockets = [row[0] for row in shown]
    nexts = _next_promises([row[16] for row in shown], now)
    looking = presence.at(dockets, now)
    found = [Row(row[0], masked(row[1]), *(*row[2:16], nexts.get(row[16]), looking.get(row[0], ()))) for row in shown]
    last = shown[-1] if len(rows) > size else None
    return Page(found, _written(last[13], last[17], last[8], last[16]) if last else "")


def _statement(filter: Filter, *, after: bool) -> str:
    beyond = (
        " WHERE (NOT late, due, -rank, id) > (NOT %(late)s::bool, %(due)s::timestamptz, -%(priority)s::bigint,"
        " %(id)s::bigint)"
        if after
        else ""
    )
    # Late, due and priority are worked out first, so that the page can be cut by all three at once; they stand in an
    # index (case_board), and only the rows of the page are read whole.
    return (
        f"SELECT {_COLUMNS} FROM (SELECT * FROM (SELECT c.id, c.priority AS rank, {_LATE} AS late,"  # noqa: S608
        " coalesce(c.next_at, '9999-12-31T00:00:00Z'::timestamptz) AS due"
        f" FROM case_case c WHERE {_OPEN} AND {_CHOICES[filter]}) AS ranked{beyond}"
        " ORDER BY NOT late, due, -rank, id LIMIT %(size)s) AS listed JOIN case_case USING (id)"
        " ORDER BY NOT late, due, -priority, id"
    )


def counts(who: str, now: datetime, department: str = "") -> dict[Filter, int]:
    """How many cases each filter would show this person; one statement."""
    parts = ", ".join(
        f"count(*) FILTER (WHERE {_CHOICES[one].replace('%(who)s', '%(department)s') if one is Filter.DEPARTMENT else _CHOICES[one]})"
        for one in Filter
    )
    values = {"who": who, "department": department, "risk": now + AT_RISK}
    # How many open cases fit each filter?
    rows = sql.run(f"SELECT {parts} FROM case_case c WHERE {_OPEN}", values)  # noqa: S608
    return dict(zip(Filter, rows[0], strict=True))


def _next_promises(cases: Sequence[int], now: datetime) -> dict[int, Next]:
    # Which open promise of each case is due first? One that is paused comes after all that run.
    rows = sql.run(
        "SELECT DISTINCT ON (case_id) case_id, what, calendar, due_at, broken_at IS NOT NULL, paused_at IS NOT NULL"
        " FROM case_promise WHERE case_id = ANY(%s::bigint[]) AND kept_at IS NULL AND cancelled_at IS NULL"
        " ORDER BY case_id, paused_at IS NOT NULL, due_at, id",
        [list(cases)],
    )
    return {
        case: Next(what, due_at, _left(calendar, now, due_at, paused), broken or (not paused and due_at <= now), paused)
        for case, what, calendar, due_at, broken, paused in rows
    }


def _left(calendar: str, now: datetime, due_at: datetime, paused: bool) -> timedelta:
    return timedelta() if paused else clock.elapsed(running(calendar), now, due_at)


def masked(msisdn: str) -> str:
    """The number as it may be shown; "" where the customer has none."""
    return Msisdn(msisdn).masked() if msisdn else ""


def _written(late: bool, due: datetime, priority: int, id: int) -> str:
    return urlsafe_b64encode(json.dumps([late, due.isoformat(), priority, id]).encode()).decode()


def _read(after: str) -> list[Any]:
    try:
        late, due, priority, id = json.loads(urlsafe_b64decode(after.encode()))
        return [bool(late), datetime.fromisoformat(due), int(priority), int(id)]
    except (ValueError, TypeError) as wrong:
        raise NotAllowed("page") from wrong
