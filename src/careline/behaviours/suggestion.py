"""Thanks for a suggestion: a number of its own takes them, and what is written there is kept and never parsed."""

from datetime import datetime

from careline.behaviours._telling import described, done, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.talk import Job, Subscriber, Telling


class Suggestion:
    name = "suggestion"
    verbs = frozenset({Verb.OTHER, Verb.DESCRIBE})
    words = tails([Verb.OTHER, Verb.DESCRIBE], "done")

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        return None

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        return described(job, now) if job.verb is Verb.DESCRIBE else done(job, now)


BEHAVIOUR = Suggestion()
