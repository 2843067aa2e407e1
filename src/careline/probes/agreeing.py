"""Whether our own records agree with what a probe heard: the attempts of its marked line, with their ends."""

from datetime import datetime

from careline.ledger.models import Attempt, OpenAttempt
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn

ATTEMPTS_MAX = 100  # of one line in one run


def missing(msisdn: Msisdn, since: datetime, records: tuple[str, ...]) -> str:
    """The first of these records that the ledger does not hold for this line, in their order; "" when all are there.

    A record is SERVICE:VERB:OUTCOME or SERVICE:VERB:OUTCOME:CAUSE; several outcomes are parted by /. Between them anything
    may stand (the check of a password is an attempt too). One statement.
    """
    rows = Attempt.objects.filter(msisdn=msisdn.digits, begun_at__gte=since).order_by("begun_at", "ended_at")
    found = list(rows.values_list("service", "verb", "outcome", "cause")[:ATTEMPTS_MAX])
    at = 0
    for record in records:
        place = next((place for place in range(at, len(found)) if _fits(record, found[place])), None)
        if place is None:
            return record
        at = place + 1
    return ""


def instead(msisdn: Msisdn, since: datetime, record: str) -> str:
    """Why this line's newest attempt at the same thing failed, or is in doubt; "" where neither is so. Two statements at most."""
    service, verb = record.split(":")[:2]
    rows = Attempt.objects.filter(
        msisdn=msisdn.digits, begun_at__gte=since, service=service, verb=verb, outcome="failed"
    )
    if failed := rows.order_by("-begun_at").values_list("cause", flat=True).first():
        return str(failed)
    # An order that was never answered stays open until the janitor knows.
    doubted = OpenAttempt.objects.filter(
        msisdn=msisdn.digits, begun_at__gte=since, service=service, verb=verb, asking=False
    )
    return Cause.CARRIER_SILENT.value if doubted.exists() else ""


def _fits(record: str, row: tuple[str, str, str, str]) -> bool:
    service, verb, outcome, *cause = record.split(":")
    return (row[0], row[1]) == (service, verb) and row[2] in outcome.split("/") and cause in ([], [row[3]])
