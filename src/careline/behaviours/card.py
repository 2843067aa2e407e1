"""A SIM that was ordered in the shop and delivered is activated by its owner's word; honest when the carrier is away."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from careline.behaviours._telling import ANY_REFUSAL, described, done, refused, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import same
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.cause import Cause
from careline.values.language import Text

# What the office says, and the words for it.
_WHY = {
    "no_card": "none",
    "card_not_here": "not_here",
    "card_receive": "receive_first",
    "card_not_ready": "not_ready",
    "card_refused": "refused_there",
}


class Card:
    name = "card"
    verbs = frozenset({Verb.OTHER, Verb.DESCRIBE})
    words = tails(
        [Verb.OTHER], "done", "done_replaced", "begun", Cause.ALREADY_ON.value, ANY_REFUSAL, *_WHY.values()
    ) | tails([Verb.DESCRIBE], "done")

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        return Request(job.reference, subscriber.msisdn, "card_activate")

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        values = _values(answer.facts)
        if answer.refused is not None:
            key = _WHY.get(str(answer.facts.get("code", "")), "")
            return refused(job, answer.refused, {}, now, key, values)
        if answer.facts.get("state") != "active":
            return done(job, now, "begun", values)
        return done(job, now, "done" if answer.facts.get("new") else "done_replaced", values)


def _values(facts: Mapping[str, Any]) -> dict[str, Text]:
    """What the texts may name of the card and its order."""
    return {
        name: facts[name] if isinstance(facts[name], Text) else same(str(facts[name]))
        for name in ("number", "goods", "line")
        if name in facts
    }


BEHAVIOUR = Card()
