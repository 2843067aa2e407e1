"""Money at the moment: balance, charges of the running month, and what they are made of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from careline.behaviours._items import said_items
from careline.behaviours._telling import ANY_REFUSAL, Values, dated, described, done, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import both, local, rows, same, say_money
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
        facts = answer.facts
        told = _money(facts, now)
        view = job.service.settings.get("view", "balance")
        if facts.get("status") == "suspended" and view in ("balance", "charges_and_balance"):
            return done(job, now, "in_debt", told)
        if view == "charges_detail" and not facts.get("charges"):
            return done(job, now, "charges_none", told)
        # Gift money is told apart: content providers' fees are never taken from it.
        if view in ("balance", "charges_and_balance") and int(facts.get("gift") or 0):
            view += "_gift"
        return done(job, now, view, told)


def _money(facts: Mapping[str, Any], now: datetime) -> Values:
    basic, gift = int(facts["basic"]), int(facts.get("gift") or 0)
    charges = list(facts.get("charges") or ())
    return {
        "balance": both(say_money, basic + gift),
        "basic": both(say_money, basic),
        "gift": both(say_money, gift),
        "charges": both(say_money, int(facts.get("charges_now") or 0)),
        "items": rows(lambda language: said_items(charges, language)),
        "count": same(str(len(charges))),
        "debt": both(say_money, int(facts.get("debt") or max(0, -basic))),
        "date": dated(local(now).date(), now),
        "until": dated(facts["retained_until"], now)
        if facts.get("retained_until")
        else Text("停机后第90天", "day 90 of the suspension"),
    }


BEHAVIOUR = Account()
