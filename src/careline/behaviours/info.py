"""Information that stands in the book: hours, addresses, useful numbers. The carrier is not asked."""

from datetime import datetime

from careline.behaviours._telling import described, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.talk import Job, Subscriber, Telling


class Info:
    name = "info"
    verbs = frozenset({Verb.QUERY, Verb.DESCRIBE})
    words = tails([Verb.QUERY, Verb.DESCRIBE], "done")

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        return None

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        return described(job, now)


BEHAVIOUR = Info()
