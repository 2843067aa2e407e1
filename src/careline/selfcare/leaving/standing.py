"""How a leaving stands, as facts that every channel can say: nothing of it, asked for, agreed, left, kept for a debt."""

from datetime import date, datetime, timedelta
from typing import Any

from careline.carrier.port import Answer, Request
from careline.catalogue import shipped
from careline.dialogue.saying import local
from careline.offers.consequences import Consequences, choices
from careline.offers.models import Leaving
from careline.offers.offer import REASONS
from careline.offers.policy import policy
from careline.selfcare.leaving.meaning import Own, also, weighed
from careline.values.cause import Cause

# The two days to choose from, as customers name them.
DAYS = ("month_end", "soonest")
_LIVE = ("asked", "closing", "agreed", "reopening")

Facts = dict[str, Any]


def shown(request: Request, read: Facts, held: Own, now: datetime) -> Answer:
    """How it stands for this customer and what leaving would mean. `read`: the carrier's facts by the names of WANTED.

    To look is never refused; with a day (values: what), or to say why (values: begin), it is where leaving cannot go on.
    """
    what, row = str(request.values.get("what") or ""), held.leavings.get(request.msisdn.digits)
    day = day_of(what, now) if what else None
    means = weighed(request.msisdn, read, held, now, day)
    facts = facts_of(row, now, read["account"]) | told(means, now)
    if not what and not request.values.get("begin"):
        return Answer(facts=facts)
    facts |= {"reasons": [(one, *shipped.text(f"leaving.reason.{one}")) for one in REASONS]}
    if (no := barred(facts)) is not None:
        return Answer(no, facts)
    if what and facts["state"] != "asked":
        return Answer(Cause.NOTHING_TO_CONFIRM, facts)
    return Answer(facts=facts)


def barred(facts: Facts) -> Cause | None:
    """Why leaving cannot go on: it is agreed or over already, or something is owed. All else is the customer's to decide."""
    if facts["state"] not in ("none", "asked", "kept"):
        return Cause.ALREADY_ON
    return Cause.NOT_ENOUGH_MONEY if facts["debt"] else None


def facts_of(row: Leaving | None, now: datetime, account: Facts | None = None) -> Facts:
    """How it stands by our own row; what was given up at the carrier's own counter is known by `account` alone."""
    today, rules = local(now).date(), policy().leaving
    facts: Facts = {"state": "none", "id": "", "effective_on": None, "kept_until": None, "near": today}
    if row is not None and (row.state in _LIVE or (row.state == "left" and not _over(row, today))):
        facts |= {"state": row.state, "id": str(row.pk)}
        facts |= {"effective_on": row.effective_on, "kept_until": row.kept_until}
    elif account and (left := account.get("left_on") or account.get("closing_on")):
        facts |= {"state": "left" if account.get("left_on") else "agreed", "effective_on": left}
        facts |= {"kept_until": account.get("retained_until")}
    elif account and account.get("status") == "suspended" and account.get("debt"):
        facts |= {"state": "kept", "kept_until": account.get("retained_until")}
    if facts["effective_on"] and not facts["kept_until"]:
        facts["kept_until"] = facts["effective_on"] + timedelta(days=rules.keep_days)
    return facts | {"debt": int((account or {}).get("debt") or 0)}


def told(means: Consequences, now: datetime) -> Facts:
    """What leaving means, with dates and sums; `days`: what there is to choose from, the first of next month first."""
    today = local(now).date()
    named = ("last_day", "payout_until", "basic", "gift", "points", "worth")
    facts: Facts = {f"means_{name}": getattr(means, name) for name in named}
    facts |= {"means_effective_on": means.effective_on, "means_kept_until": means.kept_until}
    days = {name: day_of(name, now) for name in DAYS}
    return facts | {"debt": means.debt, "also": also(means, today), "days": [*_each_once(days)]}


def day_of(what: str, now: datetime) -> date:
    """The first day without service that is meant by one of DAYS."""
    soonest, first = choices(local(now).date(), policy().leaving)
    return soonest if what == "soonest" else first


def _each_once(days: dict[str, date]) -> list[tuple[str, date]]:
    seen: dict[date, str] = {}
    for name, day in days.items():
        seen.setdefault(day, name)
    return [(name, day) for day, name in seen.items()]


def _over(row: Leaving, today: date) -> bool:
    return row.kept_until is not None and today > row.kept_until
