"""Calls forwarded to another number; ordering it again changes the number."""

from datetime import datetime

from careline.behaviours import _switching as switching
from careline.behaviours._telling import NONE, Values, described, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import same, say_number
from careline.dialogue.talk import Job, Subscriber, Telling


class Forward:
    """Parameter of subscribe: `number`, a Msisdn; it is said back in full, to the one who gave it."""

    name = "forward"
    verbs = switching.OPENINGS | switching.CLOSINGS | {Verb.STATUS, Verb.QUERY, Verb.DESCRIBE}
    words = switching.SWITCHING_WORDS | tails([Verb.QUERY], switching.STATE_ENDS) | tails([Verb.DESCRIBE], "done")

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        if job.verb is Verb.CANCEL:
            return switching.off(job, subscriber)
        if job.verb in switching.OPENINGS:
            return switching.on(job, subscriber)
        return switching.state(job, subscriber)

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        if job.verb is Verb.CANCEL:
            return switching.told_off(job, answer, now)
        if job.verb in switching.OPENINGS:
            return switching.told_on(job, answer, now, _target(job.parameters.get("number")))
        held = switching.held(answer, job.service.product)
        return switching.told_state(job, answer, now, _target(held[0]["values"].get("number") if held else None))


def _target(number: str | None) -> Values:
    return {"number": same(say_number(number))} if number else NONE


BEHAVIOUR = Forward()
