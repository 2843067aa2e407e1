"""Until when the line is valid; a suspended line, until when its number is kept."""

from datetime import datetime

from careline.behaviours._telling import ANY_REFUSAL, dated, described, done, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import both, say_money
from careline.dialogue.talk import Job, Subscriber, Telling


class Validity:
    name = "validity"
    verbs = frozenset({Verb.QUERY, Verb.DESCRIBE})
    words = tails([Verb.QUERY], "done", "unlimited", "retained", ANY_REFUSAL) | tails([Verb.DESCRIBE], "done")

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
        if facts.get("status") == "suspended" and facts.get("retained_until"):
            debt = int(facts.get("debt") or max(0, -int(facts.get("basic") or 0)))
            told = {"date": dated(facts["retained_until"], now), "debt": both(say_money, debt)}
            return done(job, now, "retained", told)
        if not facts.get("valid_until"):
            return done(job, now, "unlimited")
        return done(job, now, told={"date": dated(facts["valid_until"], now)})


BEHAVIOUR = Validity()
