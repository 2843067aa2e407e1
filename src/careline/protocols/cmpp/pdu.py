"""CMPP messages: values to bytes and back. What comes in is read by its length, not by what version it claims.

2.0 and 3.0 differ in the width of numbers (21 and 32 octets), of results (1 and 4) and of the tail (8 reserved octets,
or 20 of LinkID); gateways answer in either, so each message remembers how it came: wide is 3.0.
"""

from dataclasses import dataclass, field
from struct import Struct
from typing import Final

from careline.protocols.concatenation import Concatenation, read_header, split_header
from careline.protocols.receipts import DeliveryState
from careline.protocols.smstext import decode_text

HEADER: Final = Struct(">III")  # total length, command id, sequence id
HEADER_OCTETS: Final = 12
MESSAGE_ID_OCTETS: Final = 8
CONTENT_OCTETS_MAX: Final = 255
RECIPIENTS_MAX: Final = 100


class MalformedBody(ValueError):
    """The header of a PDU is sound and its body is not what the command says."""


@dataclass(slots=True)
class Submit:
    """A short message to subscribers (SUBMIT)."""

    source: str  # Src_Id: the access code, with extension
    destinations: tuple[str, ...] = field(repr=False)
    content: bytes = field(repr=False)
    message_format: int
    has_header: bool = False  # TP_udhi
    total: int = 1
    number: int = 1
    registered: bool = False
    service_id: str = ""
    message_source: str = ""  # Msg_src: the service provider's code
    fee_user_type: int = 2  # 2: the service provider pays
    fee_number: str = field(default="", repr=False)
    fee_type: str = "01"
    fee_code: str = "000000"
    link_id: str = field(default="", repr=False)
    sequence: int = 0
    wide: bool = False

    def split(self) -> tuple[bytes, bytes, Concatenation | None]:
        """(user data header, body, place in a long message or None)."""
        return _split(self.content, self.has_header)


@dataclass(slots=True)
class Deliver:
    """A short message from a subscriber, or a receipt (DELIVER)."""

    message_id: int
    source: str = field(repr=False)
    destination: str
    content: bytes = field(repr=False)
    message_format: int = 0
    has_header: bool = False
    is_receipt: bool = False
    service_id: str = ""
    link_id: str = field(default="", repr=False)
    sequence: int = 0
    wide: bool = False

    def split(self) -> tuple[bytes, bytes, Concatenation | None]:
        """(user data header, body, place in a long message or None)."""
        return _split(self.content, self.has_header)

    def text(self) -> str:
        """The decoded text of this message alone."""
        return decode_text(self.split()[1], self.message_format, default="ascii")


@dataclass(frozen=True, slots=True)
class ReceiptContent:
    """What a receipt tells of one part."""

    message_id: int
    status: str  # seven letters, as in SMPP, or a gateway's own code
    submitted: str
    done: str
    destination: str = field(repr=False)
    smsc_sequence: int = 0

    @property
    def state(self) -> DeliveryState:
        """The status as a state; a gateway's own code (MA:0001, ...) is a failure it explains itself."""
        return _STATES.get(self.status.upper(), DeliveryState.UNDELIVERABLE)


_STATES: Final = {
    "DELIVRD": DeliveryState.DELIVERED,
    "EXPIRED": DeliveryState.EXPIRED,
    "DELETED": DeliveryState.DELETED,
    "UNDELIV": DeliveryState.UNDELIVERABLE,
    "ACCEPTD": DeliveryState.ACCEPTED,
    "UNKNOWN": DeliveryState.UNKNOWN,
    "REJECTD": DeliveryState.REJECTED,
}
STATUS_WORDS: Final = {state: word for word, state in _STATES.items()}


def _split(content: bytes, has_header: bool) -> tuple[bytes, bytes, Concatenation | None]:
    # Pk_total and Pk_number are SUBMIT's own and often wrong: only the header counts.
    if not has_header:
        return b"", content, None
    header, body = split_header(content)
    return header, body, read_header(header)


def _fixed(text: str, width: int) -> bytes:
    """A text padded with NULs; ValueError when it does not fit."""
    data = text.encode("ascii", "replace")
    if len(data) > width or b"\0" in data:
        raise ValueError(f"a field of {width} octets cannot hold {len(data)} characters")
    return data.ljust(width, b"\0")


def _read(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("latin-1").strip()


def build(command: int, sequence: int, body: bytes = b"") -> bytes:
    """One PDU."""
    return HEADER.pack(HEADER_OCTETS + len(body), command, sequence) + body


def submit_body(message: Submit, *, wide: bool) -> bytes:
    """The body of a SUBMIT; ValueError on a field that does not fit."""
    if len(message.content) > CONTENT_OCTETS_MAX or not 1 <= len(message.destinations) <= RECIPIENTS_MAX:
        raise ValueError(f"{len(message.content)} octets to {len(message.destinations)} numbers cannot be sent")
    number_octets = 32 if wide else 21
    type_octet = b"\0" if wide else b""
    return b"".join(
        (
            bytes(MESSAGE_ID_OCTETS),
            bytes((message.total, message.number, message.registered, 1)),
            _fixed(message.service_id, 10),
            bytes((message.fee_user_type,)),
            _fixed(message.fee_number, number_octets),
            type_octet,
            bytes((0, message.has_header, message.message_format)),
            _fixed(message.message_source, 6),
            _fixed(message.fee_type, 2),
            _fixed(message.fee_code, 6),
            bytes(34),  # ValId_Time and At_Time: as the gateway likes, and now
            _fixed(message.source, 21),
            bytes((len(message.destinations),)),
            b"".join(_fixed(number, number_octets) for number in message.destinations),
            type_octet,
            bytes((len(message.content),)),
            message.content,
            _fixed(message.link_id, 20) if wide else bytes(8),
        )
    )


def parse_submit(body: bytes, sequence: int, *, wide_expected: bool) -> Submit:
    """The message in a SUBMIT's body, 2.0 or 3.0, whichever its length fits; raises MalformedBody."""
    for wide in (wide_expected, not wide_expected):
        number_octets, types, tail = (32, 1, 20) if wide else (21, 0, 8)
        count_at = 95 + number_octets + types
        if len(body) <= count_at:
            continue
        count = body[count_at]
        length_at = count_at + 1 + count * number_octets + types
        if length_at < len(body) and len(body) == length_at + 1 + body[length_at] + tail:
            break
    else:
        raise MalformedBody(f"a SUBMIT of {len(body)} octets fits neither version")
    fee_end = 23 + number_octets + types
    numbers = [_read(body[at : at + number_octets]) for at in range(count_at + 1, length_at - types, number_octets)]
    content_at = length_at + 1
    content_end = content_at + body[length_at]
    return Submit(
        source=_read(body[count_at - 21 : count_at]),
        destinations=tuple(numbers),
        content=body[content_at:content_end],
        message_format=body[fee_end + 2],
        has_header=bool(body[fee_end + 1]),
        total=body[8],
        number=body[9],
        registered=body[10] == 1,
        service_id=_read(body[12:22]),
        message_source=_read(body[fee_end + 3 : fee_end + 9]),
        fee_user_type=body[22],
        fee_number=_read(body[23 : 23 + number_octets]),
        fee_type=_read(body[fee_end + 9 : fee_end + 11]),
        fee_code=_read(body[fee_end + 11 : fee_end + 17]),
        link_id=_read(body[content_end:]) if wide else "",
        sequence=sequence,
        wide=wide,
    )


def deliver_body(message: Deliver, *, wide: bool) -> bytes:
    """The body of a DELIVER; ValueError on a field that does not fit."""
    if len(message.content) > CONTENT_OCTETS_MAX:
        raise ValueError(f"{len(message.content)} octets cannot be delivered")
    return b"".join(
        (
            message.message_id.to_bytes(MESSAGE_ID_OCTETS),
            _fixed(message.destination, 21),
            _fixed(message.service_id, 10),
            bytes((0, message.has_header, message.message_format)),
            _fixed(message.source, 32 if wide else 21),
            b"\0" if wide else b"",
            bytes((message.is_receipt, len(message.content))),
            message.content,
            _fixed(message.link_id, 20) if wide else bytes(8),
        )
    )


def parse_deliver(body: bytes, sequence: int, *, wide_expected: bool) -> Deliver:
    """The message in a DELIVER's body, 2.0 or 3.0, whichever its length fits; raises MalformedBody."""
    for wide in (wide_expected, not wide_expected):
        length_at, tail = (76, 20) if wide else (64, 8)
        if len(body) > length_at and len(body) == length_at + 1 + body[length_at] + tail:
            break
    else:
        raise MalformedBody(f"a DELIVER of {len(body)} octets fits neither version")
    end = length_at + 1 + body[length_at]
    return Deliver(
        int.from_bytes(body[:8]),
        _read(body[42 : 74 if wide else 63]),
        _read(body[8:29]),
        body[length_at + 1 : end],
        body[41],
        bool(body[40]),
        body[length_at - 1] == 1,
        _read(body[29:39]),
        _read(body[end:]) if wide else "",
        sequence,
        wide,
    )


def receipt_content(receipt: ReceiptContent, *, wide: bool) -> bytes:
    """The content of a receipt."""
    return b"".join(
        (
            receipt.message_id.to_bytes(MESSAGE_ID_OCTETS),
            _fixed(receipt.status, 7),
            _fixed(receipt.submitted, 10),
            _fixed(receipt.done, 10),
            _fixed(receipt.destination, 32 if wide else 21),
            receipt.smsc_sequence.to_bytes(4),
        )
    )


def parse_receipt(content: bytes) -> ReceiptContent:
    """What a receipt tells, 60 octets in 2.0 and 71 in 3.0; raises MalformedBody on less than the first four fields."""
    if len(content) < 35:
        raise MalformedBody(f"a receipt of {len(content)} octets")
    number_octets = 32 if len(content) >= 71 else 21
    return ReceiptContent(
        int.from_bytes(content[:8]),
        _read(content[8:15]),
        _read(content[15:25]),
        _read(content[25:35]),
        _read(content[35 : 35 + number_octets]),
        int.from_bytes(content[35 + number_octets : 39 + number_octets]),
    )


def result_body(message_id: int, result: int, *, wide: bool) -> bytes:
    """The body of a SUBMIT_RESP or DELIVER_RESP."""
    return message_id.to_bytes(MESSAGE_ID_OCTETS) + result.to_bytes(4 if wide else 1)


def parse_result(body: bytes) -> tuple[int, int]:
    """(message id, result) of a SUBMIT_RESP or DELIVER_RESP; raises MalformedBody."""
    if len(body) not in (9, 12):
        raise MalformedBody(f"an answer of {len(body)} octets")
    return int.from_bytes(body[:8]), int.from_bytes(body[8:])
