"""The sweep over what was promised: each promise is warned of once, and found late once, however many sweep at once.

A hand is a few statements whatever its size. A case that somebody is changing at this moment is left for the next sweep,
so that nobody waits for a sweep and no sweep for anybody. The case's version stays: nothing that a page showed is wrong
because a clock ran out.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from careline.cases.deeds import MOST_PRIORITY
from careline.cases.promised import alarms, promising, reassuring
from careline.cases.promised.lateness import Found
from careline.cases.states import OPEN
from careline.postgres import sql

HAND = 1_000  # a tenth of a second, in which these cases are locked
WARNED_PRIORITY, LATE_PRIORITY = 1, 2
_OPEN = sorted(state.value for state in OPEN)
_AFTER_THE_END = sorted(promising.AFTER_THE_END)


def sweep(now: datetime, limit: int = HAND) -> int:
    """Deal with so many promises at most that are late, else as many to warn of; returns how many it dealt with.

    What fell due is broken: the case is told so, becomes more urgent, and owner and department hear of it. A notice of
    progress that nobody gave goes out by itself, and the next one is promised.
    """
    dealt = late(now, limit)
    # While more is late than one hand takes, nobody reads warnings.
    return dealt if dealt >= limit else dealt + warn(now, limit)


def late(now: datetime, limit: int = HAND) -> int:
    """Mark what is late. A promise of a case that has ended meanwhile is called off without a word."""
    with transaction.atomic():
        found = _break(now, limit)
        owed = [one for one in found if one.docket]
        reassuring.reassure([one for one in owed if one.what == "progress"], now)
        alarms.sound([one for one in owed if one.department], now)
    return len(found)


def warn(now: datetime, limit: int = HAND) -> int:
    """Warn of what will be late soon, but is not yet."""
    with transaction.atomic():
        return _warn(now, limit)


def _break(now: datetime, limit: int) -> list[Found]:
    # Which promises are late, and of cases that nobody is changing? They are broken from the moment they were due; a
    # notice of progress is given by us in the same breath. History, urgency and tasks follow in the same statement.
    rows = sql.run(
        "WITH due AS MATERIALIZED ("
        "  SELECT p.id, c.state = ANY(%(open)s::text[]) OR p.what = ANY(%(after)s::text[]) AS owed"
        "  FROM case_promise p JOIN case_case c ON c.id = p.case_id"
        "  WHERE p.due_at < %(now)s AND p.kept_at IS NULL AND p.cancelled_at IS NULL AND p.paused_at IS NULL"
        "  AND p.broken_at IS NULL ORDER BY p.due_at LIMIT %(limit)s FOR UPDATE OF p, c SKIP LOCKED),"
        " found AS (UPDATE case_promise p SET"
        "  broken_at = CASE WHEN due.owed THEN p.due_at END,"
        "  cancelled_at = CASE WHEN due.owed THEN NULL ELSE %(now)s::timestamptz END,"
        "  kept_at = CASE WHEN due.owed AND p.what = 'progress' THEN %(now)s::timestamptz END"
        "  FROM due WHERE p.id = due.id RETURNING p.*, due.owed),"
        " urgent AS (UPDATE case_case c SET priority = LEAST(c.priority + n.times * %(by)s, %(most)s)"
        "  FROM (SELECT case_id, count(*) AS times FROM found WHERE owed GROUP BY case_id) n WHERE c.id = n.case_id"
        "  RETURNING c.id, c.docket, c.owner, c.state, c.msisdn, c.language, c.link),"
        " task AS (UPDATE case_task t SET late = true FROM found WHERE t.id = found.task_id AND found.owed"
        "  RETURNING t.id, t.department_id),"
        " all_found AS (SELECT f.id, f.case_id, f.what, f.calendar, f.minutes, f.due_at, f.task_id,"
        "  u.docket, u.owner, u.state, u.msisdn, u.language, u.link, t.department_id AS department"
        "  FROM found f LEFT JOIN urgent u ON u.id = f.case_id AND f.owed LEFT JOIN task t ON t.id = f.task_id),"
        " history AS (INSERT INTO case_event (case_id, at, by, did, public, words, detail, channel)"
        "  SELECT case_id, %(now)s, %(who)s, 'late', false, '', jsonb_strip_nulls(jsonb_build_object('what', what,"
        "  'promise', id, 'due_at', due_at, 'task', task_id, 'owner', owner, 'department', department)), ''"
        "  FROM all_found WHERE docket IS NOT NULL)"
        " SELECT case_id, what, calendar, minutes, coalesce(docket, ''), coalesce(owner, ''), coalesce(state, ''),"
        " coalesce(msisdn, ''), coalesce(language, ''), coalesce(link, ''), coalesce(department, '')"
        " FROM all_found ORDER BY due_at, id",
        _terms(now, limit, LATE_PRIORITY),
    )
    return [Found(*row) for row in rows]


def _warn(now: datetime, limit: int) -> int:
    # Which promises of open cases will be late soon, and of cases that nobody is changing?
    rows = sql.run(
        "WITH due AS MATERIALIZED ("
        "  SELECT p.id, c.state = ANY(%(open)s::text[]) OR p.what = ANY(%(after)s::text[]) AS owed"
        "  FROM case_promise p JOIN case_case c ON c.id = p.case_id"
        "  WHERE p.warn_at <= %(now)s AND p.kept_at IS NULL AND p.cancelled_at IS NULL AND p.paused_at IS NULL"
        "  AND p.warned_at IS NULL AND p.broken_at IS NULL AND p.due_at >= %(now)s"
        "  ORDER BY p.warn_at LIMIT %(limit)s FOR UPDATE OF p, c SKIP LOCKED),"
        " found AS (UPDATE case_promise p SET warned_at = %(now)s FROM due WHERE p.id = due.id RETURNING p.*, due.owed),"
        " urgent AS (UPDATE case_case c SET priority = LEAST(c.priority + n.times * %(by)s, %(most)s)"
        "  FROM (SELECT case_id, count(*) AS times FROM found WHERE owed GROUP BY case_id) n WHERE c.id = n.case_id"
        "  RETURNING c.id, c.docket, c.owner),"
        " all_found AS (SELECT f.id, f.case_id, f.what, f.due_at, f.task_id, u.docket, u.owner, t.department_id AS department"
        "  FROM found f LEFT JOIN urgent u ON u.id = f.case_id AND f.owed LEFT JOIN case_task t ON t.id = f.task_id),"
        " history AS (INSERT INTO case_event (case_id, at, by, did, public, words, detail, channel)"
        "  SELECT case_id, %(now)s, %(who)s, 'warned', false, '', jsonb_strip_nulls(jsonb_build_object('what', what,"
        "  'promise', id, 'due_at', due_at, 'task', task_id, 'owner', owner, 'department', department)), ''"
        "  FROM all_found WHERE docket IS NOT NULL)"
        " SELECT count(*) FROM all_found",
        _terms(now, limit, WARNED_PRIORITY),
    )
    return int(rows[0][0])


def _terms(now: datetime, limit: int, by: int) -> dict[str, Any]:
    return {
        "now": now,
        "limit": limit,
        "open": _OPEN,
        "after": _AFTER_THE_END,
        "by": by,
        "most": MOST_PRIORITY,
        "who": promising.CLOCK,
    }
