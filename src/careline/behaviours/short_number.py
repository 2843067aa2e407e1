"""The long number behind a short one, within the asker's own group only."""

from datetime import datetime

from careline.behaviours._telling import ANY_REFUSAL, described, done, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import same, say_number
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.cause import Cause


class ShortNumber:
    """Parameter: `short`, digits."""

    name = "short_number"
    verbs = frozenset({Verb.QUERY, Verb.DESCRIBE})
    words = tails([Verb.QUERY], "done", Cause.NOT_ON.value, ANY_REFUSAL) | tails([Verb.DESCRIBE], "done")

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        return Request(job.reference, subscriber.msisdn, "short_number", values={"short": job.parameters["short"]})

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        told = {"short": same(job.parameters["short"])}
        if answer.refused is not None:
            return refused_by(job, answer, now, told)
        told["number"] = same(say_number(answer.facts["number"]))
        return done(job, now, told=told)


BEHAVIOUR = ShortNumber()
