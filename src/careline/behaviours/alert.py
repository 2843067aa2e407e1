"""A reminder when the balance falls below an amount that the customer chooses; ordering it again changes the amount."""

from datetime import datetime

from careline.behaviours import _switching as switching
from careline.behaviours._telling import NONE, Values, described, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import both, say_money
from careline.dialogue.talk import Job, Subscriber, Telling


class Alert:
    """Parameter of subscribe: `amount` in fen."""

    name = "alert"
    verbs = switching.OPENINGS | switching.CLOSINGS | {Verb.STATUS, Verb.QUERY, Verb.DESCRIBE}
    words = switching.SWITCHING_WORDS | tails([Verb.QUERY], switching.STATE_ENDS) | tails([Verb.DESCRIBE], "done")

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        if job.verb is Verb.CANCEL:
            return switching.off(job, subscriber)
        if job.verb in switching.OPENINGS:
            return switching.on(job, subscriber, amount=int(job.parameters["amount"]))
        return switching.state(job, subscriber)

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        if job.verb is Verb.CANCEL:
            return switching.told_off(job, answer, now)
        if job.verb in switching.OPENINGS:
            return switching.told_on(job, answer, now, _threshold(job.parameters.get("amount")))
        held = switching.held(answer, job.service.product)
        return switching.told_state(job, answer, now, _threshold(held[0]["values"].get("amount") if held else None))


def _threshold(fen: object) -> Values:
    return {"amount": both(say_money, int(str(fen)))} if fen else NONE


BEHAVIOUR = Alert()
