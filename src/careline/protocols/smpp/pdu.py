"""SMPP protocol data units: values to bytes and back (SMPP 3.4, chapter 4).

The two message forms are written out by hand for speed: on the way of every text they cost a few microseconds each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from struct import Struct
from typing import Final

from careline.protocols.concatenation import (
    Concatenation,
    placed,
    read_header,
    split_header,
)
from careline.protocols.smpp import codes
from careline.protocols.smstext import DefaultAlphabet, decode_text

HEADER: Final = Struct(">IIII")  # command length, command id, status, sequence number
HEADER_OCTETS: Final = 16
TLV_HEADER: Final = Struct(">HH")
ADDRESS_OCTETS_MAX: Final = 65  # data_sm's; submit_sm and deliver_sm say 21
SHORT_MESSAGE_OCTETS_MAX: Final = 254
NO_TLVS: Final[Mapping[int, bytes]] = {}


class MalformedBody(ValueError):
    """The header of a PDU is sound and its body is not what the command says."""


@dataclass(slots=True)
class Message:
    """A short message as submit_sm, deliver_sm and data_sm carry it; command says in which of them."""

    source: str = field(repr=False)
    destination: str = field(repr=False)
    short_message: bytes = field(default=b"", repr=False)
    data_coding: int = 0
    esm_class: int = 0
    registered_delivery: int = 0
    source_ton: int = 0
    source_npi: int = 0
    destination_ton: int = 0
    destination_npi: int = 0
    service_type: str = ""
    protocol_id: int = 0
    priority: int = 0
    schedule_time: str = ""
    validity_period: str = ""
    replace_if_present: int = 0
    default_message_id: int = 0
    tlvs: Mapping[int, bytes] = field(default_factory=lambda: NO_TLVS, repr=False)
    sequence: int = 0
    command: int = codes.SUBMIT_SM

    @property
    def payload(self) -> bytes:
        """The message field, or the message_payload TLV that stands in for it."""
        return self.short_message or self.tlvs.get(codes.TAG_MESSAGE_PAYLOAD, b"")

    @property
    def is_receipt(self) -> bool:
        """Whether this tells of a message we sent (5.2.12); the other side's acknowledgements are ordinary messages."""
        return self.esm_class & codes.ESM_TYPE in (
            codes.ESM_RECEIPT,
            codes.ESM_INTERMEDIATE,
        )

    def split(self) -> tuple[bytes, bytes, Concatenation | None]:
        """(user data header, body, place in a long message or None), whichever way the sender said it.

        A header wins over sar_* TLVs: some gateways set both, and only one of them can be right to join by.
        """
        header, body = split_header(self.payload) if self.esm_class & codes.ESM_HEADER else (b"", self.payload)
        place = read_header(header) if header else None
        return header, body, place or (_sar(self.tlvs) if self.tlvs else None)

    def text(self, *, default: DefaultAlphabet = "gsm7") -> str:
        """The decoded text of this message alone."""
        return decode_text(self.split()[1], self.data_coding, default=default)


def _sar(tlvs: Mapping[int, bytes]) -> Concatenation | None:
    reference, total, number = (
        int.from_bytes(tlvs.get(tag, b""))
        for tag in (codes.TAG_SAR_REFERENCE, codes.TAG_SAR_TOTAL, codes.TAG_SAR_NUMBER)
    )
    return placed(reference, total, number) if total > 1 and total <= 255 else None


def build(command: int, status: int, sequence: int, body: bytes = b"") -> bytes:
    """One PDU."""
    return HEADER.pack(HEADER_OCTETS + len(body), command, status, sequence) + body


def build_message(message: Message, command: int, sequence: int) -> bytes:
    """A submit_sm, deliver_sm or data_sm; a payload beyond 254 octets belongs into the message_payload TLV.

    Raises ValueError on a field that does not fit.
    """
    for address in (message.source, message.destination):
        if len(address) >= ADDRESS_OCTETS_MAX or "\0" in address:
            raise ValueError(f"an address of {len(address)} characters cannot be sent")
    payload = message.short_message
    if len(payload) > SHORT_MESSAGE_OCTETS_MAX:
        raise ValueError(f"short_message holds {SHORT_MESSAGE_OCTETS_MAX} octets, not {len(payload)}")
    addressed = b"%b\0%c%c%b\0%c%c%b\0" % (
        message.service_type.encode("latin-1", "replace"),
        message.source_ton,
        message.source_npi,
        message.source.encode("latin-1", "replace"),
        message.destination_ton,
        message.destination_npi,
        message.destination.encode("latin-1", "replace"),
    )
    if command == codes.DATA_SM:
        body = b"%b%c%c%c" % (
            addressed,
            message.esm_class,
            message.registered_delivery,
            message.data_coding,
        )
    else:
        body = b"%b%c%c%c%b\0%b\0%c%c%c%c%c%b" % (
            addressed,
            message.esm_class,
            message.protocol_id,
            message.priority,
            message.schedule_time.encode("latin-1", "replace"),
            message.validity_period.encode("latin-1", "replace"),
            message.registered_delivery,
            message.replace_if_present,
            message.data_coding,
            message.default_message_id,
            len(payload),
            payload,
        )
    if message.tlvs:
        body += build_tlvs(message.tlvs)
    return HEADER.pack(HEADER_OCTETS + len(body), command, 0, sequence) + body


def parse_message(body: bytes, command: int, sequence: int) -> Message:
    """The message in the body of a submit_sm, deliver_sm or data_sm; raises MalformedBody."""
    try:
        service_type, position = _string(body, 0)
        source_ton, source_npi = body[position], body[position + 1]
        source, position = _string(body, position + 2)
        destination_ton, destination_npi = body[position], body[position + 1]
        destination, position = _string(body, position + 2)
        esm_class = body[position]
        if command == codes.DATA_SM:
            registered, coding = body[position + 1], body[position + 2]
            position += 3
            short_message, schedule, validity = b"", "", ""
            protocol_id = priority = replace = default_id = 0
        else:
            protocol_id, priority = body[position + 1], body[position + 2]
            schedule, position = _string(body, position + 3)
            validity, position = _string(body, position)
            registered, replace, coding, default_id, length = body[position : position + 5]
            position += 5 + length
            short_message = body[position - length : position]
            if position > len(body):
                raise MalformedBody("the message is shorter than its length says")
    except (ValueError, IndexError) as error:
        raise MalformedBody("the message body ends too early") from error
    return Message(
        source,
        destination,
        short_message,
        coding,
        esm_class,
        registered,
        source_ton,
        source_npi,
        destination_ton,
        destination_npi,
        service_type,
        protocol_id,
        priority,
        schedule,
        validity,
        replace,
        default_id,
        parse_tlvs(body, position) if position < len(body) else NO_TLVS,
        sequence,
        command,
    )


def _string(body: bytes, start: int) -> tuple[str, int]:
    """The C-octet string at start and the position behind it; ValueError when it does not end."""
    if not body[start]:  # most fields of most messages are empty
        return "", start + 1
    end = body.index(0, start, start + ADDRESS_OCTETS_MAX)
    return body[start:end].decode("latin-1"), end + 1


def build_tlvs(tlvs: Mapping[int, bytes]) -> bytes:
    """Optional parameters, in the order of the mapping."""
    return b"".join(TLV_HEADER.pack(tag, len(value)) + value for tag, value in tlvs.items())


def parse_tlvs(body: bytes, position: int) -> dict[int, bytes]:
    """The optional parameters from a position on, unknown ones too; the first of a repeated tag counts.

    A cut-off tail is dropped: the message before it is sound, and a customer wrote it.
    """
    tlvs: dict[int, bytes] = {}
    end = len(body)
    while position + 4 <= end:
        tag, length = TLV_HEADER.unpack_from(body, position)
        position += 4 + length
        if position > end:
            break
        tlvs.setdefault(tag, body[position - length : position])
    return tlvs


@dataclass(frozen=True, slots=True)
class BindRequest:
    """Who wants to be bound, as what (command is one of the three bind commands)."""

    command: int
    system_id: str
    password: str = field(repr=False)
    system_type: str = ""
    interface_version: int = codes.VERSION_3_4
    address_ton: int = 0
    address_npi: int = 0
    address_range: str = ""
    sequence: int = 0

    def body(self) -> bytes:
        """The body of the bind request."""
        return b"%b\0%b\0%b\0%c%c%c%b\0" % (
            self.system_id.encode("latin-1", "replace"),
            self.password.encode("latin-1", "replace"),
            self.system_type.encode("latin-1", "replace"),
            self.interface_version,
            self.address_ton,
            self.address_npi,
            self.address_range.encode("latin-1", "replace"),
        )


def parse_bind(body: bytes, command: int, sequence: int) -> BindRequest:
    """The bind request in a body; raises MalformedBody."""
    try:
        system_id, position = _string(body, 0)
        password, position = _string(body, position)
        system_type, position = _string(body, position)
        version, ton, npi = body[position : position + 3]
        address_range, _ = _string(body, position + 3)
    except (ValueError, IndexError) as error:
        raise MalformedBody("the bind request ends too early") from error
    return BindRequest(
        command,
        system_id,
        password,
        system_type,
        version,
        ton,
        npi,
        address_range,
        sequence,
    )


def first_string(body: bytes) -> str:
    """The C-octet string a response begins with (message_id, system_id).

    An error response may have no body at all (4.1.2), and some SMSCs forget the closing NUL.
    """
    return body.partition(b"\0")[0][:ADDRESS_OCTETS_MAX].decode("latin-1")
