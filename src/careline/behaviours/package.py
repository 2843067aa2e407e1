"""A package in tiers: ordered by tier, another tier takes the place of the first, one cancel for whichever tier runs."""

from datetime import datetime

from careline.behaviours._quotas import asked, quotas_of
from careline.behaviours._switched import Switched
from careline.behaviours._telling import described_with_tiers, done, refused, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import rows, say_quantity
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.cause import Cause


class Package(Switched):
    """Settings: `quota`, the quota whose remainder `query` tells when no tier names one; `replaces` as for toggles."""

    name = "package"
    words = (
        Switched.words
        | tails([Verb.QUERY], "done", "used_up", "other_tier", Cause.NOT_ON.value)
        | tails([Verb.DESCRIBE], "tiers")
    )

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.QUERY and (quotas := _quotas(job)):
            tier = job.tier.id if job.tier is not None else ""
            return asked(job, subscriber, quotas, product=job.service.product, tier=tier)
        return super().ask(job, subscriber, now)

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.QUERY and _quotas(job):
            return _remaining(job, answer, now)
        return super().tell(job, subscriber, answer, now)

    def described(self, job: Job, now: datetime) -> Telling:
        return described_with_tiers(job, now)


def _quotas(job: Job) -> list[str]:
    if job.tier is not None and job.tier.allowances:
        return list(job.tier.allowances)
    return quotas_of(job)


def _remaining(job: Job, answer: Answer, now: datetime) -> Telling:
    """What is left of the tier: the allowance less what was used."""
    if answer.refused is not None:
        return refused_by(job, answer, now)
    quotas = _quotas(job)
    found = [quota for quota in answer.facts.get("quotas") or () if quota[0] in quotas and quota[5] is not None]
    if not found:
        return refused(job, Cause.NOT_ON, answer.facts, now)
    left = {"left": rows(lambda language: _left(found, language))}
    # A smaller total than this tier gives means that the customer has a smaller tier, not this one.
    if job.tier is not None and any(quota[5] < job.tier.allowances.get(quota[0], 0) for quota in found):
        return refused(job, Cause.NOT_ON, answer.facts, now, "other_tier", left)
    key = "done" if any(quota[5] > quota[4] for quota in found) else "used_up"
    return done(job, now, key, {**left, "total": rows(lambda language: _all(found, language))})


def _left(quotas: list[tuple[str, str, str, str, int, int]], language: str) -> list[str]:
    return [say_quantity(max(0, total - used), unit, language) for _, _, _, unit, used, total in quotas]


def _all(quotas: list[tuple[str, str, str, str, int, int]], language: str) -> list[str]:
    return [say_quantity(total, unit, language) for _, _, _, unit, _, total in quotas]


BEHAVIOUR = Package()
