"""An errand: a job in a form that can be written down, and taken up again by another process."""

from collections.abc import Mapping
from typing import Any

from careline.dialogue.book import READS, Book, Verb
from careline.dialogue.talk import Job
from careline.values.msisdn import Msisdn
from careline.values.secret import Secret


def note(job: Job) -> dict[str, Any]:
    """The job as JSON, without any secret."""
    return {
        "table": job.table,
        "service": job.service.id,
        "verb": job.verb.value,
        # A number keeps its digits here: whoever takes the errand up must look up or forward to the same one.
        "parameters": {
            name: value.digits if isinstance(value, Msisdn) else str(value)
            for name, value in job.parameters.items()
            if not isinstance(value, Secret)
        },
        "tier": job.tier.id if job.tier else None,
        "effect": job.effect,
        "spelling": job.spelling,
    }


def masked(job: Job) -> dict[str, str]:
    """The parameters as they may be kept and shown; an Msisdn or Secret prints masked by itself."""
    return {name: str(value) for name, value in job.parameters.items()}


def take_up(reference: str, noted: Mapping[str, Any], book: Book) -> Job | None:
    """The job again, or None when the book no longer holds its service or action."""
    service = book.services.get(noted.get("service", ""))
    action = service.actions.get(Verb(noted["verb"])) if service else None
    if service is None or action is None:
        return None
    numbers = {parameter.name for parameter in action.parameters if parameter.kind == "msisdn"}
    return Job(
        reference=reference,
        table=noted["table"],
        service=service,
        action=action,
        verb=action.verb,
        parameters={name: Msisdn(value) if name in numbers else value for name, value in noted["parameters"].items()},
        tier=service.tiers.get(noted["tier"] or ""),
        effect=noted["effect"],
        spelling=noted["spelling"],
    )


def only_reads(job: Job) -> bool:
    """Whether asking again changes nothing."""
    return job.verb in READS
