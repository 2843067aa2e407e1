"""What goes in and what comes out of the user agent, as values: hops, bytes to send, and what happened to a call."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from careline.values.msisdn import Msisdn

if TYPE_CHECKING:
    from careline.protocols.sip.message import Request

Transport = Literal["udp", "tcp", "tls"]
RELIABLE: frozenset[str] = frozenset(("tcp", "tls"))


class Hop(NamedTuple):
    """The neighbour that a message came from or goes to.

    `host` is an IP address without brackets. `connection` numbers a stream that is open (0: none, open or reuse one
    to host and port); answers to what came by a stream carry the number of that stream.
    """

    transport: Transport
    host: str
    port: int
    connection: int = 0


class Send(NamedTuple):
    """Put these bytes on the wire."""

    data: bytes
    hop: Hop


EndReason = Literal["hung_up", "cancelled", "lost", "timed_out", "refused", "ours"]


@dataclass(frozen=True, slots=True)
class Incoming:
    """Somebody calls; 100 went out already. Follow with ring, answer or reject.

    `offer` is the session description, empty when the caller leaves the offer to us (our answer() then carries it,
    and Acknowledged brings theirs). `called` and `diversion` are user parts (digits mostly), unescaped.
    """

    request: "Request"
    source: Hop
    caller: Msisdn | None
    called: str
    diversion: str
    offer: bytes
    trusted: bool
    authenticated: str = ""  # the digest user, if one proved its password


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The caller has our 200: the call stands. `answer` is empty unless our 200 carried the offer."""

    answer: bytes = b""


@dataclass(frozen=True, slots=True)
class Progress:
    """A call of ours proceeds: 180, 183 …; a `sdp` here is early media."""

    status: int
    sdp: bytes = b""


@dataclass(frozen=True, slots=True)
class Answered:
    """A call of ours was answered; acknowledged already, unless our invite() carried no offer.

    Then `sdp` is their offer, and acknowledge(call, answer) must follow.
    """

    sdp: bytes


@dataclass(frozen=True, slots=True)
class Offer:
    """The peer offers another session (re-INVITE, UPDATE, PRACK); follow with accept or refuse.

    Empty `sdp`: the peer asks for our offer, which accept() carries; Renegotiated brings the answer.
    """

    sdp: bytes


@dataclass(frozen=True, slots=True)
class Renegotiated:
    """The peer answered an offer of ours (reinvite, update, or an offer that it had asked for)."""

    answer: bytes


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The peer refused an offer of ours: the session stays as it was. 491 is retried before this is told."""

    status: int


@dataclass(frozen=True, slots=True)
class InfoDigit:
    """A key that came by INFO: one of 0123456789*#ABCD; the milliseconds are 0 when they were not told."""

    digit: str
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Referred:
    """The peer asks us to call `target` (a URI); 202 went out. Tell it the outcome by report()."""

    target: str
    referred_by: str = ""


@dataclass(frozen=True, slots=True)
class Transferred:
    """How a REFER of ours goes: 1xx while it goes on, a final status when it ended (2xx: the transfer worked)."""

    status: int

    @property
    def final(self) -> bool:
        """Whether nothing more comes."""
        return self.status >= 200


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over; always the last event of a call, and every call has one.

    hung_up: the peer sent BYE; cancelled: the caller gave up before the answer; lost: no ACK, no answer to our
    requests, or the session timer ran out; timed_out: nobody answered in time; refused: a final failure `status`
    to our INVITE; ours: we ended it.
    """

    reason: EndReason
    status: int = 0
    detail: str = ""


Event = (
    Incoming
    | Acknowledged
    | Progress
    | Answered
    | Offer
    | Renegotiated
    | Unchanged
    | InfoDigit
    | Referred
    | Transferred
    | Ended
)


class Happened(NamedTuple):
    """Something happened to the call of this id (the agent's own id, not the Call-ID)."""

    call: str
    event: Event


Step = Send | Happened


@dataclass(frozen=True, slots=True)
class Credentials:
    """The name and password by which we answer challenges."""

    username: str
    password: str = field(repr=False)
