"""Where a telephone number is at home."""

from datetime import datetime

from careline.behaviours._telling import ANY_REFUSAL, described, done, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import same, say_number
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.language import Text


class NumberRegion:
    """Parameter: `number`, a Msisdn; it is said back in full, to the one who wrote it."""

    name = "number_region"
    verbs = frozenset({Verb.QUERY, Verb.DESCRIBE})
    words = tails([Verb.QUERY], "done", ANY_REFUSAL) | tails([Verb.DESCRIBE], "done")

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        return Request(job.reference, subscriber.msisdn, "number", values={"number": job.parameters["number"]})

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        told = {"number": same(say_number(job.parameters["number"]))}
        if answer.refused is not None:
            return refused_by(job, answer, now, told)
        told["region"] = Text(str(answer.facts["region_zh"]), str(answer.facts["region_en"]))
        return done(job, now, told=told)


BEHAVIOUR = NumberRegion()
