"""A service that is on or off: call features, newspapers, receipts, bills by SMS, packages without tiers."""

from datetime import datetime

from careline.behaviours import _switching as switching
from careline.behaviours._telling import described, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.talk import Job, Subscriber, Telling


class Toggle:
    """Settings: `replaces` (products that an order takes the place of), `any_of` (products whose state it tells),
    `allowance.<quota>` (units a month); all others are handed to the carrier, as are the customer's parameters."""

    name = "toggle"
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
            return switching.told_on(job, answer, now)
        return switching.told_state(job, answer, now)


BEHAVIOUR = Toggle()
