"""Suggestions become cases: a number of its own takes them, and what is written there is kept and never parsed."""

from datetime import date, datetime

from careline.behaviours._telling import ANY_REFUSAL, described, done, refused, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import local, same
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.cause import Cause


class Suggestion:
    name = "suggestion"
    verbs = frozenset({Verb.OTHER, Verb.DESCRIBE})
    words = tails([Verb.OTHER, Verb.DESCRIBE], "done") | tails([Verb.OTHER], Cause.NOT_STARTED.value, ANY_REFUSAL)

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE or _not_yet(job, now) is not None:
            return None
        line = {"language": subscriber.language, "brand": subscriber.brand, "region": subscriber.region}
        values = {"words": job.parameters.get("words", ""), **line}
        return Request(job.reference, subscriber.msisdn, "case_open", "suggestion", values)

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        begins = _not_yet(job, now)
        if begins is not None:
            return refused(job, Cause.NOT_STARTED, {"date": begins}, now)
        if answer.refused is not None:
            return refused_by(job, answer, now)
        return done(job, now, told={"docket": same(str(answer.facts.get("docket", "")))})


def _not_yet(job: Job, now: datetime) -> date | None:
    """The number's first day, where it is still to come."""
    begins = job.service.settings.get("begins", "")
    if begins and local(now).date() < (first := date.fromisoformat(begins)):
        return first
    return None


BEHAVIOUR = Suggestion()
