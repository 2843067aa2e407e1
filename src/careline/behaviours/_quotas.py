"""The quotas that a service is about, and asking the carrier what was used of them."""

from collections.abc import Sequence

from careline.carrier.port import Request
from careline.dialogue.talk import Job, Subscriber


def quotas_of(job: Job) -> list[str]:
    """The ids in the service's setting `quota`, by commas."""
    return [quota for quota in job.service.settings.get("quota", "").split(",") if quota]


def asked(job: Job, subscriber: Subscriber, quotas: Sequence[str], **more: str) -> Request:
    """What was used of these this month; of all that the customer has, when none is named."""
    subject = quotas[0] if len(quotas) == 1 else ""
    return Request(job.reference, subscriber.msisdn, "usage", subject, {"quotas": list(quotas), **more})
