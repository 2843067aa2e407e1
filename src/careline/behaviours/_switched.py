"""A kind of service that is switched on and off: what every verb asks of the carrier, and what is told of its answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from careline.behaviours import _switching as switching
from careline.behaviours._telling import NONE, Values, described, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.talk import Job, Subscriber, Telling


class Switched:
    """Behaviours that differ in more than their settings say so in the methods below `tell`."""

    verbs = switching.OPENINGS | switching.CLOSINGS | {Verb.STATUS, Verb.QUERY, Verb.DESCRIBE}
    words = switching.SWITCHING_WORDS | tails([Verb.QUERY], switching.STATE_ENDS) | tails([Verb.DESCRIBE], "done")

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        if job.verb is Verb.CANCEL:
            return switching.off(job, subscriber)
        if job.verb in switching.OPENINGS:
            return switching.on(job, subscriber, **self.ordered(job))
        return switching.state(job, subscriber)

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return self.described(job, now)
        if job.verb is Verb.CANCEL:
            return switching.told_off(job, answer, now)
        if job.verb in switching.OPENINGS:
            return switching.told_on(job, answer, now, self.chosen(job.parameters))
        held = switching.held(answer, job.service.product)
        return switching.told_state(job, answer, now, self.chosen(held[0]["values"] if held else {}))

    def ordered(self, job: Job) -> Mapping[str, Any]:
        """What the carrier is told of an order besides the customer's parameters as they are."""
        return {}

    def chosen(self, values: Mapping[str, Any]) -> Values:
        """What the customer chose when ordering, as it is said back."""
        return NONE

    def described(self, job: Job, now: datetime) -> Telling:
        """What the service is and costs."""
        return described(job, now)
