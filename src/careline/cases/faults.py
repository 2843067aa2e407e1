"""One fault that many complain of: their cases are bound to it, hear the news together and are answered together.

Each case still gets its own reply, in its own history; what is told to all is `fault_telling`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from careline.cases.deeds import deed, note
from careline.cases.fault_telling import Progress as Progress
from careline.cases.fault_telling import answer_all as answer_all
from careline.cases.fault_telling import begin_answer as begin_answer
from careline.cases.fault_telling import go_on as go_on
from careline.cases.fault_telling import news as news
from careline.cases.fault_telling import progress as progress
from careline.cases.free_text import from_staff
from careline.cases.looking.inbox import masked
from careline.cases.models import Case, Fault
from careline.cases.states import OPEN, Kind, NotAllowed
from careline.cases.subjects.categories import categories
from careline.journal import writing
from careline.postgres import sql
from careline.values.secret import mask

BEFORE = timedelta(days=3)  # complaints from so long before the fault was opened are proposed as well
BOUND_AT_ONCE = 10_000  # cases
TITLE_MAX = 120  # characters
_OPEN = sorted(state.value for state in OPEN)
# Open complaints of the fault's category and region that belong to no fault, and were not taken out of this one.
_FITTING = (
    " FROM case_case c JOIN case_fault f ON f.id = %(fault)s::bigint"
    " WHERE c.state = ANY(%(open)s::text[]) AND c.kind = %(kind)s AND c.fault_id IS NULL AND c.category = f.category"
    " AND (f.region = '' OR c.region = f.region) AND c.opened_at >= %(since)s::timestamptz"
    " AND c.opened_at < %(until)s::timestamptz AND NOT EXISTS (SELECT 1 FROM case_event e WHERE e.case_id = c.id"
    " AND e.did = 'unbound' AND e.detail ->> 'fault' = f.id::text)"
)


@dataclass(frozen=True, slots=True)
class Fitting:
    docket: str
    number: str  # masked
    region: str
    state: str
    words: str  # masked
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    total: int
    rows: Sequence[Fitting]  # the earliest of them


def open(title: str, category: str, region: str = "", *, by: str, now: datetime) -> Fault:
    """Write down a common fault. Raises NotAllowed: no_title, no_such_category, too_long."""
    title = from_staff(title, TITLE_MAX)
    if not title:
        raise NotAllowed("no_title")
    if category not in categories():
        raise NotAllowed("no_such_category")
    with transaction.atomic():
        fault = Fault.objects.create(title=title, category=category, region=region, opened_by=by, opened_at=now)
        _journal(fault, "open_fault", by, now, {"category": category, "region": region})
    return fault


def preview(fault: int, since: datetime, until: datetime, limit: int = 100) -> Preview:
    """The cases that `bind` would bind with the same times, and how many; one statement."""
    # Which open complaints fit, and how many?
    rows = sql.run(
        "SELECT c.docket, c.msisdn, c.region, c.state, left(c.words, 120), c.opened_at, count(*) OVER ()"
        f"{_FITTING} ORDER BY c.opened_at, c.id LIMIT %(limit)s",
        {**_asked(fault, since, until), "limit": limit},
    )
    found = [Fitting(row[0], masked(row[1]), row[2], row[3], mask(row[4]), row[5]) for row in rows]
    return Preview(rows[0][6] if rows else 0, found)


def proposals(fault: Fault, now: datetime, limit: int = 100) -> Preview:
    """Complaints that came since shortly before this open fault and fit it; none once it was answered."""
    if fault.answered_at is not None:
        return Preview(0, ())
    return preview(fault.pk, fault.opened_at - BEFORE, now + timedelta(seconds=1), limit)


def proposed(case: Case) -> list[Fault]:
    """The open faults that this case may be one of, the latest first; two statements."""
    if case.fault_id is not None or not case.is_open or case.kind != Kind.COMPLAINT.value or not case.category:
        return []
    found = Fault.objects.filter(category=case.category, region__in=["", case.region], answered_at=None)
    taken_out = [one["fault"] for one in case.events.filter(did="unbound").values_list("detail", flat=True)]
    near = found.filter(opened_at__lte=case.opened_at + BEFORE).exclude(pk__in=taken_out)
    return list(near.order_by("-opened_at")[:10])


def bind(
    fault: int,
    *,
    by: str,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    dockets: Sequence[str] | None = None,
) -> int:
    """Bind the fitting cases of these times, or those of them that were picked; returns how many. Two statements.

    Cases of another category, another region or another fault, and ended ones, are left out, picked or not.
    Raises NotAllowed: no_such_fault, answered (too late: the answer has gone out), too_many.
    """
    with transaction.atomic():
        locked = _locked(fault)
        if locked.answered_at is not None:
            raise NotAllowed("answered")
        if dockets is not None and len(dockets) > BOUND_AT_ONCE:
            raise NotAllowed("too_many")
        values = {
            **_asked(fault, since or locked.opened_at - BEFORE, until or now + timedelta(seconds=1)),
            "picked": None if dockets is None else list(dockets), "by": by, "now": now, "limit": BOUND_AT_ONCE,
        }  # fmt: skip
        # Bind those that fit, each with its new version, and write it into the history of each.
        bound = sql.execute(
            "WITH fitting AS (SELECT c.id"  # noqa: S608
            f"{_FITTING} AND (%(picked)s::text[] IS NULL OR c.docket = ANY(%(picked)s::text[]))"
            " ORDER BY c.id LIMIT %(limit)s FOR UPDATE OF c),"
            " bound AS (UPDATE case_case SET fault_id = %(fault)s::bigint, version = version + 1"
            " FROM fitting WHERE case_case.id = fitting.id RETURNING case_case.id)"
            " INSERT INTO case_event (case_id, at, by, did, public, words, detail, channel)"
            " SELECT id, %(now)s::timestamptz, %(by)s, 'bound', false, '',"
            " jsonb_build_object('fault', %(fault)s::bigint), '' FROM bound",
            values,
        )
        _journal(locked, "bind_cases", by, now, {"bound": bound})
    return bound


def unbind(docket: str, reason: str, *, by: str, now: datetime, expected: int | None = None) -> Case:
    """This case is something else after all; it is not proposed for the same fault again.

    Raises NotAllowed: no_reason, not_bound, closed, moved, no_such_case.
    """
    reason = from_staff(reason)
    if not reason:
        raise NotAllowed("no_reason")
    with deed(docket, expected=expected) as case:
        if case.fault_id is None:
            raise NotAllowed("not_bound")
        note(case, "unbound", by=by, now=now, words=reason, detail={"fault": case.fault_id})
        case.fault = None
    return case


def _locked(fault: int) -> Fault:
    found = Fault.objects.select_for_update().filter(pk=fault).first()
    if found is None:
        raise NotAllowed("no_such_fault")
    return found


def _asked(fault: int, since: datetime, until: datetime) -> dict[str, object]:
    return {"fault": fault, "since": since, "until": until, "open": _OPEN, "kind": Kind.COMPLAINT.value}


def _journal(fault: Fault, did: str, by: str, now: datetime, detail: Mapping[str, object]) -> None:
    writing.write(who=by, did=did, what="fault", record=str(fault.pk), now=now, detail=detail)
