"""What was recorded in some hours, by kind: our own attempts without those of pretend customers, and the runs of dial tests.

The hall counts every attempt into its tally, and never asks whose it is. The lines of pretend customers are known
(`probes_line`); their attempts are found by number and taken off again. They count from the moment that a line was marked:
what a line did before was a customer's.
"""

# ruff: noqa: S608 — statements are put together from constants alone, which LiteralString holds them to

from datetime import datetime, timedelta
from typing import Any, LiteralString

from careline.insight.clock import HOUR

OWN = "hall"
PROBES = "probes"  # the runs of dial tests, told apart from what customers did
# While an hour runs, only attempts that began lately are looked for; when it has settled, all of them.
LATELY, EVER = timedelta(hours=2), timedelta(days=3650)

_KINDS: LiteralString = "channel, region, brand, version, service, verb, outcome, cause"
_PRETENDED: LiteralString = (
    " FROM probes_line l JOIN ledger_attempt a ON a.msisdn = l.msisdn AND a.begun_at >= %(began)s::timestamptz"
    " AND a.begun_at < %(end)s::timestamptz AND a.ended_at >= %(begin)s::timestamptz AND a.ended_at < %(end)s::timestamptz"
    " AND a.ended_at >= l.marked_at"
)
_OWN: LiteralString = (
    f"SELECT {_KINDS}, sum(n)::bigint AS n FROM (SELECT {_KINDS}, attempts AS n FROM ledger_tally"
    " WHERE hour >= %(begin)s::timestamptz AND hour < %(end)s::timestamptz"
    " UNION ALL SELECT a.channel, a.region, a.brand, a.version, a.service, a.verb, a.outcome, a.cause, -1"
    f"{_PRETENDED}) AS each GROUP BY {_KINDS}"
)
_OWN_HOURS: LiteralString = (
    f"SELECT hour, {_KINDS}, sum(n)::bigint AS n FROM (SELECT hour, {_KINDS}, attempts AS n FROM ledger_tally"
    " WHERE hour >= %(begin)s::timestamptz AND hour < %(end)s::timestamptz"
    " UNION ALL SELECT date_trunc('hour', a.ended_at, 'UTC'), a.channel, a.region, a.brand, a.version, a.service, a.verb,"
    f" a.outcome, a.cause, -1{_PRETENDED}) AS each GROUP BY hour, {_KINDS}"
)
_RUNS: LiteralString = (
    "SELECT {hour}channel, region, brand, version, service, verb, CASE WHEN passed THEN 'done' ELSE 'failed' END AS outcome,"
    " cause, count(*) AS n FROM probes_run WHERE judged AND ended_at >= %(begin)s::timestamptz AND ended_at < %(end)s::timestamptz"
    " GROUP BY {group}channel, region, brand, version, service, verb, passed, cause"
)
_RUNS_KINDS: LiteralString = _RUNS.replace("{hour}", "").replace("{group}", "")
_RUNS_HOURS: LiteralString = _RUNS.replace("{hour}", "date_trunc('hour', ended_at, 'UTC') AS hour, ").replace(
    "{group}", "1, "
)
# Statements that give kinds of attempts with their number `n`; with the hour (UTC) in front.
OF: dict[str, LiteralString] = {OWN: _OWN, PROBES: _RUNS_KINDS}
OF_HOURS: dict[str, LiteralString] = {OWN: _OWN_HOURS, PROBES: _RUNS_HOURS}

# A record of one of our tables that a pretend customer made, to be left out; the alias of the table is r.
NOT_PRETENDED: LiteralString = (
    "NOT EXISTS (SELECT FROM probes_line l WHERE l.msisdn = r.msisdn AND l.marked_at <= r.{at})"
)
NOT_PRETENDED_BEGAN: LiteralString = NOT_PRETENDED.replace("{at}", "began_at")
NOT_PRETENDED_ENDED: LiteralString = NOT_PRETENDED.replace("{at}", "ended_at")


def span(hours: list[datetime], *, running: bool) -> dict[str, Any]:
    """The values of these statements, for hours (UTC) that follow each other."""
    begin, end = min(hours), max(hours) + HOUR
    return {"begin": begin, "end": end, "began": begin - (LATELY if running else EVER)}
