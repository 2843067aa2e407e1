"""The order of one of the content providers' services: which one is the tier, so the dialogue asks for it."""

from dataclasses import replace
from datetime import datetime

from careline.behaviours import _switching as switching
from careline.behaviours._telling import described_with_tiers, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import how_to_end_paid, same
from careline.dialogue.talk import Job, Subscriber, Telling


class SpOrder:
    """Settings: `sp.<tier>`, the carrier's product; `paid_to.<tier>`, the provider, who is paid from the basic account."""

    name = "sp_order"
    verbs = frozenset({Verb.ORDER, Verb.SUBSCRIBE, Verb.DESCRIBE})
    words = tails([Verb.ORDER, Verb.SUBSCRIBE], switching.OPENING_ENDS) | tails([Verb.DESCRIBE], "done", "tiers")

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        asked = switching.on(job, subscriber)
        # Each is a product of its own, so none takes another's place and the tier is not the carrier's.
        values = {**asked.values, "paid_to": _setting(job, "paid_to"), "replaces": [], "tier": ""}
        return replace(asked, subject=_setting(job, "sp"), values=values)

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described_with_tiers(job, now)
        provided = replace(job, service=replace(job.service, paid_to=_setting(job, "paid_to") or "carrier"))
        if answer.refused is not None:
            return refused_by(provided, answer, now)
        return switching.told_on(provided, answer, now, {"cancel_code": same(how_to_end_paid(_setting(job, "sp")))})


def _setting(job: Job, name: str) -> str:
    return job.service.settings.get(f"{name}.{job.tier.id}", "") if job.tier is not None else ""


BEHAVIOUR = SpOrder()
