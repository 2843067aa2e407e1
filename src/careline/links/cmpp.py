"""A CMPP 2.0 or 3.0 account at a China Mobile gateway (ISMG)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Final, Unpack

from careline.links.account import AccountLink
from careline.links.link import Callbacks, Inbound, Limits, Outbound, Receipt, Refusal
from careline.links.wire import Wire
from careline.protocols.cmpp import codes
from careline.protocols.cmpp.pdu import Deliver, MalformedBody, Submit, parse_receipt
from careline.protocols.cmpp.session import Session, Side
from careline.protocols.smstext import Part, decode_text, encode_parts

_RESULT: Final = {
    Refusal.AGAIN: codes.OTHER_ERROR,
    Refusal.BUSY: codes.FLOW_CONTROL,
    Refusal.FULL: codes.FLOW_CONTROL,
    Refusal.NEVER: codes.MALFORMED,
}

CHINA: Final = timezone(timedelta(hours=8))
"""The gateway compares the timestamp of a CONNECT with its own clock."""


@dataclass(slots=True)
class CmppSettings:
    """One account, as the gateway's people give it out."""

    name: str
    host: str
    port: int  # 7890 for long connections
    source: str  # Source_Addr: the service provider's code, six characters at most
    secret: str = field(default="", repr=False)
    version: int = codes.VERSION_3
    service_id: str = ""
    message_source: str = ""  # Msg_src; empty: as source
    fee_user_type: int = 2  # 2: the service provider pays
    fee_type: str = "01"
    fee_code: str = "000000"
    wide_references: bool = False


class CmppDialect:
    """CMPP as an account link wants it."""

    slow_down = codes.SLOW_DOWN
    channels = 1

    def __init__(self, settings: CmppSettings, limits: Limits) -> None:
        self.name = settings.name
        self.host = settings.host
        self.port = settings.port
        self._settings = settings
        self._limits = limits

    def session(self, channel: int, now: float) -> Session:
        """A new session for one connection."""
        limits = self._limits
        return Session(
            Side.PROVIDER,
            version=self._settings.version,
            now=now,
            response_seconds=limits.response_seconds,
            enquire_seconds=limits.enquire_seconds,
            enquire_response_seconds=limits.enquire_response_seconds,
            pdu_octets_max=limits.pdu_octets_max,
        )

    def greet(self, session: Session, channel: int) -> None:
        """Ask to be connected."""
        stamp = int(datetime.now(CHINA).strftime("%m%d%H%M%S"))
        session.connect(self._settings.source, self._settings.secret, stamp)

    def is_bound(self, session: Session) -> bool:
        """Whether the session is connected."""
        return session.bound

    def may_submit(self, session: Session) -> bool:
        """Whether messages can leave on it."""
        return session.bound

    def translate(self, wire: Wire, message: Deliver, received_at: datetime) -> Inbound | Receipt | None:
        """A DELIVER as a message, a part or a receipt; None for a receipt that tells nothing."""
        sequence = message.sequence
        if message.is_receipt:
            try:
                read = parse_receipt(message.content)
            except MalformedBody:
                wire.session.answer(((sequence, codes.OK),))
                return None
            return Receipt(
                self.name,
                received_at,
                sequence,
                wire,
                message_id=str(read.message_id),
                state=read.state,
                source=read.destination or message.source,
                destination=message.destination,
                error="" if read.status.upper() == "DELIVRD" else read.status,
                keys=(str(read.message_id),),
            )
        header, body, place = message.split()
        return Inbound(
            self.name,
            received_at,
            sequence,
            wire,
            source=message.source,
            destination=message.destination,
            text=decode_text(body, message.message_format, default="ascii"),
            body=body,
            data_coding=message.message_format,
            place=place,
            header=header,
            message_id=str(message.message_id),
            extra=message.link_id,
        )

    def answer(self, session: Session, sequences: Sequence[int], refusal: Refusal | None) -> None:
        """DELIVER_RESP."""
        result = codes.OK if refusal is None else _RESULT[refusal]
        session.answer([(sequence, result) for sequence in sequences])

    def cut(self, outbound: Outbound, reference: int) -> Sequence[Part]:
        """The parts of a message, always UCS-2: a handset in China reads it whatever its letters are."""
        return encode_parts(
            outbound.text,
            alphabet="ucs2",
            reference=reference,
            wide_reference=self._settings.wide_references,
        )

    def submit(self, session: Session, outbound: Outbound, part: Part, token: object, now: float) -> None:
        """Send one part as SUBMIT."""
        settings = self._settings
        message = Submit(
            outbound.source,
            (outbound.destination,),
            part.payload,
            part.data_coding,
            bool(part.header),
            part.place.total if part.place else 1,
            part.place.number if part.place else 1,
            outbound.registered,
            settings.service_id,
            settings.message_source or settings.source,
            settings.fee_user_type,
            "",
            settings.fee_type,
            settings.fee_code,
            outbound.extra,
        )
        session.submit(message, token, now)


class CmppLink(AccountLink):
    """A link.Link that speaks CMPP."""

    def __init__(self, settings: CmppSettings, *, limits: Limits | None = None, **told: Unpack[Callbacks]) -> None:
        limits = limits or Limits(window=16)  # CMPP's W
        super().__init__(CmppDialect(settings, limits), limits, **told)
