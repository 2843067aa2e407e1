"""Points: how many, what they are worth, and turning them into call credit (both sides are told)."""

from datetime import datetime

from careline.behaviours._telling import ANY_REFUSAL, dated, described, done, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import both, same, say_money
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.cause import Cause


class Points:
    """Parameter of redeem: `amount`, the call credit wanted, in fen."""

    name = "points"
    verbs = frozenset({Verb.QUERY, Verb.REDEEM, Verb.DESCRIBE})
    words = (
        tails([Verb.QUERY], "done", "expiring", "none", ANY_REFUSAL)
        | tails([Verb.REDEEM], "done", Cause.NOT_ENOUGH_POINTS.value, "short_of_points", ANY_REFUSAL)
        | tails([Verb.DESCRIBE], "done")
    )

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        if job.verb is Verb.REDEEM:
            return Request(job.reference, subscriber.msisdn, "redeem", values={"amount": int(job.parameters["amount"])})
        return Request(job.reference, subscriber.msisdn, "points")

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        if job.verb is Verb.REDEEM:
            return _redeemed(job, answer, now)
        if answer.refused is not None:
            return refused_by(job, answer, now)
        facts = answer.facts
        told = {"points": same(str(facts["points"])), "worth": both(say_money, int(facts.get("worth") or 0))}
        if not facts["points"]:
            return done(job, now, "none", told)
        if facts.get("expiring") and facts.get("expires_on"):
            told |= {"expiring": same(str(facts["expiring"])), "date": dated(facts["expires_on"], now)}
            return done(job, now, "expiring", told)
        return done(job, now, told=told)


def _redeemed(job: Job, answer: Answer, now: datetime) -> Telling:
    facts = answer.facts
    told = {"amount": both(say_money, int(job.parameters["amount"]))}
    if answer.refused is Cause.NOT_ENOUGH_POINTS and "points" in facts and "needed" in facts:
        told |= {"points": same(str(facts["points"])), "needed": same(str(facts["needed"]))}
        return refused_by(job, answer, now, told, "short_of_points")
    if answer.refused is not None:
        return refused_by(job, answer, now, told)
    told |= {
        "redeemed": same(str(facts["redeemed_points"])),
        "points": same(str(facts["points"])),
        "balance": both(say_money, int(facts["basic"]) + int(facts.get("gift") or 0)),
    }
    return done(job, now, told=told)


BEHAVIOUR = Points()
