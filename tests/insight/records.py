"""Attempts as the hall ends them: in the ledger, and counted in its tally, in one transaction."""

from datetime import UTC, datetime
from uuid import uuid4

from django.db import transaction

from careline.insight import folding
from careline.ledger import attempt, contact, journeys, tally
from careline.ledger.attempt import Begun, Ended
from careline.ledger.contact import Hello
from careline.ledger.journeys import Walked
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome

NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)  # noon in Shanghai
LATER = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
LI = Msisdn("8613900000001")


def record(
    times: int = 1,
    *,
    at: datetime = NOON,
    verb: str = "subscribe",
    outcome: str = "done",
    cause: str = "",
    channel: str = "sms",
    region: str = "T1",
    brand: str = "gotone",
    service: str = "caller_id",
    version: int = 1,
    shard: int = 0,
    msisdn: Msisdn = LI,
) -> None:
    """So many attempts that ended alike."""
    ends = []
    for _ in range(times):
        reference = str(uuid4())
        begun = Begun(
            reference, msisdn, str(uuid4()), channel, region, brand, region, service, verb, {}, version, at, node="main"
        )
        ends.append(Ended(reference, Outcome(outcome), Cause(cause) if cause else None, at, begun=begun))
    with transaction.atomic():
        tally.count(attempt.end(ends), shard)


def walk(
    *visits: str,
    ended: str = "done",
    at: datetime = NOON,
    menu: str = "standard",
    channel: str = "voice",
    node: str = "",
    msisdn: Msisdn = LI,
) -> None:
    """One session that went this way."""
    one = Walked(
        str(uuid4()), msisdn, channel, "T1", "gotone", 1, menu, at, at, visits, node or visits[-1], ended, 0
    )  # fmt: skip
    journeys.keep([one])


def greet(times: int = 1, *, channel: str = "sms", at: datetime = NOON, msisdn: Msisdn = LI) -> None:
    contact.greet([Hello(str(uuid4()), msisdn, channel, "10086", at) for _ in range(times)])


def fold(now: datetime = LATER) -> None:
    """Until nothing is left to fold."""
    while folding.sweep(now) >= folding.HAND:
        pass
