"""A tariff plan: ordering one ends the plan before it, on the 1st of next month."""

from datetime import datetime

from careline.behaviours._switched import Switched
from careline.behaviours._telling import described_with_tiers, tails
from careline.dialogue.book import Verb
from careline.dialogue.talk import Job, Telling


class Plan(Switched):
    """Settings: `replaces`, the other plans (products) that an order takes the place of."""

    name = "plan"
    words = Switched.words | tails([Verb.DESCRIBE], "tiers")

    def described(self, job: Job, now: datetime) -> Telling:
        return described_with_tiers(job, now)


BEHAVIOUR = Plan()
