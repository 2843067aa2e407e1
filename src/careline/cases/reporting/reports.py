"""Figures of cases for a time from `since` to before `until`: every row adds up from the records, nothing is kept aside.

All functions give plain rows (dictionaries of texts, numbers and None) that print as JSON or as a table. Shares are per
cent with one decimal, None where there is nothing to have a share of. Texts of customers never stand in them.
"""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from careline.cases.reporting import mood
from careline.cases.reporting.rows import OF_CUSTOMERS, Row, rows, share
from careline.cases.states import OPEN, Kind, NotAllowed

FIRST_REPLY = timedelta(hours=48)  # of the wall clock, as complainants are told
AGES = (timedelta(days=1), timedelta(days=2), timedelta(days=7), timedelta(days=15))  # bands of the backlog
_OPEN = sorted(state.value for state in OPEN)
_COMPLAINT = Kind.COMPLAINT.value


def report(since: datetime, until: datetime, now: datetime) -> dict[str, Any]:
    """All the figures of one time. Raises NotAllowed("times")."""
    if since >= until:
        raise NotAllowed("times")
    return {
        "since": since.isoformat(), "until": until.isoformat(), "now": now.isoformat(),
        "tables": {name: table(since, until, now) for name, table in TABLES.items()},
    }  # fmt: skip


def channels(since: datetime, until: datetime, now: datetime) -> list[Row]:
    """Complaints per 1,000 contacts, by channel, and how heated they are (CMP-25).

    complaints: cases of that kind accepted in the time by the channel. contacts: contacts that began in it on the
    channel, by the ledger. per_thousand: one decimal; None on a channel without contacts in the ledger.
    heated, heated_share: complaints in whose words customers lost their patience (`mood`), and per cent of all.
    """
    found = rows(
        "SELECT channel, sum(complaints)::bigint AS complaints, sum(contacts)::bigint AS contacts,"
        " sum(heated)::bigint AS heated FROM ("
        " SELECT channel, count(*) AS complaints, 0 AS contacts, count(*) FILTER (WHERE words ~* %(heated)s::text) AS heated"
        f" FROM case_case WHERE kind = %(complaint)s AND {OF_CUSTOMERS}"
        " AND opened_at >= %(since)s::timestamptz AND opened_at < %(until)s::timestamptz GROUP BY channel"
        " UNION ALL SELECT channel, 0, count(*), 0 FROM ledger_contact"
        " WHERE began_at >= %(since)s::timestamptz AND began_at < %(until)s::timestamptz GROUP BY channel"
        ") AS either GROUP BY channel ORDER BY 2 DESC, 1",
        {"complaint": _COMPLAINT, "since": since, "until": until, "heated": mood.HEATED},
    )
    for row in found:
        row["heated_share"] = share(row["heated"], row["complaints"])
        row["per_thousand"] = round(1000 * row["complaints"] / row["contacts"], 1) if row["contacts"] else None
    return found


def departments(since: datetime, until: datetime, now: datetime) -> list[Row]:
    """How each department does (CMP-21); reports of major complaints are left out, nobody waits for them.

    asked, answered, late: questions asked in the time, how many of them are answered, and how many missed their due
    time. open, overdue, urged: of all questions open `now`, whenever asked; urged counts urgings. rating: mean of 1 to 5
    that customers gave the work asked for in the time.
    """
    return rows(
        "SELECT d.name AS department, count(t.id) FILTER (WHERE inside) AS asked,"
        " count(t.id) FILTER (WHERE inside AND t.answered_at IS NOT NULL) AS answered,"
        " count(t.id) FILTER (WHERE inside AND (t.late OR p.overdue)) AS late,"
        " count(t.id) FILTER (WHERE t.answered_at IS NULL) AS open,"
        " count(t.id) FILTER (WHERE t.answered_at IS NULL AND p.overdue) AS overdue,"
        " coalesce(sum(t.urged) FILTER (WHERE t.answered_at IS NULL), 0)::bigint AS urged,"
        " round(avg(t.rating) FILTER (WHERE inside), 2)::float8 AS rating"
        " FROM case_department d LEFT JOIN LATERAL (SELECT *, asked_at >= %(since)s::timestamptz"
        " AND asked_at < %(until)s::timestamptz AS inside FROM case_task WHERE department_id = d.name AND NOT report"
        " AND asked_at <= %(now)s::timestamptz AND (answered_at IS NULL OR asked_at >= %(since)s::timestamptz)) AS t ON true"
        " LEFT JOIN LATERAL (SELECT true AS overdue FROM case_promise WHERE task_id = t.id AND what = 'department'"
        " AND kept_at IS NULL AND cancelled_at IS NULL AND paused_at IS NULL AND due_at <= %(now)s::timestamptz"
        " LIMIT 1) AS p ON true GROUP BY d.name ORDER BY overdue DESC, open DESC, d.name",
        {"since": since, "until": until, "now": now},
    )


def work_orders(since: datetime, until: datetime, now: datetime) -> list[Row]:
    """What had been asked of departments by the end of the time, by department and kind (CMP-22): issued = closed + open.

    The moment is `until`, or `now` if that is earlier: issued were asked by then, closed were answered by then. rating:
    mean of the customers' judgements of the work itself.
    """
    return rows(
        "SELECT department_id AS department, CASE WHEN report THEN 'report' ELSE 'support' END AS type,"
        " count(*) AS issued, count(*) FILTER (WHERE answered_at <= %(at)s::timestamptz) AS closed,"
        " count(*) FILTER (WHERE answered_at IS NULL OR answered_at > %(at)s::timestamptz) AS open,"
        " round(avg(rating), 2)::float8 AS rating"
        " FROM case_task WHERE asked_at <= %(at)s::timestamptz GROUP BY 1, 2 ORDER BY 1, 2",
        {"at": min(until, now)},
    )


def promises(since: datetime, until: datetime, now: datetime) -> list[Row]:
    """Promises by who made them (CMP-23): those that fell due in the time, and by `now`.

    kept: done by the due time. late: done after it. broken: not done, and called off late or not at all. What was
    called off before it was due, or stands still now, is not counted. kept_share: of all three.
    """
    found = rows(
        "SELECT promiser, count(*) AS due, count(*) FILTER (WHERE kept_at <= due_at AND broken_at IS NULL) AS kept,"
        " count(*) FILTER (WHERE kept_at > due_at OR (kept_at IS NOT NULL AND broken_at IS NOT NULL)) AS late,"
        " count(*) FILTER (WHERE kept_at IS NULL) AS broken FROM case_promise"
        " WHERE due_at >= %(since)s::timestamptz AND due_at < %(until)s::timestamptz AND due_at <= %(now)s::timestamptz"
        " AND (cancelled_at IS NULL OR cancelled_at > due_at) AND paused_at IS NULL"
        " GROUP BY promiser ORDER BY due DESC, promiser",
        {"since": since, "until": until, "now": now},
    )
    for row in found:
        row["kept_share"] = share(row["kept"], row["due"])
    return found


def first_replies(since: datetime, until: datetime, now: datetime) -> list[Row]:
    """Complaints accepted in the time whose customer was told a result within 48 hours of the wall clock.

    judged: those that have a result, or whose 48 hours are over `now`. in_time: a result by then. share: of judged.
    """
    (found,) = rows(
        "SELECT count(*) AS accepted,"
        " count(*) FILTER (WHERE replied_at IS NOT NULL OR opened_at + %(limit)s::interval <= %(now)s::timestamptz) AS judged,"
        " count(*) FILTER (WHERE replied_at <= opened_at + %(limit)s::interval) AS in_time"
        f" FROM case_case WHERE kind = %(complaint)s AND {OF_CUSTOMERS} AND opened_at >= %(since)s::timestamptz"
        " AND opened_at < %(until)s::timestamptz",
        {"limit": FIRST_REPLY, "complaint": _COMPLAINT, "since": since, "until": until, "now": now},
    )
    return [found | {"share": share(found["in_time"], found["judged"])}]


def endings(since: datetime, until: datetime, now: datetime) -> list[Row]:
    """How cases ended in the time, by their histories.

    archived: times that a case was filed, filed_unanswered: of these without the customer's word. reopened: times that
    one came back; reopened_share: of archived. satisfied, unsatisfied: the customers' answers; satisfied_share: of both.
    ratings, rating: how many were given, and their mean from 1 to 5. first_round_share: of the archived cases, those that
    needed one round.
    """
    (found,) = rows(
        "SELECT count(*) FILTER (WHERE did IN ('archived', 'filed')) AS archived,"
        " count(*) FILTER (WHERE did = 'filed') AS filed_unanswered, count(*) FILTER (WHERE did = 'reopened') AS reopened,"
        " count(*) FILTER (WHERE did = 'satisfied') AS satisfied, count(*) FILTER (WHERE did = 'unsatisfied') AS unsatisfied,"
        " count(*) FILTER (WHERE did IN ('satisfied', 'unsatisfied', 'rated') AND detail ? 'rating') AS ratings,"
        " round(avg((detail ->> 'rating')::numeric) FILTER (WHERE did IN ('satisfied', 'unsatisfied', 'rated')), 2)::float8"
        " AS rating"
        " FROM case_event WHERE at >= %(since)s::timestamptz AND at < %(until)s::timestamptz"
        " AND did IN ('archived', 'filed', 'reopened', 'satisfied', 'unsatisfied', 'rated')",
        {"since": since, "until": until},
    )
    found["reopened_share"] = share(found["reopened"], found["archived"])
    found["satisfied_share"] = share(found["satisfied"], found["satisfied"] + found["unsatisfied"])
    spread = rounds(since, until, now)
    ended = sum(row["cases"] for row in spread)
    found["first_round_share"] = share(sum(row["cases"] for row in spread if row["rounds"] == 1), ended)
    return [found]


def rounds(since: datetime, until: datetime, now: datetime) -> list[Row]:
    """How many rounds the cases needed that are archived and were filed in the time."""
    return rows(
        "SELECT round AS rounds, count(*) AS cases FROM case_case WHERE archived_at >= %(since)s::timestamptz"
        " AND archived_at < %(until)s::timestamptz GROUP BY round ORDER BY round",
        {"since": since, "until": until},
    )


def backlog(since: datetime, until: datetime, now: datetime) -> list[Row]:
    """How old the cases are that are open `now`, in days since they were accepted; late: with a promise past its time."""
    return rows(
        "SELECT (ARRAY['under 1', '1 to 2', '2 to 7', '7 to 15', 'over 15'])[band + 1] AS days, count(*) AS cases,"
        " count(*) FILTER (WHERE late) AS late FROM (SELECT width_bucket(%(now)s::timestamptz - opened_at,"
        " %(ages)s::interval[]) AS band, (coalesce(next_at <= %(now)s::timestamptz, false) OR EXISTS (SELECT 1"
        " FROM case_promise p WHERE p.case_id = c.id AND p.broken_at IS NOT NULL AND p.kept_at IS NULL"
        " AND p.cancelled_at IS NULL)) AS late FROM case_case c WHERE state = ANY(%(open)s::text[])) AS aged"
        " GROUP BY band ORDER BY band",
        {"now": now, "ages": list(AGES), "open": _OPEN},
    )


def notices(since: datetime, until: datetime, now: datetime) -> list[Row]:
    """Complaints accepted in the time by the template of the notice that provoked them (CH-11); most provoking first."""
    return rows(
        "SELECT e.detail ->> 'key' AS template, count(DISTINCT case_case.id) AS complaints FROM case_case"
        f" JOIN case_event e ON e.case_id = case_case.id AND e.did = 'provoked' WHERE kind = %(complaint)s AND {OF_CUSTOMERS}"
        " AND opened_at >= %(since)s::timestamptz AND opened_at < %(until)s::timestamptz"
        " GROUP BY 1 ORDER BY complaints DESC, template",
        {"complaint": _COMPLAINT, "since": since, "until": until},
    )


Table = Callable[[datetime, datetime, datetime], list[Row]]
TABLES: Mapping[str, Table] = {
    "channels": channels, "departments": departments, "work_orders": work_orders, "promises": promises,
    "first_replies": first_replies, "endings": endings, "rounds": rounds, "backlog": backlog, "notices": notices,
}  # fmt: skip
