"""What every SMS link offers, whatever protocol it speaks: messages in, messages out, receipts, and proof.

A link keeps one account at one SMSC or gateway connected. It calls back in batches, one call for what one read of
the socket brought; the callbacks run on the link's event loop and must return quickly. Nothing is acknowledged by
itself: whoever received a message or a receipt answers it when it is safely kept.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NotRequired, Protocol, TypedDict

from careline.protocols.concatenation import Concatenation
from careline.protocols.receipts import DeliveryState, receipt_keys
from careline.protocols.smstext import Part


class Refusal(StrEnum):
    """Why a message is not taken; each protocol has its own status for it."""

    AGAIN = "again"  # our store is down, send it again: SMPP 0x64, CMPP 9
    BUSY = "busy"  # slower, please: SMPP 0x58, CMPP 8
    FULL = "full"  # our queue is full: SMPP 0x14, CMPP 8
    NEVER = "never"  # it will not be taken later either: SMPP 0x65, CMPP 1


class LinkState(StrEnum):
    """Whether a link can carry messages; a link of two binds is up when both are."""

    DOWN = "down"
    UP = "up"
    CLOSED = "closed"


class Answering(Protocol):
    """The connection a message came in on; it writes the answers."""

    def answer(self, sequences: Sequence[int], refusal: Refusal | None) -> None:
        """Answer these requests, from any thread, in one write. Nothing happens when the connection is gone."""


@dataclass(slots=True, eq=False)
class Received:
    """Something a link received and still owes an answer: a message or a receipt."""

    link: str
    received_at: datetime
    sequence: int
    connection: Answering = field(repr=False)

    def acknowledge(self) -> None:
        """Say that this is safely kept; may be called from any thread. Many at once: acknowledge_many."""
        self.connection.answer((self.sequence,), None)

    def refuse(self, refusal: Refusal) -> None:
        """Say why this was not taken; may be called from any thread. Many at once: refuse_many."""
        self.connection.answer((self.sequence,), refusal)


@dataclass(slots=True, eq=False)
class Inbound(Received):
    """One short message from a subscriber, or one part of a long one.

    text is the decoded text of a whole message. Where place is set this is a part: text shows what can be read of
    it alone, and body with data_coding must be joined with the others before decoding (protocols.joining).
    message_id is the SMSC's own id where it sends one, else None; extra holds what a reply must carry back
    (CMPP's LinkID).
    """

    source: str = field(repr=False)
    destination: str
    text: str = field(repr=False)
    body: bytes = field(repr=False)
    data_coding: int
    place: Concatenation | None = None
    header: bytes = field(default=b"", repr=False)
    message_id: str | None = None
    extra: str = field(default="", repr=False)


@dataclass(slots=True, eq=False)
class Receipt(Received):
    """What became of one part sent earlier. It may come before the submission's own answer, or on another link."""

    message_id: str
    state: DeliveryState
    source: str = field(repr=False)
    destination: str = field(repr=False)
    error: str = ""
    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.keys = self.keys or receipt_keys(self.message_id)


@dataclass(slots=True, eq=False)
class Outbound:
    """One message to a subscriber.

    id is the caller's own and comes back with the result. reference numbers the parts of a long message; without
    one the link counts. parts, where given, are sent as they are in place of text; else the link fills in those it
    cuts, in the order of the result's parts, so that only the missing ones need be sent again. extra is what the
    message being answered brought (CMPP's LinkID).
    """

    id: object
    source: str
    destination: str = field(repr=False)
    text: str = field(repr=False)
    registered: bool = False
    reference: int | None = None
    parts: Sequence[Part] = field(default=(), repr=False)
    extra: str = field(default="", repr=False)


class Sent(StrEnum):
    """How the sending of one part ended."""

    ACCEPTED = "accepted"  # the SMSC has it and gave it an id
    REFUSED = "refused"  # the SMSC said no
    UNANSWERED = "unanswered"  # it left us and no answer came: it may or may not have arrived
    NOT_SENT = "not sent"  # it never left us: link down, queue full, text too long


@dataclass(slots=True)
class PartResult:
    """The end of one part; status is the protocol's number where the SMSC answered."""

    number: int
    sent: Sent
    message_id: str = ""
    status: int = 0
    error: str = ""


@dataclass(slots=True, eq=False)
class Result:
    """The end of one submission, once all its parts have one, in the order of the parts."""

    outbound: Outbound
    link: str
    parts: list[PartResult]

    @property
    def sent(self) -> Sent:
        """The worst end any part had: accepted only when all parts were."""
        ends = {part.sent for part in self.parts}
        return next(end for end in (Sent.UNANSWERED, Sent.REFUSED, Sent.NOT_SENT, Sent.ACCEPTED) if end in ends)


@dataclass(slots=True)
class Limits:
    """The bounds of one link, each with its unit."""

    window: int = 64  # submissions without an answer, per bind
    parts_per_second: float | None = None  # None: as fast as the window allows
    burst_parts: int | None = None  # parts that may leave at once after a rest; None: a tenth of a second's worth
    queue_parts_max: int = 20_000  # parts waiting to leave
    unanswered_max: int = 20_000  # received and not yet answered; beyond it the link refuses as busy
    response_seconds: float = 30.0  # then a submission counts as unanswered
    connect_seconds: float = 10.0
    bind_seconds: float = 10.0
    enquire_seconds: float = 30.0  # of silence before we ask whether the other side is there
    enquire_response_seconds: float = 10.0  # then the connection counts as dead
    prove_seconds: float = 5.0  # between proofs that our answers have arrived, while there are new ones
    throttle_seconds: float = 1.0  # pause after the SMSC said it is too fast
    throttle_retries_max: int = 60  # then the part counts as refused
    backoff_first_seconds: float = 0.5  # doubled at each failure, half of it by chance
    backoff_max_seconds: float = 30.0
    pdu_octets_max: int = 70_000  # a message_payload TLV may carry 65,535


@dataclass(slots=True)
class Statistics:
    """What one link has done since it was made."""

    received: int = 0
    acknowledged: int = 0
    refused: int = 0
    receipts: int = 0
    submitted: int = 0  # parts written to the socket, repeats after throttling included
    accepted: int = 0
    rejected: int = 0
    throttled: int = 0
    unanswered: int = 0
    not_sent: int = 0
    connects: int = 0
    disconnects: int = 0
    bind_failures: int = 0
    garbage: int = 0  # frames or bodies that could not be read
    answered_too_late: int = 0  # answers to requests whose connection was gone
    proofs: int = 0


OnMessages = Callable[[list[Inbound]], None]
OnReceipts = Callable[[list[Receipt]], None]
OnResults = Callable[[list[Result]], None]
OnState = Callable[[LinkState], None]
OnProved = Callable[[datetime], None]
"""Every message and receipt this link received at or before that time was answered, and the answer has arrived.

It is known from an enquire_link_resp (CMPP: ACTIVE_TEST_RESP) to a request sent after the answers, or from an orderly
unbind. What was received later may come again after a reconnect.
"""


class Callbacks(TypedDict):
    """Whom a link tells what; on its own loop, in batches."""

    on_messages: OnMessages
    on_receipts: OnReceipts
    on_results: OnResults
    on_state: NotRequired[OnState | None]
    on_proved: NotRequired[OnProved | None]


class Link(Protocol):
    """An account at one SMSC or gateway, kept connected."""

    name: str
    statistics: Statistics

    @property
    def state(self) -> LinkState:
        """Whether messages can be sent and received now."""

    @property
    def room(self) -> int:
        """Parts that can still be queued; for politeness, submit() never blocks."""

    def start(self) -> None:
        """Begin to connect, on the running loop, and keep connected until close()."""

    async def wait_until_up(self, timeout_seconds: float = 10.0) -> None:
        """Return when the link is up; TimeoutError after that long."""

    async def close(self) -> None:
        """Let answers to what is in flight come in, unbind, close; what never left ends as not sent."""

    def submit(self, messages: Iterable[Outbound]) -> None:
        """Queue these messages, from any thread; each comes back once through on_results.

        Messages to one subscriber leave in this order, each after the one before has ended. A message that does not
        fit, or finds the link down, comes back as not sent.
        """


def acknowledge_many(received: Iterable[Received]) -> None:
    """Acknowledge all of these, from any thread, in one write for each connection."""
    _answer_many(received, None)


def refuse_many(received: Iterable[Received], refusal: Refusal) -> None:
    """Refuse all of these for one reason, from any thread, in one write for each connection."""
    _answer_many(received, refusal)


def _answer_many(received: Iterable[Received], refusal: Refusal | None) -> None:
    by_connection: dict[int, tuple[Answering, list[int]]] = {}
    for item in received:
        entry = by_connection.get(id(item.connection))
        if entry is None:
            entry = by_connection[id(item.connection)] = (item.connection, [])
        entry[1].append(item.sequence)
    for connection, sequences in by_connection.values():
        connection.answer(sequences, refusal)
