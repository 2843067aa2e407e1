"""A package in tiers: ordered by tier, another tier takes the place of the first, one cancel for whichever tier runs."""

from datetime import datetime

from careline.behaviours import _switching as switching
from careline.behaviours._telling import described_with_tiers, done, refused, refused_by, tails
from careline.carrier.port import Answer, Request
from careline.dialogue.book import Verb
from careline.dialogue.saying import rows, say_quantity
from careline.dialogue.talk import Job, Subscriber, Telling
from careline.values.cause import Cause


class Package:
    """Settings: `quota`, the quota whose remainder `query` tells when no tier names one; `replaces` as for toggles."""

    name = "package"
    verbs = switching.OPENINGS | switching.CLOSINGS | {Verb.STATUS, Verb.QUERY, Verb.DESCRIBE}
    words = (
        switching.SWITCHING_WORDS
        | tails([Verb.QUERY], "done", "used_up", "other_tier", Cause.NOT_ON.value)
        | tails([Verb.QUERY], switching.STATE_ENDS)
        | tails([Verb.DESCRIBE], "done", "tiers")
    )

    def ask(self, job: Job, subscriber: Subscriber, now: datetime) -> Request | None:
        if job.verb is Verb.DESCRIBE:
            return None
        if job.verb is Verb.CANCEL:
            return switching.off(job, subscriber)
        if job.verb in switching.OPENINGS:
            return switching.on(job, subscriber)
        quotas = _quotas(job)
        if job.verb is Verb.QUERY and quotas:
            tier = job.tier.id if job.tier is not None else ""
            values = {"quotas": list(quotas), "product": job.service.product, "tier": tier}
            return Request(job.reference, subscriber.msisdn, "usage", quotas[0] if len(quotas) == 1 else "", values)
        return switching.state(job, subscriber)

    def tell(self, job: Job, subscriber: Subscriber, answer: Answer, now: datetime) -> Telling:
        if job.verb is Verb.DESCRIBE:
            return described_with_tiers(job, now)
        if job.verb is Verb.CANCEL:
            return switching.told_off(job, answer, now)
        if job.verb in switching.OPENINGS:
            return switching.told_on(job, answer, now)
        if job.verb is Verb.QUERY and _quotas(job):
            return _remaining(job, answer, now)
        return switching.told_state(job, answer, now)


def _quotas(job: Job) -> tuple[str, ...]:
    if job.tier is not None and job.tier.allowances:
        return tuple(job.tier.allowances)
    return tuple(quota for quota in job.service.settings.get("quota", "").split(",") if quota)


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
