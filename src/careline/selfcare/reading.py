"""Reading for a page: several things of one customer from the carrier in one batch, each of which may fail alone; and that it was read."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from careline.carrier.port import Answer, Carrier, CarrierBusy, CarrierDown, CarrierError, CarrierSilent, Request
from careline.dialogue.talk import Subscriber
from careline.hall import conversation
from careline.ledger import attempt, contact, tally
from careline.ledger.attempt import Begun, Ended
from careline.ledger.contact import Hello
from careline.postgres import sql
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.reference import new_reference

Wanted = Mapping[str, tuple[str, str, Mapping[str, Any]]]  # our name -> kind, subject, values (carrier.port.KINDS)
Read = Mapping[str, Mapping[str, Any] | CarrierError]
VISIT = timedelta(minutes=30)  # silence that ends a visit, as it ends a conversation by text


class Declined(CarrierError):
    """The carrier answered, and the answer is no: `cause` says why."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(f"declined: {cause.value}")
        self.cause = cause


def read(
    carrier: Carrier, msisdn: Msisdn, wanted: Wanted, *, now: datetime, channel: str, time_limit_seconds: float
) -> Read:
    """What the carrier says of each of these, under our names: its facts, or the error of that one. One batch.

    What was not answered in time is CarrierSilent, a refusal is Declined. Never raises for the carrier's trouble.
    """
    names = list(wanted)
    references = new_reference(len(names))
    requests = [
        Request(reference, msisdn, *wanted[name], channel=channel)
        for name, reference in zip(names, references, strict=True)
    ]
    found: dict[str, Mapping[str, Any] | CarrierError] = {}
    try:
        for index, answer in carrier.ask(requests, now=now, time_limit_seconds=time_limit_seconds):
            found[names[index]] = _facts(answer)
    except CarrierError as error:
        return {name: found.get(name, error) for name in names}
    return {name: found.get(name, CarrierSilent("no answer")) for name in names}


def _facts(answer: Answer | CarrierError) -> Mapping[str, Any] | CarrierError:
    if isinstance(answer, CarrierError):
        return answer
    return Declined(answer.refused) if answer.refused is not None else answer.facts


@dataclass(frozen=True, slots=True)
class Answered:
    """A query that a page answered, or could not."""

    service: str
    outcome: Outcome = Outcome.DONE
    cause: Cause | None = None
    verb: str = "query"

    @classmethod
    def of(cls, service: str, read: Mapping[str, Any] | CarrierError) -> "Answered":
        """How this reading ended as an attempt at that service."""
        match read:
            case Declined(cause=cause):
                return cls(service, Outcome.REFUSED, cause)
            case CarrierSilent():
                return cls(service, Outcome.FAILED, Cause.CARRIER_SILENT)
            case CarrierBusy():
                return cls(service, Outcome.FAILED, Cause.CARRIER_BUSY)
            case CarrierDown() | CarrierError():
                return cls(service, Outcome.FAILED, Cause.CARRIER_FAULT)
        return cls(service)


def note(
    subscriber: Subscriber,
    answered: Sequence[Answered],
    *,
    version: int,
    now: datetime,
    channel: str = "web",
    shard: int = 0,
) -> int:
    """Count these as attempts, each service once in a visit and end; how many were new. Seven statements at most.

    The same contact as that of the wishes of this visit; `version` is the catalogue's. Who reads the same page again
    within the visit has asked once.
    """
    if not answered:
        return 0
    key = (subscriber.msisdn, channel)
    standing = conversation.stand([key])[key]
    visit = _visit(standing, now)
    begun = {_reference(visit, one): one for one in answered}
    # Which of them were counted before?
    rows = sql.run("SELECT id::text FROM ledger_attempt WHERE id = ANY(%s::uuid[])", [list(begun)])
    known = {row[0] for row in rows}
    new = {reference: one for reference, one in begun.items() if reference not in known}
    if not new:
        return 0
    try:
        with transaction.atomic():
            ends = [_ended(reference, one, subscriber, visit, channel, version, now) for reference, one in new.items()]
            tally.count(attempt.end(ends), shard)
    except IntegrityError:  # the same page twice at the same moment: the other one has counted it
        return 0
    return len(new)


def _visit(standing: conversation.Standing, now: datetime) -> str:
    """The contact that goes on, or a new one."""
    recent = standing.last_at is not None and now - standing.last_at < VISIT
    busy = standing.busy_until is not None and standing.busy_until > now
    if standing.contact and (recent or busy):
        return standing.contact
    before, standing.contact = standing.contact, new_reference()[0]
    with transaction.atomic():
        if not conversation.move([standing], [None], now):  # a wish came in meanwhile, and has begun the contact
            key = (standing.msisdn, standing.channel)
            return conversation.stand([key])[key].contact or before or standing.contact
        contact.greet([Hello(standing.contact, standing.msisdn, standing.channel, standing.channel, now)])
    return standing.contact


def _reference(visit: str, one: Answered) -> str:
    """The same in the same visit, so that the ledger's own key counts it once."""
    return str(uuid.uuid5(uuid.UUID(visit), f"{one.service}:{one.verb}:{one.outcome.value}"))


def _ended(
    reference: str, one: Answered, subscriber: Subscriber, visit: str, channel: str, version: int, now: datetime
) -> Ended:
    begun = Begun(
        reference=reference,
        msisdn=subscriber.msisdn,
        contact=visit,
        channel=channel,
        region=subscriber.region,
        brand=subscriber.brand,
        table="",
        service=one.service,
        verb=one.verb,
        parameters={},
        version=version,
        begun_at=now,
    )
    return Ended(reference, one.outcome, one.cause, now, begun=begun)
