"""The credit standing that the carrier gives the line."""

from datetime import datetime

from careline.behaviours._telling import ANY_REFUSAL, described, done, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import same
from careline.dialogue.talk import Job, Subscriber, Telling


class Credit:
    name = "credit"
    verbs = frozenset({Verb.QUERY, Verb.DESCRIBE})
    words = tails([Verb.QUERY], "done", "none", ANY_REFUSAL) | tails([Verb.DESCRIBE], "done")

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        return Request(job.reference, subscriber.msisdn, "profile")

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        if answer.refused is not None:
            return refused_by(job, answer, now)
        rating = answer.facts.get("credit_rating")
        if rating is None or rating == "":
            return done(job, now, "none")
        return done(job, now, told={"rating": same(str(rating))})


BEHAVIOUR = Credit()
