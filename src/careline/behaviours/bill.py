"""The bill of a month: its total, or its items, which sum up to it."""

from datetime import datetime

from careline.behaviours._items import said_items
from careline.behaviours._telling import ANY_REFUSAL, described, done, refused, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import both, local, rows, say_money, say_month
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.cause import Cause
from careline.values.period import Month, parse_month

VIEWS = ("total", "items")


class Bill:
    """Settings: `view` total or items; `month` current or last, for when no month is given. Parameter: `month`."""

    name = "bill"
    verbs = frozenset({Verb.QUERY, Verb.DESCRIBE})
    words = tails([Verb.QUERY], VIEWS, "current", "current_items", "none", "owed", "owed_items", ANY_REFUSAL) | tails(
        [Verb.DESCRIBE], "done"
    )

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        month = _month(job, now)
        if job.verb is Verb.DESCRIBE or month > _this_month(now):
            return None
        return Request(job.reference, subscriber.msisdn, "bill", values={"month": str(month)})

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        month = _month(job, now)
        told = {"month": both(say_month, month)}
        if month > _this_month(now):
            return refused(job, Cause.NOT_FOUND, {}, now, told=told)
        if answer.refused is not None:
            return refused_by(job, answer, now, told)
        total, paid = int(answer.facts.get("total") or 0), int(answer.facts.get("paid") or 0)
        items = list(answer.facts.get("items") or ())
        told |= {
            "total": both(say_money, total),
            "owed": both(say_money, total - paid),
            "items": rows(lambda language: said_items(items, language)),
        }
        if not total and not items:
            return done(job, now, "none", told)
        listed = bool(items) and job.service.settings.get("view", "items") == "items"
        if month == _this_month(now):
            return done(job, now, "current_items" if listed else "current", told)
        if total > paid:
            return done(job, now, "owed_items" if listed else "owed", told)
        return done(job, now, "items" if listed else "total", told)


def _month(job: Job, now: datetime) -> Month:
    given = job.parameters.get("month")
    if given:
        return parse_month(given, local(now).date())
    this = _this_month(now)
    return this.plus(-1) if job.service.settings.get("month") == "last" else this


def _this_month(now: datetime) -> Month:
    return Month.of(local(now).date())


BEHAVIOUR = Bill()
