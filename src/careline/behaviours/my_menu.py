"""My 10086, the customer's own short menu: on, off, its state. It is kept by us, so the carrier is not asked."""

from dataclasses import replace
from datetime import datetime

from careline.behaviours._telling import described, done, refused, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import rows, same
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.cause import Cause


class MyMenu:
    name = "my_menu"
    verbs = frozenset({Verb.SUBSCRIBE, Verb.CANCEL, Verb.DESCRIBE, Verb.QUERY, Verb.STATUS})
    words = (
        tails([Verb.SUBSCRIBE], "done", Cause.ALREADY_ON.value)
        | tails([Verb.CANCEL], "done", Cause.NOT_ON.value)
        | tails([Verb.QUERY, Verb.STATUS], "on", "on_empty", "off")
        | tails([Verb.DESCRIBE], "done")
    )

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        return None

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        if job.verb is Verb.SUBSCRIBE:
            if subscriber.menu_on:
                return refused(job, Cause.ALREADY_ON, {}, now)
            return replace(done(job, now), menu_on=True)
        if job.verb is Verb.CANCEL:
            if not subscriber.menu_on:
                return refused(job, Cause.NOT_ON, {}, now)
            return replace(done(job, now), menu_on=False)
        if not subscriber.menu_on:
            return done(job, now, "off")
        told = {
            "options": rows(lambda _: subscriber.menu, numbered=True),
            "count": same(str(len(subscriber.menu))),
        }
        return done(job, now, "on" if subscriber.menu else "on_empty", told)


BEHAVIOUR = MyMenu()
