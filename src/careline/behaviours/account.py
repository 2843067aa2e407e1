"""Money at the moment: balance, charges of the running month, and what they are made of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from careline.behaviours._items import said_items
from careline.behaviours._telling import ANY_REFUSAL, Values, dated, described, done, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import both, rows, say_money
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.language import Text

VIEWS = ("balance", "charges_and_balance", "charges_now", "charges_detail")


class Account:
    """Settings: `view`, one of VIEWS."""

    name = "account"
    verbs = frozenset({Verb.QUERY, Verb.DESCRIBE})
    words = tails(
        [Verb.QUERY],
        VIEWS,
        "in_debt",
        "balance_gift",
        "charges_none",
        "charges_and_balance_gift",
        ANY_REFUSAL,
    ) | tails([Verb.DESCRIBE], "done")

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        return Request(job.reference, subscriber.msisdn, "account")

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        if answer.refused is not None:
            return refused_by(job, answer, now)
        return _told(job, answer.facts, now)


def _told(job: Job, facts: Mapping[str, Any], now: datetime) -> Telling:
    """Only what the view names is put into words: this is the commonest of all commands."""
    view = job.service.settings.get("view", "balance")
    told: dict[str, Text] = {}
    if view in ("balance", "charges_and_balance"):
        basic, gift = int(facts["basic"]), int(facts.get("gift") or 0)
        if facts.get("status") == "suspended":
            return done(job, now, "in_debt", _debt(facts, now))
        told["balance"] = both(say_money, basic + gift)
        # Gift money is told apart: content providers' fees are never taken from it.
        if gift:
            told |= {"basic": both(say_money, basic), "gift": both(say_money, gift)}
    if view != "balance":
        told |= {"charges": both(say_money, int(facts.get("charges_now") or 0)), "date": dated(now, now)}
    if view == "charges_detail":
        charges = list(facts.get("charges") or ())
        if not charges:
            return done(job, now, "charges_none", told)
        told["items"] = rows(lambda language: said_items(charges, language))
    return done(job, now, f"{view}_gift" if "gift" in told else view, told)


def _debt(facts: Mapping[str, Any], now: datetime) -> Values:
    kept = facts.get("retained_until")
    return {
        "debt": both(say_money, int(facts.get("debt") or max(0, -int(facts["basic"])))),
        "gift": both(say_money, int(facts.get("gift") or 0)),
        "until": dated(kept, now) if kept else Text("停机后第90天", "day 90 of the suspension"),
    }


BEHAVIOUR = Account()
