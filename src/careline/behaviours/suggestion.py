"""Thanks for a suggestion: a number of its own takes them, and what is written there is kept and never parsed."""

from datetime import date, datetime

from careline.behaviours._telling import described, done, refused, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import local
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.cause import Cause


class Suggestion:
    name = "suggestion"
    verbs = frozenset({Verb.OTHER, Verb.DESCRIBE})
    words = tails([Verb.OTHER, Verb.DESCRIBE], "done") | tails([Verb.OTHER], Cause.NOT_STARTED.value)

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        return None

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        begins = job.service.settings.get("begins", "")
        if begins and local(now).date() < date.fromisoformat(begins):
            return refused(job, Cause.NOT_STARTED, {"date": date.fromisoformat(begins)}, now)
        return done(job, now)


BEHAVIOUR = Suggestion()
