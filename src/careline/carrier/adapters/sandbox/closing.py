"""Lines that their customers give up: agreed to for a day, taken back until then, kept afterwards like any suspended one."""

from datetime import date, timedelta

from careline.carrier.adapters.sandbox.demands import must_exist
from careline.carrier.adapters.sandbox.line import Line
from careline.carrier.adapters.sandbox.rules import Day, Facts, Refused, Rules, midnight
from careline.carrier.port import KeptLine, Request
from careline.postgres.sql import execute, run
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

AHEAD_DAYS_MAX = 92  # a leaving is agreed to for the coming weeks, not for some year


def close_line(line: Line, request: Request, day: Day, rules: Rules) -> Facts:
    """RET-01: the line is served to the end of the day before; nothing leaves with a debt."""
    must_exist(line)
    if line.left_on is not None or line.closing_on is not None:
        raise Refused(Cause.ALREADY_ON, effective_on=line.left_on or line.closing_on)
    if line.basic < 0:
        raise Refused(Cause.NOT_ENOUGH_MONEY, debt=-line.basic)
    try:
        effective = date.fromisoformat(str(request.values.get("effective_on") or ""))
    except ValueError:
        raise Refused(Cause.WRONG_PARAMETER) from None
    if not day.today < effective <= day.today + timedelta(days=AHEAD_DAYS_MAX):
        raise Refused(Cause.WRONG_PARAMETER)
    line.closing_on = effective
    return {
        "effective_on": effective,
        "retained_until": effective + timedelta(days=rules.retention_days),
        "basic": line.basic,
        "gift": line.gift,
        "points": line.points,
    }


def reopen_line(line: Line, request: Request, day: Day, rules: Rules) -> Facts:
    """What was agreed to is taken back; a line that has left already is served again, without what ended with it."""
    must_exist(line)
    if line.closing_on is None and line.left_on is None:
        raise Refused(Cause.NOT_ON)
    kept = line.retained_until(rules)
    if line.left_on is not None and kept is not None and day.today > kept:
        raise Refused(Cause.NOT_FOUND, retained_until=kept)
    was = "left" if line.left_on is not None else "closing"
    line.closing_on = line.left_on = None
    if was == "left" and line.basic >= 0:
        line.status, line.suspended_on = "active", None
    return {"status": line.status, "basic": line.basic, "gift": line.gift, "was": was}


def leave(now: Day) -> int:
    """Lines whose day has come are not served any more; how many. Their products end with the day before."""
    # Whose day has come, and from when their numbers are kept: of a suspended one the earlier day stays.
    gone = run(
        "UPDATE sandbox_account SET left_on = closing_on, closing_on = NULL, version = version + 1,"
        " suspended_on = CASE WHEN status = 'suspended' THEN suspended_on ELSE closing_on END, status = 'suspended'"
        " WHERE closing_on <= %s::date AND status <> 'released' RETURNING msisdn, left_on",
        [now.today],
    )
    if gone:
        # Whatever ran on them has ended.
        execute(
            "UPDATE sandbox_holding h SET ends_at = n.at, ended_by = 'subscriber', ended_channel = 'leaving'"
            " FROM unnest(%s::text[], %s::timestamptz[]) AS n (msisdn, at)"
            " WHERE h.msisdn = n.msisdn AND (h.ends_at IS NULL OR h.ends_at > n.at)",
            [[row[0] for row in gone], [midnight(row[1]) for row in gone]],
        )
    return len(gone)


def kept(after: KeptLine | None, limit: int, rules: Rules) -> list[KeptLine]:
    # Suspended lines, the longest suspended first, from where the page before ended.
    rows = run(
        "SELECT msisdn, suspended_on, left_on IS NOT NULL, basic, gift FROM sandbox_account"
        " WHERE status = 'suspended' AND (%s::date IS NULL OR (suspended_on, msisdn) > (%s::date, %s::text))"
        " ORDER BY suspended_on, msisdn LIMIT %s",
        [after.since if after else None, after.since if after else None, after.msisdn.digits if after else "", limit],
    )
    return [
        KeptLine(
            Msisdn(number),
            since,
            since + timedelta(days=rules.retention_days),
            "left" if left else "debt",
            max(0, -basic),
            basic,
            gift,
        )
        for number, since, left, basic, gift in rows
    ]
