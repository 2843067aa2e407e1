"""A menu node. The dialogue lists what is below a node; here it is only said what the node is, should it have nothing."""

from datetime import datetime

from careline.behaviours._telling import described, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.talk import Job, Subscriber, Telling


class Menu:
    name = "menu"
    verbs = frozenset({Verb.HELP})
    words = tails([Verb.HELP], "done")

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        return None

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        return described(job, now)


BEHAVIOUR = Menu()
