"""An SMPP 3.4 account at an SMSC, as one transceiver or as a transmitter and a receiver."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, Unpack

from careline.links.account import AccountLink
from careline.links.link import Callbacks, Inbound, Limits, Outbound, Receipt, Refusal
from careline.links.wire import Wire
from careline.protocols.smpp import codes
from careline.protocols.smpp.pdu import SHORT_MESSAGE_OCTETS_MAX, BindRequest, Message
from careline.protocols.smpp.receipt import read_receipt
from careline.protocols.smpp.session import Session
from careline.protocols.smpp.states import BOUND, MAY_SUBMIT, Side
from careline.protocols.smstext import (
    Alphabet,
    DefaultAlphabet,
    Part,
    decode_text,
    encode_parts,
)

_STATUS: Final = {
    Refusal.AGAIN: codes.TEMPORARY_APPLICATION_ERROR,
    Refusal.BUSY: codes.THROTTLED,
    Refusal.FULL: codes.MESSAGE_QUEUE_FULL,
    Refusal.NEVER: codes.PERMANENT_APPLICATION_ERROR,
}

PAYLOAD_OCTETS_MAX: Final = 65_535


@dataclass(slots=True)
class EsmeSettings:
    """One account, as the SMSC's people give it out, and the ways of their SMSC."""

    name: str
    host: str
    port: int
    system_id: str
    password: str = field(default="", repr=False)
    system_type: str = ""
    bind: Literal["transceiver", "transmitter+receiver"] = "transceiver"
    address_range: str = ""
    source_ton: int = 0
    source_npi: int = 0
    destination_ton: int = 1
    destination_npi: int = 1
    service_type: str = ""
    alphabet: Alphabet = "ucs2"  # "auto" only where the SMSC's coding 0 is known to be GSM 7-bit
    default_alphabet: DefaultAlphabet = "gsm7"  # what the SMSC means by data_coding 0 in what it sends
    long_messages: Literal["header", "sar", "payload"] = "header"  # never two at once
    wide_references: bool = False
    message_id_tag: int | None = None  # the TLV in which this SMSC sends an id with a subscriber's message


class SmppDialect:
    """SMPP as an account link wants it."""

    slow_down = codes.SLOW_DOWN

    def __init__(self, settings: EsmeSettings, limits: Limits) -> None:
        self.name = settings.name
        self.host = settings.host
        self.port = settings.port
        self._settings = settings
        self._limits = limits
        self._binds = (
            (codes.BIND_TRANSCEIVER,)
            if settings.bind == "transceiver"
            else (codes.BIND_TRANSMITTER, codes.BIND_RECEIVER)
        )
        self.channels = len(self._binds)

    def session(self, channel: int, now: float) -> Session:
        """A new session for one connection."""
        limits = self._limits
        return Session(
            Side.ESME,
            now=now,
            response_seconds=limits.response_seconds,
            enquire_seconds=limits.enquire_seconds,
            enquire_response_seconds=limits.enquire_response_seconds,
            pdu_octets_max=limits.pdu_octets_max,
        )

    def greet(self, session: Session, channel: int) -> None:
        """Ask to be bound."""
        settings = self._settings
        session.bind(
            BindRequest(
                self._binds[channel],
                settings.system_id,
                settings.password,
                settings.system_type,
                address_range=settings.address_range,
            )
        )

    def is_bound(self, session: Session) -> bool:
        """Whether the session is bound."""
        return session.state in BOUND

    def may_submit(self, session: Session) -> bool:
        """Whether messages can leave on it."""
        return session.state in MAY_SUBMIT

    def translate(self, wire: Wire, message: Message, received_at: datetime) -> Inbound | Receipt | None:
        """A deliver_sm or data_sm as a message, a part or a receipt."""
        sequence = message.sequence
        if message.esm_class & codes.ESM_TYPE and message.is_receipt and (read := read_receipt(message)):
            return Receipt(
                self.name,
                received_at,
                sequence,
                wire,
                message_id=read.message_id,
                state=read.state,
                source=message.source,
                destination=message.destination,
                error=read.error,
                keys=read.keys,
            )
        header, body, place = message.split()
        settings = self._settings
        message_id = None
        if settings.message_id_tag is not None and (value := message.tlvs.get(settings.message_id_tag)):
            message_id = value.rstrip(b"\0").decode("latin-1")
        return Inbound(
            self.name,
            received_at,
            sequence,
            wire,
            source=message.source,
            destination=message.destination,
            text=decode_text(body, message.data_coding, default=settings.default_alphabet),
            body=body,
            data_coding=message.data_coding,
            place=place,
            header=header,
            message_id=message_id,
        )

    def answer(self, session: Session, sequences: Sequence[int], refusal: Refusal | None) -> None:
        """deliver_sm_resp and data_sm_resp."""
        status = codes.OK if refusal is None else _STATUS[refusal]
        session.answer([(sequence, status, "") for sequence in sequences])

    def cut(self, outbound: Outbound, reference: int) -> Sequence[Part]:
        """The parts of a message, as this SMSC wants long ones."""
        settings = self._settings
        parts = encode_parts(
            outbound.text,
            alphabet=settings.alphabet,
            reference=reference,
            wide_reference=settings.wide_references or settings.long_messages == "sar",
        )
        if len(parts) == 1 or settings.long_messages == "header":
            return parts
        if settings.long_messages == "sar":
            return [Part(part.data_coding, part.body, b"", part.place) for part in parts]
        whole = b"".join(part.body for part in parts)
        if len(whole) > PAYLOAD_OCTETS_MAX:
            raise ValueError(f"the text needs {len(whole)} octets, message_payload holds {PAYLOAD_OCTETS_MAX}")
        return [Part(parts[0].data_coding, whole)]

    def submit(self, session: Session, outbound: Outbound, part: Part, token: object, now: float) -> None:
        """Send one part as submit_sm."""
        settings = self._settings
        message = Message(
            outbound.source,
            outbound.destination,
            part.header + part.body,
            part.data_coding,
            codes.ESM_HEADER if part.header else 0,
            1 if outbound.registered else 0,
            settings.source_ton,
            settings.source_npi,
            settings.destination_ton,
            settings.destination_npi,
            settings.service_type,
        )
        if part.place and not part.header:
            reference, total, number = part.place
            message.tlvs = {
                codes.TAG_SAR_REFERENCE: reference.to_bytes(2),
                codes.TAG_SAR_TOTAL: bytes((total,)),
                codes.TAG_SAR_NUMBER: bytes((number,)),
            }
        elif len(part.body) > SHORT_MESSAGE_OCTETS_MAX:
            message.short_message = b""
            message.tlvs = {codes.TAG_MESSAGE_PAYLOAD: part.body}
        session.submit(message, token, now)


class EsmeLink(AccountLink):
    """A link.Link that speaks SMPP 3.4."""

    def __init__(self, settings: EsmeSettings, *, limits: Limits | None = None, **told: Unpack[Callbacks]) -> None:
        limits = limits or Limits()
        super().__init__(SmppDialect(settings, limits), limits, **told)
