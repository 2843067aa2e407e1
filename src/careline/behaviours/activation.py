"""A new SIM pack comes to life, once."""

from datetime import datetime

from careline.behaviours._telling import ANY_REFUSAL, dated, described, done, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.cause import Cause


class Activation:
    name = "activation"
    verbs = frozenset({Verb.OTHER, Verb.DESCRIBE})
    words = tails([Verb.OTHER], "done", "done_until", Cause.ALREADY_ON.value, ANY_REFUSAL) | tails(
        [Verb.DESCRIBE], "done"
    )

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        return Request(job.reference, subscriber.msisdn, "activate")

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        if answer.refused is not None:
            return refused_by(job, answer, now)
        until = answer.facts.get("valid_until")
        if until:
            return done(job, now, "done_until", {"date": dated(until, now)})
        return done(job, now)


BEHAVIOUR = Activation()
