"""What a request does to a line, by kind. Pure: a deed checks everything first, then changes the line, then answers.

Each takes (line, request, day, rules) and returns the answer's facts; Refused is the carrier's rightful no.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from careline.carrier.adapters.sandbox import hows
from careline.carrier.adapters.sandbox.charging import ID_LENGTH
from careline.carrier.adapters.sandbox.closing import close_line, reopen_line
from careline.carrier.adapters.sandbox.demands import amount_of, must_be_active, must_exist
from careline.carrier.adapters.sandbox.line import Line
from careline.carrier.adapters.sandbox.products import configure, pay, switch_off, switch_on
from careline.carrier.adapters.sandbox.rules import Day, Facts, Refused, Rules
from careline.carrier.port import Request
from careline.values.cause import Cause

Deed = Callable[[Line, Request, Day, Rules], Facts]


def redeem(line: Line, request: Request, day: Day, rules: Rules) -> Facts:
    """CRP-02: points down and basic account up in one entry, at the carrier's rate; part points round up."""
    must_exist(line)
    amount = amount_of(request.values.get("amount"))
    points = -(-amount * rules.points_per_yuan // 100)
    if points > line.points:
        raise Refused(Cause.NOT_ENOUGH_POINTS, points=line.points, needed=points)
    line.put(
        "redeem",
        day,
        basic=amount,
        points=-points,
        how="points",
        reference=request.reference,
        by=request.by,
    )
    return {
        "points": line.points,
        "redeemed_points": points,
        "basic": line.basic,
        "gift": line.gift,
        "status": line.status,
    }


# What an entry of money that comes back names: the charge by its id, or by the reference it was asked for under.
_NAMES = {"refund": "item", "returned": "returns"}


def activate(line: Line, request: Request, day: Day, rules: Rules) -> Facts:
    """SMS-26: an inactive line becomes active, once only."""
    must_exist(line)
    if line.status == "suspended":
        raise Refused(Cause.SUSPENDED)
    if line.status == "active":
        raise Refused(Cause.ALREADY_ON, activated_on=line.activated_on)
    line.status, line.activated_on = "active", day.today
    line.valid_until = day.today + timedelta(days=rules.validity_days)
    return {"status": line.status, "valid_until": line.valid_until}


def top_up(line: Line, request: Request, day: Day, rules: Rules) -> Facts:
    """Money in. It clears a debt first (the basic account is below zero), and then the line is active again (ACC-01)."""
    must_exist(line)
    kept = line.retained_until(rules)
    if kept is not None and day.today > kept:
        raise Refused(Cause.NOT_FOUND, retained_until=kept)  # its days are over: not yet swept, but gone
    amount = amount_of(request.values.get("amount"))
    account = str(request.values.get("account") or "basic")
    how = str(request.values.get("how") or "card")
    if account not in ("basic", "gift"):
        raise Refused(Cause.WRONG_PARAMETER)
    line.put(
        hows.kind_of(how),
        day,
        **{account: amount},
        how=how[:16],
        product=str(request.values.get(_NAMES[how]) or "")[:ID_LENGTH] if how in _NAMES else "",
        reference=request.reference,
        by=request.by,
    )
    if line.valid_until is not None:
        line.valid_until = max(line.valid_until, day.today + timedelta(days=rules.validity_days))
    return {
        "basic": line.basic,
        "gift": line.gift,
        "status": line.status,
        "valid_until": line.valid_until,
    }


def charge(line: Line, request: Request, day: Day, rules: Rules) -> Facts:
    """A fee that is due, paid or not: what the line cannot pay it owes, and is suspended for (ACC-01, ACC-02)."""
    must_be_active(line)
    values = request.values
    provider = str(values.get("paid_to") or "")
    line.take(
        amount_of(values.get("amount")),
        day,
        product=str(values.get("product") or request.subject),
        zh=str(values.get("name_zh") or ""),
        en=str(values.get("name_en") or ""),
        paid_to="" if provider == "carrier" else provider,
        reference=request.reference,
        by=request.by,
        agreed=amount_of(values["agreed"]) if "agreed" in values else None,
    )
    return {"basic": line.basic, "gift": line.gift, "status": line.status, "debt": max(0, -line.basic)}


def roll(line: Line, request: Request, day: Day, rules: Rules) -> Facts:
    """The carrier's own: a new month's fees and allowances; in January the points that expired go."""
    if line.status == "released" or (line.closing_on is not None and line.closing_on <= day.today):
        return {}
    charged: list[str] = []
    for holding in line.holdings:
        runs = holding.ends_at is None or holding.ends_at > day.now
        if holding.rolled >= day.month or holding.starts_on > day.today or not runs:
            continue
        first = holding.rolled == 0
        months = (day.today.year - holding.starts_on.year) * 12 + day.today.month - holding.starts_on.month
        due = first or holding.per == "month" or (holding.per == "year" and months % 12 == 0)
        holding.rolled, holding.changed = day.month, True
        # A suspended line is not served, so nothing is charged for that month.
        if due and line.status == "active":
            pay(line, holding, request.reference, request.by, day)
            charged.append(holding.product)
    if day.today.month == 1 and line.points_expiring:
        gone = line.points_expiring
        line.put("expired", day, points=-gone, reference=request.reference, by=request.by)
        line.points_expiring = 0
    return {"charged": charged, "status": line.status}


DEEDS: Mapping[str, Deed] = {
    "switch_on": switch_on,
    "switch_off": switch_off,
    "configure": configure,
    "redeem": redeem,
    "activate": activate,
    "top_up": top_up,
    "charge": charge,
    "close_line": close_line,
    "reopen_line": reopen_line,
    "roll": roll,
}
