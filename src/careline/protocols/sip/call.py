"""All that is known of one call."""

from dataclasses import dataclass
from enum import Enum, auto

from careline.protocols.sip.alarms import Alarm
from careline.protocols.sip.dialog import Dialog
from careline.protocols.sip.digest import Answerer
from careline.protocols.sip.layer import Transaction
from careline.protocols.sip.message import HeaderList, Request
from careline.protocols.sip.steps import Hop, Send


class Phase(Enum):
    """How far a call is."""

    RINGING = auto()  # incoming, no final answer yet
    CALLING = auto()  # outgoing, no final answer yet
    ANSWERED = auto()  # a 2xx went out or came in, its ACK is missing
    TALKING = auto()
    CLOSING = auto()  # Ended was told; the wire is still being tidied


@dataclass(slots=True)
class Unacknowledged:
    """A 2xx of ours that is repeated until its ACK comes (RFC 3261 §13.3.1.4)."""

    data: bytes
    hop: Hop
    cseq: int
    spacing: float
    until: float
    carries_offer: bool
    alarm: Alarm | None = None


@dataclass(slots=True)
class Reliable:
    """A provisional response that is repeated until its PRACK comes (RFC 3262)."""

    data: bytes
    rseq: int
    spacing: float
    until: float
    has_sdp: bool
    alarm: Alarm | None = None


@dataclass(slots=True)
class Offered:
    """An offer that our application has not answered yet."""

    transaction: Transaction
    request: Request
    sdp: bytes


@dataclass(slots=True)
class Invitation:
    """How an outgoing call asks, for repeating it with a password or a longer session."""

    target: str
    hop: Hop
    from_: str
    to: str
    headers: HeaderList
    routes: tuple[str, ...]
    sdp: bytes
    cseq: int = 0
    attempts: int = 0
    session_seconds: int = 0
    min_se_seconds: int = 0
    authorization: tuple[str, str] | None = None
    cancelled: bool = False
    cancel_sent: bool = False
    proceeding: bool = False


class Call:
    """One call of either direction; what belongs to rare moments is None until then."""

    __slots__ = (
        "acks",
        "allow",
        "answer_waiting",
        "answered_reliably",
        "answerer",
        "call_id",
        "dialog",
        "early",
        "ending",
        "glares",
        "id",
        "interval_seconds",
        "invitation",
        "invite_client",
        "invite_server",
        "limit_alarm",
        "local_sdp",
        "local_tag",
        "offered",
        "offering",
        "outgoing",
        "phase",
        "provisionals",
        "ready_answer",
        "referring", "reinvite_client",
        "reliable",
        "report_alarm",
        "reporting",
        "request",
        "retry_alarm",
        "rseq",
        "session_alarm",
        "unacknowledged",
        "we_refresh",
    )  # fmt: skip

    def __init__(self, id: str, call_id: str, local_tag: str, phase: Phase, *, outgoing: bool) -> None:
        self.id = id
        self.call_id = call_id
        self.local_tag = local_tag
        self.phase = phase
        self.outgoing = outgoing
        self.dialog: Dialog | None = None
        self.early: dict[str, Dialog] = {}  # forks of an outgoing call, by their tag
        self.rseq = 0
        self.acks: dict[str, Send] = {}  # of every fork that answered, by its tag, for when it answers again
        self.invitation: Invitation | None = None
        self.invite_server: Transaction | None = None
        self.invite_client: Transaction | None = None
        self.reinvite_client: Transaction | None = None  # the latest
        self.request: Request | None = None  # the INVITE, until it is answered
        self.allow: frozenset[str] = frozenset()
        self.local_sdp = b""
        self.answerer: Answerer | None = None
        self.unacknowledged: Unacknowledged | None = None
        self.reliable: Reliable | None = None
        self.provisionals: list[tuple[int, bytes]] = []  # reliable ones that wait for the PRACK of the one before
        self.ready_answer: bytes | None = None  # the 200 that waits for a PRACK
        self.answered_reliably = False  # our answer went out in a provisional that was PRACKed
        self.answer_waiting = False  # our own invite() carried no offer: acknowledge() must follow
        self.offered: Offered | None = None
        self.offering = False  # a re-INVITE or UPDATE of ours is on its way
        self.glares = 0
        self.ending = False  # hang up as soon as the ACK is there
        self.interval_seconds = 0
        self.we_refresh = False
        self.session_alarm: Alarm | None = None
        self.limit_alarm: Alarm | None = None
        self.retry_alarm: Alarm | None = None
        self.referring: Alarm | None = None  # a REFER of ours waits for its end
        self.reporting = ""  # the Event of a REFER of theirs
        self.report_alarm: Alarm | None = None

    @property
    def settled(self) -> bool:
        """Whether no offer is on its way in either direction, so that another may be made."""
        waits = self.unacknowledged is not None and self.unacknowledged.carries_offer
        return not (self.offering or self.offered or waits)
