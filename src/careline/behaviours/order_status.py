"""How the customer's orders stand: what was ordered, how far it is, what happened last, and when it comes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from careline.behaviours._telling import ANY_REFUSAL, described, done, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import rows, same
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.language import Text

_NAMED = ("number", "goods", "step", "told", "date", "slot")


class OrderStatus:
    name = "order_status"
    verbs = frozenset({Verb.QUERY, Verb.DESCRIBE})
    words = tails([Verb.QUERY], "none", "coming", "arrived", "standing", "many", ANY_REFUSAL) | tails(
        [Verb.DESCRIBE], "done"
    )

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        return Request(job.reference, subscriber.msisdn, "order_status")

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described(job, now)
        if answer.refused is not None:
            return refused_by(job, answer, now)
        orders = list(answer.facts.get("orders") or ())
        if not orders:
            return done(job, now, "none")
        values = _values(orders[0]) | {"count": same(str(answer.facts.get("count", len(orders))))}
        if len(orders) > 1:
            listed = rows(lambda language: [_row(order, language) for order in orders])
            return done(job, now, "many", values | {"rows": listed})
        first = orders[0]
        return done(job, now, "arrived" if first["confirm"] else "coming" if first["coming"] else "standing", values)


def _row(order: Mapping[str, Any], language: str) -> str:
    goods, step = order["goods"].read(language), order["step"].read(language)
    return f"{order['number']} {goods}: {step}" if language == "en" else f"{order['number']}（{goods}）{step}"


def _values(order: Mapping[str, Any]) -> dict[str, Text]:
    """What the texts may name of an order."""
    return {name: order[name] if isinstance(order[name], Text) else same(str(order[name])) for name in _NAMED}


BEHAVIOUR = OrderStatus()
