"""How a message was understood and what became of it, step by step, from what was recorded; nothing is worked out anew."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from careline.ledger.models import Arrived, Attempt, OpenAttempt
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn

# A turn's reference holds the millisecond at which it was made (RFC 9562), so its message is found by time, without an
# index of its own: it was received at most this long before.
_BEFORE, _AFTER = timedelta(minutes=10), timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Explained:
    """One message: what was said (masked), each step of understanding, the attempt, the answers and their delivery."""

    turn: str
    msisdn: Msisdn
    channel: str
    link: str
    address: str
    received_at: datetime
    said: str
    steps: Sequence[dict[str, Any]]
    attempt: "ExplainedAttempt | None" = None
    answers: Sequence["ExplainedAnswer"] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class ExplainedAttempt:
    reference: str
    table: str
    service: str
    verb: str
    parameters: dict[str, str]
    version: int
    begun_at: datetime
    outcome: str  # "" while it waits for the customer, "open" while the carrier is asked, "unknown" in doubt
    cause: str = ""
    ended_at: datetime | None = None
    carrier_words: str = ""


@dataclass(frozen=True, slots=True)
class ExplainedAnswer:
    text: str
    key: str
    state: str
    created_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None
    tries: int
    error: str


def explain(turn: str) -> Explained | None:
    """The story of one turn, by its reference; None when there is none (or it was forgotten)."""
    try:
        identity = uuid.UUID(turn)
        made_at = datetime.fromtimestamp((identity.int >> 80) / 1000, UTC)
    except (ValueError, OverflowError):  # no reference at all, or one of a year that no calendar has
        return None
    arrived = Arrived.objects.filter(
        turn=identity, received_at__gte=made_at - _BEFORE, received_at__lte=made_at + _AFTER
    ).first()
    if arrived is None:  # messages of other days: a talk on a day of one's choice
        arrived = Arrived.objects.filter(turn=identity).first()
    return _explain(arrived) if arrived else None


def latest(msisdn: Msisdn, limit: int = 10) -> list[Explained]:
    """The last messages of one customer, newest first. Who asks has passed the gate."""
    arrivals = Arrived.objects.filter(msisdn=msisdn.digits).order_by("-received_at", "-turn")[:limit]
    return [_explain(arrived) for arrived in arrivals]


def _explain(arrived: Arrived) -> Explained:
    answers = Message.objects.filter(msisdn=arrived.msisdn, in_reply_to=arrived.message_id).order_by("created_at")
    return Explained(
        turn=str(arrived.turn),
        msisdn=Msisdn(arrived.msisdn),
        channel=arrived.channel,
        link=arrived.link,
        address=arrived.address,
        received_at=arrived.received_at,
        said=arrived.said,
        steps=msgspec.json.decode(arrived.steps),
        attempt=_attempt(arrived.attempt) if arrived.attempt else None,
        answers=tuple(
            ExplainedAnswer(
                text=letter.text,
                key=letter.key,
                state=letter.state,
                created_at=letter.created_at,
                sent_at=letter.sent_at,
                settled_at=letter.settled_at,
                tries=letter.tries,
                error=letter.error,
            )
            for letter in answers
        ),
    )


def _attempt(reference: uuid.UUID) -> ExplainedAttempt | None:
    ended = Attempt.objects.filter(id=reference).first()
    if ended is not None:
        return _shared(ended, ended.outcome, ended.cause, ended.ended_at, ended.carrier_words)
    opened = OpenAttempt.objects.filter(id=reference).first()
    if opened is None:
        return None
    return _shared(opened, "unknown" if opened.unknown else "" if opened.asking else "open")


def _shared(
    row: Attempt | OpenAttempt, outcome: str, cause: str = "", ended_at: datetime | None = None, words: str = ""
) -> ExplainedAttempt:
    return ExplainedAttempt(
        reference=str(row.id),
        table=row.table,
        service=row.service,
        verb=row.verb,
        parameters=row.parameters,
        version=row.version,
        begun_at=row.begun_at,
        outcome=outcome,
        cause=cause,
        ended_at=ended_at,
        carrier_words=words,
    )
